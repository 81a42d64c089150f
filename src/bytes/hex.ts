import type { Bytes } from './bytes.js'

const digits = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'))

/** Two lower-case digits for each octet. */
export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const octet of bytes) text += digits[octet]
  return text
}

/** @throws RangeError when the text is not pairs of hexadecimal digits. */
export function decodeHex(text: string): Bytes {
  if (!/^([0-9a-f]{2})*$/i.test(text)) throw new RangeError('not pairs of hexadecimal digits')
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(2 * index, 2 * index + 2), 16))
}
