import { type Bytes, concat, decodeLatin1, encodeUtf8 } from '../bytes/index.js'
import type { DigestName } from '../crypto/index.js'
import { encodeBmp } from './bmp.js'
import { blockLengths, iteratedDigest } from './iterated-digest.js'

/** What derived octets are for, by the number that sets them apart. @see RFC 7292 B.3 */
const purposes = { key: 1, iv: 2, mac: 3 } as const

export interface Pkcs12Derivation {
  readonly digest: DigestName
  readonly purpose: keyof typeof purposes
  readonly salt: Uint8Array
  /** Rounds; their bound is the caller's business. */
  readonly iterations: number
  /** Octets wanted. */
  readonly length: number
}

/**
 * Derives a key from a password in the way that PKCS#12 alone has, for its old encryption and for its MAC.
 *
 * @param password - UTF-16 with the more significant octet first and two zero octets at the end, as {@link bmpPasswords}
 *   writes it.
 * @see RFC 7292 B.2
 */
export function derivePkcs12Key(password: Uint8Array, derivation: Pkcs12Derivation): Bytes {
  const { digest, purpose, salt, iterations, length } = derivation
  const block = blockLengths[digest]
  const diversifier = new Uint8Array(block).fill(purposes[purpose])
  const input = concat([repeat(salt, block), repeat(password, block)])
  const derived = new Uint8Array(length)
  for (let at = 0; at < length; ) {
    const a = iteratedDigest(digest, concat([diversifier, input]), iterations)
    derived.set(a.subarray(0, length - at), at)
    at += a.length
    const b = repeat(a, block)
    for (let start = 0; start < input.length; start += block) addOneMore(input.subarray(start, start + block), b)
  }
  return derived
}

/** Copies behind one another, the last one cut, until a multiple of the block is full; nothing stays nothing. */
function repeat(octets: Uint8Array, block: number): Bytes {
  const length = Math.ceil(octets.length / block) * block
  return Uint8Array.from({ length }, (_, i) => octets[i % octets.length]!)
}

/** Adds `b` and one to a block, in place, and drops what carries over its front. */
function addOneMore(block: Uint8Array, b: Uint8Array): void {
  let carry = 1
  for (let i = block.length - 1; i >= 0; i--) {
    carry += block[i]! + b[i]!
    block[i] = carry
    carry >>= 8
  }
}

/**
 * The ways in which writers turn a password into octets for the old key derivation, the standard's first.
 *
 * Of the empty password some write the two zero octets that end it, others nothing at all. OpenSSL before 1.1 took each
 * octet of the UTF-8 for a character, which shows when it is not ASCII.
 *
 * @see RFC 7292 B.1, passphrase-encoding(7) of OpenSSL
 */
export function bmpPasswords(password: string): readonly Bytes[] {
  if (password === '') return [bmpPassword(password), new Uint8Array()]
  const utf8 = encodeUtf8(password)
  const isAscii = utf8.length === password.length
  return isAscii ? [bmpPassword(password)] : [bmpPassword(password), bmpPassword(decodeLatin1(utf8))]
}

/** As the standard wants it: with a zero character at the end. */
export function bmpPassword(password: string): Bytes {
  return encodeBmp(`${password}\0`)
}
