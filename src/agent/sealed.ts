import type { MessageDraft } from '../mime/index.js'
import type { Explanation } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import type { Policy } from './policy.js'
import type { RecipientProblem } from './reasons.js'

/** Who hands a message over and who is to get it: MAIL FROM and RCPT TO. @see RFC 5321 §3.3 */
export interface Envelope {
  /** Empty for a notification, so that nothing answers it. */
  readonly mailFrom: string
  readonly rcptTo: readonly string[]
}

/** A message in words; see {@link MessageDraft} for its parts. */
export interface OutgoingMessage extends Omit<MessageDraft, 'messageId' | 'date' | 'body'> {
  /** In brackets. Default: a new one in the domain of the author. */
  readonly messageId?: string
  /** Milliseconds since 1970. Default: the agent's clock. */
  readonly date?: number
  /** Asks every recipient's system to tell when the message has reached its final destination (DN-1). */
  readonly requestDelivery?: boolean
}

export interface SealOptions {
  /** Decides who gets the message, when it is not everybody in To, Cc and Bcc (AS-5). */
  readonly envelope?: Partial<Envelope>
  /** The caller's own name for it: events carry it. */
  readonly correlationId?: string
  readonly policy?: Policy
  readonly signal?: AbortSignal
}

/** A message ready for SMTP. */
export interface SealedMessage {
  readonly raw: Uint8Array
  readonly envelope: Envelope
}

/** A recipient who gets the message, and why. */
export interface SealedRecipient {
  readonly address: string
  readonly certificates: readonly Certificate[]
  readonly explanation: Explanation<'accepted'>
}

/** A recipient who does not. */
export interface RejectedRecipient {
  readonly address: string
  readonly code: RecipientProblem
  /** Seal again later, for this one alone. */
  readonly temporary: boolean
  readonly explanation: Explanation<RecipientProblem>
}

export interface Sealed {
  readonly messageId: string
  readonly author: string
  /** The message asks for a notification of final delivery (DN-1). */
  readonly deliveryRequested: boolean
  /** The message as it was signed, to be kept, and to be sealed again for those who could not be reached. */
  readonly inner: Uint8Array
  /** Hand each to SMTP. Empty when nobody may get the message (AS-74). Blind recipients have one each (AS-57), as have those
   * who read another cipher. */
  readonly messages: readonly SealedMessage[]
  readonly accepted: readonly SealedRecipient[]
  readonly rejected: readonly RejectedRecipient[]
}
