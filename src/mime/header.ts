import { type Bytes, decodeLatin1, encodeLatin1 } from '../bytes/index.js'
import { decodeUnlabelled } from './charset.js'
import { MimeError } from './errors.js'

/** One field of a header. */
export interface Field {
  /** As written. */
  readonly name: string
  /** Without its line breaks and the white space around it; encoded words are still encoded. */
  readonly body: string
  /** The whole field as received, line end included: a view. */
  readonly bytes: Uint8Array
}

/** A header: its fields in order, and their bytes. */
export interface Header {
  readonly fields: readonly Field[]
  /** All fields; the blank line behind them is not part of it. */
  readonly bytes: Uint8Array
}

/** A field that is cut out of the source when it is asked for: a message may have a million of them. */
export class FieldView implements Field {
  readonly #source: Uint8Array
  readonly #start: number
  readonly #end: number
  readonly #eol: number

  /** @param eol - what ends lines in the source. Between start and end are a name, a colon and a body. */
  constructor(source: Uint8Array, start: number, end: number, eol: number) {
    this.#source = source
    this.#start = start
    this.#end = end
    this.#eol = eol
  }

  get name(): string {
    return decodeLatin1(this.#source.subarray(this.#start, this.#colon())).trim()
  }

  get body(): string {
    return decodeUnlabelled(unfolded(this.#source.subarray(this.#colon() + 1, this.#end), this.#eol)).trim()
  }

  get bytes(): Uint8Array {
    return this.#source.subarray(this.#start, this.#end)
  }

  /** Compares in the source, octet by octet: headers are asked for many names. @param name - in lower case. */
  isNamed(name: string): boolean {
    let at = this.#start
    while (isBlank(this.#source[at])) at++
    for (let index = 0; index < name.length; index++) {
      if (lowerCase(this.#source[at++]!) !== name.charCodeAt(index)) return false
    }
    while (isBlank(this.#source[at])) at++
    return this.#source[at] === colon
  }

  #colon(): number {
    return this.#source.indexOf(colon, this.#start)
  }
}

const lf = 0x0a
const cr = 0x0d
const colon = 0x3a

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}

function lowerCase(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
}

/** Without line ends; a view where only the last is one. In octets, since a field of ten megabytes has 100,000 of them. */
function unfolded(lines: Uint8Array, eol: number): Uint8Array {
  const isLast = lines.indexOf(eol) >= lines.length - 1
  const text = isLast ? lines : new Uint8Array(lines.length)
  let length = 0
  for (let from = 0; from < lines.length; ) {
    const at = lines.indexOf(eol, from)
    const next = at < 0 ? lines.length : at + 1
    const end = at < 0 ? next : eol === lf && lines[at - 1] === cr && at > from ? at - 1 : at
    if (!isLast) text.set(lines.subarray(from, end), length)
    length += end - from
    from = next
  }
  return text.subarray(0, length)
}

/** The body of the first field of a name, in any case. */
export function fieldBody(header: Header, name: string): string | undefined {
  const wanted = name.toLowerCase()
  return header.fields.find((field) => isNamed(field, wanted))?.body
}

/** The bodies of all fields of a name, in any case. */
export function fieldBodies(header: Header, name: string): readonly string[] {
  const wanted = name.toLowerCase()
  return header.fields.filter((field) => isNamed(field, wanted)).map(({ body }) => body)
}

/** @param name - in lower case. */
export function isNamed(field: Field, name: string): boolean {
  return field instanceof FieldView ? field.isNamed(name) : field.name.toLowerCase() === name
}

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
