import { decodeUnlabelled } from './charset.js'
import { MimeError } from './errors.js'
import type { Field, Header } from './header.js'

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
}

const lf = 0x0a
const cr = 0x0d

/**
 * Reads a header and leaves the body alone. Lines end in CRLF or, bending RFC 5322 §2.1, in LF.
 *
 * Also bent: a byte order mark or an mbox line before the first field, and white space before its name. A line that is
 * no field is passed over; when it is the very first, there is no header and everything is body.
 *
 * @throws {@link MimeError} `ERR_MIME_HEADER_TOO_LARGE` beyond the limits.
 * @see RFC 5322 §2.2
 */
export function parseHeader(source: Uint8Array, limits: Partial<HeaderLimits> = {}): ParsedHeader {
  const { maxHeaderBytes, maxFields } = { ...defaultHeaderLimits, ...limits }
  const fields: Field[] = []
  let malformedLines = 0
  let fieldStart = startOfFields(source)
  let at = fieldStart
  const start = fieldStart
  const close = (end: number) => {
    if (end === fieldStart) return
    const field = fieldOf(source.subarray(fieldStart, end))
    if (field) fields.push(field)
    else malformedLines++
  }
  while (at < source.length) {
    const next = nextLine(source, at)
    if (next > maxHeaderBytes || fields.length > maxFields) {
      throw new MimeError(
        'ERR_MIME_HEADER_TOO_LARGE',
        `a header beyond ${maxHeaderBytes} octets or ${maxFields} fields`,
      )
    }
    if (isBlank(source, at, next)) {
      close(at)
      return { header: { fields, bytes: source.subarray(0, at) }, bodyStart: next, malformedLines }
    }
    const continues = at > start && isSpace(source[at]!)
    if (!continues) {
      close(at)
      fieldStart = at
      if (at === start && !fieldOf(source.subarray(at, next))) {
        return { header: { fields: [], bytes: source.subarray(0, at) }, bodyStart: at, malformedLines: 1 }
      }
    }
    at = next
  }
  close(at)
  return { header: { fields, bytes: source.subarray(0, at) }, bodyStart: at, malformedLines }
}

/** Behind a byte order mark and an mbox "From " line. */
function startOfFields(source: Uint8Array): number {
  const at = source[0] === 0xef && source[1] === 0xbb && source[2] === 0xbf ? 3 : 0
  const isMbox = [0x46, 0x72, 0x6f, 0x6d, 0x20].every((octet, index) => source[at + index] === octet)
  return isMbox ? nextLine(source, at) : at
}

/** Behind the next LF, or the end. */
function nextLine(source: Uint8Array, from: number): number {
  const at = source.indexOf(lf, from)
  return at < 0 ? source.length : at + 1
}

function isBlank(source: Uint8Array, start: number, next: number): boolean {
  const length = next - start
  return source[next - 1] === lf && (length === 1 || (length === 2 && source[start] === cr))
}

function isSpace(octet: number): boolean {
  return octet === 0x20 || octet === 0x09
}

/** A name of visible characters, perhaps with white space behind (RFC 5322 §4.5), a colon, and the body. */
const form = /^[ \t]*([!-9;-~]+)[ \t]*:([\s\S]*)$/

function fieldOf(bytes: Uint8Array): Field | undefined {
  const [, name, rest] = form.exec(decodeUnlabelled(bytes)) ?? []
  if (!name || rest === undefined) return undefined
  return { name, body: rest.replace(/\r?\n/g, '').trim(), bytes }
}
