import { der } from '../asn1/index.js'
import { DerWalker } from './der-walker.js'

/**
 * Finds the entries of a list by serial number: their offsets, in buckets by a hash of the number. Four octets for each
 * entry and no more for the buckets, of which there are no more than entries. If all serial numbers fell into one
 * bucket, a question would cost one walk over the list.
 */
export class SerialNumberIndex {
  readonly #walker: DerWalker
  readonly #end: number
  readonly #mask: number
  /** Where each bucket begins among the offsets; one more marks the end of the last. */
  readonly #starts: Uint32Array
  readonly #offsets: Uint32Array

  /** @param size - how many entries there are between start and end; all must have the shape they should. */
  constructor(source: Uint8Array, start: number, end: number, size: number) {
    this.#walker = new DerWalker(source)
    this.#end = end
    const buckets = 2 ** Math.floor(Math.log2(Math.max(1, size)))
    this.#mask = buckets - 1
    this.#starts = new Uint32Array(buckets + 1)
    this.#offsets = new Uint32Array(size)
    // Counting sort: how many fall into each bucket, where each begins, and the entries in their places.
    this.#visit(start, (bucket) => {
      this.#starts[bucket + 1]!++
    })
    for (let bucket = 0; bucket < buckets; bucket++) this.#starts[bucket + 1]! += this.#starts[bucket]!
    const next = this.#starts.slice(0, buckets)
    this.#visit(start, (bucket, offset) => {
      this.#offsets[next[bucket]!++] = offset
    })
  }

  /** The offsets of the entries with this number, in their order. */
  offsetsOf(serialNumber: bigint): readonly number[] {
    const encoded = der.encode(der.integer(serialNumber))
    const octets = encoded.subarray(new DerWalker(encoded).at(0, encoded.length).contentStart)
    const bucket = hash(octets, 0, octets.length) & this.#mask
    const offsets = this.#offsets.subarray(this.#starts[bucket], this.#starts[bucket + 1])
    return Array.from(offsets.filter((offset) => this.#hasNumber(offset, octets)))
  }

  #hasNumber(offset: number, octets: Uint8Array): boolean {
    const start = this.#serialNumberOf(offset)
    const { source, end } = this.#walker
    if (end - start !== octets.length) return false
    for (let i = 0; i < octets.length; i++) if (source[start + i] !== octets[i]) return false
    return true
  }

  #visit(start: number, visit: (bucket: number, offset: number) => void): void {
    for (let at = start; at < this.#end; ) {
      const from = this.#serialNumberOf(at)
      visit(hash(this.#walker.source, from, this.#walker.end) & this.#mask, at)
      at = this.#walker.at(at, this.#end).end
    }
  }

  /** Where the number of an entry begins, in the fewest octets that say it; the walker stands on it and knows its end. */
  #serialNumberOf(offset: number): number {
    const entry = this.#walker.at(offset, this.#end)
    const { source, contentStart, end } = entry.at(entry.contentStart, entry.end)
    let start = contentStart
    while (start + 1 < end && isPadding(source[start]!, source[start + 1]!)) start++
    return start
  }
}

/** An octet that repeats the sign of the one behind it. Such numbers are no DER, but they are in certificates. */
function isPadding(octet: number, next: number): boolean {
  return (octet === 0 && next < 0x80) || (octet === 0xff && next >= 0x80)
}

/** FNV-1a, whose low bits are good enough to choose a bucket by. */
function hash(source: Uint8Array, start: number, end: number): number {
  let value = 0x811c_9dc5
  for (let i = start; i < end; i++) value = Math.imul(value ^ source[i]!, 0x0100_0193)
  return value ^ (value >>> 15)
}
