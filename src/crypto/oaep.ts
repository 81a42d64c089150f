import {
  Asn1Error,
  context,
  type DerNode,
  der,
  type Element,
  fieldsOf,
  type Oid,
  onlyChild,
  parseAsn1,
  readOctets,
  tags,
} from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { computeDigest, type DigestName, digestOf, digests } from './digest.js'
import type { CryptoProvider } from './index.js'
import { isZero } from './masks.js'
import type { Unpadded } from './pkcs1-padding.js'

/** What both sides of RSAES-OAEP must agree on. */
export interface OaepParameters {
  readonly digest: DigestName
  /** Digest of the mask generation function MGF1; WebCrypto knows no other than the first. */
  readonly maskDigest: DigestName
  /** Almost always empty. */
  readonly label: Uint8Array
}

export const rsaesOaep: Oid = '1.2.840.113549.1.1.7'
const mgf1: Oid = '1.2.840.113549.1.1.8'
const pSpecified: Oid = '1.2.840.113549.1.1.9'

/**
 * Reads RSAES-OAEP-params. What is left out has its default, SHA-1; parameters that are left out altogether are all
 * defaults.
 *
 * @returns nothing when they are malformed or name an algorithm that is unknown.
 * @see RFC 8017 A.2.1, RFC 4055 §4.1
 */
export function parseOaepParameters(parameters: Uint8Array | undefined): OaepParameters | undefined {
  return unlessThrown(Asn1Error, () => {
    const fields = parameters && fieldsOf(parseAsn1(parameters))
    const digest = digestIn(fields?.optional(context(0)))
    const maskDigest = maskDigestIn(fields?.optional(context(1)))
    const label = labelIn(fields?.optional(context(2)))
    fields?.end()
    return digest && maskDigest && label && { digest, maskDigest, label }
  })
}

function digestIn(field: Element | undefined): DigestName | undefined {
  return field ? digestOf(parseAlgorithmIdentifier(onlyChild(field)))?.name : 'SHA-1'
}

function maskDigestIn(field: Element | undefined): DigestName | undefined {
  if (!field) return 'SHA-1'
  const { algorithm, parameters } = parseAlgorithmIdentifier(onlyChild(field))
  if (algorithm !== mgf1 || !parameters) return undefined
  return digestOf(parseAlgorithmIdentifier(parseAsn1(parameters)))?.name
}

function labelIn(field: Element | undefined): Uint8Array | undefined {
  if (!field) return new Uint8Array()
  const { algorithm, parameters } = parseAlgorithmIdentifier(onlyChild(field))
  const element = algorithm === pSpecified && parameters ? parseAsn1(parameters) : undefined
  return element?.tag === tags.octetString ? readOctets(element) : undefined
}

/** The AlgorithmIdentifier for one digest throughout and no label. Defaults are left out, as DER wants. */
export function oaepAlgorithm(digest: DigestName): AlgorithmIdentifier {
  const hash = algorithmIdentifier({ algorithm: digests[digest].oid, parameters: der.encode(der.nul()) })
  const mask = der.sequence(der.oid(mgf1), hash)
  const fields: readonly DerNode[] = digest === 'SHA-1' ? [] : [der.explicit(0, hash), der.explicit(1, mask)]
  return { algorithm: rsaesOaep, parameters: der.encode(der.sequence(...fields)) }
}

/**
 * Takes a message of known length out of its OAEP encoding, in the same steps whatever is inside. For the parameters
 * that WebCrypto cannot do.
 *
 * @see RFC 8017 §7.1.2, step 3
 */
export async function unpadOaep(
  provider: CryptoProvider,
  encoded: Uint8Array,
  { digest, maskDigest, label }: OaepParameters,
  length: number,
): Promise<Unpadded> {
  const hashOctets = digests[digest].length
  const separator = encoded.length - length - 1
  if (separator < 1 + 2 * hashOctets) return { good: 0, message: new Uint8Array(length) }
  const maskedSeed = encoded.subarray(1, 1 + hashOctets)
  const maskedBlock = encoded.subarray(1 + hashOctets)
  const seed = xor(maskedSeed, await mask(provider, maskDigest, maskedBlock, hashOctets))
  const block = xor(maskedBlock, await mask(provider, maskDigest, seed, maskedBlock.length))
  // Expected: the digest of the label, zeros, a one, the message.
  const before = concat([await computeDigest(provider, digest, label), new Uint8Array(separator - 1 - 2 * hashOctets)])
  let wrong = encoded[0]! | (block[before.length]! ^ 1)
  before.forEach((octet, index) => {
    wrong |= octet ^ block[index]!
  })
  return { good: isZero(wrong), message: block.subarray(before.length + 1) }
}

/** MGF1. @see RFC 8017 B.2.1 */
async function mask(provider: CryptoProvider, digest: DigestName, seed: Uint8Array, length: number): Promise<Bytes> {
  const blocks: Uint8Array[] = []
  for (let counter = 0; counter * digests[digest].length < length; counter++) {
    const octets = Uint8Array.of(0, 0, counter >> 8, counter)
    blocks.push(await computeDigest(provider, digest, concat([seed, octets])))
  }
  return concat(blocks).slice(0, length)
}

function xor(a: Uint8Array, b: Uint8Array): Bytes {
  return Uint8Array.from(a, (octet, index) => octet ^ b[index]!)
}
