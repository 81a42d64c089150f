import { decodeUtf8 } from '../bytes/index.js'
import { decodeBody, type Entity, fieldBody, parseAddresses } from '../mime/index.js'
import type { DeliveryStatus, DeliveryStatusNotification, NotificationProblem } from './index.js'
import { readerFor, reportOf } from './parse-notification.js'
import { readDeliveryStatus } from './read-delivery-status.js'
import { messageIdInText, messageIdOf, messageIdOfReturned } from './returned-message.js'

/**
 * Reads what an ordinary mail system sends back when it cannot deliver: a DSN, a DSN in other wrappings, or words alone,
 * as qmail, Exim, sendmail and others write them.
 *
 * Nobody has signed such a message, and words are guessed at: use it only for mail that came from the sender's own mail
 * system (DSN-5). What is read from words has the action `delayed` where they speak of trying again, else `failed`.
 *
 * @returns nothing when the message is no bounce: it neither holds a status nor comes from a mail system.
 */
export function parseBounce(message: Entity): DeliveryStatusNotification | undefined {
  const part = statusPart(message, 0)
  if (part) return readDeliveryStatus(reportOf(message, part))
  if (!comesFromMailSystem(message) || isComplaint(message)) return undefined
  const report = reportOf(message, undefined)
  if (report.groups.length > 0) {
    const read = readDeliveryStatus(report)
    if (read.recipients.some(({ finalRecipient }) => finalRecipient)) return read
  }
  return fromWords(message)
}

/** Deeper than a bounce that was wrapped by a mailing list or a scanner of viruses. */
const maxDepth = 4

function statusPart(entity: Entity, depth: number): Entity | undefined {
  const { type, subtype } = entity.contentType
  if (type === 'message' && /^(global-)?delivery-status$/.test(subtype)) return readerFor(entity) && entity
  if (depth === maxDepth) return undefined
  for (const part of entity.parts) {
    const found = statusPart(part, depth + 1)
    if (found) return found
  }
  return undefined
}

/**
 * By the names that mail systems sign with. An empty return path is not enough: words of absence have one too, and tell of
 * no failure (RFC 3834 §3.3).
 */
function comesFromMailSystem({ header }: Entity): boolean {
  const isDaemon = /\b(mailer-?daemon|postmaster)\b/i.test(fieldBody(header, 'From') ?? '')
  return isDaemon || fieldBody(header, 'X-Failed-Recipients') !== undefined
}

/** A report of abuse tells of a message that did arrive (RFC 5965). */
function isComplaint({ contentType: { parameters } }: Entity): boolean {
  return parameters['report-type']?.toLowerCase() === 'feedback-report'
}

/** The longest text that is looked through. */
const maxWords = 20_000

/** Where the words end and a copy of the message begins, in the spellings of many systems. */
const copyMarks: readonly RegExp[] = [
  /^[ \t*>]*--.*\b(copy|original|unsent|undelivered|returned|headers?)\b/i,
  /^[ \t]*below (is|this line is) a copy/i,
  /^[ \t]*original (message|e-?mail)[\w ]*[:.-]/i,
  /\bcopy of (the|your) (original )?message/i,
]

/** Lines of words are short; what is longer is looked at as far as this. */
const maxLineLength = 200

/** The number of the line where a copy of the message begins; the number of lines when there is none. */
function copyStart(lines: readonly string[]): number {
  const at = lines.findIndex(
    (line, index) => index > 0 && copyMarks.some((mark) => mark.test(line.slice(0, maxLineLength))),
  )
  return at < 0 ? lines.length : at
}

function fromWords(message: Entity): DeliveryStatusNotification {
  const lines = decodeUtf8(wordsOf(message))
    .slice(0, maxWords)
    .split(/\r\n|\n|\r/)
  const copy = copyStart(lines)
  const recipients = recipientsIn(message, lines.slice(0, copy))
  const originalMessageId =
    messageIdOf(message.header, 'In-Reply-To') ??
    messageIdOfReturned(message) ??
    messageIdInText(lines.slice(copy < lines.length ? copy : 0).join('\n'))
  const problems: readonly (NotificationProblem | false)[] = [
    'no-report',
    recipients.length === 0 && 'no-final-recipient',
    recipients.some(({ status }) => !status) && 'no-status',
    originalMessageId ? 'original-message-id-elsewhere' : 'no-original-message-id',
  ]
  return {
    type: 'delivery-status-notification',
    ...(originalMessageId && { originalMessageId }),
    recipients,
    extensions: [],
    problems: problems.filter((problem) => problem !== false),
  }
}

function wordsOf(message: Entity): Uint8Array {
  const text = message.parts.find(({ contentType }) => contentType.type === 'text')
  return decodeBody(text ?? message)
}

/** More than the recipients of a message. */
const maxRecipients = 1000

function recipientsIn({ header }: Entity, lines: readonly string[]): readonly DeliveryStatus[] {
  const named = parseAddresses(fieldBody(header, 'X-Failed-Recipients') ?? '').map(({ address }) => address)
  const found = lines.map((line, index) => ({ index, address: addressAtStart(line) }))
  const starts = found.filter((line): line is { index: number; address: string } => line.address !== undefined)
  // What a field names is not guessed at.
  const addresses = named.length > 0 ? named : starts.map(({ address }) => address)
  const action = /\b(delayed|will (keep|continue)|(be|being) retried|not need to resend)\b/i.test(lines.join(' '))
    ? 'delayed'
    : 'failed'
  return [...new Set(addresses)].slice(0, maxRecipients).map((finalRecipient) => {
    const at = starts.find(({ address }) => address === finalRecipient)?.index ?? 0
    const next = starts.find(({ index, address }) => index > at && address !== finalRecipient)?.index
    const [, status] = /(?:^|[\s#(:;-])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(lines.slice(at, next).join('\n')) ?? []
    return { finalRecipient, action, ...(status && { status }) }
  })
}

/** An address that a line names as one that was not reached; nothing when it is about something else. */
function addressAtStart(line: string): string | undefined {
  const [address] = spellings.flatMap((spelling) => spelling.exec(line.slice(0, maxLineLength))?.[1] ?? [])
  return parseAddresses(address ?? '')[0]?.address
}

const spellings: readonly RegExp[] = [
  // In brackets or quotes, alone or before a reason; behind a reply code in the transcripts of sendmail.
  /^\s*(?:\d{3} )?["<]([^<>"\s]+@[^<>"\s]+)[">](?:\.\.\.|:|\s|$)/,
  // Bare: Exim, OpenSMTPD, Exchange, Zoho.
  /^\s*([^\s<>:;,"'()]+@[A-Za-z0-9.-]+[A-Za-z0-9])(?: ?\.\.\.|:|\s*$|\s+[[(]|<mailto:|\s+Invalid|\s+on \d)/,
  // In a sentence: DragonFly, IMail.
  /\b(?:delivering your mail to|delivery userid:|delivery failed(?: \d+ attempts)?:|permanent errors:)\s*<?([^\s<>]+@[A-Za-z0-9.-]+[A-Za-z0-9])>?/i,
]
