import type { Bytes } from './bytes.js'
import { Base64Error } from './errors.js'
import { hostBase64Writer, hostDecodeBase64, hostText } from './host.js'
import { decodeUtf8, encodeUtf8 } from './text.js'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const padding = 0x3d
/** Groups of four characters in a line of 76. */
const groupsInLine = 19
const lineOctets = groupsInLine * 3
const lineCharacters = groupsInLine * 4
const lineEnd = [0x0d, 0x0a] as const
const noHead = new Uint8Array(0)

/**
 * `sextets`: the value of a character, or what else it is. `pairs`: twelve bits for two characters, or -1. `units`: two
 * characters for twelve bits, and `crlf`, in the order of this machine.
 */
interface Tables {
  readonly sextets: Uint8Array
  readonly pairs: Int16Array
  readonly units: Uint16Array
  readonly crlf: number
}

const blank = 64
const other = 65
let made: Tables | undefined

/**
 * Undoes base64.
 *
 * As it comes: the alphabet, white space anywhere (CR, LF, tab, space) and correct padding, then nothing but white
 * space. With `lenient`, for mail found in the wild (RFC 2045 §6.8): other characters are skipped, the first padding
 * ends the text, and what is cut off short gives the bytes that are whole. Bits that padding leaves over are not judged.
 *
 * @throws {@link Base64Error} `ERR_BASE64_INVALID` with the offset, unless `lenient`.
 * @see RFC 4648 §4
 */
export function decodeBase64(text: Uint8Array | string, options: { readonly lenient?: boolean } = {}): Bytes {
  const source = typeof text === 'string' ? encodeUtf8(text) : text
  const quickly = hostDecodeBase64(source)
  if (quickly) return quickly
  const { sextets } = tables()
  const lenient = options.lenient ?? false
  const bytes = new Uint8Array(Math.floor(source.length / 4) * 3 + 2)
  let length = 0
  let group = 0
  let count = 0
  let at = 0
  for (; at < source.length; at++) {
    if (count === 0) {
      const next = decodeGroups(source, at, bytes, length)
      length += ((next - at) / 4) * 3
      at = next
      if (at === source.length) break
    }
    const value = sextets[source[at]!]!
    if (value < blank) {
      group = (group << 6) | value
      if (++count < 4) continue
      bytes[length++] = group >> 16
      bytes[length++] = group >> 8
      bytes[length++] = group
      group = count = 0
    } else if (source[at] === padding) break
    else if (value === other && !lenient) throw new Base64Error(at)
  }
  if (!lenient) checkPadding(source, at, count)
  if (count > 1) bytes[length++] = group >> (6 * count - 8)
  if (count > 2) bytes[length++] = group >> 2
  return bytes.subarray(0, length)
}

/** Writes base64 with padding and without line ends. @see RFC 4648 §4 */
export function encodeBase64(bytes: Uint8Array): string {
  return hostText(bytes, 'base64') ?? inOneLine(bytes)
}

function inOneLine(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4)
  encode(bytes, text, Number.POSITIVE_INFINITY)
  return decodeUtf8(text)
}

/**
 * Writes base64 as mail wants it: ASCII in lines of 76 characters with CRLF after every line, the last one included.
 * No bytes, no lines.
 *
 * @param head - what stands before, so that a part is written at once and not joined afterwards. Default: nothing.
 * @see RFC 2045 §6.8
 */
export function encodeBase64Lines(bytes: Uint8Array, head: Uint8Array = noHead): Bytes {
  const gap = head.length % 2 // lines begin at an even offset, for `encode`
  const written = new Uint8Array(gap + head.length + lengthInBase64Lines(bytes.length))
  written.set(head, gap)
  writeBase64Lines(bytes, written.subarray(gap + head.length))
  return written.subarray(gap)
}

/** The same, into its place. @param place - of {@link lengthInBase64Lines} octets. */
export function writeBase64Lines(bytes: Uint8Array, place: Uint8Array): void {
  const write = hostBase64Writer(bytes.length)
  if (write) encodeByHost(bytes, place, write)
  else if (place.byteOffset % 2 === 0) encode(bytes, place, groupsInLine)
  else place.set(encodeBase64Lines(bytes))
}

/** How many octets of base64 so many are, in lines. */
export function lengthInBase64Lines(octets: number): number {
  const groups = Math.ceil(octets / 3)
  return groups * 4 + Math.ceil(groups / groupsInLine) * lineEnd.length
}

