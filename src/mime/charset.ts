import { decodeBase64, decodeLatin1, decodeUtf8 } from '../bytes/index.js'
import { type Blocks, wholeOf } from './text-blocks.js'

/**
 * Reads text in a named character set. An unknown name is tried as UTF-8 and then taken for Latin-1, so that nothing is
 * lost; octets that are none of the set become U+FFFD.
 */
export function decodeCharset(bytes: Uint8Array, charset: string | undefined): string {
  const decoder = charset && decoderFor(charset)
  return decoder ? decoder.decode([bytes]) : decodeUnlabelled([bytes])
}

/**
 * UTF-8 when the octets are, Latin-1 otherwise (RFC 6532, and what came before it).
 *
 * The text of many blocks is joined when it is first looked at.
 */
export function decodeUnlabelled(octets: Blocks): string {
  let text = ''
  for (const block of octets) {
    const part = decodeUtf8(block)
    if (part.includes('\ufffd')) return textOf(octets, decodeLatin1)
    text += part
  }
  return text
}

/** The same, block by block. */
export function* unlabelledTexts(octets: Blocks): Generator<string> {
  let isUtf8 = true
  for (const block of octets) isUtf8 &&= !decodeUtf8(block).includes('\ufffd')
  for (const block of octets) yield isUtf8 ? decodeUtf8(block) : decodeLatin1(block)
}

/** Blocks break no character of UTF-8, and sets with one octet to a character have none to break. */
function textOf(octets: Blocks, decode: (block: Uint8Array) => string): string {
  let text = ''
  for (const block of octets) text += decode(block)
  return text
}

/** Reads octets in one character set. */
interface Decoder {
  decode(octets: Blocks): string
}

/** Nothing for a name that is not known. */
export function decoderFor(charset: string): Decoder | undefined {
  if (/^(unicode-1-1-)?utf-7$/i.test(charset)) return utf7
  // US-ASCII with 8-bit octets is what old programs send when they mean something else.
  if (/^(us-)?ascii$/i.test(charset)) return undefined
  try {
    const decoder = new TextDecoder(charset)
    return quickDecoders[decoder.encoding] ?? inStream(decoder)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** Characters may go on from block to block. */
function inStream(decoder: TextDecoder): Decoder {
  return { decode: (octets) => textOf(octets, (block) => decoder.decode(block, { stream: true })) + decoder.decode() }
}

/** Without the byte order mark that a host leaves out; hosts are quicker when nothing may go on. */
const utf8: Decoder = {
  decode(octets) {
    let text = ''
    for (const block of octets) text += text === '' ? decodeUtf8(block).replace(/^\ufeff/, '') : decodeUtf8(block)
    return text
  },
}

/** Old mail alone has it, and hosts have forgotten it. @see RFC 2152 */
const utf7: Decoder = {
  decode(octets) {
    return decodeLatin1(wholeOf(octets)).replace(/\+([A-Za-z0-9+/]*)-?/g, (_, encoded: string) =>
      encoded === '' ? '+' : new TextDecoder('utf-16be').decode(decodeBase64(encoded, { lenient: true })),
    )
  },
}

/** What windows-1252 has from 0x80 to 0x9f; five octets mean nothing, and stay. */
const marks = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

/** Some hosts read it as Latin-1 (nodejs/node#56542), which costs quotation marks and dashes. @see WHATWG Encoding §9 */
const windows1252: Decoder = {
  decode: (octets) =>
    textOf(octets, (block) =>
      decodeLatin1(block).replace(/[\x80-\x9f]/g, (octet) => marks[octet.charCodeAt(0) - 0x80]!),
    ),
}

/** What is read in another way than the host would in a stream. */
const quickDecoders: Readonly<Record<string, Decoder>> = { 'utf-8': utf8, 'windows-1252': windows1252 }
