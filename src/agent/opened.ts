import type { Notification } from '../notification/index.js'
import type { Explanation } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import type { ReceivedEvidence } from './evidence.js'
import type { Message } from './message.js'
import type { Policy } from './policy.js'
import type { LocalRecipientProblem, MessageProblem, PortProblem } from './reasons.js'
import type { Envelope } from './sealed.js'

export interface OpenOptions {
  /** Who handed the message over, and for whom. Without it the outer header is asked (AS-5). */
  readonly envelope?: Partial<Envelope>
  /** When the message came in, in milliseconds since 1970: what certificates are judged at. Default: the clock. */
  readonly receivedAt?: number
  /**
   * The caller's own name for this delivery, such as the number of a file in a queue. The same delivery opened again is
   * no duplicate of itself; events carry it.
   */
  readonly correlationId?: string
  /**
   * The last attempt: what could not be found out about certificates by now is no reason to wait any longer, and the
   * message is refused (AS-68). Default `false`: it is deferred.
   */
  readonly final?: boolean
  readonly policy?: Policy
  readonly signal?: AbortSignal
}

/**
 * What to answer the mail system that handed the message over: `accept`, `retry` (answer 4xx, or keep the message and
 * open it again), or `discard`: take it, answer 2xx and drop it. A refusal is never told to the far side, for its reason
 * would be an oracle (AS-88).
 */
export type SmtpAdvice = 'accept' | 'retry' | 'discard'

/** What became of a message. Content hangs on the first two alone. */
export type Opened = OpenedMessage | OpenedNotification | Deferred | Rejected

/** A message that was decrypted, whose signature is right, whose signer is its author, and whom a recipient trusts. */
export interface OpenedMessage {
  readonly kind: 'message'
  readonly smtpAdvice: 'accept'
  readonly message: Message
  /** The local recipients who may have it. */
  readonly recipients: readonly OpenedRecipient[]
  /** The local recipients who may not. */
  readonly rejected: readonly RejectedLocalRecipient[]
  /** Keep it: it is all that an acknowledgement needs, hours later and in another process. */
  readonly receipt: Receipt
  /** What it was accepted upon, to be shown again when somebody doubts it. */
  readonly evidence: ReceivedEvidence
  readonly explanation: Explanation<'accepted'>
}

/** An MDN or DSN, decrypted, verified and trusted like a message. It is never answered (AS-103). */
export interface OpenedNotification {
  readonly kind: 'notification'
  readonly smtpAdvice: 'accept'
  readonly notification: Notification
  /** The author of the notification. */
  readonly author: string
  /** The recipients named in it for whom its signer may speak; a claim about any other counts for nothing (DN-24). */
  readonly spokenFor: readonly string[]
  /** The certificates of those who signed it and may speak for its author. */
  readonly signers: readonly Certificate[]
  /**
   * The notification as it was signed; absent when every recipient trusts its signer for notifications alone, as a peer is
   * trusted who may be written to and may not write: of those the fields are handed out and no text (AS-90).
   */
  readonly raw?: Uint8Array
  readonly recipients: readonly OpenedRecipient[]
  readonly rejected: readonly RejectedLocalRecipient[]
  readonly evidence: ReceivedEvidence
  readonly explanation: Explanation<'accepted'>
}

/** Nothing was decided, because a part of the world did not answer. Keep the message and open it again. */
export interface Deferred {
  readonly kind: 'deferred'
  readonly smtpAdvice: 'retry'
  readonly code: PortProblem
  readonly explanation: Explanation<PortProblem>
  /** What the port threw. */
  readonly cause: unknown
}

/** Decided, and no. */
export interface Rejected {
  readonly kind: 'rejected'
  readonly smtpAdvice: 'discard'
  readonly code: MessageProblem
  readonly explanation: Explanation<MessageProblem>
}

export interface OpenedRecipient {
  /** As the signed header spells it; as it was asked for when that names it with another tag or was not signed. */
  readonly address: string
  /** As the envelope, or the outer header, calls it: where to deliver. An alias in `address` may stand for it. */
  readonly mailbox: string
  /** The same message was opened for this recipient before: acknowledge it again, and do not deliver it twice. */
  readonly duplicate: boolean
  /**
   * It trusts whoever signed this for notifications alone: show it the fields, and not the text that another recipient may
   * have (AS-90).
   */
  readonly fieldsAlone?: true
  readonly explanation: Explanation<'accepted'>
}

export interface RejectedLocalRecipient {
  readonly address: string
  readonly code: LocalRecipientProblem
  readonly explanation: Explanation<LocalRecipientProblem>
}

/** What must be remembered of a message to answer it: addresses and identifiers, no content. Plain JSON. */
export interface Receipt {
  readonly version: 1
  /** Absent when the message had none, or one that no header may repeat. */
  readonly messageId?: string
  /** SHA-256 of what was signed, in hex, where there is no identifier: it tells the answers of two such messages apart. */
  readonly digest?: string
  /** Who is told (AS-101). */
  readonly notify: string
  /** The local recipients who may have the message, as the signed header spells them. */
  readonly recipients: readonly string[]
  /** The author asked for a notification of final delivery (DN-1). */
  readonly deliveryRequested: boolean
  /** The author asked for a notification at all, by Disposition-Notification-To (RFC 8098 §2.1). */
  readonly receiptRequested: boolean
}
