import { addressKey, type Header } from '../mime/index.js'
import type { Step } from '../verdict/index.js'
import type { Letter } from './letter.js'
import { authorOf, mailboxesOf, messageIdOf } from './message.js'
import { unknown } from './reasons.js'
import type { Envelope } from './sealed.js'

/**
 * Where the envelope and the outer header do not say what was signed. Both may differ for good reasons, and neither was
 * signed: it is reported and decides nothing (AS-85).
 */
export function differencesFrom(
  { header, protection }: Letter,
  author: string,
  outer: Header,
  { mailFrom }: Partial<Envelope>,
): readonly Step[] {
  const envelope =
    mailFrom && isSentByAnother({ mailFrom }, author) ? [unknown('envelope-differs', { address: mailFrom })] : []
  if (protection === 'none') return envelope
  const from = authorOf(outer)?.address ?? ''
  const recipients = (of: Header) =>
    new Set([...mailboxesOf(of, 'To'), ...mailboxesOf(of, 'Cc')].map(({ address }) => addressKey(address)))
  const signed = recipients(header)
  const differs =
    addressKey(from) !== addressKey(author) ||
    messageIdOf(outer) !== messageIdOf(header) ||
    [...recipients(outer)].some((address) => !signed.has(address))
  return differs ? [...envelope, unknown('header-differs')] : envelope
}

/** Whether the envelope names another sender. The null reverse-path, and an envelope that is not known, name none. */
export function isSentByAnother({ mailFrom }: Partial<Envelope>, author: string): boolean {
  return !!mailFrom && addressKey(mailFrom) !== addressKey(author)
}
