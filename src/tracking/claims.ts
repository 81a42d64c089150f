import { type DeliveryStatus, isFailure, type Notification, recipientKey } from '../notification/index.js'
import type { MarkName } from './state.js'
import { isStorable } from './storable.js'

/** What a notification says of one recipient. */
export interface Claim {
  /** The recipient in the form that is compared; as the sender wrote it first, since an alias changes the other (DN-24). */
  readonly recipients: readonly string[]
  /** Absent when it says nothing that counts: a delay, a relay, a field that cannot be read. */
  readonly name?: MarkName
  readonly status?: string
}

export function claimsOf(notification: Notification): readonly Claim[] {
  if (notification.type === 'delivery-status-notification') return notification.recipients.map(statusClaim)
  const { disposition, finalDestinationDelivery } = notification
  const type = disposition?.dispositionType ?? ''
  const dispatched = finalDestinationDelivery ? 'delivered' : 'dispatched'
  const name = isFailure(disposition) ? 'failed' : type === 'dispatched' ? dispatched : dispositions.get(type)
  return [{ recipients: recipientsOf(notification), ...(name && { name }) }]
}

/** A map, because the words come from strangers. */
const dispositions: ReadonlyMap<string, MarkName> = new Map([
  ['processed', 'processed'],
  ['displayed', 'displayed'],
  ['deleted', 'deleted'],
])

/** Only a failure is final: that a system delivered or relayed a message is no confirmation of Direct's (DSN-4). */
function statusClaim(recipient: DeliveryStatus): Claim {
  const { action, status } = recipient
  const recipients = recipientsOf(recipient)
  return action === 'failed' ? { recipients, name: 'failed', ...(status && { status }) } : { recipients }
}

function recipientsOf(named: Pick<DeliveryStatus, 'originalRecipient' | 'finalRecipient'>): readonly string[] {
  const { originalRecipient, finalRecipient } = named
  const keys = [originalRecipient ?? [], finalRecipient ?? []].flat().map(recipientKey)
  return [...new Set(keys)].filter(isStorable)
}
