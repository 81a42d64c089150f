import { type Bytes, encodeLatin1 } from '../bytes/index.js'
import { MimeError } from './errors.js'
import { joined, type LaterPiece } from './pieces.js'

const preferredLength = 78
const maxLength = 998

/**
 * Writes fields, each folded at white space to lines of 78 characters where it has any, and never over 998.
 *
 * Bodies are ASCII: text is given through {@link encodeWords}, addresses through {@link formatAddress}. Nothing that
 * could begin another line or field gets through.
 *
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` for a name that is none, for CR, LF, NUL, another control character
 *   or a character beyond ASCII in a body, and for a word too long for a line.
 * @see RFC 5322 §2.1.1, §2.2
 */
export function serializeHeader(fields: readonly (readonly [name: string, body: string])[]): Bytes {
  return joined(fields.map(([name, body]) => fieldOf(name, body)))
}

function fieldOf(name: string, body: string): LaterPiece {
  checkName(name) // before the body, whose error says it
  if (/[^\t -~]/.test(body)) throw new MimeError('ERR_MIME_FIELD_INVALID', `a character that ${name} may not hold`)
  return foldedField(name, encodeLatin1(body.trim()))
}

/**
 * The same of one field, written where it is to stand: a field of ten megabytes has 130,000 lines.
 *
 * @param body - blanks and visible ASCII, without blanks around it.
 */
export function foldedField(name: string, body: Uint8Array): LaterPiece {
  checkName(name)
  const head = encodeLatin1(`${name}: `)
  let lines = 0
  let start = -head.length
  for (const end of lineEndsIn(body, head.length)) {
    if (end - start > maxLength) {
      throw new MimeError('ERR_MIME_FIELD_INVALID', `a word too long for a line in ${name}`)
    }
    lines++
    start = end
  }
  return {
    length: head.length + body.length + lines * lineEnd.length,
    unencoded: [body],
    write(place) {
      place.set(head)
      let to = head.length
      let from = 0
      for (const end of lineEndsIn(body, head.length)) {
        for (let at = from; at < end; at++) place[to++] = body[at]!
        place.set(lineEnd, to)
        to += lineEnd.length
        from = end
      }
    },
  }
}

function checkName(name: string): void {
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new MimeError('ERR_MIME_FIELD_INVALID', 'not the name of a field')
}

const lineEnd = [0x0d, 0x0a] as const

/**
 * Where the lines of a body end: before white space, so that unfolding gives the same text; never right behind the name.
 *
 * @param column - where the body begins in the first line.
 */
function* lineEndsIn(body: Uint8Array, column: number): Generator<number> {
  let end = endOfLine(body, 0, preferredLength - column)
  for (; end < body.length; end = endOfLine(body, end, end + preferredLength)) yield end
  yield end
}

/** The last break that fits; else the next one. */
function endOfLine(body: Uint8Array, start: number, most: number): number {
  if (body.length <= most) return body.length
  for (let at = most; at > start; at--) if (isBreak(body, at)) return at
  for (let at = Math.max(start, most) + 1; at < body.length; at++) if (isBreak(body, at)) return at
  return body.length
}

/** The first of a run of white space, with something before it. */
function isBreak(body: Uint8Array, at: number): boolean {
  return isSpace(body[at]) && !isSpace(body[at - 1])
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}
