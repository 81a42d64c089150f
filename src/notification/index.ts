/** Notifications: message disposition notifications, delivery status notifications, bounces, and the request for delivery (RFC 8098, 6522, 3464, Delivery Notification IG). */

import type { Disposition } from './disposition.js'

export {
  buildDeliveryStatusNotification,
  type DeliveryStatusDraft,
  type DeliveryStatusNotificationDraft,
} from './build-delivery-status-notification.js'
export {
  buildDispositionNotification,
  type DispositionNotificationDraft,
  type DispositionType,
} from './build-disposition-notification.js'
export { buildMessageDisposition, type MessageDispositionDraft } from './build-message-disposition.js'
export {
  type DispositionNotificationOption,
  deliveryRequestFields,
  parseDispositionNotificationOptions,
  requestsDelivery,
} from './delivery-request.js'
export { type Disposition, isFailure, parseDisposition } from './disposition.js'
export { parseBounce } from './parse-bounce.js'
export { parseNotification } from './parse-notification.js'
export { recipientKey } from './recipient.js'
export { type DeliveryProblem, statusOf } from './status.js'

/**
 * What is wrong with a notification that was read all the same.
 *
 * - `no-report`: the part for machines is missing, or holds no field.
 * - `fields-in-header`: the blank line before the fields was forgotten; they were read where they stood.
 * - `fields-in-text`: the delimiter before the fields was bent; they were read out of the text before them.
 * - `too-large`: fields beyond the limits of a header, or more recipients than are read; what stood before was read.
 * - `no-final-recipient`, `no-action`, `no-status`: a required field is missing or says nothing.
 * - `no-disposition`: the field is missing; `unreadable-disposition`: it is there, and is none.
 * - `no-original-message-id`: nothing tells which message it is about.
 * - `original-message-id-elsewhere`: only In-Reply-To, or the returned message, tells.
 * - `duplicate-field`: a field that occurs once was there again; the first counts.
 */
export type NotificationProblem =
  | 'no-report'
  | 'fields-in-header'
  | 'fields-in-text'
  | 'too-large'
  | 'no-final-recipient'
  | 'no-action'
  | 'no-status'
  | 'no-disposition'
  | 'unreadable-disposition'
  | 'no-original-message-id'
  | 'original-message-id-elsewhere'
  | 'duplicate-field'

/** A field that no rule names, as it was written. */
export interface ExtensionField {
  readonly name: string
  readonly body: string
}

/** An MDN: what became of one message for one recipient. @see RFC 8098 §3 */
export interface DispositionNotification {
  readonly type: 'disposition-notification'
  /** The system that speaks, and the name of its product behind a semicolon. */
  readonly reportingUa?: string
  /** The recipient it speaks for; absent when the field is missing or says nothing. Not always an address. */
  readonly finalRecipient?: string
  readonly originalRecipient?: string
  /** Message-ID of the message it is about, in brackets; from In-Reply-To or the returned message when the field is missing. */
  readonly originalMessageId?: string
  readonly disposition?: Disposition
  /** The extension field of final delivery is there (DN-11). */
  readonly finalDestinationDelivery: boolean
  /** What the Error fields say, and Failure and Warning of older programs (MDN-9). */
  readonly errors: readonly string[]
  readonly extensions: readonly ExtensionField[]
  /** Each once. Empty when nothing is wrong with it. */
  readonly problems: readonly NotificationProblem[]
}

/** A DSN: what became of one message on its way. @see RFC 3464 §2 */
export interface DeliveryStatusNotification {
  readonly type: 'delivery-status-notification'
  /** The system that speaks, without the kind of its name. */
  readonly reportingMta?: string
  /** As the sender's own system wrote it in ENVID. */
  readonly originalEnvelopeId?: string
  /** Message-ID of the message it is about, in brackets (DN-22). */
  readonly originalMessageId?: string
  readonly recipients: readonly DeliveryStatus[]
  readonly extensions: readonly ExtensionField[]
  /** Each once. Empty when nothing is wrong with it. */
  readonly problems: readonly NotificationProblem[]
}

/** What became of the message for one recipient. @see RFC 3464 §2.3 */
export interface DeliveryStatus {
  readonly finalRecipient?: string
  readonly originalRecipient?: string
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded`, in lower case; another word when another was written. */
  readonly action?: string
  /** `class.subject.detail`, without the words that some write behind it. @see RFC 3463 */
  readonly status?: string
  /** The system that refused, without the kind of its name. */
  readonly remoteMta?: string
  /** What it said, with the kind of code in front, such as `smtp; 550 …`. Written by a stranger. */
  readonly diagnosticCode?: string
}

export type Notification = DispositionNotification | DeliveryStatusNotification
