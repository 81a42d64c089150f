import { unlessThrown } from '../errors/index.js'
import {
  decodeBody,
  type Entity,
  fieldBody,
  type Header,
  MimeError,
  type ParsedHeader,
  parseHeader,
  parseMessageIds,
} from '../mime/index.js'
import { finalDestinationDelivery } from './delivery-request.js'
import { parseDisposition } from './disposition.js'
import type { DeliveryStatus, DeliveryStatusNotification, DispositionNotification, Notification } from './index.js'

/**
 * Reads a notification out of a message. It is recognised by its content type alone, never by its subject (MDN-15); what
 * cannot be read is absent from the answer.
 *
 * @param message - the message whose signature was verified.
 * @returns nothing when the message is no notification.
 * @see RFC 6522 §3
 */
export function parseNotification(message: Entity): Notification | undefined {
  const { type, subtype } = message.contentType
  if (type !== 'multipart' || subtype !== 'report') return undefined
  for (const part of message.parts) {
    const reader = part.contentType.type === 'message' ? readers.get(part.contentType.subtype) : undefined
    if (reader) return reader(decodeBody(part), message.header)
  }
  return undefined
}

type Reader = (body: Uint8Array, message: Header) => Notification

/** A map, because the names come from strangers. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['disposition-notification', dispositionNotification],
  ['delivery-status', deliveryStatusNotification],
])

function dispositionNotification(body: Uint8Array, message: Header): DispositionNotification {
  const [fields] = fieldGroups(body)
  if (!fields) return { type: 'disposition-notification', finalDestinationDelivery: false }
  const disposition = parseDisposition(fieldBody(fields, 'Disposition') ?? '')
  return {
    type: 'disposition-notification',
    ...recipients(fields),
    ...originalMessageId([fieldBody(fields, 'Original-Message-ID'), fieldBody(message, 'In-Reply-To')]),
    ...(disposition && { disposition }),
    finalDestinationDelivery: fieldBody(fields, finalDestinationDelivery) !== undefined,
  }
}

function deliveryStatusNotification(body: Uint8Array, message: Header): DeliveryStatusNotification {
  const [perMessage, ...perRecipient] = fieldGroups(body)
  const own = perMessage && fieldBody(perMessage, 'X-Original-Message-ID')
  return {
    type: 'delivery-status-notification',
    ...originalMessageId([own, fieldBody(message, 'In-Reply-To')]),
    recipients: perRecipient.map(deliveryStatus),
  }
}

function deliveryStatus(fields: Header): DeliveryStatus {
  const action = fieldBody(fields, 'Action')?.toLowerCase()
  const status = fieldBody(fields, 'Status')
  return { ...recipients(fields), ...(action && { action }), ...(status && { status }) }
}

function recipients(fields: Header): Pick<DeliveryStatus, 'finalRecipient' | 'originalRecipient'> {
  const finalRecipient = recipientAddress(fieldBody(fields, 'Final-Recipient'))
  const originalRecipient = recipientAddress(fieldBody(fields, 'Original-Recipient'))
  return { ...(finalRecipient && { finalRecipient }), ...(originalRecipient && { originalRecipient }) }
}

/** With or without the address type, with or without brackets (DN-23). */
function recipientAddress(body: string | undefined): string | undefined {
  const address = body?.replace(/^\s*(rfc822|utf-8)\s*;/i, '').trim()
  return address?.replace(/^<(.*)>$/, '$1') || undefined
}

function originalMessageId(bodies: readonly (string | undefined)[]): { readonly originalMessageId?: string } {
  const [messageId] = bodies.flatMap((body) => (body ? parseMessageIds(body) : []))
  return messageId ? { originalMessageId: messageId } : {}
}

/** More groups than a notification has recipients. */
const maxGroups = 1000

/** Groups of fields with blank lines between them, which is how RFC 3464 §2.1 writes one group for each recipient. */
function fieldGroups(body: Uint8Array): readonly Header[] {
  const groups: Header[] = []
  for (let rest = body; rest.length > 0 && groups.length < maxGroups; ) {
    const read = readableHeader(rest)
    if (!read || read.bodyStart === 0) break
    if (read.header.fields.length > 0) groups.push(read.header)
    rest = rest.subarray(read.bodyStart)
  }
  return groups
}

/** A group beyond the limits of a header is one that cannot be read. */
function readableHeader(bytes: Uint8Array): ParsedHeader | undefined {
  return unlessThrown(MimeError, () => parseHeader(bytes))
}
