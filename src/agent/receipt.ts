import { distinctAddresses, domainOf, fieldBody } from '../mime/index.js'
import { type DeliveryStatus, isFailure, type Notification, requestsDelivery } from '../notification/index.js'
import { bindsTo, type TrustPolicy } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'
import type { ReceivedEvidence } from './evidence.js'
import type { Letter } from './letter.js'
import { mailboxesOf, messageIdOf } from './message.js'
import type { OpenedRecipient, Receipt } from './opened.js'

/** What must be remembered of a message to answer it. */
export function receiptOf(
  { header, protection }: Letter,
  author: string,
  signers: readonly Certificate[],
  recipients: readonly OpenedRecipient[],
  { digest }: Pick<ReceivedEvidence, 'digest'>,
  policy: TrustPolicy,
): Receipt {
  const messageId = quotable(messageIdOf(header))
  const wanted = mailboxesOf(header, 'Disposition-Notification-To').map(({ address }) => address)
  const senders = mailboxesOf(header, 'Sender').map(({ address }) => address)
  // Only where the signer speaks for that address too: receipts must not be aimed at others (AS-101).
  const candidates = protection === 'signed' ? [...(wanted.length === 1 ? wanted : []), ...senders] : []
  const speaks = (address: string) => signers.some((certificate) => bindsTo(certificate, address, policy).ok)
  return {
    version: 1,
    ...(messageId === undefined ? { digest } : { messageId }),
    notify: candidates.find(speaks) ?? author,
    recipients: recipients.map(({ address }) => address),
    deliveryRequested: requestsDelivery(fieldBody(header, 'Disposition-Notification-Options')),
    receiptRequested: wanted.length > 0,
  }
}

/** An identifier that no header of ours may repeat is none to answer by: the answer would never leave. */
function quotable(messageId: string | undefined): string | undefined {
  return messageId && /^[ -~]{3,900}$/.test(messageId) ? messageId : undefined
}

/**
 * The recipients a notification names for whom one of its signers may speak (DN-24). Of failures the postmaster of a
 * recipient's domain may speak too.
 */
export function spokenFor(
  notification: Notification,
  signers: readonly Certificate[],
  policy: TrustPolicy,
): readonly string[] {
  const speaks = (address: string) => signers.some((certificate) => bindsTo(certificate, address, policy).ok)
  const named = claimsOf(notification).flatMap(({ originalRecipient, finalRecipient, isFailure }) =>
    [originalRecipient ?? [], finalRecipient ?? []]
      .flat()
      .filter((address) => speaks(address) || (isFailure && speaks(`postmaster@${domainOf(address)}`))),
  )
  return distinctAddresses(named)
}

interface Claim extends Pick<DeliveryStatus, 'originalRecipient' | 'finalRecipient'> {
  readonly isFailure: boolean
}

function claimsOf(notification: Notification): readonly Claim[] {
  return notification.type === 'delivery-status-notification'
    ? notification.recipients.map((recipient) => ({ ...recipient, isFailure: recipient.action === 'failed' }))
    : [{ ...notification, isFailure: isFailure(notification.disposition) }]
}
