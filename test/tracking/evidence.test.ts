import { describe, expect, test } from 'vitest'
import schema from '../../docs/tracking-evidence.schema.json' with { type: 'json' }
import { encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { createTracker, type Evidence, type HeardNotification, trackingInMemory } from '../../src/tracking/index.js'
import { addressOf, digestOf, heardOf, messageIdOf, preparedOf } from './crash-story.js'
import { breachesOf } from './schema.js'

const start = Date.UTC(2026, 5, 1)
const carol = 'carol@direct.hospital.example'

/** Message 0 is delivered, 2 fails, 4 is lost; 5 is sent to somebody besides who has no certificate. */
async function told() {
  const time = { now: start }
  const tracker = createTracker({ store: trackingInMemory(), clock: () => time.now, crypto })
  const signed = (heard: HeardNotification) => ({ ...heard, signers: [{ bytes: encodeUtf8('certificate') }] })
  for (const number of [0, 2, 4, 5]) {
    const rejected = number === 5 ? [{ address: carol, code: 'no-certificate', temporary: false }] : []
    await tracker.prepared({ ...preparedOf(number), rejected }, { correlationId: `job ${number}` })
    await tracker.submitted(messageIdOf(number), addressOf(number))
    time.now += 1000
    for (const heard of heardOf(number)) await tracker.received(signed(heard))
  }
  for (const outcome of await tracker.due()) await tracker.told(outcome)
  return { tracker, time }
}

const sha256 = async (text: string) =>
  encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', encodeUtf8(text))))

describe('evidence of a message', () => {
  test('whole: who, when, what was heard and who signed it', async () => {
    const { tracker } = await told()
    const heard = heardOf(0)
    const at = '2026-06-01T00:00:01.000Z'
    const signedBy = [await sha256('certificate')]
    expect(await tracker.evidence(messageIdOf(0))).toEqual({
      format: 'direct-smime/tracking-evidence',
      version: 1,
      messageId: messageIdOf(0),
      names: 'address',
      recipients: [
        {
          recipient: addressOf(0),
          author: 'ann@direct.clinic.example',
          correlationId: 'job 0',
          digest: await sha256('0'),
          expects: 'delivery',
          sentAt: '2026-06-01T00:00:00.000Z',
          timeLimitAt: '2026-06-01T01:00:00.000Z',
          marks: [
            { name: 'submitted', at: '2026-06-01T00:00:00.000Z' },
            { name: 'delivered', at, author: addressOf(0), signedBy, digest: digestOf('0 dispatched') },
            { name: 'processed', at, author: addressOf(0), signedBy, digest: digestOf('0 processed') },
          ],
          outcome: { result: 'delivered', reason: 'confirmed', at },
          toldAt: '2026-06-01T00:00:04.000Z',
        },
      ],
    } satisfies Evidence)
    expect(heard).toHaveLength(2)
  })

  test('every message’s obeys the published schema, named or not', async () => {
    const { tracker } = await told()
    const key = await hmacKey('a secret of the caller')
    for (const number of [0, 2, 4, 5]) {
      for (const naming of [{}, { key }]) {
        expect(breachesOf(await tracker.evidence(messageIdOf(number), naming), schema)).toEqual([])
      }
    }
  })

  test('the schema refuses what is none', async () => {
    const { tracker } = await told()
    const evidence = await tracker.evidence(messageIdOf(2))
    const [recipient] = evidence!.recipients
    const changed = (change: object) => ({ ...evidence, recipients: [{ ...recipient, ...change }] })
    expect(breachesOf({ ...evidence, subject: 'Mr Miller' }, schema)).toEqual(['$: subject is not allowed'])
    expect(breachesOf(changed({ digest: 'x' }), schema)).toHaveLength(1)
    expect(breachesOf(changed({ outcome: { result: 'perhaps' } }), schema)).toHaveLength(3)
    expect(breachesOf({ ...evidence, recipients: [] }, schema)).toEqual(['$.recipients: too few'])
  })

  test('under a key nobody is named; the same recipient has the same name, another key gives others', async () => {
    const { tracker } = await told()
    const key = await hmacKey('a secret of the caller')
    const evidence = await tracker.evidence(messageIdOf(0), { key })
    const expected = encodeHex(new Uint8Array(await crypto.subtle.sign('HMAC', key, encodeUtf8(addressOf(0)))))
    expect(evidence!.recipients[0]!.recipient).toBe(expected)
    expect(evidence!.recipients[0]!.marks[1]!.author).toBe(expected)
    const withoutIds = JSON.stringify({ ...evidence, messageId: '' })
    expect(withoutIds).not.toContain('@')
    const other = await tracker.evidence(messageIdOf(0), { key: await hmacKey('another secret') })
    expect(other!.recipients[0]!.recipient).not.toBe(expected)
  })

  test('of a message that is not known there is none', async () => {
    const { tracker } = await told()
    expect(await tracker.evidence('<unknown@x.example>')).toBeUndefined()
  })
})

describe('a report on a period', () => {
  test('counts what can be proven, with the records behind each figure', async () => {
    const { tracker } = await told()
    const report = await tracker.report({ from: start, to: start + 60_000 })
    expect(report.counts).toEqual({ sent: 4, processed: 4, delivered: 2, failed: 2, open: 1 })
    for (const [name, count] of Object.entries(report.counts)) {
      expect(
        report.records.filter(({ counts }) => (counts as readonly string[]).includes(name)),
        name,
      ).toHaveLength(count)
    }
    expect(report.records.find(({ recipient }) => recipient === carol)).toEqual({
      messageId: messageIdOf(5),
      recipient: carol,
      correlationId: 'job 5',
      counts: ['failed'],
    })
  })

  test('has its first instant in it and its last not, and no one twice', async () => {
    const { tracker } = await told()
    const countBetween = async (from: number, to: number) =>
      (await tracker.report({ from: start + from, to: start + to })).records.length
    expect([await countBetween(0, 1000), await countBetween(1000, 2000), await countBetween(0, 2000)]).toEqual([
      1, 1, 2,
    ])
    expect(await countBetween(0, 0)).toBe(0)
  })

  test('goes over many pages', async () => {
    const tracker = createTracker({ store: trackingInMemory(), clock: () => start, crypto })
    for (let number = 0; number < 1203; number++) await tracker.prepared(preparedOf(number))
    const { counts, records } = await tracker.report({ from: start, to: start + 1 })
    expect(counts.open).toBe(1203)
    expect(new Set(records.map(({ messageId }) => messageId)).size).toBe(1203)
  })

  test('names nobody under a key', async () => {
    const { tracker } = await told()
    const { records } = await tracker.report({ from: start, to: start + 60_000 }, { key: await hmacKey('secret') })
    expect(records.map(({ recipient }) => recipient).join('')).toMatch(/^[0-9a-f]+$/)
  })
})

function hmacKey(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', encodeUtf8(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}
