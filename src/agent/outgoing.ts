import { type Bytes, concat, encodeHex } from '../bytes/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import {
  addressKey,
  buildMessage,
  canonicalLines,
  domainOf,
  fieldBody,
  formatAddress,
  formatDate,
  formatMessageId,
  type Header,
  type Mailbox,
  parseAddresses,
  parseHeader,
  serializeHeader,
} from '../mime/index.js'
import { deliveryRequestFields } from '../notification/index.js'
import { AgentError } from './errors.js'
import { authorOf, mailboxesOf, messageIdOf } from './message.js'
import type { OutgoingMessage } from './sealed.js'

/** A finished message and what the journey needs to know of it. */
export interface Outgoing {
  /** The message without its Bcc fields. */
  readonly raw: Uint8Array
  readonly header: Header
  readonly author: Mailbox
  readonly messageId: string
  /** Addresses in To and Cc. */
  readonly visible: readonly string[]
  /** Addresses in Bcc. */
  readonly blind: readonly string[]
}

/**
 * Finishes a message: writes it, when it came in words; gives a finished one what it lacks of Date and Message-ID, as a
 * submission agent does (RFC 6409 §8); takes the Bcc fields out.
 *
 * @throws {@link AgentError} `ERR_AGENT_NO_AUTHOR` when From does not name exactly one mailbox; {@link MimeError} when the
 *   message cannot be written or read.
 */
export async function finishMessage(
  input: OutgoingMessage | Uint8Array,
  at: number,
  crypto: CryptoProvider,
): Promise<Outgoing> {
  return input instanceof Uint8Array ? fromLines(canonicalLines(input), at, crypto) : fromWords(input, at, crypto)
}

async function fromWords(message: OutgoingMessage, at: number, crypto: CryptoProvider): Promise<Outgoing> {
  const { requestDelivery = false, ...draft } = message
  const from = typeof draft.from === 'string' ? draft.from : draft.from.address
  const request = requestDelivery ? deliveryRequestFields(from) : []
  const messageId = draft.messageId ?? newMessageId(from, crypto)
  const fields = [...(draft.fields ?? []), ...request]
  return fromLines(await buildMessage({ ...draft, fields, messageId, date: draft.date ?? at }), at, crypto)
}

/** @param message - with canonical line ends. */
function fromLines(message: Uint8Array, at: number, crypto: CryptoProvider): Outgoing {
  const { header, bodyStart } = parseHeader(message)
  const author = authorOf(header)
  if (!author) throw new AgentError('ERR_AGENT_NO_AUTHOR', 'From must name exactly one mailbox')
  const has = (name: string) => fieldBody(header, name) !== undefined
  const ownId = messageIdOf(header)
  if (!ownId && has('message-id')) throw new AgentError('ERR_AGENT_MESSAGE', 'Message-ID holds no identifier (AS-33)')
  const messageId = ownId ?? newMessageId(author.address, crypto)
  const missing = serializeHeader([
    ...(has('message-id') ? [] : ([['Message-ID', messageId]] as const)),
    ...(has('date') ? [] : ([['Date', formatDate(at)]] as const)),
    ...(has('mime-version') ? [] : ([['MIME-Version', '1.0']] as const)),
  ])
  const kept = header.fields.filter(({ name }) => !/^(resent-)?bcc$/i.test(name)).map((field) => field.bytes)
  // Behind the fields comes the blank line; a message that ends with its header gets one.
  const rest = bodyStart < message.length ? message.subarray(header.bytes.length) : blankLine
  const same = missing.length === 0 && kept.length === header.fields.length && rest !== blankLine
  const raw = same ? message : concat([missing, ...kept, rest])
  return {
    raw,
    header: parseHeader(raw).header,
    author,
    messageId,
    visible: [...mailboxesOf(header, 'To'), ...mailboxesOf(header, 'Cc')].map(({ address }) => address),
    blind: mailboxesOf(header, 'Bcc').map(({ address }) => address),
  }
}

const blankLine = Uint8Array.of(0x0d, 0x0a)

/** The same message with a field that names one recipient more: what that recipient alone gets (AS-57). */
export function withBlind({ raw, header }: Outgoing, address: string, field: 'Bcc' | 'Cc'): Bytes {
  // There is one field of a name at most; of Bcc there is none by now.
  const others = mailboxesOf(header, field).map(formatAddress)
  const kept = header.fields.filter(({ name }) => name.toLowerCase() !== field.toLowerCase()).map(({ bytes }) => bytes)
  const body = raw.subarray(header.bytes.length)
  return concat([serializeHeader([[field, [...others, address].join(', ')]]), ...kept, body])
}

/** What is signed of a message that is not wrapped: its content with the fields that describe it. */
export function contentOf(message: Uint8Array): Bytes {
  const { header } = parseHeader(message)
  return concat([...contentFields(header).map(({ bytes }) => bytes), message.subarray(header.bytes.length)])
}

/** The header that stands around such a message, for everybody to read. */
export function openHeader(message: Uint8Array): readonly (readonly [name: string, body: string])[] {
  const { header } = parseHeader(message)
  const inside = contentFields(header)
  return header.fields.filter((field) => !inside.includes(field)).map(({ name, body }) => [name, body])
}

function contentFields({ fields }: Header): Header['fields'] {
  return fields.filter(({ name }) => /^content-/i.test(name))
}

/**
 * The same message, whose To and Cc do not name some addresses; fields that name none of them keep their octets. Groups
 * are written as their members.
 */
export function withoutRecipients(message: Outgoing, hidden: readonly string[]): Outgoing {
  const keys = new Set(hidden.map(addressKey))
  const { raw, header } = message
  const fields = header.fields.map((field) => {
    const mailboxes = /^(to|cc)$/i.test(field.name) ? parseAddresses(field.body) : []
    const shown = mailboxes.filter(({ address }) => !keys.has(addressKey(address)))
    if (shown.length === mailboxes.length) return field.bytes
    return shown.length > 0 ? serializeHeader([[field.name, shown.map(formatAddress).join(', ')]]) : new Uint8Array(0)
  })
  const visible = message.visible.filter((address) => !keys.has(addressKey(address)))
  const shown = concat([...fields, raw.subarray(header.bytes.length)])
  return { ...message, raw: shown, header: parseHeader(shown).header, visible }
}

function newMessageId(address: string, crypto: CryptoProvider): string {
  return formatMessageId(encodeHex(crypto.getRandomValues(new Uint8Array(16))), domainOf(address))
}
