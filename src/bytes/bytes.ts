/** What functions here give back: backed by memory of its own, as WebCrypto wants it. */
export type Bytes = Uint8Array<ArrayBuffer>

/** Joins parts into one array, copying each once. */
export function concat(parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Says whether two arrays hold the same octets. It leaves at the first difference: not for comparing secrets. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((octet, index) => octet === b[index])
}

/**
 * Finds octets within others, from an offset on.
 *
 * @returns the offset of the first place, or -1.
 */
export function indexOf(haystack: Uint8Array, needle: Uint8Array, from = 0): number {
  if (needle.length === 0) return from
  const last = haystack.length - needle.length
  const [first] = needle
  // The host's search for one octet skips quickly; what follows it is compared by hand.
  for (let at = haystack.indexOf(first!, from); at >= 0 && at <= last; at = haystack.indexOf(first!, at + 1)) {
    let matched = 1
    while (matched < needle.length && haystack[at + matched] === needle[matched]) matched++
    if (matched === needle.length) return at
  }
  return -1
}
