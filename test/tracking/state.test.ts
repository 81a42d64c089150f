import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  advance,
  type MarkName,
  type Sent,
  type TrackedRecipient,
  type TrackingEvent,
} from '../../src/tracking/index.js'

const sent = (expects: Sent['expects'] = 'delivery', timeLimitMs = 1000): TrackingEvent => ({
  type: 'sent',
  sent: { address: 'bob@h.example', author: 'ann@c.example', expects, at: 0, timeLimitMs },
})
const heard = (name: MarkName, at = 10, status?: string): TrackingEvent => ({
  type: 'heard',
  name,
  mark: { at, ...(status && { status }) },
})
const time = (at: number): TrackingEvent => ({ type: 'time', at })

const stateAfter = (...events: readonly TrackingEvent[]) =>
  events.reduce<TrackedRecipient | undefined>(advance, undefined) ?? { marks: {} }

describe('what becomes of a message for one recipient (DN-20, DN-21)', () => {
  test.each([
    { comment: 'nothing heard', events: [sent()], outcome: undefined },
    { comment: 'processed alone is not delivery (DN-28)', events: [sent(), heard('processed')], outcome: undefined },
    { comment: 'confirmed delivery alone is not enough', events: [sent(), heard('delivered')], outcome: undefined },
    {
      comment: 'dispatched without the field of the guide (DN-12)',
      events: [sent(), heard('processed'), heard('dispatched')],
      outcome: undefined,
    },
    {
      comment: 'both, the later at 30',
      events: [sent(), heard('processed', 20), heard('delivered', 30)],
      outcome: { result: 'delivered', reason: 'confirmed', at: 30 },
    },
    {
      comment: 'both, the other way round (DN-25)',
      events: [sent(), heard('delivered', 20), heard('processed', 30)],
      outcome: { result: 'delivered', reason: 'confirmed', at: 30 },
    },
    {
      comment: 'both, before it was known to be sent (DN-25)',
      events: [heard('processed', 1), heard('delivered', 2), sent()],
      outcome: { result: 'delivered', reason: 'confirmed', at: 2 },
    },
    {
      comment: 'a read receipt is no delivery',
      events: [sent(), heard('displayed'), heard('processed')],
      outcome: undefined,
    },
    {
      comment: 'without a request, processed is enough',
      events: [sent('processing'), heard('processed')],
      outcome: { result: 'processed', reason: 'confirmed', at: 10 },
    },
    {
      comment: 'without a request, so is any other confirmation',
      events: [sent('processing'), heard('displayed')],
      outcome: { result: 'processed', reason: 'confirmed', at: 10 },
    },
    {
      comment: 'handed to SMTP is nothing yet',
      events: [sent('processing'), heard('submitted')],
      outcome: undefined,
    },
    {
      comment: 'a failure that is told',
      events: [sent(), heard('processed'), heard('failed', 20, '5.2.2')],
      outcome: { result: 'failed', reason: 'failure-notification', at: 20, status: '5.2.2' },
    },
    {
      comment: 'a refusal of SMTP',
      events: [sent(), heard('refused')],
      outcome: { result: 'failed', reason: 'refused', at: 10, status: '5.5.0' },
    },
    {
      comment: 'nobody to seal it for',
      events: [sent(), heard('unsent', 0, '5.7.1')],
      outcome: { result: 'failed', reason: 'unsent', at: 0, status: '5.7.1' },
    },
    {
      comment: 'a bounce',
      events: [sent(), heard('bounced')],
      outcome: { result: 'failed', reason: 'bounce', at: 10, status: '5.0.0' },
    },
    { comment: 'a moment before the limit', events: [sent(), time(999)], outcome: undefined },
    {
      comment: 'the limit, which what was heard has not moved (DN-26)',
      events: [sent(), heard('processed', 900), time(1000)],
      outcome: { result: 'failed', reason: 'time-limit', at: 1000, status: '5.4.7' },
    },
    {
      comment: 'confirmed at the limit',
      events: [sent(), heard('processed'), heard('delivered', 1000)],
      outcome: { result: 'delivered', reason: 'confirmed', at: 1000 },
    },
    {
      comment: 'confirmed behind the limit, though nobody had looked (MT 28)',
      events: [sent(), heard('processed'), heard('delivered', 1001)],
      outcome: { result: 'failed', reason: 'time-limit', at: 1000, status: '5.4.7' },
    },
    {
      comment: 'a confirmation behind a failure: the first counts (DN-27)',
      events: [sent(), heard('failed', 10), heard('processed', 20), heard('delivered', 20)],
      outcome: { result: 'failed', reason: 'failure-notification', at: 10, status: '5.0.0' },
    },
    {
      comment: 'a failure behind a confirmation: the first counts (DN-27)',
      events: [sent(), heard('processed', 10), heard('delivered', 10), heard('failed', 20)],
      outcome: { result: 'delivered', reason: 'confirmed', at: 10 },
    },
    {
      comment: 'a confirmation, then a failure, both before it was known to be sent: the first counts (DN-25, DN-27)',
      events: [heard('failed', 20), heard('processed', 10), heard('delivered', 10), sent()],
      outcome: { result: 'delivered', reason: 'confirmed', at: 10 },
    },
    {
      comment: 'a failure, then a confirmation, both before it was known to be sent',
      events: [heard('processed', 20), heard('delivered', 20), heard('failed', 10), sent()],
      outcome: { result: 'failed', reason: 'failure-notification', at: 10, status: '5.0.0' },
    },
    {
      comment: 'two failures: the first is the reason, whatever its kind',
      events: [heard('refused', 20), heard('bounced', 10, '5.1.1'), sent()],
      outcome: { result: 'failed', reason: 'bounce', at: 10, status: '5.1.1' },
    },
    {
      comment: 'a failure and a confirmation in the same instant: nobody is told of a delivery that is in doubt',
      events: [heard('processed'), heard('delivered'), heard('failed'), sent()],
      outcome: { result: 'failed', reason: 'failure-notification', at: 10, status: '5.0.0' },
    },
  ])('$comment', ({ events, outcome }) => {
    expect(stateAfter(...events).outcome).toEqual(outcome)
  })
})

