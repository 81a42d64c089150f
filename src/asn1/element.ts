import { Asn1Error } from './errors.js'
import { type Tag, tags } from './tags.js'

/** Bounds on what the reader takes on. */
export interface Asn1Limits {
  /** Levels of nesting. Default 64. */
  readonly maxDepth: number
  /** Length of the input in bytes. Default 268,435,456 (256 MiB). */
  readonly maxBytes: number
  /** Elements in all; content streamed in pieces has one for each piece. Default 500,000. */
  readonly maxElements: number
}

export interface ParseOptions {
  /**
   * `ber` (default) takes indefinite lengths, lengths in more octets than needed and strings in pieces; `der` refuses
   * them. What a value looks like inside (a boolean other than 0xff, an integer with leading zeros) is not judged here.
   */
  readonly rules?: 'ber' | 'der'
  readonly limits?: Partial<Asn1Limits>
}

/** One tag-length-value: where it lies in the source, and what it contains. Nothing is copied. */
export interface Element {
  readonly tag: Tag
  readonly constructed: boolean
  /** Offset of the identifier octet in the parsed input. */
  readonly offset: number
  /** The whole encoding, identifier and length included: a view of the input. */
  readonly bytes: Uint8Array
  /** The contents octets, without an end-of-contents mark: a view of the input. */
  readonly content: Uint8Array
  /** What a constructed element holds; empty for a primitive one. */
  readonly children: readonly Element[]
}

const defaults: Asn1Limits = { maxDepth: 64, maxBytes: 0x1000_0000, maxElements: 500_000 }
const none: readonly Element[] = []

/** A class only so that the views are made when they are asked for: most elements are walked past. */
class Parsed implements Element {
  readonly source: Uint8Array
  readonly tag: Tag
  readonly constructed: boolean
  readonly offset: number
  readonly contentStart: number
  contentEnd = 0
  end = 0
  children = none

  constructor(source: Uint8Array, tag: Tag, constructed: boolean, offset: number, contentStart: number) {
    this.source = source
    this.tag = tag
    this.constructed = constructed
    this.offset = offset
    this.contentStart = contentStart
  }

  get bytes(): Uint8Array {
    return this.source.subarray(this.offset, this.end)
  }

  get content(): Uint8Array {
    return this.source.subarray(this.contentStart, this.contentEnd)
  }
}

/**
 * Reads one element and everything below it; the input must end where it ends.
 *
 * Views into the input are handed out, so the input must not change afterwards. Strings that hold further encodings
 * (an extension's value, say) are not looked into: call again with their content.
 *
 * @throws {@link Asn1Error} with the offset, when the bytes are not BER (or DER, if asked) or exceed a limit.
 * @see X.690 §8.1
 */
export function parseAsn1(source: Uint8Array, options: ParseOptions = {}): Element {
  const limits = { ...defaults, ...options.limits }
  if (source.length > limits.maxBytes) {
    throw new Asn1Error('ERR_ASN1_TOO_LARGE', `more than ${limits.maxBytes} bytes`, 0)
  }
  const element = new Reader(source, options.rules === 'der', limits).element(0, source.length, 1)
  if (element.end !== source.length) {
    throw new Asn1Error('ERR_ASN1_TRAILING_BYTES', 'bytes after the end of the element', element.end)
  }
  return element
}

/** The state of one reading: the input, the rules, and how many elements have been seen. */
class Reader {
  readonly #source: Uint8Array
  readonly #strict: boolean
  readonly #limits: Asn1Limits
  #count = 0

  constructor(source: Uint8Array, strict: boolean, limits: Asn1Limits) {
    this.#source = source
    this.#strict = strict
    this.#limits = limits
  }

