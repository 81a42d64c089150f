import { decodeBase64Url } from '../bytes/index.js'
import { CryptoError } from './errors.js'
import { type NodeCrypto, nodeCrypto } from './host.js'
import type { CryptoProvider } from './index.js'
import { i2osp, os2ip, power } from './integers.js'
import { modulusOctets, type RsaPrivateKey, type RsaPublicKey } from './rsa-key.js'

/** The private operation without any padding, on a number below the modulus: as many octets out as the modulus has. */
export type RawRsa = (input: Uint8Array) => Uint8Array

/** The same where the key lies elsewhere, and so takes its time. */
export type AsyncRawRsa = (input: Uint8Array, signal?: AbortSignal) => Uint8Array | Promise<Uint8Array>

/** @see RFC 8017 §5.1.1 */
export function publicOperation({ modulus, publicExponent }: RsaPublicKey, input: bigint): bigint {
  return power(input, publicExponent, modulus)
}

/**
 * The private operation as the host does it best: OpenSSL's on Node, which is blinded and quick, and our own elsewhere.
 *
 * @param pkcs8 - the key as PKCS#8, for Node.
 */
export function hostRawRsa(provider: CryptoProvider, key: RsaPrivateKey, pkcs8: Uint8Array): RawRsa {
  return nodeRawRsa(key, pkcs8) ?? blindedRawRsa(provider, key)
}

function nodeRawRsa(key: RsaPrivateKey, pkcs8: Uint8Array): RawRsa | undefined {
  const node = nodeCrypto()
  return node && probed(node, key, () => node.createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }))
}

/** What Node tells of a key that it keeps for WebCrypto, extractable or not: enough for every key transport. */
export function nodeRsaOfCryptoKey(key: CryptoKey): { readonly modulus: bigint; readonly raw: RawRsa } | undefined {
  const node = nodeCrypto()
  if (!node) return undefined
  try {
    const handle = node.KeyObject.from(key)
    const { n = '', e = '' } = node.createPublicKey(handle).export({ format: 'jwk' })
    const modulus = os2ip(decodeBase64Url(n))
    const raw = probed(node, { modulus, publicExponent: os2ip(decodeBase64Url(e)) }, () => handle)
    return raw && { modulus, raw }
  } catch {
    // Of another make than Node's own: it does what WebCrypto can.
    return undefined
  }
}

/** What calls itself Node may lack this: a host that cannot undo the public operation is not used. */
function probed(node: NodeCrypto, key: RsaPublicKey, handleOf: () => object): RawRsa | undefined {
  try {
    const padding = node.constants.RSA_NO_PADDING
    const handle = handleOf()
    const raw: RawRsa = (input) => node.privateDecrypt({ key: handle, padding }, input)
    const probe = publicOperation(key, 3n)
    return os2ip(raw(i2osp(probe, modulusOctets(key)))) === 3n ? raw : undefined
  } catch {
    return undefined
  }
}

/** Octets of the random multiples that hide an exponent. */
const blindingOctets = 8

/**
 * The private operation in BigInt arithmetic, whose time depends on its numbers. So none of them is the caller's or the
 * key's: the base is blinded by a random factor, both exponents by random multiples of p−1 and q−1. The result is
 * checked, because one faulty half gives the primes away.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_PROVIDER` when that check fails.
 * @see RFC 8017 §5.1.2 (the Chinese remainder form)
 */
export function blindedRawRsa(provider: CryptoProvider, key: RsaPrivateKey): RawRsa {
  const { modulus, privateExponent, prime1, prime2 } = key
  const octets = modulusOctets(key)
  const coefficient = inverse(prime2, prime1)
  const random = (length: number) => os2ip(provider.getRandomValues(new Uint8Array(length)))
  const half = (base: bigint, prime: bigint) => {
    const exponent = (privateExponent % (prime - 1n)) + random(blindingOctets) * (prime - 1n)
    return secretPower(base % prime, exponent, prime)
  }

  return (input) => {
    // Eight octets more than the modulus has make the remainder as good as uniform.
    const factor = (random(octets + 8) % (modulus - 2n)) + 2n
    const blinded = (os2ip(input) * publicOperation(key, factor)) % modulus
    const half1 = half(blinded, prime1)
    const half2 = half(blinded, prime2)
    const result = half2 + prime2 * remainder((half1 - half2) * coefficient, prime1)
    if (publicOperation(key, result) !== blinded) {
      throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the RSA private operation gave a wrong result')
    }
    return i2osp((result * inverse(factor, modulus)) % modulus, octets)
  }
}

/** Bits of the exponent taken at a time. */
const windowBits = 5

/** base^exponent mod modulus, with the same squarings and multiplications for every exponent of the same length. */
function secretPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const table = [1n]
  for (let i = 1; i < 1 << windowBits; i++) table.push((table[i - 1]! * base) % modulus)
  const digits = exponent.toString(1 << windowBits)
  let result = 1n
  for (const digit of digits) {
    for (let i = 0; i < windowBits; i++) result = (result * result) % modulus
    result = (result * table[Number.parseInt(digit, 1 << windowBits)]!) % modulus
  }
  return result
}

/** The multiplicative inverse by Euclid's algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [modulus, value % modulus]
  let [x, y] = [0n, 1n]
  while (b > 0n) {
    const quotient = a / b
    ;[a, b] = [b, a - quotient * b]
    ;[x, y] = [y, x - quotient * y]
  }
  return remainder(x, modulus)
}

function remainder(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus
  return rest < 0n ? rest + modulus : rest
}
