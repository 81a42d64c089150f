import { encodeHex, encodeUtf8 } from '../bytes/index.js'
import { computeDigest } from '../crypto/index.js'
import { addressKey, domainOf, formatMessageId } from '../mime/index.js'
import { buildDispositionNotification } from '../notification/index.js'
import { AgentError } from './errors.js'
import type { Receipt } from './opened.js'
import { finishMessage } from './outgoing.js'
import type { Ports } from './ports.js'
import { sealMessage } from './seal.js'
import type { Sealed } from './sealed.js'

/** What can be told of a message: it was received and trusted, or it reached its final destination (AS-100, DN-11). */
export type Disposition = 'processed' | 'dispatched'

export interface AcknowledgeOptions {
  /** Those of the receipt's recipients to answer for. Default: all. */
  readonly recipients?: readonly string[]
  /** MAIL FROM of the answers. Default: empty, so that nothing answers an answer (MDN-11); some peers refuse that. */
  readonly mailFrom?: string
  /** The caller's own name for it: events carry it. */
  readonly correlationId?: string
  readonly signal?: AbortSignal
}

/** One notification for each recipient, sealed like any message. */
export type Acknowledged = Pick<Sealed, 'messages' | 'accepted' | 'rejected'>

/**
 * Makes the notifications and seals them, each signed by the recipient it speaks for (AS-102, AS-106, AS-107).
 *
 * @throws {@link AgentError} `ERR_AGENT_NOT_A_RECIPIENT` for a recipient that the receipt does not name.
 */
export async function acknowledgeReceipt(
  receipt: Receipt,
  disposition: Disposition,
  options: AcknowledgeOptions,
  ports: Ports,
): Promise<Acknowledged> {
  const recipients = options.recipients ?? receipt.recipients
  const named = new Set(receipt.recipients.map(addressKey))
  if (!recipients.every((address) => named.has(addressKey(address)))) {
    throw new AgentError('ERR_AGENT_NOT_A_RECIPIENT', 'the receipt names no such recipient')
  }
  const sealed = await Promise.all(
    recipients.map((recipient) => notify(recipient, receipt, disposition, options, ports)),
  )
  return {
    messages: sealed.flatMap(({ messages }) => messages),
    accepted: sealed.flatMap(({ accepted }) => accepted),
    rejected: sealed.flatMap(({ rejected }) => rejected),
  }
}

async function notify(
  recipient: string,
  receipt: Receipt,
  dispositionType: Disposition,
  { mailFrom = '' }: AcknowledgeOptions,
  ports: Ports,
): Promise<Sealed> {
  const notification = await buildDispositionNotification({
    recipient,
    to: receipt.notify,
    ...(receipt.messageId !== undefined && { originalMessageId: receipt.messageId }),
    dispositionType,
    reportingUa: domainOf(recipient),
    messageId: await messageIdFor(recipient, receipt, dispositionType, ports),
    date: ports.at,
  })
  return sealMessage(await finishMessage(notification, ports.at, ports.crypto), { mailFrom }, ports, 'notification')
}

/** The same answer has the same identifier, so that giving it twice does no harm. */
async function messageIdFor(
  recipient: string,
  receipt: Receipt,
  disposition: Disposition,
  { crypto }: Ports,
): Promise<string> {
  const what = JSON.stringify([receipt.messageId, receipt.notify, addressKey(recipient), disposition])
  const digest = await computeDigest(crypto, 'SHA-256', encodeUtf8(what))
  return formatMessageId(encodeHex(digest.subarray(0, 16)), domainOf(recipient))
}
