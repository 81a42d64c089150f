import { encodeHex } from '../bytes/index.js'
import { domainOf, formatMessageId, parseEntity } from '../mime/index.js'
import {
  buildDeliveryStatusNotification,
  buildDispositionNotification,
  type DispositionType,
  parseBounce,
  parseNotification,
  statusOf,
} from '../notification/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'
import { inputOf } from './files.js'
import { notificationText } from './notification-text.js'
import { json } from './text.js'

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
    terminal.print(await make(kind, given, terminal))
    return 0
  },
}

function read(given: Given, terminal: Terminal): number {
  const message = parseEntity(inputOf(given, terminal))
  const notification = parseNotification(message) ?? parseBounce(message)
  if (given.has('json')) terminal.print(json(notification ?? null))
  else terminal.print(notification ? notificationText(notification) : 'no notification\n')
  if (!notification) return 2
  return notification.problems.length > 0 ? 1 : 0
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
