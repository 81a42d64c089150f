import { concat, encodeLatin1, encodeUtf8 } from '../bytes/index.js'
import { decodeCharset } from './charset.js'
import { decodeWords } from './encoded-word.js'
import { MimeError } from './errors.js'

/** Names are in lower case, and so are type and subtype; values are as written, decoded. @see RFC 2045 §5 */
export interface ContentType {
  readonly type: string
  readonly subtype: string
  readonly parameters: Readonly<Record<string, string>>
}

/** @see RFC 2183 §2 */
export interface ContentDisposition {
  /** `inline`, `attachment` or another word, in lower case. */
  readonly disposition: string
  readonly parameters: Readonly<Record<string, string>>
}

const token = "[!#$%&'*+\\-.^_`{|}~0-9A-Za-z]+"
/** Tokens, as the standard has it: what else stands there would become another type when it is written again. */
const typeForm = new RegExp(`^(${token})\\s*/\\s*(${token})(?:\\s|$)`)

/** Reads the body of a Content-Type field; nothing when it names no type. @see RFC 2045 §5.1 */
export function parseContentType(body: string): ContentType | undefined {
  const { value, parameters } = parseParameterized(body)
  const [, type, subtype] = typeForm.exec(value) ?? []
  return type && subtype ? { type: type.toLowerCase(), subtype: subtype.toLowerCase(), parameters } : undefined
}

/** Reads the body of a Content-Disposition field; nothing when it is empty. Parameters alone are those of an attachment. */
export function parseContentDisposition(body: string): ContentDisposition | undefined {
  const { value, parameters } = parseParameterized(body)
  if (value) return { disposition: value.toLowerCase(), parameters }
  return Object.keys(parameters).length > 0 ? { disposition: 'attachment', parameters } : undefined
}

/**
 * A value and its parameters. Read are the continuations and character sets of RFC 2231, comments, and what mailers
 * write instead: encoded words (forbidden in parameters by RFC 2047 §5), values that lack their quotes, stray
 * semicolons. The first of two parameters of one name counts.
 */
function parseParameterized(body: string): {
  readonly value: string
  readonly parameters: Readonly<Record<string, string>>
} {
  const [first = '', ...others] = splitOutsideQuotes(withoutComments(body, true))
  // The semicolon behind the value is forgotten now and then; a value has no white space in it.
  const [, value = first, unseparated] = /^\s*([^\s=]+(?:\s*\/\s*[^\s=/]+)?)\s+([^\s=/]+=[\s\S]*)$/.exec(first) ?? []
  const rest = (unseparated === undefined ? others : [unseparated, ...others]).flatMap(separated)
  const pieces = new Map<string, Piece[]>()
  for (const text of rest) {
    const piece = pieceOf(text)
    if (!piece) continue
    const own = pieces.get(piece.name)
    if (own) own.push(piece)
    else pieces.set(piece.name, [piece])
  }
  const parameters = Object.fromEntries([...pieces].map(([name, own]) => [name, joined(own)]))
  return { value: value.trim(), parameters }
}

/** Where a semicolon is forgotten, white space and what can only be another parameter end a value that has no quotes. */
function separated(text: string): readonly string[] {
  if (!/^[^="]*=\s*[^"\s]/.test(text)) return [text]
  // A run of blanks is looked at from its start alone: else a long one costs the square of its length.
  return text.split(/(?<!\s)\s+(?=[^\s="*]+(?:="|\*\d{0,4}\*?=))/)
}

/** One `name=value`, which may be a section of a longer value (`name*1*=`). */
interface Piece {
  readonly name: string
  readonly section: number | undefined
  readonly extended: boolean
  readonly text: string
}

function pieceOf(text: string): Piece | undefined {
  const [, name, section, star, raw] = /^\s*([^\s=*]+)(?:\*(\d{1,4}))?(\*)?\s*=\s*([\s\S]*)$/.exec(text) ?? []
  if (!name || raw === undefined) return undefined
  return {
    name: name.toLowerCase(),
    section: section === undefined ? undefined : Number(section),
    extended: star !== undefined,
    text: unquoted(raw.trim()),
  }
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text
  const [, inner = ''] = /^"((?:[^"\\]|\\[\s\S])*)"?/.exec(text) ?? []
  return inner.replace(/\\([\s\S])/g, '$1')
}

function joined(pieces: readonly Piece[]): string {
  const whole = pieces.find(({ section, extended }) => section === undefined && extended)
  if (whole) return decodeExtended([whole])
  const plain = pieces.find(({ section }) => section === undefined)
  if (plain) return decodeWords(plain.text)
  const sections: Piece[] = []
  for (const piece of [...pieces].sort((a, b) => a.section! - b.section!)) {
    if (piece.section === sections.length) sections.push(piece) // a gap ends the value (RFC 2231 §3)
  }
  return decodeExtended(sections)
}

