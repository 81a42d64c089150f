import { type DerNode, der, type Element, type Oid, onlyChild, parseAsn1 } from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { computeDigest, type DigestName, digestOf, digests } from './digest.js'
import type { CryptoProvider } from './index.js'

// The mask generation function of OAEP and PSS, and the two fields that their parameters have in common.

const mgf1: Oid = '1.2.840.113549.1.1.8'

/** `[0] hashAlgorithm DEFAULT sha1`; nothing when it is unknown. */
export function digestIn(field: Element | undefined): DigestName | undefined {
  return field ? digestOf(parseAlgorithmIdentifier(onlyChild(field)))?.name : 'SHA-1'
}

/** `[1] maskGenAlgorithm DEFAULT mgf1SHA1`: its digest; nothing when it is unknown. */
export function maskDigestIn(field: Element | undefined): DigestName | undefined {
  if (!field) return 'SHA-1'
  const { algorithm, parameters } = parseAlgorithmIdentifier(onlyChild(field))
  if (algorithm !== mgf1 || !parameters) return undefined
  return digestOf(parseAlgorithmIdentifier(parseAsn1(parameters)))?.name
}

/** Writes what {@link digestIn} reads; nothing for the default, as DER wants. */
export function digestField(digest: DigestName): readonly DerNode[] {
  return digest === 'SHA-1' ? [] : [der.explicit(0, hashIdentifier(digest))]
}

/** Writes what {@link maskDigestIn} reads; nothing for the default, as DER wants. */
export function maskField(digest: DigestName): readonly DerNode[] {
  return digest === 'SHA-1' ? [] : [der.explicit(1, der.sequence(der.oid(mgf1), hashIdentifier(digest)))]
}

/** With NULL, as both standards write it. */
function hashIdentifier(digest: DigestName): DerNode {
  return algorithmIdentifier({ algorithm: digests[digest].oid, parameters: der.encode(der.nul()) })
}

/** MGF1. @see RFC 8017 B.2.1 */
export async function generateMask(
  provider: CryptoProvider,
  digest: DigestName,
  seed: Uint8Array,
  length: number,
): Promise<Bytes> {
  const blocks: Uint8Array[] = []
  for (let counter = 0; counter * digests[digest].length < length; counter++) {
    const octets = Uint8Array.of(0, 0, counter >> 8, counter)
    blocks.push(await computeDigest(provider, digest, concat([seed, octets])))
  }
  return concat(blocks).slice(0, length)
}

export function xor(a: Uint8Array, b: Uint8Array): Bytes {
  return Uint8Array.from(a, (octet, index) => octet ^ b[index]!)
}
