import { unlessThrown } from '../errors/index.js'
import {
  decodeBody,
  type Entity,
  fieldBody,
  type Header,
  MimeError,
  parseHeader,
  parseMessageIds,
} from '../mime/index.js'

/** Message-ID of the message, or header, that a report returns; nothing when it returns none (RFC 6522 §3). */
export function messageIdOfReturned({ parts }: Entity): string | undefined {
  const returned = parts.find(({ contentType: { type, subtype } }) => returning.has(`${type}/${subtype}`))
  const header = returned && unlessThrown(MimeError, () => parseHeader(fromFirstField(decodeBody(returned))).header)
  return header && messageIdOf(header, 'Message-ID')
}

/** Bent: blank lines before the first field. */
function fromFirstField(message: Uint8Array): Uint8Array {
  const start = message.findIndex((byte) => byte !== 0x0d && byte !== 0x0a)
  return message.subarray(Math.max(start, 0))
}

const returning: ReadonlySet<string> = new Set([
  'message/rfc822',
  'message/global',
  'message/global-headers',
  'text/rfc822-headers',
  'message/rfc822-headers',
])

/** The first identifier of a field, in brackets. */
export function messageIdOf(header: Header, name: string): string | undefined {
  return firstMessageId(fieldBody(header, name))
}

/** The first identifier in the body of a field, in brackets. */
export function firstMessageId(body: string | undefined): string | undefined {
  return parseMessageIds(body ?? '')[0]
}

/** Message-ID in the copy of a message that follows the words of a bounce. @param text - with LF. */
export function messageIdInText(text: string): string | undefined {
  const [, body] = /^[ \t>]*message-id:[ \t]*(?:\n[ \t]+)?(\S.*)$/im.exec(text) ?? []
  return firstMessageId(body)
}
