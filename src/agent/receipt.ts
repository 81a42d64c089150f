import { distinctAddresses, fieldBody } from '../mime/index.js'
import { type Notification, requestsDelivery } from '../notification/index.js'
import { bindsTo, type TrustPolicy } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'
import type { Letter } from './letter.js'
import { mailboxesOf, messageIdOf } from './message.js'
import type { OpenedRecipient, Receipt } from './opened.js'

/** What must be remembered of a message to answer it. */
export function receiptOf(
  { header, protection }: Letter,
  author: string,
  signers: readonly Certificate[],
  recipients: readonly OpenedRecipient[],
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
    ...(messageId !== undefined && { messageId }),
    notify: candidates.find(speaks) ?? author,
    recipients: recipients.map(({ address }) => address),
    deliveryRequested: requestsDelivery(fieldBody(header, 'Disposition-Notification-Options')),
  }
}

/** An identifier that no header of ours may repeat is none to answer by: the answer would never leave. */
function quotable(messageId: string | undefined): string | undefined {
  return messageId && /^[ -~]{3,900}$/.test(messageId) ? messageId : undefined
}

/** The recipients a notification names for whom one of its signers may speak (DN-24). */
export function spokenFor(
  notification: Notification,
  signers: readonly Certificate[],
  policy: TrustPolicy,
): readonly string[] {
  const about = notification.type === 'delivery-status-notification' ? notification.recipients : [notification]
  const named = about.flatMap(({ originalRecipient, finalRecipient }) => [
    originalRecipient ?? [],
    finalRecipient ?? [],
  ])
  return distinctAddresses(named.flat()).filter((address) =>
    signers.some((certificate) => bindsTo(certificate, address, policy).ok),
  )
}
