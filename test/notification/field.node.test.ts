import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseEntity } from '../../src/mime/index.js'
import { parseBounce, parseNotification } from '../../src/notification/index.js'
import expected from '../../vectors/notification/expected.json' with { type: 'json' }
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { bareAddress, behindKind, firstAddress, firstWord, type PlainFile, plainFile } from './plain-lines.node.js'

/** What a line says, by its number; nothing without a number. */
function said(
  file: PlainFile,
  line: number | undefined,
  name: string,
  reading: (body: string) => string = (body) => body,
) {
  return line === undefined ? undefined : reading(file.body(line, name)) || undefined
}

/** Numbers of lines, by field. */
type StatusLines = { readonly [Name in keyof typeof absent]?: number }

/** The row's lines say what the parser must have read. A field that is not among them must be absent. */
function statuses(file: PlainFile, recipients: readonly StatusLines[]) {
  return recipients.map((row) => ({
    finalRecipient: said(file, row.finalRecipient, 'Final-Recipient', bareAddress),
    originalRecipient: said(file, row.originalRecipient, 'Original-Recipient', bareAddress),
    action: said(file, row.action, 'Action', (body) => firstWord(body).toLowerCase()),
    status: said(file, row.status, 'Status', firstWord),
    diagnosticCode: said(file, row.diagnosticCode, 'Diagnostic-Code'),
    remoteMta: said(file, row.remoteMta, 'Remote-MTA', behindKind),
  }))
}

describe.skipIf(!borrowed)('notifications of other programs say what their lines say', () => {
  test.each(expected.dispositions)('MDN $file', (row) => {
    const file = plainFile(row.file)
    const read = parseNotification(parseEntity(file.bytes))
    const { disposition } = row
    expect(read).toMatchObject({
      type: 'disposition-notification',
      finalDestinationDelivery: row.finalDestinationDelivery !== undefined,
    })
    if (read?.type !== 'disposition-notification') throw new Error('no MDN')
    const idField = read.problems.includes('original-message-id-elsewhere') ? 'In-Reply-To' : 'Original-Message-ID'
    const line = said(file, disposition, 'Disposition') ?? ''
    expect({
      reportingUa: read.reportingUa,
      finalRecipient: read.finalRecipient,
      originalRecipient: read.originalRecipient,
      originalMessageId: read.originalMessageId,
      dispositionType: read.disposition?.dispositionType,
      modes: read.disposition && `${read.disposition.actionMode}/${read.disposition.sendingMode}`,
    }).toEqual({
      reportingUa: said(file, row.reportingUa, 'Reporting-UA'),
      finalRecipient: said(file, row.finalRecipient, 'Final-Recipient', bareAddress),
      originalRecipient: said(file, row.originalRecipient, 'Original-Recipient', bareAddress),
      originalMessageId: said(file, row.originalMessageId, idField),
      dispositionType: line.slice(line.indexOf(';') + 1).trim(),
      modes: line.slice(0, line.indexOf(';')),
    })
  })

  test.each(expected.deliveryStatuses)('DSN $file', (row) => {
    const file = plainFile(row.file)
    const read = parseBounce(parseEntity(file.bytes))
    expect(read?.reportingMta).toBe(said(file, row.reportingMta, 'Reporting-MTA', behindKind))
    expect(read?.recipients.map((recipient) => ({ ...absent, ...recipient }))).toEqual(statuses(file, row.recipients))
  })

  test.each(expected.failedRecipients)('bounce in words with X-Failed-Recipients: $file', (row) => {
    const file = plainFile(row.file)
    const named = file.body(row.failedRecipients, 'X-Failed-Recipients').split(',')
    const read = parseBounce(parseEntity(file.bytes))
    expect(read?.recipients.map(({ finalRecipient }) => finalRecipient)).toEqual(named.map((name) => name.trim()))
  })

  test.each(expected.bracketed)('bounce in words with names in brackets: $file', (row) => {
    const file = plainFile(row.file)
    const named = row.recipientLines.map((line) => file.text(line).slice(1, file.text(line).indexOf('>')))
    const read = parseBounce(parseEntity(file.bytes))
    expect(read?.recipients.map(({ finalRecipient }) => finalRecipient)).toEqual([...new Set(named)])
  })

  test.each(expected.told)('bounce in words with names in sentences, lists or transcripts: $file', (row) => {
    const file = plainFile(row.file)
    const named = row.recipientLines.map((line) => firstAddress(file.text(line)))
    const read = parseBounce(parseEntity(file.bytes))
    expect(read?.recipients.map(({ finalRecipient }) => finalRecipient)).toEqual([...new Set(named)])
  })
})

const absent = {
  finalRecipient: undefined,
  originalRecipient: undefined,
  action: undefined,
  status: undefined,
  diagnosticCode: undefined,
  remoteMta: undefined,
}

/** What no recipient is read from, and why. */
const knownToBeSilent = {
  'a complaint: the message did arrive (RFC 5965)': ['11', '14', '15', '16', '20', '22', '23', '26'].map(
    (number) => `bsd/arf-${number}`,
  ),
  'words of absence: the message did arrive (RFC 3834)': ['bsd/rfc3834-04', 'bsd/rfc3834-05', 'bsd/rfc3834-06'],
  'not from a mail system: a notice of a list, of a service, of a person': [
    'bsd/lhost-amazonses-11',
    'bsd/lhost-fml-03',
    'bsd/lhost-kddi-03',
    'not/is-not-bounce-01',
  ],
  'names nobody but in the To of the message that came back, which may have gone to others, too': [
    'bsd/lhost-v5sendmail-01',
    'dos/lhost-v5sendmail-01',
    'mac/lhost-v5sendmail-01',
  ],
}

const readBytes = (path: string) => Uint8Array.from(readFileSync(path))

describe.skipIf(!borrowed)('every bounce of the collection', () => {
  const files = borrowedFiles('sisimai-bounces', '.eml')
  const read = files.map(({ name, path }) => ({
    name,
    bounce: parseBounce(parseEntity(readBytes(path))),
  }))

  test('is read without an error, and tells of its recipients, save for known ones', () => {
    const telling = (bounce: ReturnType<typeof parseBounce>) =>
      bounce?.recipients.some((row) => row.finalRecipient ?? row.originalRecipient)
    const silent = read
      .filter(({ bounce }) => !telling(bounce))
      .map(({ name }) => name.slice('maildir/'.length, -'.eml'.length))
    expect(files).toHaveLength(248)
    expect(silent).toEqual(Object.values(knownToBeSilent).flat().sort())
  })

  test('three kinds of line ends are read alike', () => {
    const byKind = (kind: string) =>
      read.filter(({ name }) => name.startsWith(`maildir/${kind}/`)).map(({ bounce }) => bounce)
    expect(byKind('mac')).toEqual(byKind('dos'))
    expect(byKind('dos')).toHaveLength(9)
  })
})

test.skipIf(!borrowed)(
  'python-email-data holds no MDN and no DSN; one message is of a mail system, and names nobody',
  () => {
    const files = borrowedFiles('python-email-data', '.txt')
    const read = files.map(({ name, path }) => ({ name, message: parseEntity(readBytes(path)) }))
    expect(files).toHaveLength(20)
    expect(read.filter(({ message }) => parseNotification(message))).toEqual([])
    const bounces = read.map(({ name, message }) => ({ name, ...parseBounce(message) }))
    expect(bounces.filter(({ type }) => type)).toMatchObject([{ name: 'msg_42.txt', recipients: [] }])
  },
)
