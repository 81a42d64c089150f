import { addressKey, parseAddresses } from '../mime/index.js'

/**
 * Reads Final-Recipient and Original-Recipient: with or without the type of the address, a name, brackets (DN-23).
 *
 * What is no mail address, such as a name of another system, is given as it stands.
 *
 * @see RFC 8098 §3.2.3, RFC 6533 §3
 */
export function parseRecipient(body: string | undefined): string | undefined {
  if (body === undefined) return undefined
  const [, type = '', rest = ''] = /^\s*(?:([a-z0-9][a-z0-9-]*)\s*;)?(.*)$/is.exec(body) ?? []
  const text = type.toLowerCase() === 'utf-8' ? unescaped(rest.trim()) : rest.trim()
  const [mailbox] = parseAddresses(text)
  return mailbox?.address ?? (text.replace(/^<([^<>]*)>$/, '$1').trim() || undefined)
}

/** Characters beyond ASCII, as RFC 6533 §3 writes them in 7-bit reports: `\x{2193}`. */
function unescaped(text: string): string {
  return text.replace(/\\x\{([0-9a-f]{2,6})\}/gi, (whole, hex: string) => {
    const point = Number.parseInt(hex, 16)
    return point > 0x1f && point !== 0x7f && point <= 0x10_ffff ? String.fromCodePoint(point) : whole
  })
}

/**
 * What two spellings of one recipient have in common, whichever field they come from: no type, no brackets, no name, no
 * case in ASCII letters, the domain in A-labels (DN-23).
 */
export function recipientKey(recipient: string): string {
  return addressKey(parseRecipient(recipient) ?? '')
}
