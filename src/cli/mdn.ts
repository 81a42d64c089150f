import { decodeUtf8, encodeHex } from '../bytes/index.js'
import { domainOf, formatMessageId, parseEntity } from '../mime/index.js'
import {
  buildDeliveryStatusNotification,
  buildDispositionNotification,
  type DispositionType,
  type Notification,
  parseBounce,
  parseNotification,
  statusOf,
} from '../notification/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'
import { inputAt } from './input.js'

/** `mdn`: reads a notification, or writes one. It neither opens nor seals. */
export const mdn: Command = {
  summary: 'reads a notification (MDN, DSN or bounce), or writes one',
  operands: '[FILE]',
  options: {
    make: {
      type: 'string',
      value: 'KIND',
      help: 'write one: processed, dispatched, displayed, deleted, failed or dsn',
    },
    recipient: { type: 'string', value: 'ADDRESS', help: 'the recipient it speaks for' },
    to: { type: 'string', value: 'ADDRESS', help: 'who is told' },
    'message-id': { type: 'string', value: 'ID', help: 'the message it is about, in brackets' },
    status: { type: 'string', value: 'CODE', help: 'of a dsn: a code such as 5.1.1, or a word such as mailbox-full' },
  },
  exitCodes: {
    0: 'read, nothing is wrong with it; or written',
    1: 'read, and something is wrong',
    2: 'no notification',
  },
  async run(given, terminal) {
    const kind = given.text('make')
    if (kind === undefined) return read(given, terminal)
    if (given.operands.length > 0) throw new UsageError('either a file to read, or --make')
    terminal.print(decodeUtf8(await make(kind, given, terminal)))
    return 0
  },
}

function read(given: Given, { print }: Terminal): number {
  const [path, ...others] = given.operands
  if (others.length > 0) throw new UsageError('one file, please')
  const message = parseEntity(inputAt(path))
  const notification = parseNotification(message) ?? parseBounce(message)
  if (given.has('json')) print(`${JSON.stringify(notification ?? null, null, 2)}\n`)
  else print(notification ? asText(notification) : 'no notification\n')
  if (!notification) return 2
  return notification.problems.length > 0 ? 1 : 0
}

function asText(notification: Notification): string {
  const rows =
    notification.type === 'disposition-notification' ? dispositionRows(notification) : statusRows(notification)
  const problems = notification.problems.map((problem): Row => ['problem', problem])
  const width = 20
  return [...rows, ...problems]
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(width)}${printable(value)}\n`]))
    .join('')
}

type Row = readonly [name: string, value: string | undefined]

function dispositionRows(notification: Extract<Notification, { type: 'disposition-notification' }>): readonly Row[] {
  const { disposition, finalDestinationDelivery } = notification
  return [
    ['type', 'MDN'],
    ['about', notification.originalMessageId],
    ['recipient', notification.finalRecipient],
    ['original recipient', notification.originalRecipient],
    ['disposition', disposition && [disposition.dispositionType, ...disposition.modifiers].join('/')],
    ['final delivery', finalDestinationDelivery ? 'confirmed' : 'not confirmed'],
    ['system', notification.reportingUa],
    ...notification.errors.map((error): Row => ['error', error]),
  ]
}

function statusRows(notification: Extract<Notification, { type: 'delivery-status-notification' }>): readonly Row[] {
  return [
    ['type', 'DSN'],
    ['about', notification.originalMessageId],
    ['system', notification.reportingMta],
    ...notification.recipients.flatMap((recipient): readonly Row[] => [
      ['recipient', recipient.finalRecipient ?? recipient.originalRecipient],
      ['  action', recipient.action],
      ['  status', recipient.status],
      ['  reply', recipient.diagnosticCode],
    ]),
  ]
}

/** What strangers wrote may hold what a terminal obeys. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?')
}

const kinds: ReadonlySet<string> = new Set<DispositionType>([
  'processed',
  'dispatched',
  'displayed',
  'deleted',
  'failed',
])

function isDispositionType(kind: string): kind is DispositionType {
  return kinds.has(kind)
}

async function make(kind: string, given: Given, { clock }: Terminal): Promise<Uint8Array> {
  const [recipient, to] = [given.text('recipient'), given.text('to')]
  if (recipient === undefined || to === undefined) throw new UsageError('--make wants --recipient and --to')
  const originalMessageId = given.text('message-id')
  const common = {
    to,
    ...(originalMessageId !== undefined && { originalMessageId }),
    messageId: formatMessageId(encodeHex(crypto.getRandomValues(new Uint8Array(16))), domainOf(recipient)),
    date: clock(),
  }
  if (isDispositionType(kind)) {
    return buildDispositionNotification({
      ...common,
      recipient,
      dispositionType: kind,
      reportingUa: domainOf(recipient),
    })
  }
  if (kind !== 'dsn') throw new UsageError(`there is no kind ${JSON.stringify(kind)}`)
  return buildDeliveryStatusNotification({
    ...common,
    reportingMta: domainOf(recipient),
    recipients: [{ finalRecipient: recipient, status: statusOf(given.text('status') ?? 'not-delivered') }],
  })
}
