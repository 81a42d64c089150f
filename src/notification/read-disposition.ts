import { decodeWords } from '../mime/index.js'
import { finalDestinationDelivery } from './delivery-request.js'
import { parseDisposition } from './disposition.js'
import type { DispositionNotification, NotificationProblem } from './index.js'
import type { Report } from './parse-notification.js'
import { parseRecipient } from './recipient.js'
import { firstMessageId, messageIdOf } from './returned-message.js'

/** Fields that an MDN has once, in lower case. */
const single = [
  'reporting-ua',
  'mdn-gateway',
  'original-recipient',
  'final-recipient',
  'original-message-id',
  'disposition',
]

/** What older programs have, too (MDN-9). */
const errorFields = ['error', 'failure', 'warning']

/** Reads an MDN out of its fields; they stand in one group, but programs leave blank lines between them. */
export function readDisposition(report: Report): DispositionNotification {
  const fields = report.groups.flat()
  const bodies = (name: string) => fields.filter((field) => field.name.toLowerCase() === name).map(({ body }) => body)
  const first = (name: string) => bodies(name)[0] || undefined
  const finalRecipient = parseRecipient(first('final-recipient'))
  const originalRecipient = parseRecipient(first('original-recipient'))
  const reportingUa = first('reporting-ua')
  const written = first('disposition')
  const disposition = parseDisposition(written ?? '')
  const named = firstMessageId(first('original-message-id'))
  const originalMessageId = named ?? messageIdOf(report.message.header, 'In-Reply-To') ?? report.returned
  const problems: readonly (NotificationProblem | false)[] = [
    ...report.problems,
    !finalRecipient && 'no-final-recipient',
    !written && 'no-disposition',
    !!written && !disposition && 'unreadable-disposition',
    !originalMessageId && 'no-original-message-id',
    !!originalMessageId && !named && 'original-message-id-elsewhere',
    single.some((name) => bodies(name).length > 1) && 'duplicate-field',
  ]
  const known: ReadonlySet<string> = new Set([...single, ...errorFields, finalDestinationDelivery.toLowerCase()])
  return {
    type: 'disposition-notification',
    ...(reportingUa && { reportingUa }),
    ...(finalRecipient && { finalRecipient }),
    ...(originalRecipient && { originalRecipient }),
    ...(originalMessageId && { originalMessageId }),
    ...(disposition && { disposition }),
    finalDestinationDelivery: bodies(finalDestinationDelivery.toLowerCase()).length > 0,
    errors: errorFields.flatMap(bodies).map(decodeWords),
    extensions: fields.filter(({ name }) => !known.has(name.toLowerCase())).map(({ name, body }) => ({ name, body })),
    problems: problems.filter((problem) => problem !== false),
  }
}
