import { decodeLatin1, decodeUtf8 } from '../bytes/index.js'

/**
 * Reads text in a named character set. An unknown name is tried as UTF-8 and then taken for Latin-1, so that nothing is
 * lost; octets that are none of the set become U+FFFD.
 */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const decoder = charset && decoderFor(charset)
  return decoder ? decoder.decode(bytes) : decodeUnlabelled(bytes)
}

/** UTF-8 when the octets are, Latin-1 otherwise (RFC 6532, and what came before it). */
export function decodeUnlabelled(bytes: Uint8Array): string {
  const text = decodeUtf8(bytes)
  return text.includes('\ufffd') ? decodeLatin1(bytes) : text
}

/** Nothing for a name that the host does not know. */
export function decoderFor(charset: string): TextDecoder | undefined {
  // US-ASCII with 8-bit octets is what old programs send when they mean something else.
  if (/^(us-)?ascii$/i.test(charset)) return undefined
  try {
    return new TextDecoder(charset)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
