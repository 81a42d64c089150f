import type { ContentDisposition, ContentType } from './content-fields.js'
import { contentDefects, contentDispositionOf, contentTypeOf, transferEncodingOf } from './content-traits.js'
import type { Header, HeaderView } from './header.js'
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
  readonly contentDisposition: ContentDisposition | undefined
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

/** An entity as it was read: its pieces as offsets, and what nobody can tell from them. */
export interface EntityPieces {
  /** Knows the source and the start. */
  readonly header: HeaderView
  readonly bodyStart: number
  readonly end: number
  /** What it is when its header names no type. */
  readonly defaultType: ContentType
  /** Start and end of each delimiter, one behind the other. */
  readonly delimiters: readonly number[]
  readonly parts: readonly Entity[]
  /** Beside those that its fields have. */
  readonly defects: readonly MimeDefect[]
}

/**
 * An entity that is cut out of the source, and whose fields are read, each time that somebody asks: a message may have
 * 100,000 of them, and what their fields say would take more memory than the message.
 */
export class EntityView implements Entity {
  readonly #pieces: EntityPieces

  constructor(pieces: EntityPieces) {
    this.#pieces = pieces
  }

  get source(): Uint8Array {
    return this.#pieces.header.source
  }

  get span(): Span {
    const { header, bodyStart, end } = this.#pieces
    return { start: header.start, bodyStart, end }
  }

  get bytes(): Uint8Array {
    return this.source.subarray(this.#pieces.header.start, this.#pieces.end)
  }

  get header(): Header {
    return this.#pieces.header
  }

  get body(): Uint8Array {
    return this.source.subarray(this.#pieces.bodyStart, this.#pieces.end)
  }

  get contentType(): ContentType {
    return contentTypeOf(this.header, this.#pieces.defaultType)
  }

  get contentDisposition(): ContentDisposition | undefined {
    return contentDispositionOf(this.header)
  }

  get transferEncoding(): string {
    return transferEncodingOf(this.header)
  }

  get defects(): readonly MimeDefect[] {
    return [...contentDefects(this.header), ...this.#pieces.defects]
  }

  get parts(): readonly Entity[] {
    return this.#pieces.parts
  }

  get delimiters(): readonly Uint8Array[] {
    return [...this.eachDelimiter()]
  }

  /** The delimiters one at a time, without a list of them. */
  *eachDelimiter(): Generator<Uint8Array> {
    const { delimiters } = this.#pieces
    for (let at = 0; at < delimiters.length; at += 2) yield this.source.subarray(delimiters[at], delimiters[at + 1])
  }

  get preamble(): Uint8Array | undefined {
    const end = this.#pieces.delimiters[0]
    return end === undefined ? undefined : this.source.subarray(this.#pieces.bodyStart, end)
  }

  get epilogue(): Uint8Array | undefined {
    const { delimiters, end } = this.#pieces
    const start = delimiters.at(-1)
    const isClosed = delimiters.length > 2 * this.parts.length
    return start === undefined ? undefined : this.source.subarray(isClosed ? start : end, end)
  }
}
