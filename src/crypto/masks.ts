import type { Bytes } from '../bytes/index.js'

// Conditions on secret octets, as masks instead of branches: 0xff is yes, 0 is no.

export type Mask = number

/** Yes when an octet is zero. */
export function isZero(octet: number): Mask {
  return ((octet - 1) >> 8) & 0xff
}

/** One or the other of two equally long byte strings, without a trace of which. */
export function select(mask: Mask, yes: Uint8Array, no: Uint8Array): Bytes {
  return Uint8Array.from(no, (octet, index) => (yes[index]! & mask) | (octet & ~mask))
}

/** Bytes of exactly the length wanted, and whether they came in it: the lengths are there for everybody to see. */
export function fitted(bytes: Uint8Array, length: number): { readonly octets: Bytes; readonly good: Mask } {
  const octets = new Uint8Array(length)
  const tail = bytes.subarray(Math.max(0, bytes.length - length))
  octets.set(tail, length - tail.length)
  return { octets, good: bytes.length === length ? 0xff : 0 }
}