  element(offset: number, limit: number, depth: number): Parsed {
    if (depth > this.#limits.maxDepth) {
      throw new Asn1Error('ERR_ASN1_TOO_DEEP', `nested more than ${this.#limits.maxDepth} deep`, offset)
    }
    if (++this.#count > this.#limits.maxElements) {
      throw new Asn1Error('ERR_ASN1_TOO_MANY_ELEMENTS', `more than ${this.#limits.maxElements} elements`, offset)
    }
    const first = this.#octet(offset, limit)
    const constructed = (first & 0x20) !== 0
    let at = offset + 1
    let tag = first & ~0x20
    if ((first & 0x1f) === 0x1f) [tag, at] = this.#highTag(first, at, limit)
    if (tag === tags.endOfContents)
      throw new Asn1Error('ERR_ASN1_VALUE', 'an end-of-contents mark out of place', offset)

    const [length, contentStart] = this.#length(at, limit)
    const element = new Parsed(this.#source, tag, constructed, offset, contentStart)
    if (length === undefined) return this.#indefinite(element, limit, depth)

    if (length > limit - contentStart) {
      throw new Asn1Error('ERR_ASN1_TRUNCATED', 'the length reaches beyond the end', offset)
    }
    element.contentEnd = element.end = contentStart + length
    if (constructed) {
      if (this.#strict && isString(tag)) throw new Asn1Error('ERR_ASN1_NOT_DER', 'a string in pieces', offset)
      element.children = this.#children(contentStart, element.end, depth)
    }
    return element
  }

  #children(start: number, end: number, depth: number): readonly Parsed[] {
    const children: Parsed[] = []
    for (let at = start; at < end; ) {
      const child = this.element(at, end, depth + 1)
      children.push(child)
      at = child.end
    }
    return children
  }

  #indefinite(element: Parsed, limit: number, depth: number): Parsed {
    if (this.#strict) throw new Asn1Error('ERR_ASN1_NOT_DER', 'an indefinite length', element.offset)
    if (!element.constructed) {
      throw new Asn1Error('ERR_ASN1_LENGTH', 'an indefinite length on a primitive element', element.offset)
    }
    const children: Parsed[] = []
    let at = element.contentStart
    // End-of-contents is two zero octets where the next identifier would stand (X.690 §8.1.5).
    while (this.#octet(at, limit) !== 0 || this.#octet(at + 1, limit) !== 0) {
      const child = this.element(at, limit, depth + 1)
      children.push(child)
      at = child.end
    }
    element.contentEnd = at
    element.end = at + 2
    element.children = children
    return element
  }

  /** Tag numbers of 31 and more: base 128, most significant group first (X.690 §8.1.2.4). */
  #highTag(first: number, start: number, limit: number): [tag: Tag, next: number] {
    let number = 0
    for (let at = start; at < start + 4; at++) {
      const octet = this.#octet(at, limit)
      if (at === start && octet === 0x80) break
      number = number * 128 + (octet & 0x7f)
      if (octet < 0x80) {
        if (number < 31) break
        return [number * 256 + (first & ~0x20), at + 1]
      }
    }
    throw new Asn1Error('ERR_ASN1_VALUE', 'a tag number that is too large or not in its shortest form', start - 1)
  }

  /** The length in octets, `undefined` when indefinite, and where the contents begin (X.690 §8.1.3). */
  #length(start: number, limit: number): [length: number | undefined, contentStart: number] {
    const first = this.#octet(start, limit)
    if (first < 0x80) return [first, start + 1]
    if (first === 0x80) return [undefined, start + 1]
    const count = first & 0x7f
    // Six octets count to 2^48, beyond any input; BER allows leading zeros, so up to 126 octets could follow.
    if (count > 6) throw new Asn1Error('ERR_ASN1_LENGTH', 'a length in more than six octets', start)
    let length = 0
    for (let at = start + 1; at <= start + count; at++) length = length * 256 + this.#octet(at, limit)
    if (this.#strict && (length < 0x80 || length < 256 ** (count - 1))) {
      throw new Asn1Error('ERR_ASN1_NOT_DER', 'a length in more octets than needed', start)
    }
    return [length, start + 1 + count]
  }

  #octet(at: number, limit: number): number {
    if (at >= limit) throw new Asn1Error('ERR_ASN1_TRUNCATED', 'the input ends inside an element', at)
    return this.#source[at]!
  }
}

const stringTags: ReadonlySet<Tag> = new Set([
  tags.bitString,
  tags.octetString,
  tags.utf8String,
  tags.numericString,
  tags.printableString,
  tags.teletexString,
  tags.ia5String,
  tags.visibleString,
  tags.universalString,
  tags.bmpString,
])

function isString(tag: Tag): boolean {
  return stringTags.has(tag)
}