test('the same again changes nothing: the very same object comes back', () => {
  for (const event of [sent(), heard('processed'), heard('delivered'), { type: 'told', at: 5 } as const]) {
    const once = advance(stateAfter(sent(), heard('processed'), heard('delivered')), event)
    expect(advance(once, event)).toBe(once)
  }
})

test('of each kind the earliest is kept, in whatever order they come', () => {
  const [early, late] = [heard('displayed', 10), heard('displayed', 20)]
  expect(stateAfter(sent(), early, late).marks.displayed?.at).toBe(10)
  expect(stateAfter(sent(), late, early).marks.displayed?.at).toBe(10)
})

test('of two in the same instant one is kept, in whatever order they come', () => {
  const digested = (digest?: string): TrackingEvent => ({
    type: 'heard',
    name: 'processed',
    mark: { at: 10, ...(digest !== undefined && { digest }) },
  })
  const kept = (...digests: readonly (string | undefined)[]) =>
    stateAfter(sent(), ...digests.map(digested)).marks.processed?.digest
  expect([kept('aa', 'bb'), kept('bb', 'aa')]).toEqual(['aa', 'aa'])
  expect([kept('aa', undefined), kept(undefined, 'aa')]).toEqual([undefined, undefined])
})

test('time alone changes nothing before the limit, and a claim of the same time nothing either', () => {
  const open = stateAfter(sent(), heard('submitted'))
  expect(advance(open, time(999))).toBe(open)
  const over = advance(open, time(1000))
  expect(over).not.toBe(open)
  expect(advance(over, time(2000))).toBe(over)
  const claimed = advance(over, { type: 'claimed', until: 5000 })
  expect(claimed.claimedUntil).toBe(5000)
  expect(advance(claimed, { type: 'claimed', until: 5000 })).toBe(claimed)
})

