import type { Bytes } from './bytes.js'
import { HexError } from './errors.js'
import { hostText } from './host.js'

/**
 * Reads hexadecimal digits, upper or lower case, two for each byte and nothing between them.
 *
 * @throws {@link HexError} `ERR_HEX_INVALID` with the offset of what is no digit, or of the end when the number is odd.
 * @see RFC 4648 §8
 */
export function decodeHex(text: string): Bytes {
  const bytes = new Uint8Array(text.length >> 1)
  for (let i = 0; i < text.length; i++) {
    const digit = digitOf(text.charCodeAt(i))
    if (digit < 0) throw new HexError(i)
    if (i >> 1 < bytes.length) bytes[i >> 1] = (bytes[i >> 1]! << 4) | digit
  }
  if (text.length % 2 === 1) throw new HexError(text.length)
  return bytes
}

/** Writes two lower-case hexadecimal digits for each byte. */
export function encodeHex(bytes: Uint8Array): string {
  return hostText(bytes, 'hex') ?? digitsOf(bytes)
}

function digitsOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += (byte < 16 ? '0' : '') + byte.toString(16)
  return text
}

function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const lower = code | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}
