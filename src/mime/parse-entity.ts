import type { ContentType } from './content-fields.js'
import { contentTypeOf, mayBeMultipart } from './content-traits.js'
import { boundaryOf, type Delimiter, OpenBoundaries } from './delimiters.js'
import { type Entity, EntityView, type MimeDefect, type MimeLimits } from './entity.js'
import { MimeError, type MimeErrorCode } from './errors.js'
import { type Header, HeaderView } from './header.js'
import { defaultHeaderLimits, type HeaderScan, headerTooLarge, scanHeader } from './parse-header.js'
import { beforeLineEnd, lineEndOf, nextLine } from './source-lines.js'

export const defaultLimits: MimeLimits = {
  ...defaultHeaderLimits,
  maxDepth: 32,
  maxParts: 10_000,
  maxLineBytes: Number.POSITIVE_INFINITY,
}

const textPlain: ContentType = { type: 'text', subtype: 'plain', parameters: { charset: 'us-ascii' } }
const messageRfc822: ContentType = { type: 'message', subtype: 'rfc822', parameters: {} }

/**
 * Reads a message or a part: its header, and the tree of parts below.
 *
 * Any bytes are an entity. A delimiter of an outer multipart ends an inner one that was left open; a last part without
 * a delimiter behind it goes to the end. What was bent stands in `defects`.
 *
 * @throws {@link MimeError} beyond a limit, and for nothing else. Its `entity` is the tree as far as it was read, whose
 *   bytes go to the end all the same; the entities that were cut have the defect `limit-exceeded`.
 * @see RFC 2045, RFC 2046 §5.1
 */
export function parseEntity(source: Uint8Array, limits: Partial<MimeLimits> = {}): Entity {
  return new Parser(source, { ...defaultLimits, ...limits }).read()
}

/** An entity that is being read. */
interface Frame {
  readonly start: number
  readonly scan: HeaderScan
  readonly defaultType: ContentType
  /** Of the parts, when they name none. */
  readonly typeOfParts: ContentType
  readonly defects: MimeDefect[]
  /** Of a multipart that may have parts. */
  readonly boundary: string | undefined
  /** Start and end of each. */
  readonly delimiters: number[]
  readonly parts: Entity[]
  /** Whether its delimiters are looked for. */
  open: boolean
  closed: boolean
}

/** One pass over the lines of a source, with a stack of the entities that are open: neither depth nor number costs more. */
class Parser {
  readonly #source: Uint8Array
  readonly #limits: MimeLimits
  readonly #eol: number
  readonly #stack: Frame[] = []
  readonly #boundaries: OpenBoundaries
  #parts = 0
  #at = 0

  constructor(source: Uint8Array, limits: MimeLimits) {
    this.#source = source
    this.#limits = limits
    this.#eol = lineEndOf(source)
    this.#boundaries = new OpenBoundaries(this.#eol)
  }

