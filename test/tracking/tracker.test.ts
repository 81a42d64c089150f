import { describe, expect, test } from 'vitest'
import { encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { computeDigest } from '../../src/crypto/index.js'
import type { DeliveryStatusNotification, DispositionNotification, Notification } from '../../src/notification/index.js'
import {
  createTracker,
  type HeardNotification,
  type PreparedMessage,
  type TrackerOptions,
  type TrackingStore,
  trackingInMemory,
} from '../../src/tracking/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { digestOf, mdnOf } from './crash-story.js'

const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'
const id = '<1@direct.clinic.example>'
const minute = 60_000
const day = 24 * 60 * minute
const century = 100 * 366 * day

const message = (change: Partial<PreparedMessage> = {}): PreparedMessage => ({
  messageId: id,
  author: ann,
  deliveryRequested: true,
  inner: encodeUtf8('x'),
  accepted: [{ address: bob }],
  rejected: [],
  ...change,
})

const mdn = (dispositionType: string, change: Partial<DispositionNotification> = {}): DispositionNotification => ({
  ...mdnOf(id, bob, dispositionType),
  ...change,
})

const opened = (notification: Notification, spokenFor: readonly string[] = [bob]): HeardNotification => ({
  notification,
  author: bob,
  spokenFor,
  signers: [{ bytes: encodeUtf8('certificate') }],
  evidence: { digest: digestOf(JSON.stringify(notification)) },
})

const dsn = (change: Partial<DeliveryStatusNotification> = {}): DeliveryStatusNotification => ({
  type: 'delivery-status-notification',
  originalMessageId: id,
  recipients: [{ finalRecipient: bob, action: 'failed', status: '5.1.1' }],
  extensions: [],
  problems: [],
  ...change,
})

/** A tracker whose clock the test moves. */
function tracking(options: Partial<TrackerOptions> = {}) {
  const time = { now: 0 }
  const store = trackingInMemory()
  const tracker = createTracker({ store, clock: () => time.now, crypto, timeLimitMs: 60 * minute, ...options })
  return { time, store, tracker }
}

describe('a message from sending to telling', () => {
  test('its outcome is handed out once, and again only when nobody says that the edge was told', async () => {
    const { time, tracker } = tracking()
    await tracker.prepared(message(), { correlationId: 'job 7' })
    await tracker.submitted(id, bob)
    await tracker.received(opened(mdn('processed')))
    expect(await tracker.due()).toEqual([])
    time.now = minute
    await tracker.received(opened(mdn('dispatched')))
    const outcome = {
      messageId: id,
      author: ann,
      recipient: bob,
      correlationId: 'job 7',
      sentAt: 0,
      result: 'delivered',
      reason: 'confirmed',
      at: minute,
    }
    expect(await tracker.due()).toEqual([outcome])
    expect(await tracker.due()).toEqual([])
    time.now = 2 * minute
    expect(await tracker.due()).toEqual([outcome]) // whoever had it has said nothing for a minute
    await tracker.told(outcome)
    time.now = 600 * minute
    expect(await tracker.due()).toEqual([])
  })

  test('a record is kept behind its end for as long as was said, and then forgotten', async () => {
    const { time, tracker } = tracking({ keepMs: 100 * minute })
    await tracker.prepared(message({ deliveryRequested: false }))
    await tracker.received(opened(mdn('processed')))
    for (const outcome of await tracker.due()) await tracker.told(outcome)
    time.now = 100 * minute - 1
    await tracker.due()
    expect((await tracker.evidence(id))?.recipients).toHaveLength(1)
    time.now = 100 * minute
    await tracker.due()
    expect(await tracker.evidence(id)).toBeUndefined()
  })

  test('by default for ninety days, and for seven when nobody knows of the message', async () => {
    const { time, store, tracker } = tracking()
    await tracker.prepared(message({ deliveryRequested: false }))
    await tracker.received(opened(mdn('processed')))
    for (const outcome of await tracker.due()) await tracker.told(outcome)
    const other = '<other@x.example>'
    await tracker.received(opened(mdn('processed', { originalMessageId: other })))
    const kept = async (now: number) => {
      time.now = now
      await tracker.due()
      return [(await store.readMessage(id)).length, (await store.readMessage(other)).length]
    }
    expect(await kept(7 * day - 1)).toEqual([1, 1])
    expect(await kept(7 * day)).toEqual([1, 0])
    expect(await kept(90 * day - 1)).toEqual([1, 0])
    expect(await kept(90 * day)).toEqual([0, 0])
  })

  test('an hour is waited, a hundred outcomes are handed out at once, and each for a minute', async () => {
    const time = { now: 0 }
    const tracker = createTracker({ store: trackingInMemory(), clock: () => time.now, crypto })
    const accepted = Array.from({ length: 101 }, (_, at) => ({ address: `p${at}@direct.hospital.example` }))
    await tracker.prepared(message({ accepted }))
    time.now = 60 * minute - 1
    expect(await tracker.due()).toEqual([])
    time.now = 60 * minute
    expect([await tracker.due(), await tracker.due(), await tracker.due()].map(({ length }) => length)).toEqual([
      100, 1, 0,
    ])
    time.now += minute - 1
    expect(await tracker.due()).toEqual([])
    time.now += 1
    expect(await tracker.due()).toHaveLength(100)
  })

  test('for ever is for ever', async () => {
    const { time, tracker } = tracking({ keepMs: Number.POSITIVE_INFINITY })
    await tracker.prepared(message({ deliveryRequested: false }))
    await tracker.received(opened(mdn('processed')))
    for (const outcome of await tracker.due()) await tracker.told(outcome)
    time.now = 1e15
    await tracker.due()
    expect(await tracker.evidence(id)).toBeDefined()
  })

  test('the time limit counts from sending, and is settled once', async () => {
    const { time, tracker } = tracking()
    await tracker.prepared(message())
    await tracker.received(opened(mdn('processed')))
    time.now = 60 * minute - 1
    expect(await tracker.due()).toEqual([])
    time.now = 60 * minute
    const [outcome] = await tracker.due()
    expect(outcome).toMatchObject({ result: 'failed', reason: 'time-limit', status: '5.4.7', at: 60 * minute })
    await tracker.received(opened(mdn('dispatched')))
    time.now += 60 * minute
    expect(await tracker.due()).toEqual([outcome])
  })

  test('those who could not be sealed for have failed at once; those who could not be looked up are still open', async () => {
    const { tracker } = tracking()
    const rejected = [
      { address: 'eve@other.example', code: 'untrusted', temporary: false },
      { address: 'nobody@other.example', code: 'no-certificate', temporary: false },
      { address: 'no address', code: 'bad-address', temporary: false },
      { address: 'later@other.example', code: 'lookup-failed', temporary: true },
    ]
    await tracker.prepared(message({ rejected }))
    const outcomes = await tracker.due()
    expect(outcomes.map(({ recipient, reason, status }) => [recipient, reason, status]).sort()).toEqual([
      ['eve@other.example', 'unsent', '5.7.1'],
      ['no address', 'unsent', '5.1.3'],
      ['nobody@other.example', 'unsent', '5.7.5'],
    ])
    for (const outcome of outcomes) await tracker.told(outcome)
    const { counts } = await tracker.report({ from: 0, to: 1 })
    expect(counts).toEqual({ sent: 0, processed: 0, delivered: 0, failed: 3, open: 2 })
  })

  test.each([
    { reply: '550 5.1.1 no such user', status: '5.1.1' },
    { reply: '554 no', status: '5.5.0' },
    { reply: '552-5.2.2 full\r\n552 5.2.2 full', status: '5.2.2' },
    { reply: '451 4.3.0 try again', status: undefined },
    { reply: 'what?', status: '5.5.0' },
    { reply: 'it said 451 4.3.0 try again', status: '5.5.0' },
    { reply: '550 5.1.1234 no such user', status: '5.5.0' },
  ])('a refusal of SMTP, "$reply": $status', async ({ reply, status }) => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    await tracker.refused(id, bob.toUpperCase(), reply)
    const outcomes = await tracker.due()
    expect(outcomes.map((outcome) => outcome.status)).toEqual(status === undefined ? [] : [status])
    expect(JSON.stringify(await tracker.evidence(id))).not.toContain('no such user')
  })

  test('prepared twice is prepared once: a crash in between loses nothing', async () => {
    const { time, tracker } = tracking()
    await tracker.prepared(message())
    time.now = 5 * minute
    await tracker.prepared(message({ accepted: [{ address: bob }, { address: 'carol@direct.hospital.example' }] }))
    time.now = 60 * minute
    expect((await tracker.due()).map(({ recipient, sentAt }) => [recipient, sentAt])).toEqual([[bob, 0]])
    time.now = 65 * minute
    expect((await tracker.due()).map(({ sentAt }) => sentAt).sort()).toEqual([0, 5 * minute])
  })

  test.each([
    { comment: 'an identifier with a line end', change: { messageId: '<1\r\n@x>' }, code: 'ERR_TRACKING_MESSAGE' },
    {
      comment: 'an address of a kilobyte',
      change: { accepted: [{ address: 'a'.repeat(1024) }] },
      code: 'ERR_TRACKING_MESSAGE',
    },
    {
      comment: 'an address with NUL',
      change: { accepted: [{ address: 'a\0@b.example' }] },
      code: 'ERR_TRACKING_MESSAGE',
    },
    { comment: 'an author with NUL', change: { author: 'a\0@b.example' }, code: 'ERR_TRACKING_MESSAGE' },
    {
      comment: 'one who was rejected with a line end',
      change: { rejected: [{ address: 'a\n@b.example', code: 'bad-address', temporary: false }] },
      code: 'ERR_TRACKING_MESSAGE',
    },
    {
      comment: 'an address that is too long in A-labels',
      change: { accepted: [{ address: `b@${`${'ü'.repeat(50)}.`.repeat(7)}example` }] },
      code: 'ERR_TRACKING_MESSAGE',
    },
    { comment: 'nothing of that', change: {}, code: undefined },
  ])('$comment: $code', async ({ change, code }) => {
    const { tracker } = tracking()
    expect(await codeOfRejection(tracker.prepared(message(change)))).toBe(code)
  })

  test.each([
    { timeLimitMs: Number.POSITIVE_INFINITY, code: 'ERR_TRACKING_MESSAGE' },
    { timeLimitMs: Number.NaN, code: 'ERR_TRACKING_MESSAGE' },
    { timeLimitMs: -1, code: 'ERR_TRACKING_MESSAGE' },
    { timeLimitMs: 0.5, code: 'ERR_TRACKING_MESSAGE' },
    { timeLimitMs: 1e16, code: 'ERR_TRACKING_MESSAGE' },
    { timeLimitMs: 0, code: undefined },
    { timeLimitMs: 365 * 24 * 60 * minute, code: undefined },
    { timeLimitMs: century, code: undefined },
    { timeLimitMs: century + 1, code: 'ERR_TRACKING_MESSAGE' },
  ])('a time limit of $timeLimitMs ms, for one message or for all: $code', async ({ timeLimitMs, code }) => {
    expect(await codeOfRejection(tracking().tracker.prepared(message(), { timeLimitMs }))).toBe(code)
    expect(await codeOfRejection(tracking({ timeLimitMs }).tracker.prepared(message()))).toBe(code)
  })

  test('what was never prepared can neither be submitted, refused nor told of', async () => {
    const { tracker } = tracking()
    const codes = async () => [
      await codeOfRejection(tracker.submitted(id, bob)),
      await codeOfRejection(tracker.refused(id, bob, '550 no')),
      await codeOfRejection(tracker.told({ messageId: id, recipient: bob })),
    ]
    const unknown = 'ERR_TRACKING_UNKNOWN'
    expect(await codes()).toEqual([unknown, unknown, unknown])
    await tracker.received(opened(mdn('processed'))) // a notification alone makes no message
    expect(await codes()).toEqual([unknown, unknown, unknown])
    await tracker.prepared(message())
    expect(await codes()).toEqual([undefined, undefined, undefined])
  })
})

