/** What a reader says of a message, in one form for all readers. */

import { concat, encodeHex, encodeUtf8 } from '../../../src/bytes/index.js'
import type { AttachmentDraft, Mailbox, MessageDraft } from '../../../src/mime/index.js'

type NameAndAddress = readonly [name: string, address: string]

export interface Reading {
  readonly subject: string | null
  /** Milliseconds since 1970. */
  readonly date: number
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: string | null
  readonly from: readonly NameAndAddress[]
  readonly sender: readonly NameAndAddress[]
  readonly replyTo: readonly NameAndAddress[]
  readonly to: readonly NameAndAddress[]
  readonly cc: readonly NameAndAddress[]
  readonly bcc: readonly NameAndAddress[]
  /** Those whose names begin with X, names in lower case, text decoded. */
  readonly fields: Readonly<Record<string, string>>
  readonly text: string | null
  readonly html: string | null
  /** One for each attachment. */
  readonly filenames: readonly (string | null)[]
  readonly attachments: readonly AttachmentReading[]
  /** What the reader finds wrong with the message, in its own words. */
  readonly complaints: readonly string[]
}

interface AttachmentReading {
  readonly type: string
  readonly contentId: string | null
  readonly sha256: string
}

/** What every reader should find in the message of a draft. */
export async function readingOf(draft: MessageDraft): Promise<Reading> {
  const { html, attachments = [] } = draft
  const isPicture = ({ contentId }: AttachmentDraft) => html !== undefined && contentId !== undefined
  // Pictures go with the HTML, before the files.
  const ordered = [...attachments.filter(isPicture), ...attachments.filter((each) => !isPicture(each))]
  const fields = (draft.fields ?? []).map(([name, text]) => [name.toLowerCase(), text] as const)
  return {
    subject: draft.subject ?? null,
    date: draft.date,
    messageId: draft.messageId,
    inReplyTo: draft.inReplyTo ?? null,
    references: draft.references?.join(' ') ?? null,
    from: mailboxes(draft.from),
    sender: mailboxes(draft.sender),
    replyTo: mailboxes(draft.replyTo),
    to: mailboxes(draft.to),
    cc: mailboxes(draft.cc),
    bcc: mailboxes(draft.bcc),
    fields: Object.fromEntries(fields.filter(([name]) => name.startsWith('x-'))),
    text: draft.text ?? null,
    html: html ?? null,
    filenames: ordered.map(({ filename }) => filename ?? null),
    attachments: await Promise.all(ordered.map(attachmentReading)),
    complaints: [],
  }
}

/** As a draft names them. */
export function mailboxes(value: MessageDraft['to']): readonly NameAndAddress[] {
  const list = value === undefined ? [] : [value].flat()
  return list.map((each: Mailbox | string) => (typeof each === 'string' ? ['', each] : [each.name ?? '', each.address]))
}

/** In the form in which readings are compared: lines end in LF, and what is empty counts as absent, for some readers cannot tell them apart. */
export function comparable(reading: Reading): Reading {
  const text = (value: string | null) => value?.replace(/\r\n?/g, '\n') || null
  return {
    ...reading,
    subject: reading.subject?.trim() || null,
    text: text(reading.text),
    html: text(reading.html),
  }
}

async function attachmentReading({ type, contentId, content }: AttachmentDraft): Promise<AttachmentReading> {
  return {
    type: type ?? 'application/octet-stream',
    contentId: contentId ?? null,
    sha256: await sha256(await octetsOf(content)),
  }
}

/** What a draft attaches. */
export async function octetsOf(content: AttachmentDraft['content']): Promise<Uint8Array> {
  if (typeof content === 'string') return encodeUtf8(content)
  if (content instanceof Uint8Array) return content
  const pieces: Uint8Array[] = []
  for await (const piece of content.stream() as AsyncIterable<Uint8Array>) pieces.push(piece)
  return concat(pieces)
}

/** In hexadecimal digits. */
export async function sha256(octets: Uint8Array): Promise<string> {
  return encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(octets))))
}
