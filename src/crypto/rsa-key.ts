import {
  Asn1Error,
  type Element,
  fieldsOf,
  type Oid,
  parseAsn1,
  readInteger,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { encodeBase64Url } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { CryptoError } from './errors.js'

/** rsaEncryption: the kind of a key, a key transport, and a signature whose digest is named elsewhere (RFC 8017 A.1). */
export const rsaEncryption: Oid = '1.2.840.113549.1.1.1'

export interface RsaPublicKey {
  readonly modulus: bigint
  readonly publicExponent: bigint
}

/** A key with two primes. The exponents for each prime are derived, not read. */
export interface RsaPrivateKey extends RsaPublicKey {
  readonly privateExponent: bigint
  readonly prime1: bigint
  readonly prime2: bigint
}

/** Octets of the modulus, which is the length of a signature and of an encrypted key: RFC 8017 calls it k. */
export function modulusOctets(key: RsaPublicKey): number {
  return Math.ceil(bitLength(key.modulus) / 8)
}

/** The position of the highest bit that is set, counted from 1. */
export function bitLength(value: bigint): number {
  const hex = value.toString(16)
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0]!, 16)) + 28
}

/**
 * Reads an RSAPublicKey.
 *
 * @returns nothing when the bytes are no such key: a certificate may hold what it likes, and is read all the same.
 * @see RFC 8017 A.1.1
 */
export function parseRsaPublicKey(bytes: Uint8Array): RsaPublicKey | undefined {
  return unlessThrown(Asn1Error, () => {
    const numbers = publicNumbers(bytes)
    const [modulus, publicExponent] = [readInteger(numbers.modulus), readInteger(numbers.publicExponent)]
    return modulus > 0n && publicExponent > 0n ? { modulus, publicExponent } : undefined
  })
}

/** An RSAPublicKey that {@link parseRsaPublicKey} reads, as a JWK. @see RFC 7518 §6.3.1 */
export function rsaPublicJwk(bytes: Uint8Array): JsonWebKey {
  const { modulus, publicExponent } = publicNumbers(bytes)
  return { kty: 'RSA', n: jwkNumber(modulus), e: jwkNumber(publicExponent) }
}

function publicNumbers(bytes: Uint8Array): { readonly modulus: Element; readonly publicExponent: Element } {
  const fields = fieldsOf(parseAsn1(bytes))
  const numbers = { modulus: fields.next(tags.integer), publicExponent: fields.next(tags.integer) }
  fields.end()
  return numbers
}

/** Without the zeros that a positive INTEGER may begin with. */
function jwkNumber({ content }: Element): string {
  return encodeBase64Url(content.subarray(content.findIndex((octet) => octet !== 0)))
}

/**
 * Reads an RSAPrivateKey and checks that its numbers belong together, so that nothing later has to doubt them.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when they do not, or the bytes are no such key;
 *   `ERR_CRYPTO_UNSUPPORTED` for a key with more than two primes.
 * @see RFC 8017 A.1.2
 */
export function parseRsaPrivateKey(bytes: Uint8Array): RsaPrivateKey {
  const key = readRsaPrivateKey(bytes)
  const { modulus, publicExponent, privateExponent, prime1, prime2 } = key
  const inverse = (prime: bigint) => prime > 2n && (publicExponent * privateExponent) % (prime - 1n) === 1n
  const sound = publicExponent > 1n && privateExponent > 1n && inverse(prime1) && inverse(prime2)
  if (!sound || prime1 === prime2 || prime1 * prime2 !== modulus) throw malformed()
  return key
}

function readRsaPrivateKey(bytes: Uint8Array): RsaPrivateKey {
  try {
    const fields = fieldsOf(parseAsn1(bytes))
    const version = readSmallInteger(fields.next(tags.integer))
    if (version === 1) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'an RSA key with more than two primes')
    if (version !== 0) throw malformed()
    const number = () => readInteger(fields.next(tags.integer))
    const [modulus, publicExponent, privateExponent, prime1, prime2] = [
      number(),
      number(),
      number(),
      number(),
      number(),
    ]
    return { modulus, publicExponent, privateExponent, prime1, prime2 }
  } catch (error) {
    if (error instanceof Asn1Error) throw malformed()
    throw error
  }
}

function malformed(): CryptoError {
  return new CryptoError('ERR_CRYPTO_KEY', 'not an RSA private key')
}
