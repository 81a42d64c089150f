import { decodeUtf8 } from '../bytes/index.js'
import { decodeBody, type Entity, fieldBody } from '../mime/index.js'
import type { DeliveryStatusNotification, NotificationProblem } from './index.js'
import { readerFor, reportOf } from './parse-notification.js'
import { readDeliveryStatus } from './read-delivery-status.js'
import { recipientsInWords } from './recipients-in-words.js'
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
  if (part) {
    const read = readDeliveryStatus(reportOf(message, part))
    // Bent: a report that names nobody, beside words that do.
    return read.recipients.length > 0
      ? read
      : { ...read, recipients: recipientsInWords(message.header, wordsOf(message).told) }
  }
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
  const isDaemon = /\b(mailer-?daemon|postmaster|mail delivery (sub)?system)\b/i.test(fieldBody(header, 'From') ?? '')
  return isDaemon || fieldBody(header, 'X-Failed-Recipients') !== undefined
}

/** A report of abuse tells of a message that did arrive (RFC 5965). */
function isComplaint({ contentType: { parameters } }: Entity): boolean {
  return parameters['report-type']?.toLowerCase() === 'feedback-report'
}

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

/** The longest text that is looked through. */
const maxWords = 20_000

/** What the words tell, and the copy of the message behind them; all of the text where no mark parts them. */
function wordsOf(message: Entity): { readonly told: readonly string[]; readonly copy: readonly string[] } {
  const text = message.parts.find(({ contentType }) => contentType.type === 'text')
  const lines = decodeUtf8(decodeBody(text ?? message))
    .slice(0, maxWords)
    .split(/\r\n|\n|\r/)
  const at = copyStart(lines)
  return { told: lines.slice(0, at), copy: lines.slice(at < lines.length ? at : 0) }
}

function fromWords(message: Entity): DeliveryStatusNotification {
  const { told, copy } = wordsOf(message)
  const recipients = recipientsInWords(message.header, told)
  const originalMessageId =
    messageIdOf(message.header, 'In-Reply-To') ?? messageIdOfReturned(message) ?? messageIdInText(copy.join('\n'))
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
