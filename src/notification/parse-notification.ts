import { decodeBody, type Entity } from '../mime/index.js'
import { type FieldGroups, fieldGroups, fieldGroupsInText, plain } from './field-groups.js'
import type { ExtensionField, Notification, NotificationProblem } from './index.js'
import { readDeliveryStatus } from './read-delivery-status.js'
import { readDisposition } from './read-disposition.js'
import { messageIdOfReturned } from './returned-message.js'

/** What a notification is read from. */
export interface Report {
  /** The message that carries it. */
  readonly message: Entity
  readonly groups: readonly (readonly ExtensionField[])[]
  readonly problems: readonly NotificationProblem[]
  /** Message-ID of the message that came back with it. */
  readonly returned: string | undefined
}

/**
 * Reads a notification out of a message. It is recognised by its content type alone, never by its subject (MDN-15).
 *
 * Whatever it holds, there is an answer: what could be read, and what is wrong with it.
 *
 * @param message - the message whose signature was verified.
 * @returns nothing when the message is no notification.
 * @see RFC 6522 §3
 */
export function parseNotification(message: Entity): Notification | undefined {
  const { type, subtype, parameters } = message.contentType
  if (type !== 'multipart' || subtype !== 'report') return undefined
  const part = message.parts.find((candidate) => readerFor(candidate) !== undefined)
  // A report that lacks its part is one all the same, and is not to be answered (AS-103).
  const read = part ? readerFor(part) : readers.get((parameters['report-type'] ?? '').toLowerCase())
  return read?.(reportOf(message, part))
}

type Reader = (report: Report) => Notification

/** By report-type, which is also the subtype of the part. A map, because the names come from strangers. */
const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['disposition-notification', readDisposition],
  ['delivery-status', readDeliveryStatus],
])

/** Reports with characters beyond ASCII have subtypes of their own. @see RFC 6533 */
export function readerFor({ contentType: { type, subtype } }: Entity): Reader | undefined {
  return type === 'message' ? readers.get(subtype.replace(/^global-/, '')) : undefined
}

/** @param part - the one for machines; without it, what can be found in the text for people. */
export function reportOf(message: Entity, part: Entity | undefined): Report {
  const { groups, tooLarge, problems } = part ? groupsOf(part) : groupsInTexts(message)
  return {
    message,
    groups,
    problems: tooLarge ? [...problems, 'too-large'] : problems,
    returned: messageIdOfReturned(message),
  }
}

type Found = FieldGroups & { readonly problems: readonly NotificationProblem[] }

function groupsOf(part: Entity): Found {
  const read = fieldGroups(decodeBody(part))
  if (read.groups.length > 0 || read.tooLarge) return { ...read, problems: [] }
  // Bent: without the blank line before them, the fields stand in the header of the part.
  const fields = part.header.fields.filter(({ name }) => !/^(content-.*|date|mime-version)$/i.test(name))
  if (fields.length === 0) return { groups: [], tooLarge: false, problems: ['no-report'] }
  return { groups: [plain(fields)], tooLarge: false, problems: ['fields-in-header'] }
}

function groupsInTexts(message: Entity): Found {
  const texts = message.parts.length > 0 ? message.parts : [message]
  for (const text of texts) {
    if (text.contentType.type !== 'text' && text !== message) continue
    const read = fieldGroupsInText(decodeBody(text))
    if (read.groups.length > 0) return { ...read, problems: ['fields-in-text'] }
  }
  return { groups: [], tooLarge: false, problems: ['no-report'] }
}
