import { type Bytes, decodeHex, encodeHex } from '../bytes/index.js'

/** Octets to a number. @see RFC 8017 §4.2 */
export function os2ip(octets: Uint8Array): bigint {
  return BigInt(`0x${encodeHex(octets) || '0'}`)
}

/** A number to octets. @see RFC 8017 §4.1 */
export function i2osp(value: bigint, length: number): Bytes {
  return decodeHex(value.toString(16).padStart(length * 2, '0'))
}

/**
 * base^exponent mod modulus by squaring and multiplying, which is quickest for an exponent of few bits. What it does
 * tells the exponent: for public ones only.
 */
export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus
    if (bit === '1') result = (result * base) % modulus
  }
  return result
}
