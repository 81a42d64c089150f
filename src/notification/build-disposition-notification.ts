import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { buildMessage, buildMultipart, buildPart, serializeHeader } from '../mime/index.js'
import { finalDestinationDelivery } from './delivery-request.js'

export interface DispositionNotificationDraft {
  /** The recipient it speaks for, which is also its author (AS-107). */
  readonly recipient: string
  /** Who is told (AS-101). */
  readonly to: string
  /** Message-ID of the message it is about, in brackets; absent when it had none. */
  readonly originalMessageId?: string
  readonly dispositionType: 'processed' | 'dispatched'
  /** Names this system in Reporting-UA; usually the domain of the recipient (MDN-5). */
  readonly reportingUa: string
  /** Message-ID of the notification itself, in brackets. */
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly date: number
}

const sentences: Readonly<Record<DispositionNotificationDraft['dispositionType'], string>> = {
  processed:
    'Your message was received, its signature is right and its sender is trusted. It was passed on for delivery.',
  dispatched: 'Your message was delivered to its final destination.',
}

/**
 * Writes an MDN: one message, for one recipient (AS-106). It asks for no notification itself (AS-104), says that it was
 * made by a machine, and repeats nothing of the original but its Message-ID.
 *
 * @returns an RFC 5322 message, to be signed and encrypted like any other (AS-102).
 * @throws {@link MimeError} when an address or identifier is not one.
 * @see RFC 8098 §3
 */
export async function buildDispositionNotification(draft: DispositionNotificationDraft): Promise<Bytes> {
  const { recipient, to, originalMessageId, dispositionType } = draft
  const words = buildPart({
    contentType: 'text/plain; charset=utf-8',
    content: encodeUtf8(`${sentences[dispositionType]}\r\n`),
  })
  const fields = serializeHeader([
    ['Reporting-UA', `${draft.reportingUa}; direct-smime`],
    ['Final-Recipient', `rfc822; ${recipient}`],
    ...(originalMessageId ? ([['Original-Message-ID', originalMessageId]] as const) : []),
    ['Disposition', `automatic-action/MDN-sent-automatically; ${dispositionType}`],
    // Says that the message reached its final destination, and not merely the next system (DN-11).
    ...(dispositionType === 'dispatched' ? ([[finalDestinationDelivery, '']] as const) : []),
  ])
  const report = buildPart({
    contentType: 'message/disposition-notification',
    transferEncoding: '7bit',
    content: fields,
  })
  return buildMessage({
    from: recipient,
    to,
    subject: `Message ${dispositionType}`,
    messageId: draft.messageId,
    date: draft.date,
    ...(originalMessageId && { inReplyTo: originalMessageId, references: [originalMessageId] }),
    fields: [['Auto-Submitted', 'auto-replied']],
    body: buildMultipart('report', [words, report], { 'report-type': 'disposition-notification' }),
  })
}