/** Decodes whole groups from `at` while nothing but the alphabet comes; returns where it stopped. */
function decodeGroups(source: Uint8Array, at: number, bytes: Uint8Array, length: number): number {
  const { pairs } = tables()
  let from = at
  let to = length
  for (const end = source.length - 3; from < end; from += 4) {
    const group =
      (pairs[source[from]! | (source[from + 1]! << 8)]! << 12) | pairs[source[from + 2]! | (source[from + 3]! << 8)]!
    if (group < 0) break
    bytes[to] = group >> 16
    bytes[to + 1] = group >> 8
    bytes[to + 2] = group
    to += 3
  }
  return from
}

function checkPadding(source: Uint8Array, start: number, count: number): void {
  const { sextets } = tables()
  let missing = count === 0 ? 0 : 4 - count
  if (missing > 2) throw new Base64Error(start)
  for (let at = start; at < source.length; at++) {
    if (source[at] === padding && missing-- > 0) continue
    if (sextets[source[at]!] !== blank) throw new Base64Error(at)
  }
  if (missing > 0) throw new Base64Error(source.length)
}

/** Lines that are encoded at a time: few enough to stay in the processor's cache until they are broken. */
const linesInBlock = 1024

/** The host knows no line ends, so its text is written behind its place and moved to the front line by line. */
function encodeByHost(
  bytes: Uint8Array,
  lines: Uint8Array,
  write: (bytes: Uint8Array, target: Uint8Array) => void,
): void {
  let to = 0
  for (let from = 0; from < bytes.length; from += linesInBlock * lineOctets) {
    const octets = bytes.subarray(from, from + linesInBlock * lineOctets)
    const block = lines.subarray(to, to + lengthInBase64Lines(octets.length))
    write(octets, block)
    breakLines(block, Math.ceil(octets.length / 3) * 4)
    to += block.length
  }
}

/** Eight characters are moved as one number: no letters of ASCII make a NaN, whose bits could change on the way. */
function breakLines(block: Uint8Array, characters: number): void {
  const view = new DataView(block.buffer, block.byteOffset, block.length)
  let to = 0
  for (let from = block.length - characters; from < block.length; from += lineCharacters) {
    const length = Math.min(lineCharacters, block.length - from)
    let at = 0
    for (; at + 8 <= length; at += 8) view.setFloat64(to + at, view.getFloat64(from + at))
    for (; at < length; at += 4) view.setUint32(to + at, view.getUint32(from + at))
    view.setUint16(to + length, 0x0d0a)
    to += length + lineEnd.length
  }
}

/**
 * Every output, line ends included, is an even number of bytes, so two characters are written at a time: a fifth faster
 * than one by one.
 *
 * @param text - at an even offset, with room for exactly what is written.
 */
function encode(bytes: Uint8Array, text: Uint8Array, groupsPerLine: number): void {
  const { units, crlf } = tables()
  const written = new Uint16Array(text.buffer, text.byteOffset, text.length / 2)
  const whole = bytes.length - (bytes.length % 3)
  let from = 0
  let to = 0
  while (from < whole) {
    const end = Math.min(whole, from + groupsPerLine * 3)
    for (; from < end; from += 3) {
      const group = (bytes[from]! << 16) | (bytes[from + 1]! << 8) | bytes[from + 2]!
      written[to++] = units[group >> 12]!
      written[to++] = units[group & 0xfff]!
    }
    if (to % (groupsPerLine * 2 + 1) === groupsPerLine * 2) written[to++] = crlf
  }
  if (whole < bytes.length) {
    const rest = [bytes[whole]!, bytes[whole + 1]]
    const group = (rest[0]! << 16) | ((rest[1] ?? 0) << 8)
    const characters = [group >> 18, (group >> 12) & 63, (group >> 6) & 63].map((value) => alphabet.charCodeAt(value))
    text.set([characters[0]!, characters[1]!, rest[1] === undefined ? padding : characters[2]!, padding], to * 2)
    to += 2
  }
  if (to < written.length) written[to] = crlf
}

function tables(): Tables {
  if (made) return made
  const codes = encodeUtf8(alphabet)
  const sextets = new Uint8Array(256).fill(other)
  for (const code of [0x09, 0x0a, 0x0d, 0x20]) sextets[code] = blank
  const pairs = new Int16Array(0x10000).fill(-1)
  const characters = new Uint8Array(4096 * 2)
  for (const [high, first] of codes.entries()) {
    sextets[first] = high
    for (const [low, second] of codes.entries()) {
      const value = (high << 6) | low
      pairs[first | (second << 8)] = value
      characters.set([first, second], value * 2)
    }
  }
  const [crlf = 0] = new Uint16Array(Uint8Array.from(lineEnd).buffer)
  made = { sextets, pairs, units: new Uint16Array(characters.buffer), crlf }
  return made
}
