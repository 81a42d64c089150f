import { type Bytes, encodeLatin1 } from '../bytes/index.js'
import { MimeError } from './errors.js'

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
  return encodeLatin1(fields.map(([name, body]) => serializeField(name, body)).join(''))
}

function serializeField(name: string, body: string): string {
  if (!/^[!-9;-~]{1,76}$/.test(name)) throw new MimeError('ERR_MIME_FIELD_INVALID', 'not the name of a field')
  if (!/^[\t -~]*$/.test(body)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', `a character that ${name} may not hold`)
  }
  const lines = folded(`${name}: ${body.trim()}`, name.length + 2)
  if (lines.some((line) => line.length > maxLength)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', `a word too long for a line in ${name}`)
  }
  return `${lines.join('\r\n')}\r\n`
}

/** Breaks before white space, so that unfolding gives the same text; never right behind the name. */
function folded(text: string, start: number): readonly string[] {
  const lines: string[] = []
  let rest = text
  let from = start
  while (rest.length > preferredLength) {
    const fits = lastBreak(rest, from, preferredLength)
    const at = fits > 0 ? fits : nextBreak(rest, Math.max(from, preferredLength))
    // A line of white space alone would end the header for some readers.
    if (at < 0 || rest.slice(at).trim() === '') break
    lines.push(rest.slice(0, at))
    rest = rest.slice(at)
    from = 1
  }
  return [...lines, rest]
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
