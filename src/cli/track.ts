import { existsSync } from 'node:fs'
import { sqliteTracking } from '../node/index.js'
import { createTracker, type Evidence, type Tracker, type TrackingReport } from '../tracking/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'
import { fileAt } from './files.js'
import { json, timeText } from './text.js'

/** `track`: what a tracker's file holds. It changes nothing in it. */
export const track: Command = {
  summary: 'shows what became of messages, from the file of a tracker',
  operands: 'FILE [MESSAGE-ID]',
  options: {
    hours: { type: 'string', value: 'N', help: 'of a report: how far back, 24 by default' },
    'hmac-key': { type: 'string', value: 'FILE', help: 'name people by HMAC-SHA-256 under the octets of this file' },
  },
  exitCodes: { 0: 'shown', 1: 'the message is not known' },
  async run(given, terminal) {
    const [path, messageId, ...others] = given.operands
    if (path === undefined || others.length > 0) throw new UsageError('a file, and perhaps the identifier of a message')
    if (!existsSync(path)) throw new UsageError(`there is no file ${path}`)
    const store = sqliteTracking(path)
    try {
      const tracker = createTracker({ store, clock: terminal.clock, crypto })
      return messageId === undefined
        ? await report(tracker, given, terminal)
        : await evidence(tracker, messageId, given, terminal)
    } finally {
      store.close()
    }
  },
}

async function report(tracker: Tracker, given: Given, { print, clock }: Terminal): Promise<number> {
  const hours = Number(given.text('hours') ?? 24)
  if (!(hours > 0)) throw new UsageError('--hours wants a number')
  const to = clock()
  const answer = await tracker.report({ from: to - hours * 3_600_000, to }, await naming(given))
  print(given.has('json') ? json(answer) : reportText(answer))
  return 0
}

async function evidence(tracker: Tracker, messageId: string, given: Given, { print }: Terminal): Promise<number> {
  const answer = await tracker.evidence(messageId, await naming(given))
  if (given.has('json')) print(json(answer ?? null))
  else print(answer ? evidenceText(answer) : 'no such message\n')
  return answer ? 0 : 1
}

async function naming(given: Given): Promise<{ readonly key?: CryptoKey }> {
  const path = given.text('hmac-key')
  if (path === undefined) return {}
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return { key: await crypto.subtle.importKey('raw', Uint8Array.from(fileAt(path)), algorithm, false, ['sign']) }
}

function reportText({ from, to, counts, records }: TrackingReport): string {
  const figures = Object.entries(counts).map(([name, count]) => `  ${name.padEnd(12)}${count}`)
  const lines = records.map((record) => `  ${record.messageId} ${record.recipient}: ${record.counts.join(', ')}`)
  return [`${timeText(from)} to ${timeText(to)}`, ...figures, '', ...lines, ''].join('\n')
}

function evidenceText({ messageId, recipients }: Evidence): string {
  const lines = recipients.flatMap(({ recipient, sentAt, timeLimitAt, marks, outcome, toldAt }) => [
    `  ${recipient}`,
    `    ${sentAt}  sending began; nobody waits beyond ${timeLimitAt}`,
    ...marks.map(
      ({ name, at, status, author }) =>
        `    ${at}  ${[name, status, author && `says ${author}`].filter(Boolean).join(' ')}`,
    ),
    ...(outcome ? [`    ${outcome.at}  outcome: ${outcome.result} (${outcome.reason})`] : ['    still open']),
    ...(toldAt ? [`    ${toldAt}  the sender was told`] : []),
  ])
  return [messageId, ...lines, ''].join('\n')
}
