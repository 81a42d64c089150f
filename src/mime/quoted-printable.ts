import type { Bytes } from '../bytes/index.js'
import { joined, type LaterPiece } from './pieces.js'

const lineLength = 76
const hex = /* @__PURE__ */ Uint8Array.from('0123456789ABCDEF', (digit) => digit.charCodeAt(0))

/**
 * Encodes text whose line ends are CRLF: they stay, and everything that a gateway might change is written in digits.
 *
 * @see RFC 2045 §6.7
 */
export function encodeQuotedPrintable(bytes: Uint8Array): Bytes {
  return joined([quotedPrintableOf(bytes)])
}

/** The same, written where it is to stand. */
export function quotedPrintableOf(bytes: Uint8Array): LaterPiece {
  return {
    length: writeQuotedPrintable(bytes, undefined),
    write(place) {
      writeQuotedPrintable(bytes, place)
    },
  }
}

/** Writes to the beginning of an output, or counts the octets that it would take. */
export function writeQuotedPrintable(bytes: Uint8Array, output: Uint8Array | undefined): number {
  let to = 0
  let column = 0
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!
    if (octet === 0x0d && bytes[at + 1] === 0x0a) {
      output?.set(lineEnd, to)
      to += 2
      column = 0
      at++
      continue
    }
    const safe = isSafe(bytes, at, column + 1 < lineLength ? column : 0)
    const length = safe ? 1 : 3
    if (column + length >= lineLength) {
      output?.set(softLineEnd, to)
      to += 3
      column = 0
    }
    if (output) {
      output[to] = safe ? octet : 0x3d
      if (!safe) {
        output[to + 1] = hex[octet >> 4]!
        output[to + 2] = hex[octet & 15]!
      }
    }
    to += length
    column += length
  }
  return to
}

const lineEnd = [0x0d, 0x0a] as const
const softLineEnd = [0x3d, 0x0d, 0x0a] as const

function isSafe(bytes: Uint8Array, at: number, column: number): boolean {
  const octet = bytes[at]!
  if (octet === 0x3d) return false
  // White space at the end of a line is lost on the way; so is a "From " or a lone dot at its beginning.
  if (octet === 0x20 || octet === 0x09) return at + 1 < bytes.length && bytes[at + 1] !== 0x0d
  if (column === 0 && (octet === 0x46 || octet === 0x2e)) return false
  return octet > 0x20 && octet < 0x7f
}

/**
 * Decodes quoted-printable. What is no encoding stays as it is: a lone `=`, a digit that is none, octets beyond ASCII.
 *
 * @see RFC 2045 §6.7
 */
export function decodeQuotedPrintable(bytes: Uint8Array): Bytes {
  const output = new Uint8Array(bytes.length)
  let written = 0
  let lineEnd = 0 // behind the last octet of this line that is not white space
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!
    const soft = octet === 0x3d ? softBreak(bytes, at) : 0
    if (octet === 0x0a || (octet === 0x0d && bytes[at + 1] === 0x0a)) {
      written = lineEnd // padding that was added on the way (rule 3)
      output[written++] = octet
      lineEnd = written
    } else if (soft > 0) {
      at += soft
      lineEnd = written
    } else if (octet === 0x3d && digit(bytes[at + 1]) >= 0 && digit(bytes[at + 2]) >= 0) {
      output[written++] = digit(bytes[at + 1]) * 16 + digit(bytes[at + 2])
      lineEnd = written
      at += 2
    } else {
      output[written++] = octet
      if (octet !== 0x20 && octet !== 0x09) lineEnd = written
    }
  }
  return output.subarray(0, Math.min(written, lineEnd))
}

/** Octets from `=` to the end of its line when nothing but white space lies between; 0 when it is no soft break. */
function softBreak(bytes: Uint8Array, at: number): number {
  let next = at + 1
  while (bytes[next] === 0x20 || bytes[next] === 0x09) next++
  if (next >= bytes.length) return next - at - 1
  if (bytes[next] === 0x0d && bytes[next + 1] === 0x0a) return next + 1 - at
  return bytes[next] === 0x0a ? next - at : 0
}

function digit(octet: number | undefined): number {
  if (octet === undefined) return -1
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x61 + 10 : -1
}

/**
 * Where a body is not what RFC 2045 §6.7 allows: an `=` without two digits (capitals) or a line end behind it, white
 * space at the end of a line, an octet that must be encoded, a bare CR or LF, a line of more than 76 characters.
 */
export function quotedPrintableFault(bytes: Uint8Array): number | undefined {
  let column = 0
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!
    if (octet === 0x0d && bytes[at + 1] === 0x0a) {
      if (at > 0 && isSpace(bytes[at - 1])) return at - 1
      column = 0
      at++
      continue
    }
    if (++column > lineLength) return at
    if (octet === 0x3d) {
      const soft = bytes[at + 1] === 0x0d && bytes[at + 2] === 0x0a
      if (!soft && !(isCapitalDigit(bytes[at + 1]) && isCapitalDigit(bytes[at + 2]))) return at
    } else if (!(octet >= 0x20 && octet < 0x7f) && octet !== 0x09) return at
  }
  return isSpace(bytes.at(-1)) ? bytes.length - 1 : undefined
}

function isSpace(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}

function isCapitalDigit(octet: number | undefined): boolean {
  return digit(octet) >= 0 && octet! < 0x60
}
