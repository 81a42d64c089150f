import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { buildMessage, buildMultipart, buildPart } from '../mime/index.js'

export interface ReportDraft {
  /** The subtype of the part for machines. */
  readonly kind: 'disposition-notification' | 'delivery-status'
  readonly from: string
  readonly to: string
  readonly subject: string
  /** In brackets. */
  readonly messageId: string
  /** Of the message it is about, in brackets. */
  readonly originalMessageId: string | undefined
  /** Milliseconds since 1970. */
  readonly date: number
  /** For people, line by line. */
  readonly sentences: readonly string[]
  /** For machines. */
  readonly fields: Uint8Array
}

/**
 * Writes a message of two parts, one for people and one for machines. It says that a machine made it, and repeats nothing
 * of the original but its Message-ID.
 *
 * @see RFC 6522 §3, RFC 3834 §5
 */
export async function buildReport(draft: ReportDraft): Promise<Bytes> {
  const { kind, from, to, subject, messageId, originalMessageId, date, sentences, fields } = draft
  const words = buildPart({
    contentType: 'text/plain; charset=utf-8',
    content: encodeUtf8(sentences.map((line) => `${line}\r\n`).join('')),
  })
  const report = buildPart({ contentType: `message/${kind}`, transferEncoding: '7bit', content: fields })
  return buildMessage({
    from,
    to,
    subject,
    messageId,
    date,
    ...(originalMessageId && { inReplyTo: originalMessageId, references: [originalMessageId] }),
    fields: [['Auto-Submitted', 'auto-replied']],
    body: buildMultipart('report', [words, report], { 'report-type': kind }),
  })
}