/** `charset'language'text` in the first section; percent signs in those with a star. @see RFC 2231 §4 */
function decodeExtended(sections: readonly Piece[]): string {
  const [, charset, , head] = sections[0]?.extended ? (/^([^']*)'([^']*)'([\s\S]*)$/.exec(sections[0].text) ?? []) : []
  const octets = sections.map(({ text, extended }, index) => {
    const own = index === 0 && head !== undefined ? head : text
    return extended ? percentDecoded(own) : encodeUtf8(own)
  })
  return decodeCharset(concat(octets), charset || undefined)
}

function percentDecoded(text: string): Uint8Array {
  const unescaped = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return /^[\u0000-\u00ff]*$/.test(unescaped) ? encodeLatin1(unescaped) : encodeUtf8(text)
}

/** More parameters than a field has, sections counted; those behind are not read. */
const maxParameters = 10_000

/** Splits at semicolons, but not at those inside quotes. */
function splitOutsideQuotes(text: string): readonly string[] {
  const pieces: string[] = []
  for (const [piece] of text.matchAll(/(?:"(?:[^"\\]|\\[\s\S])*"?|[^";])+/g)) {
    if (pieces.push(piece) > maxParameters) break
  }
  return pieces
}

/**
 * Leaves out comments, nested ones too; what is in quotes is none. In a parameter that lacks its quotes a parenthesis
 * is one only behind white space, and when nothing but the next parameter is behind it: `name=report (1).pdf` is a name.
 *
 * @see RFC 5322 §3.2.2
 */
export function withoutComments(text: string, inParameters = false): string {
  if (!text.includes('(')) return text
  const kept: string[] = []
  let from = 0
  let recent = '' // the end of what is kept before
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (character === '\\' && (quoted || depth > 0)) at++
    else if (character === '"' && depth === 0) quoted = !quoted
    else if (character === '(' && depth > 0) depth++
    else if (character === '(' && !quoted) {
      const before = (recent + text.slice(Math.max(from, at - lookBehind), at)).slice(-lookBehind)
      if (inParameters && isInValue(text, at, before)) continue
      kept.push(text.slice(from, at))
      recent = before
      depth = 1
    } else if (character === ')' && depth > 0 && --depth === 0) from = at + 1
  }
  if (depth === 0) kept.push(text.slice(from))
  return kept.join('')
}

/** Characters before a parenthesis that tell whether it is in a value. */
const lookBehind = 200

/** Whether a parenthesis belongs to a value without quotes: within a word, or before more of them. */
function isInValue(text: string, at: number, before: string): boolean {
  const value = /=([^=;"]*)$/.exec(before)?.[1]
  if (value === undefined || value.trim() === '') return false
  if (!/\s$/.test(value)) return true
  return /^\([^()\\]{0,200}\)[^\s;]/.test(text.slice(at, at + 210))
}

/**
 * Writes a value with its parameters: quoted where they must be, by RFC 2231 when they are not ASCII or too long for a
 * line.
 *
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` for a control character, and for a name that is none.
 */
export function contentTypeText(field: ContentType | ContentDisposition): string {
  const value = 'type' in field ? `${field.type}/${field.subtype}` : field.disposition
  return [value, ...Object.entries(field.parameters).flatMap(([name, text]) => parameterTexts(name, text))].join('; ')
}

/** Longer than this, a value is written in sections. */
const sectionLength = 60

function parameterTexts(name: string, text: string): readonly string[] {
  if (!/^[!#$&+\-.^_`{|}~0-9A-Za-z]+$/.test(name) || /[\x00-\x1f\x7f]/.test(text)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', 'a parameter that cannot be written')
  }
  // What looks like an encoded word would be read as one, and white space at the ends is lost on many readers.
  if (/^[ -~]*$/.test(text) && text.length <= sectionLength && !text.includes('=?') && text === text.trim()) {
    const isPlain = /^[!#$&+\-.^_`{|}~0-9A-Za-z]+$/.test(text) // attribute-char of RFC 2231 §7: Python reads a lone "'" badly
    return [isPlain ? `${name}=${text}` : `${name}="${text.replace(/["\\]/g, '\\$&')}"`]
  }
  // Sections end between characters, for some readers decode each alone.
  const sections = ["utf-8''"]
  for (const character of text) {
    const encoded = percentEncoded(character)
    if (sections.at(-1)!.length + encoded.length > sectionLength) sections.push('')
    if (sections.length >= maxParameters) break
    sections.push(sections.pop()! + encoded)
  }
  if (sections.length === 1) return [`${name}*=${sections[0]}`]
  if (sections.length >= maxParameters) throw new MimeError('ERR_MIME_FIELD_INVALID', 'a parameter too long to be read')
  return sections.map((section, index) => `${name}*${index}*=${section}`)
}

function percentEncoded(character: string): string {
  if (/[0-9A-Za-z.\-_]/.test(character)) return character
  return [...encodeUtf8(character)].map((octet) => `%${octet.toString(16).toUpperCase().padStart(2, '0')}`).join('')
}
