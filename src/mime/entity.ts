import { decodeBase64 } from '../bytes/index.js'
import {
  type ContentDisposition,
  type ContentType,
  parseContentDisposition,
  parseContentType,
} from './content-fields.js'
import { boundaryOf, type Delimiter, delimitersIn } from './delimiters.js'
import { MimeError } from './errors.js'
import { fieldBody, type Header } from './header.js'
import { defaultHeaderLimits, type HeaderLimits, parseHeader } from './parse-header.js'
import { decodeQuotedPrintable } from './quoted-printable.js'

/** Where an entity lies in the source, in octets. */
export interface Span {
  readonly start: number
  readonly bodyStart: number
  readonly end: number
}

/** What was bent to read an entity. */
export type MimeDefect = 'malformed-header-line' | 'malformed-content-type' | 'no-boundary' | 'missing-close-delimiter'

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
  /** What stands before the first and behind the last delimiter: shown to nobody. */
  readonly preamble?: Uint8Array
  readonly epilogue?: Uint8Array
  readonly defects: readonly MimeDefect[]
}

/** Bounds on what one message may cost. */
export interface MimeLimits extends HeaderLimits {
  /** Multiparts within multiparts. Default 32. */
  readonly maxDepth: number
  /** Parts in all. Default 10,000. */
  readonly maxParts: number
}

const defaults: MimeLimits = { ...defaultHeaderLimits, maxDepth: 32, maxParts: 10_000 }

const textPlain: ContentType = { type: 'text', subtype: 'plain', parameters: { charset: 'us-ascii' } }
const messageRfc822: ContentType = { type: 'message', subtype: 'rfc822', parameters: {} }

/**
 * Reads a message or a part: its header, and the tree of parts below.
 *
 * Any bytes are an entity. A delimiter of an outer multipart ends an inner one that was left open; a last part without
 * a delimiter behind it goes to the end. What was bent stands in `defects`.
 *
 * @throws {@link MimeError} beyond a limit, and for nothing else.
 * @see RFC 2045, RFC 2046 §5.1
 */
export function parseEntity(source: Uint8Array, limits: Partial<MimeLimits> = {}): Entity {
  return new Parser(source, { ...defaults, ...limits }).entity(0, source.length, 0, textPlain)
}

/** The state of one reading: the source, the limits, and how many parts have been seen. */
class Parser {
  readonly #source: Uint8Array
  readonly #limits: MimeLimits
  #parts = 0

  constructor(source: Uint8Array, limits: MimeLimits) {
    this.#source = source
    this.#limits = limits
  }

  entity(start: number, end: number, depth: number, defaultType: ContentType): Entity {
    const bytes = this.#source.subarray(start, end)
    const { header, bodyStart, malformedLines } = parseHeader(bytes, this.#limits)
    const typeBody = fieldBody(header, 'Content-Type')
    const type = typeBody === undefined ? undefined : parseContentType(typeBody)
    const contentType = type ?? defaultType
    const disposition = parseContentDisposition(fieldBody(header, 'Content-Disposition') ?? '')
    const multipart =
      contentType.type === 'multipart' ? this.#multipart(contentType, start + bodyStart, end, depth) : leaf
    return {
      source: this.#source,
      span: { start, bodyStart: start + bodyStart, end },
      bytes,
      header,
      body: bytes.subarray(bodyStart),
      contentType,
      ...(disposition && { contentDisposition: disposition }),
      transferEncoding: encodingOf(fieldBody(header, 'Content-Transfer-Encoding')),
      ...multipart,
      defects: [
        ...(malformedLines > 0 ? (['malformed-header-line'] as const) : []),
        ...(typeBody !== undefined && !type ? (['malformed-content-type'] as const) : []),
        ...multipart.defects,
      ],
    }
  }

  #multipart(contentType: ContentType, start: number, end: number, depth: number): Composition {
    const boundary = boundaryOf(contentType)
    if (!boundary) return { parts: [], defects: ['no-boundary'] }
    if (depth >= this.#limits.maxDepth) {
      throw new MimeError('ERR_MIME_TOO_DEEP', `multiparts nested more than ${this.#limits.maxDepth} deep`)
    }
    const delimiters: Delimiter[] = []
    for (const delimiter of delimitersIn(this.#source, boundary, start, end)) {
      delimiters.push(delimiter)
      if (!delimiter.closes && ++this.#parts > this.#limits.maxParts) {
        throw new MimeError('ERR_MIME_TOO_MANY_PARTS', `more than ${this.#limits.maxParts} parts`)
      }
    }
    const last = delimiters.at(-1)
    const defaultType = contentType.subtype === 'digest' ? messageRfc822 : textPlain
    const parts = delimiters
      .filter(({ closes }) => !closes)
      .map(({ next }, index) => {
        const partEnd = delimiters[index + 1]?.start ?? end
        return this.entity(next, Math.max(next, partEnd), depth + 1, defaultType)
      })
    return {
      parts,
      preamble: this.#source.subarray(start, Math.max(start, delimiters[0]?.start ?? end)),
      epilogue: this.#source.subarray(last?.closes ? last.next : end, end),
      defects: last?.closes ? [] : ['missing-close-delimiter'],
    }
  }
}

type Composition = Pick<Entity, 'parts' | 'preamble' | 'epilogue' | 'defects'>

const leaf: Composition = { parts: [], defects: [] }

/** The first word of the field; a comment or a semicolon behind it is passed over (RFC 2045 §6.1 has neither). */
function encodingOf(body: string | undefined): string {
  return /^[^\s;(]+/.exec(body ?? '')?.[0].toLowerCase() ?? '7bit'
}

/** A map, because the names come from strangers. */
const decoders: ReadonlyMap<string, (body: Uint8Array) => Uint8Array> = new Map([
  ['base64', (body: Uint8Array) => decodeBase64(body, { lenient: true })],
  ['quoted-printable', decodeQuotedPrintable],
])

/**
 * The content of an entity, its transfer encoding undone; a view of the source where there is nothing to undo. What is
 * no encoding is passed over, as RFC 2045 §6.8 asks, and an encoding that is not known leaves the body as it is.
 */
export function decodeBody(entity: Entity): Uint8Array {
  return decoders.get(entity.transferEncoding)?.(entity.body) ?? entity.body
}
