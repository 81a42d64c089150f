import type { Notification } from '../notification/index.js'
import { printable } from './text.js'

/** What a notification says, one fact in a line. */
export function notificationText(notification: Notification): string {
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