  read(): Entity {
    this.#open(0, textPlain)
    // Without open boundaries the rest is body, whatever it looks like. Only a bound on lines asks for every one of them.
    const everyLine = this.#limits.maxLineBytes !== Number.POSITIVE_INFINITY
    while (this.#at < this.#source.length) {
      if (!everyLine) this.#at = this.#boundaries.next(this.#source, this.#at)
      const next = nextLine(this.#source, this.#at, this.#eol)
      if (next - this.#at > this.#limits.maxLineBytes) this.#lineTooLong()
      const delimiter = this.#boundaries.at(this.#source, this.#at, next)
      if (delimiter) this.#divide(delimiter, next)
      else this.#at = next
    }
    return this.#closeDownTo(0, this.#source.length)!
  }

  /** Reads the header of an entity, which is then the innermost. */
  #open(start: number, defaultType: ContentType): void {
    const isDelimiter = (at: number, next: number) => this.#boundaries.at(this.#source, at, next) !== undefined
    const scan = scanHeader(this.#source, start, this.#limits, this.#eol, isDelimiter)
    const frame = frameOf(start, scan, this.#header(start, scan.end), defaultType)
    const level = this.#stack.push(frame) - 1
    this.#at = scan.next
    if (scan.beyond === 'header') throw headerTooLarge(this.#limits, { entity: this.#cut() })
    if (scan.beyond === 'line') this.#lineTooLong()
    if (frame.boundary === undefined) return
    if (level >= this.#limits.maxDepth) {
      this.#exceeded('ERR_MIME_TOO_DEEP', `multiparts nested more than ${this.#limits.maxDepth} deep`)
    }
    frame.open = this.#boundaries.open(frame.boundary, level)
    if (!frame.open) frame.defects.push('boundary-in-use')
  }

  /** At the delimiter of a multipart: ends what is open inside it, and begins its next part. */
  #divide({ level, closes }: Delimiter, next: number): void {
    const multipart = this.#stack[level]!
    if (!closes && ++this.#parts > this.#limits.maxParts) {
      this.#exceeded('ERR_MIME_TOO_MANY_PARTS', `more than ${this.#limits.maxParts} parts`)
    }
    const least = multipart.delimiters.at(-1) ?? multipart.scan.bodyStart
    const end = beforeLineEnd(this.#source, this.#at, this.#eol, least)
    this.#closeDownTo(level + 1, end)
    multipart.delimiters.push(end, next)
    this.#at = next
    if (closes) {
      multipart.closed = true
      this.#release(multipart)
    } else this.#open(next, multipart.typeOfParts)
  }

  /** Ends the entities from a level on; returns the outermost of them. */
  #closeDownTo(level: number, end: number): Entity | undefined {
    let last: Entity | undefined
    while (this.#stack.length > level) {
      const frame = this.#stack.pop()!
      this.#release(frame)
      last = this.#entity(frame, end)
      this.#stack.at(-1)?.parts.push(last)
    }
    return last
  }

  /** An entity that was left open may end before its last line end, which belongs to the delimiter behind. */
  #entity({ scan, defaultType, boundary, closed, defects, ...frame }: Frame, end: number): Entity {
    if (boundary !== undefined && frame.parts.length === 0) defects.push('no-parts')
    if (boundary !== undefined && !closed) defects.push('missing-close-delimiter')
    return new EntityView({
      header: this.#header(Math.min(frame.start, end), Math.min(scan.end, end)),
      bodyStart: Math.min(scan.bodyStart, end),
      end,
      defaultType,
      delimiters: settled(frame.delimiters.map((offset) => Math.min(offset, end))),
      parts: settled(frame.parts),
      defects: settled(defects),
    })
  }

  #header(start: number, end: number): HeaderView {
    return new HeaderView({ source: this.#source, start, end, eol: this.#eol })
  }

  #release(frame: Frame): void {
    if (frame.open && frame.boundary !== undefined) this.#boundaries.close(frame.boundary)
    frame.open = false
  }

  #lineTooLong(): never {
    this.#exceeded('ERR_MIME_LINE_TOO_LONG', `a line of more than ${this.#limits.maxLineBytes} octets`)
  }

  #exceeded(code: MimeErrorCode, message: string): never {
    throw new MimeError(code, message, { entity: this.#cut() })
  }

  /** What has been read: all that is open goes to the end, and says that it was cut. */
  #cut(): Entity {
    for (const frame of this.#stack) frame.defects.push('limit-exceeded')
    return this.#closeDownTo(0, this.#source.length)!
  }
}

function frameOf(start: number, scan: HeaderScan, header: Header, defaultType: ContentType): Frame {
  const defects: MimeDefect[] = []
  if (scan.malformedLines > 0) defects.push('malformed-header-line')
  if (scan.missingBlankLine) defects.push('missing-blank-line')
  const contentType = mayBeMultipart(header) ? contentTypeOf(header, defaultType) : textPlain
  const boundary = contentType.type === 'multipart' ? boundaryOf(contentType) : undefined
  if (contentType.type === 'multipart' && boundary === undefined) defects.push('no-boundary')
  const typeOfParts = contentType.subtype === 'digest' ? messageRfc822 : textPlain
  return {
    start,
    scan,
    defaultType,
    typeOfParts,
    defects,
    boundary,
    delimiters: [],
    parts: [],
    open: false,
    closed: false,
  }
}

const none: readonly never[] = []

/** The list without the room that it has to grow. */
function settled<Item>(list: readonly Item[]): readonly Item[] {
  return list.length > 0 ? list.slice() : none
}
