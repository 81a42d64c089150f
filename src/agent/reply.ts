import { addressKey, type Mailbox } from '../mime/index.js'
import type { OpenedMessage } from './opened.js'
import type { OutgoingMessage } from './sealed.js'

export interface ReplyOptions {
  /** Which of the recipients answers. Default: the first. */
  readonly from?: string
  /** Writes to all who got the message, too. Default `false`. */
  readonly all?: boolean
}

/** The beginning of an answer, to be completed with a text. */
export type Reply = Pick<OutgoingMessage, 'from' | 'to' | 'cc' | 'subject' | 'inReplyTo' | 'references'>

/**
 * Begins an answer to a message: whom it goes to, what it is called, and which messages it continues.
 *
 * It goes to Reply-To where the author signed one, else to the author. Of a message whose header nobody signed, or
 * whose From nobody vouches for, the author is all that is used: neither a subject nor a recipient that was put there on
 * the way is carried on (AS-49, AS-85).
 *
 * @see RFC 5322 §3.6.2, §3.6.4
 *
 * @example
 * const sealed = await agent.seal({ ...replyTo(opened), text: 'Thank you.' })
 */
export function replyTo({ message, recipients }: OpenedMessage, options: ReplyOptions = {}): Reply {
  const { from = recipients[0]!.address, all = false } = options
  const { header, author } = message
  if (header.protection === 'none' || !header.fromAuthenticated) return { from, to: author }
  const to = header.replyTo.length > 0 ? header.replyTo : [header.from]
  const written = new Set([from, ...to.map(({ address }) => address)].map(addressKey))
  const others = all ? [...header.to, ...header.cc].filter(({ address }) => !written.has(addressKey(address))) : []
  const { messageId, references, inReplyTo, subject } = header
  const before = references.length > 0 ? references : inReplyTo.slice(0, 1)
  return {
    from,
    to,
    ...(others.length > 0 && { cc: distinct(others) }),
    ...(subject !== undefined && { subject: /^re:/i.test(subject) ? subject : `Re: ${subject}` }),
    ...(messageId !== undefined && { inReplyTo: messageId, references: [...before, messageId] }),
  }
}

function distinct(mailboxes: readonly Mailbox[]): readonly Mailbox[] {
  return [...new Map(mailboxes.map((mailbox) => [addressKey(mailbox.address), mailbox])).values()]
}
