import { encodeHex, encodeUtf8 } from '../bytes/index.js'
import { computeDigest } from '../crypto/index.js'
import { addressKey, domainOf, formatMessageId } from '../mime/index.js'
import { buildDispositionNotification, type DispositionType } from '../notification/index.js'
import { AgentError } from './errors.js'
import type { Receipt } from './opened.js'
import { finishMessage } from './outgoing.js'
import { ask, type Ports } from './ports.js'
import { sealMessage } from './seal.js'
import type { Sealed } from './sealed.js'

/** What can be told of a message: it was received and trusted, it reached its final destination, and more (AS-100, AS-105, DN-11). */
export type Disposition = DispositionType

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
export interface Acknowledged extends Pick<Sealed, 'messages' | 'accepted' | 'rejected'> {
  /** Recipients for whom none was made, because the limiter said no. */
  readonly limited: readonly string[]
}

/**
 * What a notification may be sent for. `processed` and `failed` always are: a laboratory's automatic message waits for
 * them, asked for or not (AS-100, DN-13).
 */
const allowed: Readonly<Record<Disposition, (receipt: Receipt) => boolean>> = {
  processed: () => true,
  failed: () => true,
  dispatched: ({ deliveryRequested }) => deliveryRequested,
  displayed: ({ receiptRequested }) => receiptRequested,
  deleted: ({ receiptRequested }) => receiptRequested,
}

/**
 * Makes the notifications and seals them, each signed by the recipient it speaks for (AS-102, AS-106, AS-107).
 *
 * @throws {@link AgentError} `ERR_AGENT_NOT_A_RECIPIENT` for a recipient that the receipt does not name;
 *   `ERR_AGENT_NOT_REQUESTED` for a disposition that the sender has not asked for.
 */
export async function acknowledgeReceipt(
  receipt: Receipt,
  disposition: Disposition,
  options: AcknowledgeOptions,
  ports: Ports,
): Promise<Acknowledged> {
  if (!allowed[disposition](receipt)) {
    throw new AgentError('ERR_AGENT_NOT_REQUESTED', `the sender has not asked to be told of "${disposition}"`)
  }
  return answerEach(receipt, options, ports, async (recipient) =>
    buildDispositionNotification({
      recipient,
      to: receipt.notify,
      ...(receipt.messageId !== undefined && { originalMessageId: receipt.messageId }),
      dispositionType: disposition,
      reportingUa: domainOf(recipient),
      messageId: await answerId(receipt, recipient, disposition, ports),
      date: ports.at,
    }),
  )
}

/** Writes and seals one answer for each recipient of a receipt, unless the limiter says no. */
export async function answerEach(
  receipt: Receipt,
  { recipients = receipt.recipients, mailFrom = '' }: AcknowledgeOptions,
  ports: Ports,
  write: (recipient: string) => Promise<Uint8Array>,
): Promise<Acknowledged> {
  const named = new Set(receipt.recipients.map(addressKey))
  if (!recipients.every((address) => named.has(addressKey(address)))) {
    throw new AgentError('ERR_AGENT_NOT_A_RECIPIENT', 'the receipt names no such recipient')
  }
  const answers = await Promise.all(
    recipients.map(async (recipient) => {
      if (!(await mayAnswer(receipt, recipient, ports))) return { limited: recipient }
      const finished = await finishMessage(await write(recipient), ports.at, ports.crypto)
      return { sealed: await sealMessage(finished, { mailFrom }, ports, 'notification') }
    }),
  )
  const sealed = answers.flatMap((answer) => answer.sealed ?? [])
  return {
    messages: sealed.flatMap(({ messages }) => messages),
    accepted: sealed.flatMap(({ accepted }) => accepted),
    rejected: sealed.flatMap(({ rejected }) => rejected),
    limited: answers.flatMap((answer) => answer.limited ?? []),
  }
}

async function mayAnswer({ notify }: Receipt, recipient: string, { limiter, at, signal }: Ports): Promise<boolean> {
  return limiter ? ask('limiter-failed', () => limiter.take({ sender: notify, recipient, at }), signal) : true
}

/** The same answer has the same identifier, so that giving it twice does no harm. */
export async function answerId(
  { messageId, digest, notify }: Pick<Receipt, 'messageId' | 'digest' | 'notify'>,
  recipient: string,
  what: string,
  { crypto }: Ports,
): Promise<string> {
  const answer = JSON.stringify([messageId ?? digest, notify, addressKey(recipient), what])
  const identifier = await computeDigest(crypto, 'SHA-256', encodeUtf8(answer))
  return formatMessageId(encodeHex(identifier.subarray(0, 16)), domainOf(recipient))
}
