import type { Message, Opened } from '../agent/index.js'
import { encodeUtf8 } from '../bytes/index.js'
import { certificateList } from '../discovery/index.js'
import { explain } from '../verdict/index.js'
import { agentOf, agentOptions, envelopeOf } from './agent.js'
import type { Command } from './command.js'
import { inputOf, saveFile, saveOption } from './files.js'
import { atOption, instantOf } from './judging.js'
import { notificationText } from './notification-text.js'
import { json, printable, timeText } from './text.js'

/** `open`: decrypts, verifies and judges a message. What it says is told only to those who ask for it. */
export const open: Command = {
  summary: 'opens a message: decrypts and verifies it, and says who may have it and why',
  operands: '[FILE]',
  options: {
    from: { type: 'string', value: 'ADDRESS', help: 'MAIL FROM of the envelope it came in' },
    rcpt: { type: 'string', multiple: true, value: 'ADDRESS', help: 'whom it came for; else those of its header' },
    ...agentOptions,
    ...atOption,
    final: { type: 'boolean', help: 'the last attempt: refuse it, rather than defer it' },
    content: { type: 'boolean', help: 'print what the message says' },
    ...saveOption,
  },
  exitCodes: { 0: 'a message or a notification', 1: 'rejected', 2: 'deferred: open it again later' },
  async run(given, terminal) {
    // Nobody is written to, and so nobody looked for.
    const agent = await agentOf(given, terminal, certificateList([]))
    const receivedAt = instantOf(given)
    const opened = await agent.open(inputOf(given, terminal), {
      envelope: envelopeOf(given.text('from'), given.texts('rcpt')),
      final: given.has('final'),
      ...(receivedAt !== undefined && { receivedAt }),
    })
    const message = opened.kind === 'message' ? opened.message : undefined
    const folder = given.text('save')
    const files = message && folder !== undefined ? saveMessage(message, folder) : []
    const shown = given.has('content') ? message : undefined
    terminal.print(given.has('json') ? json(asJson(opened, shown, files)) : asText(opened, shown, files))
    return { message: 0, notification: 0, rejected: 1, deferred: 2 }[opened.kind]
  },
}

/** The message as it was signed, its text, and what came with it under names that lead nowhere else. */
function saveMessage({ raw, text, attachments }: Message, folder: string): readonly string[] {
  return [
    saveFile(folder, 'message.eml', raw),
    ...(text === undefined ? [] : [saveFile(folder, 'text.txt', encodeUtf8(text))]),
    ...attachments.map(({ filename = 'attachment', content }, index) =>
      saveFile(folder, `${index + 1}-${harmless(filename)}`, content),
    ),
  ]
}

/** The end of a name that a stranger chose, where its kind stands. */
function harmless(filename: string): string {
  return filename.replace(/[^\p{L}\p{N}._-]/gu, '_').slice(-50)
}

function asText(opened: Opened, shown: Message | undefined, files: readonly string[]): string {
  const facts = [verdictLine(opened), ...recipientLines(opened), ...files].map((line) => `${line}\n`)
  const notification = opened.kind === 'notification' ? notificationText(opened.notification) : ''
  return `${explain(opened.explanation)}\n\n${facts.join('')}${notification}${shown ? contentText(shown) : ''}`
}

function verdictLine(opened: Opened): string {
  if (opened.kind === 'message') return `message from ${printable(opened.message.author)}: accepted`
  if (opened.kind === 'notification') return `notification from ${printable(opened.author)}: accepted`
  return `${opened.kind}: ${opened.code}`
}

function recipientLines(opened: Opened): readonly string[] {
  if (!('recipients' in opened)) return []
  return [
    ...opened.recipients.map(({ address }) => `  for ${printable(address)}`),
    ...opened.rejected.map(({ address, code }) => `  not for ${printable(address)}: ${code}`),
  ]
}

function contentText({ header, text = '', attachments }: Message): string {
  const { from, to, cc, subject, date } = header
  const list = (people: typeof to) => people.map(({ address }) => address).join(', ')
  const fields = [
    ['From', from.address],
    ['To', list(to)],
    ['Cc', list(cc)],
    ['Date', date === undefined ? '' : timeText(date)],
    ['Subject', subject ?? ''],
    ...attachments.map(({ filename, type, content }) => [
      'Attached',
      `${filename ?? 'without a name'}, ${type}, ${content.length} octets`,
    ]),
  ].flatMap(([name, value = '']) => (value === '' ? [] : `${name}: ${printable(value)}`))
  return ['', ...fields, '', ...text.split('\n').map(printable), ''].join('\n')
}

function asJson(opened: Opened, shown: Message | undefined, files: readonly string[]): object {
  const { kind, smtpAdvice, explanation } = opened
  return {
    kind,
    smtpAdvice,
    ...('code' in opened && { code: opened.code }),
    ...('recipients' in opened && { recipients: opened.recipients, rejected: opened.rejected }),
    ...(opened.kind === 'message' && { author: opened.message.author, receipt: opened.receipt }),
    ...(opened.kind === 'notification' && {
      author: opened.author,
      notification: opened.notification,
      spokenFor: opened.spokenFor,
    }),
    explanation,
    ...(files.length > 0 && { files }),
    ...(shown && { content: contentJson(shown) }),
  }
}

function contentJson({ header, text, attachments }: Message): object {
  const described = attachments.map(({ filename, type, content }) => ({ filename, type, octets: content.length }))
  return { header, text, attachments: described }
}
