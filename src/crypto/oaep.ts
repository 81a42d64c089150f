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
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { computeDigest, type DigestName, digests } from './digest.js'
import type { CryptoProvider } from './index.js'
import { keyOids } from './key-kind.js'
import { digestField, digestIn, generateMask, maskDigestIn, maskField, xor } from './mask-generation.js'
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

export const rsaesOaep: Oid = keyOids['RSAES-OAEP']
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

function labelIn(field: Element | undefined): Uint8Array | undefined {
  if (!field) return new Uint8Array()
  const { algorithm, parameters } = parseAlgorithmIdentifier(onlyChild(field))
  const element = algorithm === pSpecified && parameters ? parseAsn1(parameters) : undefined
  return element?.tag === tags.octetString ? readOctets(element) : undefined
}

/** The AlgorithmIdentifier of a transport. Defaults are left out, as DER wants. */
export function oaepAlgorithm({ digest, maskDigest, label }: OaepParameters): AlgorithmIdentifier {
  const source = der.sequence(der.oid(pSpecified), der.octetString(label))
  const labelField: readonly DerNode[] = label.length > 0 ? [der.explicit(2, source)] : []
  const parameters = der.sequence(...digestField(digest), ...maskField(maskDigest), ...labelField)
  return { algorithm: rsaesOaep, parameters: der.encode(parameters) }
}

/**
 * Puts the encoding around a message, for the parameters that WebCrypto cannot do.
 *
 * @param octets - of the modulus; it must have room (RFC 8017 §7.1.1, step 1).
 * @see RFC 8017 §7.1.1, step 2
 */
export async function padOaep(
  provider: CryptoProvider,
  message: Uint8Array,
  { digest, maskDigest, label }: OaepParameters,
  octets: number,
): Promise<Bytes> {
  const hashOctets = digests[digest].length
  const zeros = new Uint8Array(octets - message.length - 2 * hashOctets - 2)
  const block = concat([await computeDigest(provider, digest, label), zeros, Uint8Array.of(1), message])
  const seed = provider.getRandomValues(new Uint8Array(hashOctets))
  const maskedBlock = xor(block, await generateMask(provider, maskDigest, seed, block.length))
  const maskedSeed = xor(seed, await generateMask(provider, maskDigest, maskedBlock, hashOctets))
  return concat([Uint8Array.of(0), maskedSeed, maskedBlock])
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
  const seed = xor(maskedSeed, await generateMask(provider, maskDigest, maskedBlock, hashOctets))
  const block = xor(maskedBlock, await generateMask(provider, maskDigest, seed, maskedBlock.length))
  // Expected: the digest of the label, zeros, a one, the message.
  const before = concat([await computeDigest(provider, digest, label), new Uint8Array(separator - 1 - 2 * hashOctets)])
  let wrong = encoded[0]! | (block[before.length]! ^ 1)
  before.forEach((octet, index) => {
    wrong |= octet ^ block[index]!
  })
  return { good: isZero(wrong), message: block.subarray(before.length + 1) }
}
