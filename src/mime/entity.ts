import type { ContentDisposition, ContentType } from './content-fields.js'
import type { Header } from './header.js'
import type { HeaderLimits } from './parse-header.js'

/** Where an entity lies in the source, in octets. */
export interface Span {
  readonly start: number
  readonly bodyStart: number
  readonly end: number
}

/**
 * What was bent to read an entity.
 *
 * - `malformed-header-line`: a line that is no field was passed over, or there is no header at all.
 * - `missing-blank-line`: a line that is no field ended the header.
 * - `duplicate-field`: Content-Type, Content-Transfer-Encoding or Content-Disposition occurs twice; the first counts.
 * - `malformed-content-type`: it names no type, and the default holds.
 * - `no-boundary`: a multipart that has none; its body is text.
 * - `boundary-in-use`: the boundary of an outer multipart; its delimiters are the outer one's.
 * - `no-parts`: a multipart without any; its boundary may never occur. Its body is text.
 * - `missing-close-delimiter`: it ends where the message does, or at a delimiter of an outer multipart.
 * - `limit-exceeded`: of what was read until a limit: this entity was cut there.
 */
export type MimeDefect =
  | 'malformed-header-line'
  | 'missing-blank-line'
  | 'duplicate-field'
  | 'malformed-content-type'
  | 'no-boundary'
  | 'boundary-in-use'
  | 'no-parts'
  | 'missing-close-delimiter'
  | 'limit-exceeded'

/** A header and a body, and what the body consists of. Everything is a view of the source: nothing is copied or rewritten. */
export interface Entity {
  readonly source: Uint8Array
  readonly span: Span
  /** Header, blank line and body, octet for octet: for a part of multipart/signed exactly what was signed. */
  readonly bytes: Uint8Array
  readonly header: Header
  /** As received, still in its transfer encoding. */
  readonly body: Uint8Array
  /** `text/plain; charset=us-ascii` when absent or unreadable (RFC 2045 §5.2). */
  readonly contentType: ContentType
  readonly contentDisposition?: ContentDisposition
  /** In lower case; `7bit` when absent. */
  readonly transferEncoding: string
  /** Of a multipart. A message/rfc822 is a leaf: what it holds is content until somebody asks (AS-48). */
  readonly parts: readonly Entity[]
  /** Of a multipart, with their line ends on both sides: one before each part, and one behind the last when it is closed. */
  readonly delimiters: readonly Uint8Array[]
  /** What stands before the first and behind the last delimiter: shown to nobody. Only where there are delimiters. */
  readonly preamble: Uint8Array | undefined
  readonly epilogue: Uint8Array | undefined
  readonly defects: readonly MimeDefect[]
}

/** Bounds on what one message may cost. */
export interface MimeLimits extends HeaderLimits {
  /** Multiparts within multiparts. Default 32. */
  readonly maxDepth: number
  /** Parts in all. Default 10,000. */
  readonly maxParts: number
  /** Octets of one line, its end included. No bound by default: a line costs nothing to read, and base64 comes in one. */
  readonly maxLineBytes: number
}

/** The pieces of an entity, as offsets. */
export interface EntityOffsets extends Span {
  readonly headerEnd: number
  /** Start and end of each delimiter, one behind the other. */
  readonly delimiters: readonly number[]
}

/** An entity whose bytes are cut out of the source when they are asked for: a message may have 100,000 of them. */
export class EntityView implements Entity {
  readonly source: Uint8Array
  readonly span: Span
  readonly header: Header
  readonly contentType: ContentType
  readonly contentDisposition?: ContentDisposition
  readonly transferEncoding: string
  readonly parts: readonly Entity[]
  readonly defects: readonly MimeDefect[]
  readonly #delimiters: readonly number[]

  constructor(
    source: Uint8Array,
    { start, bodyStart, end, headerEnd, delimiters }: EntityOffsets,
    traits: Pick<Entity, 'contentType' | 'contentDisposition' | 'transferEncoding' | 'parts' | 'defects'> & {
      readonly fields: Header['fields']
    },
  ) {
    this.source = source
    this.span = { start, bodyStart, end }
    this.header = new HeaderView(source, start, headerEnd, traits.fields)
    this.contentType = traits.contentType
    if (traits.contentDisposition) this.contentDisposition = traits.contentDisposition
    this.transferEncoding = traits.transferEncoding
    this.parts = traits.parts
    this.defects = traits.defects
    this.#delimiters = delimiters
  }

  get bytes(): Uint8Array {
    return this.source.subarray(this.span.start, this.span.end)
  }

  get body(): Uint8Array {
    return this.source.subarray(this.span.bodyStart, this.span.end)
  }

  get delimiters(): readonly Uint8Array[] {
    const starts = this.#delimiters.filter((_, index) => index % 2 === 0)
    return starts.map((start, index) => this.source.subarray(start, this.#delimiters[index * 2 + 1]))
  }

  get preamble(): Uint8Array | undefined {
    const end = this.#delimiters[0]
    return end === undefined ? undefined : this.source.subarray(this.span.bodyStart, end)
  }

  get epilogue(): Uint8Array | undefined {
    const start = this.#delimiters.at(-1)
    const isClosed = this.#delimiters.length > 2 * this.parts.length
    return start === undefined ? undefined : this.source.subarray(isClosed ? start : this.span.end, this.span.end)
  }
}

class HeaderView implements Header {
  readonly fields: Header['fields']
  readonly #source: Uint8Array
  readonly #start: number
  readonly #end: number

  constructor(source: Uint8Array, start: number, end: number, fields: Header['fields']) {
    this.fields = fields
    this.#source = source
    this.#start = start
    this.#end = end
  }

  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end)
  }
}