describe('which notifications count (DN-22 to DN-25)', () => {
  const deliveredBy = async (...heard: readonly HeardNotification[]) => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    for (const one of heard) await tracker.received(one)
    return (await tracker.due()).map(({ result }) => result)
  }
  const processed = opened(mdn('processed'))

  test.each([
    { comment: 'as it was written', change: { finalRecipient: bob }, counts: true },
    { comment: 'in other letters', change: { finalRecipient: bob.toUpperCase() }, counts: true },
    {
      comment: 'with a type and brackets left in (PIT-5)',
      change: { finalRecipient: `rfc822; <${bob}>` },
      counts: true,
    },
    {
      comment: 'under an alias, with the original beside it',
      change: { originalRecipient: bob, finalRecipient: 'b2@x.example' },
      counts: true,
    },
    { comment: 'somebody else', change: { finalRecipient: 'carol@direct.hospital.example' }, counts: false },
    { comment: 'about another message', change: { originalMessageId: '<2@direct.clinic.example>' }, counts: false },
  ])('the recipient $comment: $counts', async ({ change, counts }) => {
    const heard = (type: string) => opened(mdn(type, change as Partial<DispositionNotification>))
    expect(await deliveredBy(heard('processed'), heard('dispatched'))).toEqual(counts ? ['delivered'] : [])
  })

  test.each([
    { comment: 'a signer who may speak for the recipient', spokenFor: [bob], code: 'counted', result: ['delivered'] },
    { comment: 'one who may not (DN-24)', spokenFor: [], code: 'not-spoken-for', result: [] },
    {
      comment: 'one who may speak for somebody else',
      spokenFor: ['carol@other.example'],
      code: 'not-spoken-for',
      result: [],
    },
  ])('$comment: $code', async ({ spokenFor, code, result }) => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    await tracker.received(processed)
    const { steps } = await tracker.received(opened(mdn('dispatched'), spokenFor))
    expect(steps.map((step) => step.code)).toEqual([code])
    expect((await tracker.due()).map((outcome) => outcome.result)).toEqual(result)
  })

  test.each([
    {
      comment: 'no identifier',
      notification: { ...mdn('processed'), originalMessageId: undefined },
      code: 'no-original-message',
    },
    { comment: 'no recipient', notification: { ...mdn('processed'), finalRecipient: undefined }, code: 'no-recipient' },
    {
      comment: 'no disposition (MDN-10)',
      notification: { ...mdn('processed'), disposition: undefined },
      code: 'nothing-told',
    },
    { comment: 'a word that nobody knows', notification: mdn('constructor'), code: 'nothing-told' },
    {
      comment: 'a delay',
      notification: dsn({ recipients: [{ finalRecipient: bob, action: 'delayed' }] }),
      code: 'nothing-told',
    },
    {
      comment: 'a relay (DSN-4)',
      notification: dsn({ recipients: [{ finalRecipient: bob, action: 'relayed' }] }),
      code: 'nothing-told',
    },
    { comment: 'a failure', notification: dsn(), code: 'counted' },
  ])('$comment: $code', async ({ notification, code }) => {
    const { tracker } = tracking()
    await tracker.prepared(message({ deliveryRequested: false }))
    const { steps } = await tracker.received(opened(notification as Notification))
    expect(steps.map((step) => step.code)).toEqual([code])
  })

  test.each(['failed', 'denied'])('an MDN "%s" is a failure, and so is one with the modifier "error"', async (type) => {
    const error = mdn('processed') as Extract<Notification, { type: 'disposition-notification' }>
    const disposition = { ...error.disposition!, modifiers: ['error'] }
    expect(await deliveredBy(opened(mdn(type)))).toEqual(['failed'])
    expect(await deliveredBy(opened({ ...error, disposition }))).toEqual(['failed'])
    expect(await deliveredBy(opened(error))).toEqual([])
  })

  test('of one report with several recipients, each that the signer may speak for', async () => {
    const carol = 'carol@direct.hospital.example'
    const recipients = [bob, carol, 'dave@other.example'].map((finalRecipient) => ({
      finalRecipient,
      action: 'failed',
    }))
    const { tracker } = tracking()
    await tracker.prepared(message({ accepted: [bob, carol, 'dave@other.example'].map((address) => ({ address })) }))
    const heard = await tracker.received(opened(dsn({ recipients }), [bob, carol]))
    expect(heard.recipients).toEqual([bob, carol])
    expect((await tracker.due()).map(({ recipient }) => recipient).sort()).toEqual([bob, carol])
  })

  test('of an alias and a member who both were written to, the one that the sender wrote (DN-24)', async () => {
    const all = 'all@direct.hospital.example'
    const { tracker } = tracking()
    await tracker.prepared(message({ accepted: [{ address: all }, { address: bob }] }))
    const change = { originalRecipient: all, finalRecipient: bob }
    const heard = await tracker.received(opened(mdn('failed', change), [all, bob]))
    expect(heard.recipients).toEqual([all])
    // Who may speak for the member alone does so.
    expect((await tracker.received(opened(mdn('failed', change), [bob]))).recipients).toEqual([bob])
  })

  test.each([true, false])('dispatched with the field of final delivery, %s (DN-12)', async (field) => {
    const change = { finalDestinationDelivery: field }
    expect(await deliveredBy(processed, opened(mdn('dispatched', change)))).toEqual(field ? ['delivered'] : [])
  })

  test('under an alias that nobody wrote to, it counts for the mailbox that was written to (DN-24)', async () => {
    const alias = 'all@direct.hospital.example'
    const change = { originalRecipient: alias, finalRecipient: bob }
    const recipientsOf = async (to: string) => {
      const { tracker } = tracking()
      await tracker.prepared(message({ accepted: [{ address: to }] }))
      return (await tracker.received(opened(mdn('processed', change), [alias, bob]))).recipients
    }
    expect(await recipientsOf(bob)).toEqual([bob])
    expect(await recipientsOf(alias)).toEqual([alias])
    // Of a message that nobody knows yet it is kept as the sender would have written it.
    expect(await recipientsOf('carol@direct.hospital.example')).toEqual([alias])
  })

  test('a name that no database takes is passed over, and the other one counts', async () => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    const change = { originalRecipient: `${'a'.repeat(1100)}@h.example`, finalRecipient: bob }
    expect((await tracker.received(opened(mdn('processed', change)))).recipients).toEqual([bob])
    const bad = { ...change, finalRecipient: change.originalRecipient }
    const { recipients, steps } = await tracker.received(opened(mdn('processed', bad)))
    expect([recipients, steps.map(({ code }) => code)]).toEqual([[], ['no-recipient']])
  })

  test('what was heard is kept with who said it, and in what', async () => {
    const { time, store, tracker } = tracking()
    await tracker.prepared(message())
    time.now = 7
    await tracker.received(processed)
    const [stored] = await store.readMessage(id)
    const { marks, sent } = JSON.parse(stored?.state ?? '')
    const digest = async (text: string) => encodeHex(await computeDigest(crypto, 'SHA-256', encodeUtf8(text)))
    const signedBy = [await digest('certificate')]
    expect(marks).toEqual({ processed: { at: 7, author: bob, signedBy, digest: processed.evidence.digest } })
    expect(sent).toMatchObject({ address: bob, author: ann, at: 0, digest: await digest('x') })
  })

  test('what comes before the message is known is kept, for a while', async () => {
    const { time, store, tracker } = tracking({ keepUnknownMs: minute })
    await tracker.received(processed)
    await tracker.received(opened(mdn('dispatched')))
    expect(await tracker.evidence(id)).toBeUndefined()
    await tracker.prepared(message())
    expect((await tracker.due()).map(({ result }) => result)).toEqual(['delivered'])
    await tracker.received(opened(mdn('processed', { originalMessageId: '<other@x.example>' })))
    time.now = minute
    await tracker.due()
    expect(await store.readMessage('<other@x.example>')).toEqual([])
  })

  test('an identifier that no database takes is passed over', async () => {
    const { steps } = await tracking().tracker.received(opened(mdn('processed', { originalMessageId: '<\0@x>' })))
    expect(steps.map((step) => step.code)).toEqual(['no-original-message'])
  })

  test('the status that a failure gives is that of the outcome; without one there is a general one', async () => {
    const statusOf = async (status?: string) => {
      const { tracker } = tracking()
      await tracker.prepared(message())
      const recipients = [{ finalRecipient: bob, action: 'failed', ...(status && { status }) }]
      await tracker.received(opened(dsn({ recipients })))
      return (await tracker.due()).map(({ reason, ...outcome }) => [reason, outcome.status])
    }
    expect(await statusOf('5.2.2')).toEqual([['failure-notification', '5.2.2']])
    expect(await statusOf()).toEqual([['failure-notification', '5.0.0']])
  })

  test('each step names the recipient that it is about', async () => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    const about = { about: { address: bob } }
    expect((await tracker.received(opened(mdn('processed'), []))).steps).toMatchObject([
      { code: 'not-spoken-for', outcome: 'skipped', ...about },
    ])
    expect((await tracker.received(opened(mdn('constructor')))).steps).toMatchObject([
      { code: 'nothing-told', outcome: 'skipped', ...about },
    ])
    expect((await tracker.received(processed)).steps).toMatchObject([{ code: 'counted', outcome: 'passed', ...about }])
    const delayed = dsn({ recipients: [{ finalRecipient: bob, action: 'delayed' }] })
    expect((await tracker.receivedBounce(delayed)).steps).toMatchObject([{ code: 'nothing-told', ...about }])
    expect((await tracker.receivedBounce(dsn({ recipients: [{}] }))).steps).toMatchObject([{ code: 'no-recipient' }])
    expect((await tracker.receivedBounce(dsn())).steps).toMatchObject([
      { code: 'counted', outcome: 'passed', ...about },
    ])
    const { originalMessageId: _, ...nameless } = dsn()
    const [step] = (await tracker.receivedBounce(nameless)).steps
    expect(step).toMatchObject({ code: 'no-original-message', outcome: 'skipped' })
    expect(step).not.toHaveProperty('about')
  })
})

