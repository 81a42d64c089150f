import { MimeError } from './errors.js'
import { type Field, FieldView, type Header } from './header.js'

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
  readonly fields: readonly Field[]
  /** Behind the last line of the header, before the blank one. */
  readonly end: number
  /** Where the next line starts; before it may be the line end of a delimiter. */
  readonly next: number
  /** It was cut here: the header, or one of its lines, is beyond the limits. */
  readonly beyond: 'header' | 'line' | undefined
}

const lf = 0x0a
const cr = 0x0d

/** What ends the lines of a source: LF, perhaps behind CR. One without any LF is of the old kind whose lines end in CR. */
export function lineEndOf(source: Uint8Array): number {
  return source.includes(lf) || !source.includes(cr) ? lf : cr
}

/** Behind the next line end, or the end. */
export function nextLine(source: Uint8Array, from: number, eol: number): number {
  const at = source.indexOf(eol, from)
  return at < 0 ? source.length : at + 1
}

/** Where the line end before an offset begins; the offset itself when there is none, or only before `least`. */
export function beforeLineEnd(source: Uint8Array, at: number, eol: number, least: number): number {
  if (at <= least || source[at - 1] !== eol) return at
  return eol === lf && at - 1 > least && source[at - 2] === cr ? at - 2 : at - 1
}

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
  const scan = scanHeader(source, 0, { ...defaultHeaderLimits, ...limits }, lineEndOf(source), () => false)
  if (scan.beyond) throw headerTooLarge({ ...defaultHeaderLimits, ...limits })
  const { bodyStart, malformedLines, missingBlankLine, fields, end } = scan
  return { header: { fields, bytes: source.subarray(0, end) }, bodyStart, malformedLines, missingBlankLine }
}

export function headerTooLarge({ maxHeaderBytes, maxFields }: HeaderLimits, partial: object = {}): MimeError {
  const message = `a header beyond ${maxHeaderBytes} octets or ${maxFields} fields`
  return new MimeError('ERR_MIME_HEADER_TOO_LARGE', message, partial)
}

/**
 * Finds the fields of the header that starts at an offset.
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
  const fields: Field[] = []
  let malformedLines = 0
  let open = -1 // where the field that is being read starts
  const fieldsStart = startOfFields(source, start, eol)
  const close = (end: number) => {
    if (open >= 0) fields.push(new FieldView(source, open, end, eol))
    open = -1
  }
  const done = (end: number, bodyStart: number, more: Partial<HeaderScan> = {}): HeaderScan => {
    close(end)
    return {
      fields,
      end,
      bodyStart,
      next: bodyStart,
      malformedLines,
      missingBlankLine: false,
      beyond: undefined,
      ...more,
    }
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
  let inJunk = false
  let at = fieldsStart
  while (at < source.length) {
    const next = nextLine(source, at, eol)
    if (isDelimiter(at, next)) {
      const end = beforeLineEnd(source, at, eol, start)
      return done(end, end, { next: at })
    }
    if (next - start > maxHeaderBytes || fields.length > maxFields) {
      return done(at, at, { beyond: 'header' })
    }
    if (next - at > maxLineBytes) return done(at, at, { beyond: 'line' })
    if (isBlank(source, at, next, eol)) return done(at, next)
    const continues = at > fieldsStart && isSpace(source[at]!) && (open >= 0 || inJunk)
    if (!continues) {
      close(at)
      inJunk = !startsField(source, at, next)
      if (!inJunk) open = at
      else if (at === fieldsStart) return done(at, at, { malformedLines: 1 })
      else if (fieldsUntilBlank(next)) malformedLines++
      else return done(at, at, { missingBlankLine: true })
    }
    at = next
  }
  return done(at, at)
}

/** Behind a byte order mark and an mbox "From " line. */
function startOfFields(source: Uint8Array, start: number, eol: number): number {
  const marked = source[start] === 0xef && source[start + 1] === 0xbb && source[start + 2] === 0xbf
  const at = marked ? start + 3 : start
  const isMbox = [0x46, 0x72, 0x6f, 0x6d, 0x20].every((octet, index) => source[at + index] === octet)
  return isMbox ? nextLine(source, at, eol) : at
}

function isBlank(source: Uint8Array, start: number, next: number, eol: number): boolean {
  const length = next - start
  return source[next - 1] === eol && (length === 1 || (length === 2 && source[start] === cr))
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}

/** Whether a line begins with a name of visible characters, perhaps with white space around (RFC 5322 §4.5), and a colon. */
function startsField(source: Uint8Array, start: number, next: number): boolean {
  let at = start
  while (isSpace(source[at])) at++
  const name = at
  while (at < next && source[at]! > 0x20 && source[at]! < 0x7f && source[at] !== 0x3a) at++
  if (at === name) return false
  while (isSpace(source[at])) at++
  return at < next && source[at] === 0x3a
}
