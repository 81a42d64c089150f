import { describe, expect, test } from 'vitest'
import type { SealedMessage } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { ann, bob, bothAgents, crafted, lines, messageIn, notificationIn, outerHeader, world } from './world.js'

/**
 * Every field of a message that an answer could repeat, or that decides to whom it goes, as a trusted sender may write it
 * to get something of his own into what we sign.
 */

const id = '<1@direct.clinic.example>'
const intrusions = [
  '=?utf-8?q?=0d=0aX-Intruder:_y?=',
  '=?utf-8?b?DQpYLUludHJ1ZGVyOiB5DQo=?=',
  '\rX-Intruder: y',
  '\0X-Intruder: y',
  '\u2028X-Intruder: y',
  '\u560d\u560aX-Intruder: y',
  '%0d%0aX-Intruder: y',
  '\tFinal-Recipient: rfc822; eve@x.example',
  ` ${'a'.repeat(900)} X-Intruder: y`,
  '"\\\rX-Intruder: y"',
  '(comment)\u0085X-Intruder: y',
]

const fields: Readonly<Record<string, (evil: string) => readonly string[]>> = {
  'Message-ID': (evil) => [`Message-ID: <1${evil}@direct.clinic.example>`],
  'Message-ID, behind it': (evil) => [`Message-ID: ${id}${evil}`],
  'the name in From': (evil) => [`From: ${evil} <${ann}>`, `Message-ID: ${id}`],
  Sender: (evil) => [`Sender: ${evil} <${ann}>`, `Message-ID: ${id}`],
  'Disposition-Notification-To': (evil) => [`Disposition-Notification-To: ${evil} <${ann}>`, `Message-ID: ${id}`],
  'Disposition-Notification-Options': (evil) => [`Disposition-Notification-Options: ${evil}`, `Message-ID: ${id}`],
  'the name in To': (evil) => [`To: ${evil} <${bob}>`, `Message-ID: ${id}`],
  Subject: (evil) => [`Subject: ${evil}`, `Message-ID: ${id}`],
  References: (evil) => [`References: <0${evil}@x.example>`, `Message-ID: ${id}`],
}

async function answersTo(own: readonly string[]): Promise<readonly SealedMessage[]> {
  const { ann: sender, bob: reader } = await world()
  const { hospital } = await bothAgents()
  const named = (name: string) => own.some((field) => field.startsWith(`${name}:`))
  const inner = lines(
    ...(named('From') ? [] : [`From: ${ann}`]),
    ...(named('To') ? [] : [`To: ${bob}`]),
    ...own,
    '',
    'x',
  )
  const opened = await hospital.open(await crafted({ inner, signedBy: sender, to: [reader] }))
  if (opened.kind !== 'message') return [] // then there is nothing to answer
  const { receipt } = messageIn(opened)
  const { messages } = await hospital.acknowledge(receipt, 'processed')
  return [...messages, ...(await hospital.reportFailure(receipt)).messages]
}

/** The names of all fields that the answers have: outside, inside, and in the parts for machines. */
async function namesIn(answers: readonly SealedMessage[]): Promise<readonly string[]> {
  const { clinic } = await bothAgents()
  const names = answers.map(async ({ raw, envelope }) => {
    expect(envelope).toEqual({ mailFrom: '', rcptTo: [ann] })
    const inner = notificationIn(await clinic.open(raw)).raw!
    expect(decodeUtf8(inner)).toMatch(/^(?:[^\r\n]*\r\n)*$/)
    const { header, parts } = parseEntity(inner)
    const report = decodeUtf8(parts[1]!.body)
      .split('\r\n')
      .filter((line) => !/^[ \t]/.test(line))
    return [
      ...outerHeader(raw).fields.map(({ name }) => name),
      ...[header, ...parts.map((part) => part.header)].flatMap((one) => one.fields.map(({ name }) => name)),
      ...report.map((line) => line.slice(0, line.indexOf(':'))),
    ]
  })
  return (await Promise.all(names)).flat()
}

/** Fields that only say which message is answered: an identifier that cannot be repeated is left out. */
const aboutMessage = new Set(['In-Reply-To', 'References', 'Original-Message-ID', 'X-Original-Message-ID'])

describe('nothing of a message adds or changes a field of an answer to it', () => {
  test.each(Object.entries(fields))('%s', async (_, write) => {
    const honest = await namesIn(await answersTo(write('')))
    expect(honest).toContain('Original-Message-ID')
    const kept = honest.filter((name) => !aboutMessage.has(name))
    for (const evil of intrusions) {
      const answers = await answersTo(write(evil))
      if (answers.length === 0) continue
      const names = await namesIn(answers)
      expect(
        names.filter((name) => !aboutMessage.has(name)),
        JSON.stringify(evil),
      ).toEqual(kept)
      expect(names.length).toBeLessThanOrEqual(honest.length)
    }
  })

  test('most of these messages are answered: what is tested is not refused before', async () => {
    const counts = await Promise.all(
      Object.values(fields).map(async (write) => {
        const answered = await Promise.all(intrusions.map(async (evil) => (await answersTo(write(evil))).length))
        return answered.filter((count) => count === 2).length
      }),
    )
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(8)
  })
})