describe('which messages are ours (AS-90)', () => {
  const other = 'carol@direct.hospital.example'
  test.each([
    { comment: 'one that was sent to the recipient', recipients: [bob], ours: true },
    { comment: 'in other letters', recipients: [bob.toUpperCase()], ours: true },
    { comment: 'to one of several', recipients: [other, bob], ours: true },
    { comment: 'to somebody else', recipients: [other], ours: false },
    { comment: 'to nobody', recipients: [], ours: false },
    { comment: 'to one whom no database takes', recipients: ['a\0@h.example'], ours: false },
    { comment: 'another message', messageId: '<2@direct.clinic.example>', recipients: [bob], ours: false },
    { comment: 'an identifier that no database takes', messageId: '<\0@x>', recipients: [bob], ours: false },
  ])('$comment: $ours', async ({ messageId = id, recipients, ours }) => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    // That somebody told of it makes it no message of ours.
    await tracker.received(opened(mdn('processed', { finalRecipient: other }), [other]))
    expect(await tracker.isOurs({ messageId, recipients })).toBe(ours)
  })
})

describe('a bounce that nobody has signed (DSN-5)', () => {
  test('turns what is open into a failure', async () => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    expect((await tracker.receivedBounce(dsn())).recipients).toEqual([bob])
    expect((await tracker.due()).map(({ reason, status }) => [reason, status])).toEqual([['bounce', '5.1.1']])
  })

  test.each([
    {
      comment: 'a recipient of somebody else',
      change: { recipients: [{ finalRecipient: 'x@y.example', action: 'failed' }] },
    },
    { comment: 'another message', change: { originalMessageId: '<2@direct.clinic.example>' } },
    { comment: 'no message', change: { originalMessageId: undefined } },
    { comment: 'a delay', change: { recipients: [{ finalRecipient: bob, action: 'delayed' }] } },
    { comment: 'a delivery', change: { recipients: [{ finalRecipient: bob, action: 'delivered' }] } },
    { comment: 'nobody', change: { recipients: [] } },
  ])('changes nothing about $comment', async ({ change }) => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    const before = await tracker.evidence(id)
    expect((await tracker.receivedBounce({ ...dsn(), ...change } as DeliveryStatusNotification)).recipients).toEqual([])
    expect(await tracker.evidence(id)).toEqual(before)
    expect((await tracker.receivedBounce(dsn())).recipients).toEqual([bob])
  })

  test('changes nothing that is settled, and keeps nothing about what nobody has sent', async () => {
    const { store, tracker } = tracking()
    await tracker.receivedBounce(dsn())
    expect(await store.readMessage(id)).toEqual([])
    await tracker.prepared(message({ deliveryRequested: false }))
    await tracker.received(opened(mdn('processed')))
    expect((await tracker.receivedBounce(dsn())).steps.map(({ code }) => code)).toEqual(['not-ours'])
    expect((await tracker.due()).map(({ result }) => result)).toEqual(['processed'])
  })
})

