import { addressKey, domainOf } from '../mime/index.js'
import {
  buildDeliveryStatusNotification,
  type DeliveryProblem,
  type DeliveryStatusDraft,
  statusOf,
} from '../notification/index.js'
import { type Acknowledged, type AcknowledgeOptions, answerEach, answerId } from './acknowledge.js'
import { AgentError } from './errors.js'
import type { Receipt } from './opened.js'
import { ask, type Ports } from './ports.js'
import type { RecipientProblem } from './reasons.js'
import type { RejectedRecipient } from './sealed.js'

/**
 * Something of ours that did not arrive: what `seal` gave, of which some recipients were rejected, or an outcome of a
 * tracker, which names one.
 */
export interface Undelivered {
  readonly messageId: string
  /** Our own user, who is told. */
  readonly author: string
  readonly rejected?: readonly Pick<RejectedRecipient, 'address' | 'code' | 'temporary'>[]
  readonly recipient?: string
  readonly status?: string
}

export interface ReportOptions extends AcknowledgeOptions {
  /** Whom the message did not reach. Default: those that the receipt, the sealed message or the outcome names. */
  readonly recipients?: readonly string[]
  /** Why: a problem, or a status code of RFC 3463. Default: what is known of each, or `not-delivered`. */
  readonly status?: DeliveryProblem | (string & {})
}

/** To the remote sender, sealed: a message that was trusted did not reach these recipients here (DN-13). */
export async function reportToSender(receipt: Receipt, options: ReportOptions, ports: Ports): Promise<Acknowledged> {
  const status = statusOf(options.status ?? 'not-delivered')
  return answerEach(receipt, options, ports, async (recipient) =>
    buildDeliveryStatusNotification({
      // Signed by the recipient, whom everybody who could write to has a certificate of (AS-107).
      from: recipient,
      to: receipt.notify,
      ...(receipt.messageId !== undefined && { originalMessageId: receipt.messageId }),
      reportingMta: domainOf(recipient),
      recipients: [{ finalRecipient: recipient, status }],
      messageId: await answerId(receipt, recipient, 'failure', ports),
      date: ports.at,
    }),
  )
}

/**
 * To our own user, plain: one report of all recipients whom a message did not reach (DN-30, DN-32).
 *
 * @throws {@link AgentError} `ERR_AGENT_NO_IDENTITY` when the user is not served here: nothing leaves in the clear;
 *   `ERR_AGENT_NO_RECIPIENT` when there is nothing to report.
 */
export async function reportToAuthor(about: Undelivered, options: ReportOptions, ports: Ports): Promise<Acknowledged> {
  const { author, messageId } = about
  if (!(await isServed(author, ports))) {
    throw new AgentError('ERR_AGENT_NO_IDENTITY', 'the author of the message is not served here')
  }
  const recipients = unreached(about, options)
  const keys = recipients.map(({ finalRecipient }) => addressKey(finalRecipient)).sort()
  if (recipients.length === 0) throw new AgentError('ERR_AGENT_NO_RECIPIENT', 'nobody is named who was not reached')
  const raw = await buildDeliveryStatusNotification({
    to: author,
    originalMessageId: messageId,
    reportingMta: domainOf(author),
    recipients,
    messageId: await answerId({ messageId, notify: author }, author, `failure ${keys.join(' ')}`, ports),
    date: ports.at,
  })
  const envelope = { mailFrom: options.mailFrom ?? '', rcptTo: [author] }
  return { messages: [{ raw, envelope }], accepted: [], rejected: [], limited: [] }
}

function unreached(about: Undelivered, { recipients, status }: ReportOptions): readonly DeliveryStatusDraft[] {
  const rejected = about.rejected ?? []
  const codes = new Map(rejected.map(({ address, code }) => [addressKey(address), problems[code]]))
  const known = about.recipient ? [about.recipient] : rejected.filter((one) => !one.temporary).map((one) => one.address)
  return (recipients ?? known).map((finalRecipient) => ({
    finalRecipient,
    status: statusOf(status ?? codes.get(addressKey(finalRecipient)) ?? about.status ?? 'not-delivered'),
  }))
}

/** What our user is told of each reason why a recipient does not get a message. */
const problems: Readonly<Record<RecipientProblem, DeliveryProblem>> = {
  'bad-address': 'bad-address',
  'no-certificate': 'no-certificate',
  'no-usable-certificate': 'no-certificate',
  untrusted: 'untrusted',
  'lookup-failed': 'not-delivered',
  'revocation-unknown': 'not-delivered',
}

async function isServed(address: string, { identities, at, signal }: Ports): Promise<boolean> {
  for (const use of ['signing', 'decryption'] as const) {
    const found = await ask('identity-store-failed', () => identities.find({ address, use, at }), signal)
    if (found.length > 0) return true
  }
  return false
}
