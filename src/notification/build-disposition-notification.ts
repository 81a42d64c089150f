import type { Bytes } from '../bytes/index.js'
import { formatAddress, serializeHeader } from '../mime/index.js'
import { buildReport } from './build-report.js'
import { finalDestinationDelivery } from './delivery-request.js'
import type { Disposition } from './disposition.js'

/** What an MDN of ours can say; `failed` is of RFC 2298, and what the reference implementations send (DN-17). */
export type DispositionType = 'processed' | 'dispatched' | 'displayed' | 'deleted' | 'failed'

export interface DispositionNotificationDraft {
  /** The recipient it speaks for, which is also its author (AS-107). */
  readonly recipient: string
  /** The recipient as the sender wrote it, where that is another: an alias, a group. */
  readonly originalRecipient?: string
  /** Who is told (AS-101). */
  readonly to: string
  /** Message-ID of the message it is about, in brackets; absent when it had none. */
  readonly originalMessageId?: string
  readonly dispositionType: DispositionType
  /** Names this system in Reporting-UA; usually the domain of the recipient (MDN-5). */
  readonly reportingUa: string
  /** Message-ID of the notification itself, in brackets. */
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly date: number
}

type Modes = Pick<Disposition, 'actionMode' | 'sendingMode'>

const automatic: Modes = { actionMode: 'automatic-action', sendingMode: 'MDN-sent-automatically' }
/** A person has looked or deleted, and has agreed that it be told (AS-105). */
const manual: Modes = { actionMode: 'manual-action', sendingMode: 'MDN-sent-manually' }

const types: Readonly<Record<DispositionType, Modes & { readonly sentence: string }>> = {
  processed: {
    ...automatic,
    sentence:
      'Your message was received, its signature is right and its sender is trusted. It was passed on for delivery.',
  },
  dispatched: { ...automatic, sentence: 'Your message was delivered to its final destination.' },
  displayed: {
    ...manual,
    sentence: 'Your message was displayed to its recipient. Nobody can tell whether it was read or understood.',
  },
  deleted: {
    ...manual,
    sentence: 'Your message was deleted. Nobody can tell whether it was seen before, or is still to be recovered.',
  },
  failed: {
    ...automatic,
    sentence: 'Your message was received and its sender is trusted, but it could not be delivered to its recipient.',
  },
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
  const { recipient, originalRecipient, to, originalMessageId, dispositionType } = draft
  const { actionMode, sendingMode, sentence } = types[dispositionType]
  const fields = serializeHeader([
    ['Reporting-UA', `${draft.reportingUa}; direct-smime`],
    ...(originalRecipient ? ([['Original-Recipient', `rfc822; ${formatAddress(originalRecipient)}`]] as const) : []),
    ['Final-Recipient', `rfc822; ${formatAddress(recipient)}`],
    ...(originalMessageId ? ([['Original-Message-ID', originalMessageId]] as const) : []),
    ['Disposition', `${actionMode}/${sendingMode}; ${dispositionType}`],
    // Says that the message reached its final destination, and not merely the next system (DN-11).
    ...(dispositionType === 'dispatched' ? ([[finalDestinationDelivery, '']] as const) : []),
  ])
  return buildReport({
    kind: 'disposition-notification',
    from: recipient,
    to,
    subject: `Message ${dispositionType}`,
    messageId: draft.messageId,
    originalMessageId,
    date: draft.date,
    sentences: [sentence],
    fields,
  })
}