describe('many at once', () => {
  test('a hundred processes that hear the same settle it once', async () => {
    const { tracker } = tracking()
    await tracker.prepared(message())
    const heard = ['processed', 'dispatched', 'displayed'].map((type) => opened(mdn(type)))
    await Promise.all(Array.from({ length: 100 }, (_, index) => tracker.received(heard[index % 3]!)))
    const handedOut = await Promise.all(Array.from({ length: 20 }, () => tracker.due()))
    expect(handedOut.flat()).toHaveLength(1)
  })

  test('a record that others change again and again is given up for now', async () => {
    const { store } = tracking()
    const busy = createTracker({ store: { ...store, write: async () => false }, clock: () => 0, crypto })
    await expect(busy.prepared(message())).rejects.toMatchObject({ code: 'ERR_TRACKING_CONFLICT', temporary: true })
  })

  test.each(['{"version":2}', '', 'null', '[]', '{"version":1}'])(
    'a record that no tracker wrote is an error: %j',
    async (state) => {
      const { store, tracker } = tracking()
      await store.write({ messageId: id, recipient: bob, state }, undefined)
      expect(await codeOfRejection(tracker.submitted(id, bob))).toBe('ERR_TRACKING_RECORD')
    },
  )

  test('a record that cannot be read keeps nobody from being told of the others, and is thrown when it alone is left', async () => {
    const { store, tracker } = tracking()
    await store.write({ messageId: '<0@x.example>', recipient: bob, state: '{"version":2}', dueAt: 0 }, undefined)
    await tracker.prepared(message())
    expect(await tracker.due({ at: 60 * minute })).toMatchObject([{ messageId: id, reason: 'time-limit' }])
    await tracker.told({ messageId: id, recipient: bob })
    expect(await codeOfRejection(tracker.due({ at: 60 * minute }))).toBe('ERR_TRACKING_RECORD')
  })

  test('a store that fails for one record gives the others, and that one later', async () => {
    const { store, tracker } = tracking()
    const carol = 'carol@direct.hospital.example'
    await tracker.prepared(message({ accepted: [{ address: bob }, { address: carol }] }))
    const write: TrackingStore['write'] = async (record, version) => {
      if (record.recipient === bob) throw new Error('gone')
      return store.write(record, version)
    }
    const failing = createTracker({ store: { ...store, write }, clock: () => 60 * minute, crypto })
    expect(await failing.due()).toMatchObject([{ recipient: carol }])
    await expect(failing.due()).rejects.toThrow('gone')
    expect(await tracker.due({ at: 60 * minute })).toMatchObject([{ recipient: bob }])
  })

  test('what is to be forgotten does not stand before what is to be told', async () => {
    const { time, tracker, store } = tracking({ keepMs: minute })
    const old = Array.from({ length: 25 }, (_, index) => ({ address: `r${index}@direct.hospital.example` }))
    await tracker.prepared(message({ messageId: '<old@x.example>', accepted: old }), { timeLimitMs: 0 })
    for (const outcome of await tracker.due()) await tracker.told(outcome)
    time.now = 60 * minute
    await tracker.prepared(message(), { timeLimitMs: 0 })
    expect(await tracker.due({ limit: 10 })).toMatchObject([{ messageId: id }])
    expect(await store.readMessage('<old@x.example>')).toEqual([])
  })

  test('clocks that differ, and go back, neither lose an outcome nor settle it twice', async () => {
    const { store, time, tracker } = tracking()
    const behind = createTracker({ store, clock: () => time.now - 5 * minute, crypto })
    time.now = 10 * minute
    await tracker.prepared(message())
    await behind.received(opened(mdn('processed')))
    await tracker.received(opened(mdn('dispatched')))
    // Not due yet by the clock that is behind; then handed out there, and claimed against the clock before it.
    expect(await behind.due()).toEqual([])
    time.now += 5 * minute
    const outcome = { result: 'delivered', at: 10 * minute }
    expect(await behind.due()).toMatchObject([outcome])
    time.now -= 4 * minute
    expect(await tracker.due({ at: time.now - minute })).toEqual([])
    time.now += 60 * minute
    expect(await tracker.due()).toMatchObject([outcome])
    await tracker.told({ messageId: id, recipient: bob })
    expect(await behind.due({ at: 600 * minute })).toEqual([])
  })

  test('who cannot be sealed for has failed in the very step in which the message is known: no crash comes between', async () => {
    const { store, tracker } = tracking()
    const rejected = [{ address: bob, code: 'untrusted', temporary: false }]
    let writes = 0
    const failing = createTracker({
      // The second write of the message never comes.
      store: {
        ...store,
        write: (...args) => (++writes > 1 ? Promise.reject(new Error('gone')) : store.write(...args)),
      },
      clock: () => 0,
      crypto,
    })
    await expect(failing.prepared(message({ accepted: [], rejected }))).rejects.toThrow('gone')
    expect(await tracker.due({ at: 600 * minute })).toEqual([])
    await tracker.prepared(message({ accepted: [], rejected }))
    expect((await tracker.due()).map(({ reason }) => reason)).toEqual(['unsent'])
  })
})
