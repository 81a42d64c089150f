import {
  Asn1Error,
  context,
  type DerNode,
  der,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readSmallInteger,
} from '../asn1/index.js'
import { concat } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import { computeDigest, type DigestName, digests } from './digest.js'
import type { CryptoProvider } from './index.js'
import { i2osp, os2ip } from './integers.js'
import { keyOids } from './key-kind.js'
import { digestField, digestIn, generateMask, maskDigestIn, maskField, xor } from './mask-generation.js'
import { publicOperation } from './rsa.js'
import { bitLength, type RsaPublicKey } from './rsa-key.js'

/** What both sides of RSASSA-PSS must agree on. */
export interface PssParameters {
  readonly digest: DigestName
  /** Digest of the mask generation function MGF1; WebCrypto knows no other than the first. */
  readonly maskDigest: DigestName
  /** Octets. */
  readonly saltLength: number
}

const defaultSaltLength = 20

/**
 * Reads RSASSA-PSS-params. What is left out has its default, SHA-1 and 20 octets of salt.
 *
 * @returns nothing when they are malformed, name an algorithm that is unknown or a trailer other than 0xbc.
 * @see RFC 8017 A.2.3, RFC 4055 §3.1
 */
export function parsePssParameters(parameters: Uint8Array): PssParameters | undefined {
  return unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(parameters))
    const digest = digestIn(fields.optional(context(0)))
    const maskDigest = maskDigestIn(fields.optional(context(1)))
    const salt = fields.optional(context(2))
    const saltLength = salt ? readSmallInteger(onlyChild(salt)) : defaultSaltLength
    const trailer = fields.optional(context(3))
    fields.end()
    if (trailer && readSmallInteger(onlyChild(trailer)) !== 1) return undefined
    return digest && maskDigest && { digest, maskDigest, saltLength }
  })
}

/** The AlgorithmIdentifier of a signature. Defaults are left out, as DER wants. */
export function pssAlgorithm({ digest, maskDigest, saltLength }: PssParameters): AlgorithmIdentifier {
  const salt: readonly DerNode[] = saltLength === defaultSaltLength ? [] : [der.explicit(2, der.integer(saltLength))]
  const parameters = der.sequence(...digestField(digest), ...maskField(maskDigest), ...salt)
  return { algorithm: keyOids['RSASSA-PSS'], parameters: der.encode(parameters) }
}

/**
 * Whether a key that is for RSASSA-PSS alone makes signatures of this kind: its digests are binding, its salt is the
 * least. Without parameters it makes them all.
 *
 * @see RFC 4055 §3.3
 */
export function keyAllowsPss({ parameters }: AlgorithmIdentifier, wanted: PssParameters): boolean {
  if (!parameters) return true
  const own = parsePssParameters(parameters)
  if (!own || own.digest !== wanted.digest || own.maskDigest !== wanted.maskDigest) return false
  return wanted.saltLength >= own.saltLength
}

/** Whether a key is long enough: digest, salt and two octets must fit. */
export function pssFits({ digest, saltLength }: PssParameters, key: RsaPublicKey): boolean {
  return Math.ceil((bitLength(key.modulus) - 1) / 8) >= digests[digest].length + saltLength + 2
}

/**
 * Verifies with the public operation alone, for the parameters that WebCrypto cannot do. Nothing here is secret.
 *
 * @param signature - as many octets as the modulus has.
 * @see RFC 8017 §8.1.2, §9.1.2
 */
export async function verifyPss(
  provider: CryptoProvider,
  { digest, maskDigest, saltLength }: PssParameters,
  key: RsaPublicKey,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  const bits = bitLength(key.modulus) - 1
  const octets = Math.ceil(bits / 8)
  const value = os2ip(signature)
  if (value >= key.modulus) return false
  const message = publicOperation(key, value)
  // A modulus of 8n + 1 bits has an octet more than the encoded message.
  if (message >= 1n << BigInt(octets * 8)) return false
  const encoded = i2osp(message, octets)
  const hashOctets = digests[digest].length
  const spare = ~(0xff >> (octets * 8 - bits)) & 0xff
  if ((encoded[0]! & spare) !== 0 || encoded.at(-1) !== 0xbc) return false
  const maskedBlock = encoded.subarray(0, octets - hashOctets - 1)
  const hash = encoded.subarray(maskedBlock.length, -1)
  const block = xor(maskedBlock, await generateMask(provider, maskDigest, hash, maskedBlock.length))
  block[0]! &= ~spare
  const padding = block.length - saltLength - 1
  if (block[padding] !== 1 || block.subarray(0, padding).some((octet) => octet !== 0)) return false
  const digested = await computeDigest(provider, digest, data)
  const again = concat([new Uint8Array(8), digested, block.subarray(padding + 1)])
  const expected = await computeDigest(provider, digest, again)
  return expected.every((octet, index) => octet === hash[index])
}
