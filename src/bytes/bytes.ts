import { hostIndexOf } from './host.js'

/** Bytes in memory of their own kind: what WebCrypto takes (never a `SharedArrayBuffer`). */
export type Bytes = Uint8Array<ArrayBuffer>

/** Joins byte strings into one new array. */
export function concat(parts: readonly Uint8Array[]): Bytes {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Whether two byte strings are the same. Not constant time: never compare secrets with it. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Items without those whose bytes stand before already. Each is compared with all: for lists of people, not of octets. */
export function distinctBy<Item>(items: readonly Item[], bytesOf: (item: Item) => Uint8Array): readonly Item[] {
  return items.filter((item, index) => items.findIndex((other) => equal(bytesOf(item), bytesOf(other))) === index)
}

/**
 * Finds the first place at or after `from` where `needle` occurs, or -1. An empty needle is found at once.
 *
 * To look for the same needle many times, {@link finder} prepares once.
 */
export function indexOf(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  return finder(needle)(haystack, from)
}

/**
 * Prepares a search for one needle (Horspool's algorithm, and what the host has for what is far away).
 *
 * Time is linear in the haystack when the needle's first byte does not occur in it again, as with a line feed and
 * the delimiter after it: a match that failed is then never read twice. For another needle chosen by a stranger the
 * bound is the product of both lengths, so bound the needle.
 */
export function finder(needle: Uint8Array): (haystack: Uint8Array, from?: number) => number {
  const size = needle.length
  const last = size - 1
  const shifts = new Uint8Array(256).fill(Math.min(Math.max(size, 1), 255))
  for (let i = 0; i < last; i++) shifts[needle[i]!] = Math.min(last - i, 255)
  const final = needle[last]

  return (haystack, from = 0) => {
    if (size === 0) return from <= haystack.length ? from : -1
    for (let start = from; ; ) {
      const far = start + nearOctets
      const limit = Math.min(far + last, haystack.length)
      for (let end = start + last; end < limit; end += shifts[haystack[end]!]!) {
        if (haystack[end] !== final) continue
        const found = end - last
        let i = 0
        while (i < last && haystack[found + i] === needle[i]) i++
        if (i === last) return found
      }
      if (limit === haystack.length) return -1
      start = hostIndexOf(haystack, needle, far) ?? far
      if (start < 0) return -1
    }
  }
}

/** Octets that a loop looks through before the host is asked, which is worth it where nothing is found for long. */
const nearOctets = 4096
