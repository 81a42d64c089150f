/** Notifications: message disposition notifications, delivery status notifications, and the request for delivery (RFC 8098, 6522, 3464, Delivery Notification IG). */

import type { Disposition } from './disposition.js'

export { buildDispositionNotification, type DispositionNotificationDraft } from './build-disposition-notification.js'
export { deliveryRequestFields, requestsDelivery } from './delivery-request.js'
export { type Disposition, parseDisposition } from './disposition.js'
export { parseNotification } from './parse-notification.js'

/** An MDN: what became of one message for one recipient. @see RFC 8098 §3 */
export interface DispositionNotification {
  readonly type: 'disposition-notification'
  /** The recipient it speaks for; absent when the field is missing or cannot be read. */
  readonly finalRecipient?: string
  readonly originalRecipient?: string
  /** Message-ID of the message it is about, in brackets; from In-Reply-To when the field is missing. */
  readonly originalMessageId?: string
  readonly disposition?: Disposition
  /** The extension field of final delivery is there (DN-11). */
  readonly finalDestinationDelivery: boolean
}

/** A DSN: what became of one message on its way. @see RFC 3464 §2 */
export interface DeliveryStatusNotification {
  readonly type: 'delivery-status-notification'
  readonly originalMessageId?: string
  readonly recipients: readonly DeliveryStatus[]
}

export interface DeliveryStatus {
  readonly finalRecipient?: string
  readonly originalRecipient?: string
  /** `failed`, `delayed`, `delivered`, `relayed` or `expanded`, in lower case. */
  readonly action?: string
  /** `class.subject.detail`. @see RFC 3463 */
  readonly status?: string
}

export type Notification = DispositionNotification | DeliveryStatusNotification