test('who has not been decided of cannot be told of', () => {
  const open = stateAfter(sent())
  expect(advance(open, { type: 'told', at: 5 })).toBe(open)
  expect(advance(stateAfter(sent(), heard('failed')), { type: 'told', at: 5 }).toldAt).toBe(5)
})

const marks: readonly MarkName[] = [
  'submitted',
  'processed',
  'delivered',
  'dispatched',
  'displayed',
  'deleted',
  'failed',
  'bounced',
  'refused',
]
const anyHeard = fc.record({ name: fc.constantFrom(...marks), at: fc.nat(1500) }).map(({ name, at }) => heard(name, at))

/** Events, and the same with some of them twice, in another order. */
const bothWays = fc
  .tuple(fc.array(anyHeard, { maxLength: 12 }), fc.constantFrom<Sent['expects']>('delivery', 'processing'))
  .chain(([events, expects]) => {
    const all = [sent(expects), ...events]
    return fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray([...all, ...all], { minLength: all.length }),
      fc.constant(expects),
    )
  })

describe('any order, any duplication, any loss', () => {
  test('the same facts come of the same events in any order and number', () => {
    fc.assert(
      fc.property(bothWays, ([ordered, chaotic]) => {
        const whole = [...chaotic, ...ordered]
        expect(stateAfter(...whole).marks).toEqual(stateAfter(...ordered).marks)
        expect(stateAfter(...whole).sent).toEqual(stateAfter(...ordered).sent)
      }),
      { numRuns: 500 },
    )
  })

  test('when everything is known before it is sent, so does the same outcome', () => {
    fc.assert(
      fc.property(bothWays, ([ordered, chaotic]) => {
        const heardOf = (events: readonly TrackingEvent[]) => events.filter(({ type }) => type === 'heard')
        const [first] = ordered
        const once = stateAfter(...heardOf(ordered), first!)
        const again = stateAfter(...heardOf([...chaotic, ...ordered]), first!)
        expect(again.outcome).toEqual(once.outcome)
      }),
      { numRuns: 500 },
    )
  })

  test('when notifications agree with each other, so does the same outcome, whenever it was sent', () => {
    const agreeing = fc.constantFrom<readonly MarkName[]>(
      ['processed', 'delivered', 'displayed', 'submitted'],
      ['failed', 'submitted'],
      ['processed', 'submitted'],
      ['submitted'],
    )
    const histories = agreeing.chain((names) =>
      fc.shuffledSubarray([sent(), ...names.map((name) => heard(name)), ...names.map((name) => heard(name))], {
        minLength: names.length + 1,
      }),
    )
    fc.assert(
      fc.property(histories, (events) => {
        const whole = [...events, sent()]
        const inOrder = [...whole].sort((a, b) => Number(b.type === 'sent') - Number(a.type === 'sent'))
        expect(stateAfter(...whole, time(1000)).outcome).toEqual(stateAfter(...inOrder, time(1000)).outcome)
      }),
      { numRuns: 500 },
    )
  })

  test('an outcome, once there, never changes, and there is always one at the limit', () => {
    fc.assert(
      fc.property(bothWays, ([, chaotic, expects]) => {
        const events = [sent(expects), ...chaotic, time(1000), ...chaotic]
        const states = events.map((_, index) => stateAfter(...events.slice(0, index + 1)))
        const outcomes = states.flatMap(({ outcome }) => outcome ?? [])
        expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1)
      }),
      { numRuns: 500 },
    )
  })

  test('events that are lost can only leave it open, or to the time limit', () => {
    const complete = [sent(), heard('processed'), heard('delivered')]
    fc.assert(
      fc.property(fc.shuffledSubarray(complete), (some) => {
        const { outcome } = stateAfter(...some)
        expect(outcome?.result ?? 'open').toBe(some.length === complete.length ? 'delivered' : 'open')
        expect(stateAfter(...some, sent(), time(1000)).outcome?.result).toBe(
          some.includes(complete[1]!) && some.includes(complete[2]!) ? 'delivered' : 'failed',
        )
      }),
    )
  })
})
