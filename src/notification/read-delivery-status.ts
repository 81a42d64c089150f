import type { DeliveryStatus, DeliveryStatusNotification, ExtensionField, NotificationProblem } from './index.js'
import type { Report } from './parse-notification.js'
import { parseRecipient } from './recipient.js'
import { firstMessageId, messageIdOf } from './returned-message.js'

/** Fields about the whole message. Some programs write them among those of a recipient. */
const perMessage: ReadonlySet<string> = new Set([
  'original-envelope-id',
  'reporting-mta',
  'dsn-gateway',
  'received-from-mta',
  'arrival-date',
  'x-original-message-id',
])

/** Fields about one recipient; which of them a recipient has once. */
const perRecipient: ReadonlySet<string> = new Set(['original-recipient', 'final-recipient', 'action', 'status'])

/** Reads a DSN out of its groups of fields. */
export function readDeliveryStatus(report: Report): DeliveryStatusNotification {
  const { groups, message, returned } = report
  const about = groups.flat().filter(({ name }) => perMessage.has(name.toLowerCase()))
  const blocks = groups.flatMap(recipientBlocks)
  const recipients = blocks.map(readRecipient)
  const reportingMta = withoutKind(bodyOf(about, 'reporting-mta'))
  const originalEnvelopeId = bodyOf(about, 'original-envelope-id')
  const named = envelopeMessageId(originalEnvelopeId) ?? firstMessageId(bodyOf(about, 'x-original-message-id'))
  const originalMessageId = named ?? messageIdOf(message.header, 'In-Reply-To') ?? returned
  const problems: readonly (NotificationProblem | false)[] = [
    ...report.problems,
    recipients.length === 0 && groups.length > 0 && 'no-final-recipient',
    ...recipients.flatMap(
      ({ finalRecipient, action, status }) =>
        [!finalRecipient && 'no-final-recipient', !action && 'no-action', !status && 'no-status'] as const,
    ),
    !originalMessageId && 'no-original-message-id',
    !!originalMessageId && !named && 'original-message-id-elsewhere',
    hasTwice(about, perMessage) && 'duplicate-field',
    blocks.some((block) => hasTwice(block, perRecipient)) && 'duplicate-field',
  ]
  const inBlocks = new Set(blocks.flat())
  const extensions = groups
    .flat()
    .filter((field) => !perMessage.has(field.name.toLowerCase()) && !inBlocks.has(field))
    .map(({ name, body }) => ({ name, body }))
  return {
    type: 'delivery-status-notification',
    ...(reportingMta && { reportingMta }),
    ...(originalEnvelopeId && { originalEnvelopeId }),
    ...(originalMessageId && { originalMessageId }),
    recipients,
    extensions,
    problems: [...new Set(problems.filter((problem) => problem !== false))],
  }
}

/**
 * The fields of each recipient in a group: one, as it should be, or several where blank lines were forgotten. The next
 * begins where the recipient is named again.
 */
function recipientBlocks(group: readonly ExtensionField[]): readonly (readonly ExtensionField[])[] {
  const blocks: ExtensionField[][] = []
  for (const field of group) {
    const name = field.name.toLowerCase()
    if (perMessage.has(name)) continue
    const block = blocks.at(-1)
    const isRecipient = name === 'final-recipient' || name === 'original-recipient'
    const begins = !block || (isRecipient && has(block, name))
    if (begins) blocks.push([field])
    else block.push(field)
  }
  return blocks.filter((block) => block.some(({ name }) => perRecipient.has(name.toLowerCase())))
}

function readRecipient(fields: readonly ExtensionField[]): DeliveryStatus {
  const finalRecipient = parseRecipient(bodyOf(fields, 'final-recipient'))
  const originalRecipient = parseRecipient(bodyOf(fields, 'original-recipient'))
  // Bent: words behind the value, with a comment's brackets or without (the example of RFC 3464 §D.3 has them).
  const [action] = /^[a-z-]+/i.exec(bodyOf(fields, 'action') ?? '') ?? []
  const [status] = /^[245]\.\d{1,3}\.\d{1,3}(?!\d)/.exec(bodyOf(fields, 'status') ?? '') ?? []
  const remoteMta = withoutKind(bodyOf(fields, 'remote-mta'))
  const diagnosticCode = bodyOf(fields, 'diagnostic-code')
  return {
    ...(finalRecipient && { finalRecipient }),
    ...(originalRecipient && { originalRecipient }),
    ...(action && { action: action.toLowerCase() }),
    ...(status && { status }),
    ...(remoteMta && { remoteMta }),
    ...(diagnosticCode && { diagnosticCode }),
  }
}

function bodyOf(fields: readonly ExtensionField[], name: string): string | undefined {
  return fields.find((field) => field.name.toLowerCase() === name)?.body || undefined
}

function has(fields: readonly ExtensionField[], name: string): boolean {
  return fields.some((field) => field.name.toLowerCase() === name)
}

function hasTwice(fields: readonly ExtensionField[], names: ReadonlySet<string>): boolean {
  const found = fields.map(({ name }) => name.toLowerCase()).filter((name) => names.has(name))
  return new Set(found).size < found.length
}

/** `dns; mail.example` is a name of the kind `dns`. @see RFC 3464 §2.1.2 */
function withoutKind(body: string | undefined): string | undefined {
  return body?.replace(/^[a-z0-9-]*\s*;/i, '').trim() || undefined
}

/** ENVID is whatever the submitting system wants; it names the message only where it is an identifier in brackets. */
function envelopeMessageId(envelopeId: string | undefined): string | undefined {
  return envelopeId && /^<[^<>]*@[^<>]*>$/.test(envelopeId) ? envelopeId : undefined
}
