import {
  type Entity,
  fieldBodies,
  fieldBody,
  fieldText,
  type Header,
  type Mailbox,
  type MessageContent,
  parseAddresses,
  parseDate,
  parseMessageIds,
  readContent,
} from '../mime/index.js'

/** A message as a person sees it. */
export interface Message extends MessageContent {
  /** The address whose certificate signed the message (AS-85). */
  readonly author: string
  readonly header: MessageHeader
  /** The message as it was signed: with its header when it was wrapped, else the body alone. */
  readonly raw: Uint8Array
}

/**
 * What the header says. With the protection `none` the message was not wrapped: `from` is the author, and for everything
 * else nobody vouches (AS-49).
 */
export interface MessageHeader {
  readonly protection: 'signed' | 'none'
  readonly from: Mailbox
  /** False when the message was signed for its Sender, as a policy may allow: nobody vouches for `from` then (AS-85). */
  readonly fromAuthenticated: boolean
  readonly replyTo: readonly Mailbox[]
  readonly to: readonly Mailbox[]
  readonly cc: readonly Mailbox[]
  readonly subject?: string
  /** Milliseconds since 1970. */
  readonly date?: number
  /** In brackets. */
  readonly messageId?: string
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
}

/**
 * Puts together what was verified.
 *
 * @param header - the signed header, or the outer one of a message that was not wrapped.
 * @param entity - what was signed.
 */
export async function messageOf(
  header: Header,
  entity: Entity,
  from: Mailbox,
  author: string,
  protection: MessageHeader['protection'],
): Promise<Message> {
  return {
    author,
    header: headerOf(header, from, author, protection),
    raw: entity.bytes,
    ...(await readContent(entity)),
  }
}

function headerOf(
  header: Header,
  from: Mailbox,
  author: string,
  protection: MessageHeader['protection'],
): MessageHeader {
  const subject = fieldText(header, 'Subject')
  const date = parseDate(fieldBody(header, 'Date') ?? '')
  const messageId = messageIdOf(header)
  return {
    protection,
    from,
    fromAuthenticated: from.address === author,
    replyTo: mailboxesOf(header, 'Reply-To'),
    to: mailboxesOf(header, 'To'),
    cc: mailboxesOf(header, 'Cc'),
    ...(subject !== undefined && { subject }),
    ...(date !== undefined && { date }),
    ...(messageId !== undefined && { messageId }),
    inReplyTo: parseMessageIds(fieldBody(header, 'In-Reply-To') ?? ''),
    references: parseMessageIds(fieldBody(header, 'References') ?? ''),
  }
}

/** All mailboxes of all fields of a name. */
export function mailboxesOf(header: Header, name: string): readonly Mailbox[] {
  return fieldBodies(header, name).flatMap(parseAddresses)
}

/** The first identifier of the Message-ID field, in brackets. */
export function messageIdOf(header: Header): string | undefined {
  return parseMessageIds(fieldBody(header, 'Message-ID') ?? '')[0]
}

/** The one mailbox of the one From field; nothing when there are more or none (AS-85). */
export function authorOf(header: Header): Mailbox | undefined {
  return soleMailbox(header, 'From')
}

/** The one mailbox of the one field of a name. */
export function soleMailbox(header: Header, name: 'From' | 'Sender'): Mailbox | undefined {
  const [mailbox, ...others] = mailboxesOf(header, name)
  return fieldBodies(header, name).length === 1 && others.length === 0 ? mailbox : undefined
}
