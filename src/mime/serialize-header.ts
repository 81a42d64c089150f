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

/** Each line is written where it stands: a field of ten megabytes has 130,000. */
function fieldOf(name: string, untrimmed: string): LaterPiece {
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new MimeError('ERR_MIME_FIELD_INVALID', 'not the name of a field')
  if (/[^\t -~]/.test(untrimmed)) throw new MimeError('ERR_MIME_FIELD_INVALID', `a character that ${name} may not hold`)
  const head = `${name}: `
  const body = untrimmed.trim()
  const breaks = breaksOf(body, head.length)
  const ends = [...breaks, body.length]
  if (ends.some((end, index) => end - (breaks[index - 1] ?? -head.length) > maxLength)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', `a word too long for a line in ${name}`)
  }
  return {
    length: head.length + body.length + ends.length * lineEnd.length,
    write(place) {
      place.set(encodeLatin1(head))
      let to = head.length
      let from = 0
      for (const end of ends) {
        for (let at = from; at < end; at++) place[to++] = body.charCodeAt(at)
        place.set(lineEnd, to)
        to += lineEnd.length
        from = end
      }
    },
  }
}

const lineEnd = [0x0d, 0x0a] as const

/**
 * Where a body breaks: before white space, so that unfolding gives the same text; never right behind the name.
 *
 * @param column - where the body begins in the first line.
 */
function breaksOf(body: string, column: number): readonly number[] {
  const breaks: number[] = []
  let line = -column
  let from = 0
  while (body.length - line > preferredLength) {
    const fits = lastBreak(body, from, line + preferredLength)
    const at = fits > 0 ? fits : nextBreak(body, Math.max(from, line + preferredLength))
    if (at < 0) break
    breaks.push(at)
    line = at
    from = at + 1
  }
  return breaks
}

function lastBreak(text: string, from: number, to: number): number {
  for (let at = to; at > from; at--) if (isBreak(text, at)) return at
  return -1
}

function nextBreak(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) if (isBreak(text, at)) return at
  return -1
}

/** The first of a run of white space, with something before it. */
function isBreak(text: string, at: number): boolean {
  const isSpace = (index: number) => text[index] === ' ' || text[index] === '\t'
  return isSpace(at) && !isSpace(at - 1)
}
