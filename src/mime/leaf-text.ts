import type PostalMime from 'postal-mime'
import { decodeUtf8, encodeBase64Lines, encodeUtf8 } from '../bytes/index.js'
import { decoderFor, decodeUnlabelled } from './charset.js'
import type { Entity } from './entity.js'
import { type Blocks, lineFeedBlocks, wholeOf } from './text-blocks.js'
import { decodeBody } from './transfer-encoding.js'

/**
 * The text of one leaf, in LF lines.
 *
 * The character sets that the host knows are read by the host. What it has no name for, and flowed text (RFC 3676), goes
 * to postal-mime, which is loaded then: one leaf at a time and in base64, so that it sees no structure and no line ends.
 */
export async function textOf(leaf: Entity): Promise<string> {
  const { subtype, parameters } = leaf.contentType
  const { charset, format, delsp } = parameters
  const bytes = decodeBody(leaf)
  const text = isWide(charset)
    ? (await decoded([bytes], charset)).replaceAll('\r\n', '\n').replaceAll('\r', '\n')
    : await decoded(lineFeedBlocks(bytes), charset)
  if (subtype !== 'plain' || format?.toLowerCase() !== 'flowed') return text
  const type = `text/plain; charset=utf-8; format=flowed; delsp=${delsp?.toLowerCase() === 'yes' ? 'yes' : 'no'}`
  return (await leafByPostalMime(type, encodeUtf8(text))).text ?? ''
}

/** Whether a line end has more than one octet; in all other character sets the octets of a line end are nothing else. */
function isWide(charset = ''): boolean {
  return /^(utf-?(16|32)|ucs-?[24]|iso-10646)/i.test(charset)
}

/** HTML as plain text, by postal-mime's conversion. */
export async function plainOf(html: string): Promise<string> {
  return (await leafByPostalMime('text/html; charset=utf-8', encodeUtf8(html))).text ?? ''
}

async function decoded(octets: Blocks, charset: string | undefined): Promise<string> {
  // US-ASCII with 8-bit octets is what old programs send when they mean something else.
  if (!charset || /^(us-)?ascii$/i.test(charset)) return decodeUnlabelled(octets)
  const decoder = decoderFor(charset)
  if (decoder) return decoder.decode(octets)
  const bytes = wholeOf(octets)
  const utf8 = decodeUtf8(bytes)
  // Many a wrong name stands above UTF-8, and hardly anything else is UTF-8 by chance.
  const isUtf8 = /[^\0-\x7f]/.test(utf8) && !utf8.includes('\ufffd')
  if (isUtf8 || !/^[!-~]{1,40}$/.test(charset)) return decodeUnlabelled([bytes])
  return (await leafByPostalMime(`text/plain; charset="${charset.replace(/["\\]/g, '')}"`, bytes)).text ?? ''
}

/** @param type - of text; HTML is given as plain text too. */
async function leafByPostalMime(type: string, content: Uint8Array): Promise<{ readonly text?: string | undefined }> {
  const { default: Reader } = await import('postal-mime')
  const reader: PostalMime = new Reader()
  const head = encodeUtf8(`Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n`)
  // It converts HTML only where a message has plain text too; this is how it notes that there is some.
  ;(reader as unknown as { readonly textTypes: Set<string> }).textTypes.add('plain')
  return reader.parse(encodeBase64Lines(content, head))
}
