import type { Bytes } from './bytes.js'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Reads UTF-8. It never fails: octets that are none become U+FFFD. A byte order mark stays. */
export function decodeUtf8(bytes: Uint8Array): string {
  return utf8.decode(bytes)
}

export function encodeUtf8(text: string): Bytes {
  return new TextEncoder().encode(text)
}

/** One character for each octet, U+0000 to U+00FF: not what the web calls latin1, which is windows-1252. */
export function decodeLatin1(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return text
}

/** @throws RangeError for a character beyond U+00FF. */
export function encodeLatin1(text: string): Bytes {
  return Uint8Array.from({ length: text.length }, (_, index) => {
    const code = text.charCodeAt(index)
    if (code > 0xff) throw new RangeError('a character beyond Latin-1')
    return code
  })
}
