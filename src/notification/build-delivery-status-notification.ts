import { type Bytes, concat, encodeUtf8 } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { domainOf, formatAddress, MimeError, serializeHeader } from '../mime/index.js'
import { buildReport } from './build-report.js'
import { sentenceOf } from './status.js'

/** What is told about one recipient. */
export interface DeliveryStatusDraft {
  /** Whom the message was meant for; when it is no address, the report says so. */
  readonly finalRecipient: string
  /** As the sender wrote it, where that is another. */
  readonly originalRecipient?: string
  /** Default: `failed`. */
  readonly action?: 'failed' | 'delayed'
  /** `class.subject.detail` (RFC 3463), such as `5.1.1`. */
  readonly status: string
  /** What another mail system said. A stranger's words: line ends and what is not ASCII are replaced, and it is cut to 500 characters. */
  readonly diagnostic?: string
}

export interface DeliveryStatusNotificationDraft {
  /** Default: `postmaster` of the domain of the one who is told (DN-31). */
  readonly from?: string
  /** Who is told: the author of the message that did not arrive. */
  readonly to: string
  /** Message-ID of that message, in brackets; absent when it had none. */
  readonly originalMessageId?: string
  /** The host or domain that speaks. */
  readonly reportingMta: string
  /** One or more. */
  readonly recipients: readonly DeliveryStatusDraft[]
  /** Message-ID of the notification itself, in brackets. */
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly date: number
}

/**
 * Writes a DSN: what became of a message for one or several recipients. It repeats nothing of the original but its
 * Message-ID and the addresses it could not be delivered to, and says that it was made by a machine.
 *
 * @returns an RFC 5322 message. To the sender of another system it is sealed like any other (DN-15); to a user of our own
 *   it is handed over as it is (DN-30). Its envelope has an empty MAIL FROM, so that nothing answers it (DN-33).
 * @throws {@link MimeError} when an address, identifier or status is not one, or there is no recipient.
 * @see RFC 3464 §2
 */
export async function buildDeliveryStatusNotification(draft: DeliveryStatusNotificationDraft): Promise<Bytes> {
  const { to, originalMessageId, recipients } = draft
  if (recipients.length === 0) throw new MimeError('ERR_MIME_FIELD_INVALID', 'a report about no recipient')
  const groups = [
    serializeHeader([
      ['Reporting-MTA', `dns; ${draft.reportingMta}`],
      ...(originalMessageId ? ([['X-Original-Message-ID', originalMessageId]] as const) : []),
    ]),
    ...recipients.map(recipientFields),
  ]
  const about = recipients.map(({ finalRecipient, status }) => `<${inOneLine(finalRecipient)}>: ${sentenceOf(status)}`)
  const isFailure = recipients.some(({ action = 'failed' }) => action === 'failed')
  const first = isFailure
    ? 'Your message did not reach these recipients:'
    : 'Your message is delayed for these recipients:'
  return buildReport({
    kind: 'delivery-status',
    from: draft.from ?? `postmaster@${domainOf(to)}`,
    to,
    subject: isFailure ? 'Message not delivered' : 'Message delayed',
    messageId: draft.messageId,
    originalMessageId,
    date: draft.date,
    sentences: [first, '', ...about],
    // A blank line between the groups.
    fields: concat(groups.flatMap((group, index) => (index === 0 ? [group] : [lineEnd, group]))),
  })
}

const lineEnd = encodeUtf8('\r\n')

function recipientFields(recipient: DeliveryStatusDraft): Bytes {
  const { finalRecipient, originalRecipient, action = 'failed', status, diagnostic } = recipient
  if (!/^[245]\.\d{1,3}\.\d{1,3}$/.test(status)) {
    throw new MimeError('ERR_MIME_FIELD_INVALID', 'not a status code of RFC 3463')
  }
  return serializeHeader([
    ...(originalRecipient ? ([['Original-Recipient', typed(originalRecipient)]] as const) : []),
    ['Final-Recipient', typed(finalRecipient)],
    ['Action', action],
    ['Status', status],
    ...(diagnostic ? ([['Diagnostic-Code', `smtp; ${harmless(diagnostic)}`]] as const) : []),
  ])
}

/** What somebody took for an address may be none (RFC 3464 §D.2 has an example). */
function typed(recipient: string): string {
  const address = unlessThrown(MimeError, () => formatAddress(recipient))
  return address === undefined ? `unknown; ${harmless(recipient)}` : `rfc822; ${address}`
}

const maxWords = 500

/** Words of a stranger, in one line of ASCII. */
function harmless(text: string): string {
  const line = text.replace(/[^!-~]+/g, (run) => (/^\s+$/.test(run) ? ' ' : '?')).trim()
  return line.slice(0, maxWords)
}

/** Words for people, in any script but in one line, and without marks that turn it about. */
function inOneLine(text: string): string {
  return text
    .slice(0, maxWords)
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
}
