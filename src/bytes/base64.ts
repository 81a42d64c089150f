import { DirectError, type DirectErrorOptions } from '../errors/index.js'
import type { Bytes } from './bytes.js'
import { decodeLatin1, encodeUtf8 } from './text.js'

export type Base64ErrorCode = 'ERR_BASE64_INVALID'

/** Text that is not base64. `offset` is where the first wrong octet stands. */
export class Base64Error extends DirectError<Base64ErrorCode> {
  readonly code: Base64ErrorCode = 'ERR_BASE64_INVALID'
  readonly offset: number

  constructor(offset: number, options?: DirectErrorOptions) {
    super(`not base64 (offset ${offset})`, options)
    this.offset = offset
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const space = 64
const padding = 65
const invalid = 66

const values = new Uint8Array(256).fill(invalid)
for (const [value, character] of [...alphabet].entries()) values[character.charCodeAt(0)] = value
for (const character of ' \t\r\n') values[character.charCodeAt(0)] = space
values['='.charCodeAt(0)] = padding

/** How strictly text is taken. */
export interface DecodeOptions {
  /** Skips characters outside the alphabet and does not mind missing padding (RFC 2045 §6.8). Default `false`. */
  readonly lenient?: boolean
}

/**
 * Decodes base64 with white space anywhere.
 *
 * Strictly, padding must make the last group whole and nothing but white space may follow it; leniently, other
 * characters are skipped, and padding ends the text wherever it stands.
 *
 * @throws {@link Base64Error} `ERR_BASE64_INVALID`, never when lenient.
 * @see RFC 4648 §4
 */
export function decodeBase64(text: Uint8Array | string, options: DecodeOptions = {}): Bytes {
  const input = typeof text === 'string' ? encodeUtf8(text) : text
  const { lenient = false } = options
  const output = new Uint8Array(Math.floor((input.length * 3) / 4) + 3)
  let written = 0
  let group = 0
  let count = 0
  let at = 0
  while (at < input.length) {
    if (count === 0) {
      // Whole groups of four, which is nearly everything.
      for (; at + 4 <= input.length; at += 4) {
        const a = values[input[at]!]!
        const b = values[input[at + 1]!]!
        const c = values[input[at + 2]!]!
        const d = values[input[at + 3]!]!
        if ((a | b | c | d) > 63) break
        output[written] = (a << 2) | (b >> 4)
        output[written + 1] = (b << 4) | (c >> 2)
        output[written + 2] = (c << 6) | d
        written += 3
      }
      if (at === input.length) break
    }
    const value = values[input[at]!]!
    if (value < 64) {
      group = (group << 6) | value
      count++
      if (count === 4) {
        output[written] = group >> 16
        output[written + 1] = group >> 8
        output[written + 2] = group
        written += 3
        group = count = 0
      }
    } else if (value === padding) break
    else if (value === invalid && !lenient) throw new Base64Error(at)
    at++
  }
  if (!lenient) checkEnd(input, at, count)
  if (count > 1) output[written++] = (group << (6 * (4 - count))) >> 16
  if (count > 2) output[written++] = (group << 6) >> 8
  return output.subarray(0, written)
}

/** What strictness asks of the end: as much padding as the last group lacks, then nothing but white space. */
function checkEnd(input: Uint8Array, start: number, count: number): void {
  let marks = 0
  for (let at = start; at < input.length; at++) {
    const value = values[input[at]!]!
    if (value === padding) marks++
    else if (value !== space) throw new Base64Error(at)
  }
  const wanted = count === 0 ? 0 : 4 - count
  if (count === 1 || marks !== wanted) throw new Base64Error(input.length)
}

/** Encodes as one line without an end. @see RFC 4648 §4 */
export function encodeBase64(bytes: Uint8Array): string {
  const output = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  encodeLine(bytes, 0, bytes.length, inPairs(output), 0)
  return decodeLatin1(output)
}

const lineInput = 57
const lineOutput = 78

/**
 * Encodes in lines of 76 characters with CRLF behind every one, the last included: the body of a MIME part. Empty input
 * gives empty output.
 *
 * @see RFC 2045 §6.8
 */
export function encodeBase64Lines(bytes: Uint8Array): Bytes {
  const wholeLines = Math.floor(bytes.length / lineInput)
  const rest = bytes.length % lineInput
  const output = new Uint8Array(wholeLines * lineOutput + (rest > 0 ? Math.ceil(rest / 3) * 4 + 2 : 0))
  const words = inPairs(output)
  let end = 0
  for (let from = 0; from < bytes.length; from += lineInput) {
    end = encodeLine(bytes, from, Math.min(from + lineInput, bytes.length), words, end)
    words[end++] = lineEnd
  }
  return output
}

/** Two characters for each 12 bits, in the byte order of the host, so that they are written in one store. */
const pairs = new Uint16Array(
  Uint8Array.from({ length: 8192 }, (_, at) => alphabet.charCodeAt(at % 2 === 0 ? at >> 7 : (at >> 1) & 63)).buffer,
)

const pair = (text: string) => new Uint16Array(encodeUtf8(text).buffer)[0]!
const lineEnd = pair('\r\n')
const twoPaddings = pair('==')

function inPairs(output: Bytes): Uint16Array {
  return new Uint16Array(output.buffer, 0, output.length >> 1)
}

/** Encodes a range; `word` counts pairs of characters. Returns the pair behind. */
function encodeLine(bytes: Uint8Array, from: number, until: number, words: Uint16Array, word: number): number {
  let at = from
  for (; at + 2 < until; at += 3) {
    const group = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
    words[word++] = pairs[group >> 12]!
    words[word++] = pairs[group & 0xfff]!
  }
  if (at === until) return word
  const last = at + 1 === until
  const group = (bytes[at]! << 16) | (last ? 0 : bytes[at + 1]! << 8)
  words[word++] = pairs[group >> 12]!
  words[word++] = last ? twoPaddings : pair(`${alphabet[(group >> 6) & 63]}=`)
  return word
}
