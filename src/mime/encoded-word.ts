import { concat, decodeBase64, decodeHex, encodeBase64, encodeLatin1, encodeUtf8 } from '../bytes/index.js'
import { decodeCharset } from './charset.js'

/** Octets of UTF-8 in one word: 45 make 60 characters of base64, which with the marks stay under 75. */
const wordOctets = 45

/**
 * Writes text for an unstructured field: ASCII as it is, anything else as encoded words in UTF-8, none of which breaks a
 * character. What looks like an encoded word is encoded too, or it would be read as one; so is a word too long for a line.
 *
 * A control character stays as it is, so that the field which takes the text can refuse it.
 *
 * @param options - `always`: encodes what could stand as it is.
 * @see RFC 2047 §2, §5
 */
export function encodeWords(text: string, { always = false }: { readonly always?: boolean } = {}): string {
  if (!always && /^[ -~\t]*$/.test(text) && !text.includes('=?') && !longWord.test(text)) return text
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return text
  const words: string[] = []
  let from = 0
  let at = 0
  let octets = 0
  for (const character of text) {
    const length = utf8Length(character.codePointAt(0)!)
    if (octets + length > wordOctets) {
      words.push(wordOf(text.slice(from, at)))
      from = at
      octets = 0
    }
    at += character.length
    octets += length
  }
  return [...words, wordOf(text.slice(from))].join(' ')
}

/** Whether octets are ASCII without controls that {@link encodeWords} leaves as it is: the same as it asks of a text. */
export function needsNoWords(octets: Uint8Array): boolean {
  let word = 0
  for (let at = 0; at < octets.length; at++) {
    const octet = octets[at]!
    if (octet < 0x20 || octet > 0x7e) return false
    if (octet === 0x3f && octets[at - 1] === 0x3d) return false
    word = octet === 0x20 ? 0 : word + 1
    if (word === longWordLength) return false
  }
  return true
}

function wordOf(text: string): string {
  return `=?UTF-8?B?${encodeBase64(encodeUtf8(text))}?=`
}

/** Octets of a character in UTF-8. */
function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1
  if (codePoint < 0x800) return 2
  return codePoint < 0x10000 ? 3 : 4
}

/** Nothing can be folded that has no white space. */
const longWordLength = 900
const longWord = /* @__PURE__ */ new RegExp(`[^ \\t]{${longWordLength}}`)

/** charset, language after a star (RFC 2231 §5), B or Q, and the text. */
const encodedWord = /=\?([^?*\s]{1,40})(?:\*[^?\s]{0,40})?\?([bq])\?([^?\r\n]{0,2000})\?=/gi

const oneWord = /* @__PURE__ */ new RegExp(encodedWord.source, 'iy')

/** The length of the encoded word that begins at an offset; 0 when none does. */
export function encodedWordAt(text: string, at: number): number {
  oneWord.lastIndex = at
  return oneWord.exec(text)?.[0].length ?? 0
}

/**
 * Reads text with encoded words in it. White space between two words is not text; words of one character set are joined
 * before they are decoded, since some programs break characters between them.
 *
 * @see RFC 2047 §6.2
 */
export function decodeWords(text: string): string {
  return text.includes('=?') ? decodeWordsIn([text]) : text
}

/** The same of a text that comes block by block, and is not there as a whole. */
export function decodeWordsIn(texts: Iterable<string>): string {
  const reader = new WordReader()
  let rest = ''
  for (const text of texts) rest = reader.read(rest + text)
  return reader.end(rest)
}

/** No encoded word is longer, in characters. */
const longestWord = 2100

class WordReader {
  readonly #output = new TextOfPieces()
  /** Words of one character set. */
  #pending: { readonly charset: string; readonly octets: Uint8Array[] } | undefined
  /** White space behind them. */
  #blanks = ''

  /** @returns the end of the text, in which a word may begin. */
  read(text: string): string {
    let end = 0
    for (const match of text.matchAll(encodedWord)) {
      const [whole, charset, encoding, encoded] = match as unknown as [string, string, string, string]
      this.#plain(text.slice(end, match.index))
      this.#word(
        charset.toLowerCase(),
        encoding.toLowerCase() === 'b' ? decodeBase64(encoded, { lenient: true }) : decodeQ(encoded),
      )
      end = match.index + whole.length
    }
    const start = text.indexOf('=', Math.max(end, text.length - longestWord))
    const rest = start < 0 ? text.length : start
    this.#plain(text.slice(end, rest))
    return text.slice(rest)
  }

  end(rest: string): string {
    this.#plain(rest)
    this.#flush()
    this.#output.add(this.#blanks)
    return this.#output.text
  }

  #plain(text: string): void {
    this.#blanks += text
    if (this.#blanks.trim() === '' && this.#pending) return
    this.#flush()
    this.#output.add(this.#blanks)
    this.#blanks = ''
  }

  #word(charset: string, octets: Uint8Array): void {
    this.#blanks = ''
    if (this.#pending?.charset !== charset) {
      this.#flush()
      this.#pending = { charset, octets: [] }
    }
    this.#pending.octets.push(octets)
  }

  #flush(): void {
    if (this.#pending) this.#output.add(decodeCharset(concat(this.#pending.octets), this.#pending.charset))
    this.#pending = undefined
  }
}

/** Joins pieces of text by the thousand, since each on its own takes more memory than the few characters in it. */
class TextOfPieces {
  #joined = ''
  #pieces: string[] = []

  add(piece: string): void {
    if (this.#pieces.push(piece) < 1000) return
    this.#joined = this.text
    this.#pieces = []
  }

  get text(): string {
    return this.#joined + this.#pieces.join('')
  }
}

/** @see RFC 2047 §4.2 */
function decodeQ(text: string): Uint8Array {
  const pieces = text.replaceAll('_', ' ').split(/(=[0-9a-f]{2})/i)
  return concat(pieces.map((piece, index) => (index % 2 === 1 ? decodeHex(piece.slice(1)) : latin1Or(piece))))
}

function latin1Or(text: string): Uint8Array {
  return /^[\u0000-\u00ff]*$/.test(text) ? encodeLatin1(text) : encodeUtf8(text)
}
