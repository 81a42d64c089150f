import { MimeError } from './errors.js'
import { type Header, HeaderView, startOfFields, startsField } from './header.js'
import { beforeLineEnd, lineEndOf, nextLine } from './source-lines.js'

/** Bounds on one header. */
export interface HeaderLimits {
  /** Octets. Default 1,048,576. */
  readonly maxHeaderBytes: number
  /** Default 10,000. */
  readonly maxFields: number
}

export const defaultHeaderLimits: HeaderLimits = { maxHeaderBytes: 0x10_0000, maxFields: 10_000 }

export interface ParsedHeader {
  readonly header: Header
  /** Where the body begins: behind the blank line, or at the end when there is none. */
  readonly bodyStart: number
  /** Lines that are no fields, and were passed over. */
  readonly malformedLines: number
  /** Whether a line that is no field ended the header, in place of a blank one. */
  readonly missingBlankLine: boolean
}

/** Where a header lies, in octets of its source. */
export interface HeaderScan extends Omit<ParsedHeader, 'header'> {
  /** Behind the last line of the header, before the blank one. */
  readonly end: number
  /** Where the next line starts; before it may be the line end of a delimiter. */
  readonly next: number
  /** It was cut here: the header, or one of its lines, is beyond the limits. */
  readonly beyond: 'header' | 'line' | undefined
}

const cr = 0x0d

/**
 * Reads a header and leaves the body alone. Lines end in CRLF or, bending RFC 5322 §2.1, in LF; in CR when there is no LF
 * at all.
 *
 * Also bent: a byte order mark or an mbox line before the first field, and white space before its name. A line that is
 * no field is passed over when nothing but fields is between it and the blank line; otherwise it is the first of the
 * body, and a blank line was forgotten before it. When it is the very first, there is no header and everything is body.
 *
 * @throws {@link MimeError} `ERR_MIME_HEADER_TOO_LARGE` beyond the limits.
 * @see RFC 5322 §2.2
 */
export function parseHeader(source: Uint8Array, limits: Partial<HeaderLimits> = {}): ParsedHeader {
  const eol = lineEndOf(source)
  const scan = scanHeader(source, 0, { ...defaultHeaderLimits, ...limits }, eol, () => false)
  if (scan.beyond) throw headerTooLarge({ ...defaultHeaderLimits, ...limits })
  const { bodyStart, malformedLines, missingBlankLine, end } = scan
  return { header: new HeaderView({ source, start: 0, end, eol }), bodyStart, malformedLines, missingBlankLine }
}

export function headerTooLarge({ maxHeaderBytes, maxFields }: HeaderLimits, partial: object = {}): MimeError {
  const message = `a header beyond ${maxHeaderBytes} octets or ${maxFields} fields`
  return new MimeError('ERR_MIME_HEADER_TOO_LARGE', message, partial)
}

/**
 * Finds the end of the header that starts at an offset.
 *
 * @param isDelimiter - whether the line at an offset is a delimiter, which ends the header and what it belongs to.
 */
export function scanHeader(
  source: Uint8Array,
  start: number,
  {
    maxHeaderBytes,
    maxFields,
    maxLineBytes = Number.POSITIVE_INFINITY,
  }: HeaderLimits & { readonly maxLineBytes?: number },
  eol: number,
  isDelimiter: (start: number, next: number) => boolean,
): HeaderScan {
  let fields = 0
  let malformedLines = 0
  const fieldsStart = startOfFields(source, start, eol)
  const done = (end: number, bodyStart: number, more: Partial<HeaderScan> = {}): HeaderScan => {
    return { end, bodyStart, next: bodyStart, malformedLines, missingBlankLine: false, beyond: undefined, ...more }
  }
  // Asked at most once with the answer yes, and at most once with no: what is behind is read twice, not more.
  const fieldsUntilBlank = (from: number) => {
    let seen = false
    for (let line = from; line < source.length; ) {
      const next = nextLine(source, line, eol)
      if (isDelimiter(line, next)) return false
      if (isBlank(source, line, next, eol)) return seen
      if (!isSpace(source[line])) {
        if (!startsField(source, line, next)) return false
        seen = true
      }
      if (next - start > maxHeaderBytes) return true
      line = next
    }
    return false
  }
  for (let at = fieldsStart; at < source.length; ) {
    const next = nextLine(source, at, eol)
    if (isDelimiter(at, next)) {
      const end = beforeLineEnd(source, at, eol, start)
      return done(end, end, { next: at })
    }
    if (next - start > maxHeaderBytes) return done(at, at, { beyond: 'header' })
    if (next - at > maxLineBytes) return done(at, at, { beyond: 'line' })
    if (isBlank(source, at, next, eol)) return done(at, next)
    const continues = at > fieldsStart && isSpace(source[at])
    if (!continues && startsField(source, at, next)) {
      if (++fields > maxFields) return done(at, at, { beyond: 'header' })
    } else if (!continues) {
      if (at === fieldsStart) return done(at, at, { malformedLines: 1 })
      if (!fieldsUntilBlank(next)) return done(at, at, { missingBlankLine: true })
      malformedLines++
    }
    at = next
  }
  return done(source.length, source.length)
}

function isBlank(source: Uint8Array, start: number, next: number, eol: number): boolean {
  const length = next - start
  return source[next - 1] === eol && (length === 1 || (length === 2 && source[start] === cr))
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}
