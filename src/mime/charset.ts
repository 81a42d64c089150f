import { decodeBase64, decodeLatin1, decodeUtf8 } from '../bytes/index.js'

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

/** Reads octets in one character set. */
interface Decoder {
  decode(bytes: Uint8Array): string
}

/** Nothing for a name that is not known. */
export function decoderFor(charset: string): Decoder | undefined {
  if (/^(unicode-1-1-)?utf-7$/i.test(charset)) return utf7
  // US-ASCII with 8-bit octets is what old programs send when they mean something else.
  if (/^(us-)?ascii$/i.test(charset)) return undefined
  try {
    const decoder = new TextDecoder(charset)
    return decoder.encoding === 'windows-1252' ? windows1252 : decoder
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Old mail alone has it, and hosts have forgotten it. @see RFC 2152 */
const utf7: Decoder = {
  decode(bytes) {
    return decodeLatin1(bytes).replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) =>
      encoded === '' ? '+' : new TextDecoder('utf-16be').decode(decodeBase64(encoded, { lenient: true })),
    )
  },
}

/** What windows-1252 has from 0x80 to 0x9f; five octets mean nothing, and stay. */
const marks = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Some hosts read it as Latin-1 (nodejs/node#56542), which costs quotation marks and dashes. @see WHATWG Encoding §9 */
const windows1252: Decoder = {
  decode: (bytes) => decodeLatin1(bytes).replace(/[\x80-\x9f]/g, (octet) => marks[octet.charCodeAt(0) - 0x80]!),
}
