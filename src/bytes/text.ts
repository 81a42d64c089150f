import type { Bytes } from './bytes.js'
import { hostText } from './host.js'

const utf8 = /* @__PURE__ */ new TextDecoder('utf-8', { ignoreBOM: true })
const encoder = /* @__PURE__ */ new TextEncoder()

/** Reads UTF-8. Never throws: what is not UTF-8 becomes U+FFFD. A byte order mark is kept, as U+FEFF. */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

/** Writes UTF-8; half a surrogate pair becomes U+FFFD. */
export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text)
}

/**
 * Reads ISO 8859-1: each byte is the code point of its own number.
 *
 * Not the `latin1` of `TextDecoder`, which is windows-1252.
 */
export function decodeLatin1(bytes: Uint8Array): string {
  return hostText(bytes, 'latin1') ?? latin1InPieces(bytes)
}

function latin1InPieces(bytes: Uint8Array): string {
  let text = ''
  // In pieces, because the arguments of a call have to fit on the stack.
  for (let i = 0; i < bytes.length; i += 4096) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(i, i + 4096)) // spread, it takes five times as long
  }
  return text
}

/** Writes ISO 8859-1, one byte for each UTF-16 unit. Units above U+00FF lose their upper half, so check first. */
export function encodeLatin1(text: string): Bytes {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}
