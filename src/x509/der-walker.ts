import { type Element, parseAsn1 } from '../asn1/index.js'
import { X509Error } from './errors.js'

/** Identifier octets of DER, with the bit that says "constructed". */
export const octetOf = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  context0: 0xa0,
} as const

/**
 * Walks over DER and makes an object of nothing: a list of a million certificates would have five million elements. It
 * stands on one element at a time and says where its contents begin and where it ends.
 */
export class DerWalker {
  readonly source: Uint8Array
  /** The identifier octet. */
  octet = 0
  contentStart = 0
  end = 0

  constructor(source: Uint8Array) {
    this.source = source
  }

  /**
   * Steps on the element at an offset; it must end within the limit.
   *
   * @throws {@link X509Error} `ERR_X509_MALFORMED` when it does not, when its length is indefinite or in more octets
   *   than needed, and for tag numbers above 30.
   */
  at(offset: number, limit: number): this {
    const { source } = this
    if (offset + 2 > limit) throw malformed(offset)
    this.octet = source[offset]!
    let length = source[offset + 1]!
    let start = offset + 2
    if (length >= 0x80) {
      const last = start + (length & 0x7f)
      const least = last - start === 1 ? 0x80 : 256 ** (last - start - 1)
      if (last === start || last - start > 4 || last > limit) throw malformed(offset)
      for (length = 0; start < last; start++) length = length * 256 + source[start]!
      if (length < least) throw malformed(offset)
    }
    if ((this.octet & 0x1f) === 0x1f || length > limit - start) throw malformed(offset)
    this.contentStart = start
    this.end = start + length
    return this
  }

  /** The same, for an element that must be of one of these kinds. */
  expect(offset: number, limit: number, octet: number, other: number = octet): this {
    this.at(offset, limit)
    if (this.octet !== octet && this.octet !== other) throw malformed(offset)
    return this
  }
}

/** A part of a structure that is too large to be read whole. */
export interface Part {
  readonly contentStart: number
  readonly end: number
  /** Reads it, when it is one of the small ones. */
  element(): Element
}

/** Goes through the parts of a structure in order, as `fieldsOf` does through the fields of one that has been read. */
export class DerParts {
  readonly #walker: DerWalker
  readonly #end: number
  #at: number

  constructor(source: Uint8Array, start: number, end: number) {
    this.#walker = new DerWalker(source)
    this.#at = start
    this.#end = end
  }

  /** The next part, which must be of one of these kinds. */
  next(octet: number, other: number = octet): Part {
    const part = this.optional(octet, other)
    if (!part) throw malformed(this.#at)
    return part
  }

  /** The next part if it is of one of these kinds. */
  optional(octet: number, other: number = octet): Part | undefined {
    const start = this.#at
    if (start === this.#end) return undefined
    const { octet: found, contentStart, end, source } = this.#walker.at(start, this.#end)
    if (found !== octet && found !== other) return undefined
    this.#at = end
    return { contentStart, end, element: () => parseAsn1(source.subarray(start, end), { rules: 'der', limits }) }
  }

  /** Says that no part is left. */
  end(): void {
    if (this.#at !== this.#end) throw malformed(this.#at)
  }
}

/** Reads the one element that there is, which must be of this kind. */
export function onlyElement(source: Uint8Array, octet: number): Element {
  const parts = new DerParts(source, 0, source.length)
  const part = parts.next(octet)
  parts.end()
  return part.element()
}

/** Of a small part. */
const limits = { maxBytes: 0x10_0000, maxElements: 50_000 }

function malformed(offset: number): X509Error {
  return new X509Error('ERR_X509_MALFORMED', `no DER, or something out of place (offset ${offset})`)
}
