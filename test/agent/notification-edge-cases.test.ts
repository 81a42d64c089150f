import { describe, expect, test } from 'vitest'
import type { Sealed } from '../../src/agent/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { parseBounce } from '../../src/notification/index.js'
import { createTracker, type TrackedOutcome, type Tracker, trackingInMemory } from '../../src/tracking/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  innerText,
  messageIn,
  notificationIn,
  now,
  person,
  words,
  world,
} from './world.js'

/** The message tracking cases of the Edge Testing Tool, as far as they concern what stands between the edges. */

const minute = 60_000
const option = 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true'
const nobody = 'nobody@direct.hospital.example'
const eve = 'eve@direct.other.example'

/** Ann's side, which tracks what it sends, and Bob's, which answers. */
async function sides() {
  const { clinic, hospital } = await bothAgents()
  const { ann: sender, bob: reader, hospitalCa } = await world()
  const stranger = await person(eve, 'Other CA')
  const discovery = [reader.certificate, stranger.certificate]
  const sending = agentOf([sender], { trust: [hospitalCa], discovery })
  const time = { now }
  const tracker = createTracker({ store: trackingInMemory(), clock: () => time.now, crypto })
  return { clinic, hospital, sending, time, tracker }
}

type Sides = Awaited<ReturnType<typeof sides>>

async function send(
  { sending, tracker }: Sides,
  to: string | readonly string[],
  fields: readonly (readonly [string, string])[] = [],
) {
  const sealed = await sending.seal({ from: ann, to, fields, ...words })
  await tracker.prepared(sealed)
  for (const { envelope } of sealed.messages) {
    for (const address of envelope.rcptTo) await tracker.submitted(sealed.messageId, address)
  }
  return sealed
}

/** Bob's side receives it and says so; Ann's side hears it. */
async function answer(
  { clinic, hospital, tracker }: Sides,
  sealed: Sealed,
  ...said: readonly ('processed' | 'dispatched' | 'failed')[]
) {
  const { receipt } = messageIn(await hospital.open(sealed.messages[0]!.raw))
  for (const disposition of said) {
    const { messages } = await hospital.acknowledge(receipt, disposition)
    await tracker.received(notificationIn(await clinic.open(messages[0]!.raw)))
  }
}

/** What the edge is told: every outcome once, a failure as a DSN. */
async function told({ sending, tracker }: Sides): Promise<readonly string[]> {
  const outcomes = await tracker.due()
  const words = await Promise.all(outcomes.map((outcome) => inWords(outcome, sending, tracker)))
  expect(await tracker.due()).toEqual([])
  return words
}

async function inWords(outcome: TrackedOutcome, sending: Sides['sending'], tracker: Tracker): Promise<string> {
  await tracker.told(outcome)
  if (outcome.result !== 'failed') return `${outcome.recipient} ${outcome.result}`
  const { messages } = await sending.reportFailure(outcome)
  const dsn = parseBounce(parseEntity(messages[0]!.raw))
  expect(dsn).toMatchObject({ originalMessageId: outcome.messageId, problems: [] })
  expect(messages[0]!.envelope).toEqual({ mailFrom: '', rcptTo: [ann] })
  return dsn!.recipients.map(({ finalRecipient, action, status }) => `${finalRecipient} ${action} ${status}`).join()
}

const requests = [['Disposition-Notification-Options', option]] as const

describe('what Ann’s edge is told at once: nothing can be sent', () => {
  test.each([
    {
      name: 'MT 1, 5, 9',
      comment: 'a bad address',
      to: 'nobody at all',
      fields: [],
      expected: 'nobody at all failed 5.1.3',
    },
    { name: 'MT 2, 6, 10', comment: 'an untrusted HISP', to: eve, fields: [], expected: `${eve} failed 5.7.1` },
    { name: 'MT 3, 7, 11', comment: 'no certificate', to: nobody, fields: [], expected: `${nobody} failed 5.7.5` },
    {
      name: 'MT 23',
      comment: 'a bad address, with the option',
      to: 'nobody at all',
      fields: requests,
      expected: 'nobody at all failed 5.1.3',
    },
    {
      name: 'MT 24',
      comment: 'an untrusted HISP, with the option',
      to: eve,
      fields: requests,
      expected: `${eve} failed 5.7.1`,
    },
    {
      name: 'MT 25',
      comment: 'no certificate, with the option',
      to: nobody,
      fields: requests,
      expected: `${nobody} failed 5.7.5`,
    },
  ])('$name: $comment', async ({ to, fields, expected }) => {
    const both = await sides()
    const sealed = await both.sending.seal({ from: ann, to: bob, fields, ...words }, { envelope: { rcptTo: [to] } })
    expect(sealed.messages).toEqual([])
    await both.tracker.prepared(sealed)
    expect(await told(both)).toEqual([expected])
  })

  test('MT 47: one good recipient and one bad: a failure for the one, and for the other in its time what is true', async () => {
    const both = await sides()
    const sealed = await send(both, [bob, nobody], requests)
    expect(await told(both)).toEqual([`${nobody} failed 5.7.5`])
    await answer(both, sealed, 'processed', 'dispatched')
    expect(await told(both)).toEqual([`${bob} delivered`])
  })
})

describe('what Ann’s edge is told later', () => {
  test.each([
    { name: 'MT 4, 8, 12, 16', comment: 'no processed MDN', fields: [], said: [], expected: `${bob} failed 5.4.7` },
    {
      name: 'MT 26, 35',
      comment: 'no processed MDN, with the option',
      fields: requests,
      said: [],
      expected: `${bob} failed 5.4.7`,
    },
    {
      name: 'MT 27',
      comment: 'no dispatched MDN',
      fields: requests,
      said: ['processed'],
      expected: `${bob} failed 5.4.7`,
    },
    {
      name: 'MT 27',
      comment: 'a dispatched MDN alone',
      fields: requests,
      said: ['dispatched'],
      expected: `${bob} failed 5.4.7`,
    },
  ] as const)('$name: $comment: failure at the time limit, and no sooner', async ({ fields, said, expected }) => {
    const both = await sides()
    await answer(both, await send(both, bob, fields), ...said)
    both.time.now += 60 * minute - 1
    expect(await told(both)).toEqual([])
    both.time.now += 1
    expect(await told(both)).toEqual([expected])
  })

  test.each([
    { comment: 'somebody looked in between', looked: true },
    { comment: 'nobody did', looked: false },
  ])('MT 28: a late dispatched MDN is a failure; $comment', async ({ looked }) => {
    const both = await sides()
    const sealed = await send(both, bob, requests)
    await answer(both, sealed, 'processed')
    both.time.now += 61 * minute
    const before = looked ? await told(both) : []
    await answer(both, sealed, 'dispatched')
    expect([...before, ...(await told(both))]).toEqual([`${bob} failed 5.4.7`])
  })

  test('MT 29: after processed and dispatched, one positive notification', async () => {
    const both = await sides()
    await answer(both, await send(both, bob, requests), 'processed', 'dispatched', 'processed', 'dispatched')
    expect(await told(both)).toEqual([`${bob} delivered`])
    both.time.now += 120 * minute
    expect(await told(both)).toEqual([])
  })

  test('without the option processed is enough', async () => {
    const both = await sides()
    await answer(both, await send(both, bob), 'processed')
    expect(await told(both)).toEqual([`${bob} processed`])
  })
})

describe('what Ann’s side sends', () => {
  test('MT 17, 19, 45, 48: each message has an identifier of its own', async () => {
    const both = await sides()
    const sealed = [await send(both, bob), await send(both, bob), await send(both, bob, requests)]
    expect(new Set(sealed.map(({ messageId }) => messageId)).size).toBe(3)
  })

  test.each([
    { name: 'MT 21 a', header: option },
    { name: 'MT 21 b', header: 'X-DIRECT-FINAL-DESTINATION-DELIVERY = optional , true' },
    { name: 'MT 21 c', header: 'x-direct-final-destination-delivery=OPTIONAL,TRUE' },
  ])('$name: the option of the edge is understood: $header', async ({ header }) => {
    const both = await sides()
    expect((await send(both, bob, [['Disposition-Notification-Options', header]])).deliveryRequested).toBe(true)
    expect((await send(both, bob)).deliveryRequested).toBe(false)
  })

  test('MT 46: the header is generated', async () => {
    const { sending } = await sides()
    const text = innerText(await sending.seal({ from: ann, to: bob, requestDelivery: true, ...words }))
    expect(text).toContain(`\r\nDisposition-Notification-Options: ${option}\r\n`)
    expect(text).toContain(`\r\nDisposition-Notification-To: ${ann}\r\n`)
  })
})

describe('what Bob’s side answers', () => {
  const received = async (fields: readonly (readonly [string, string])[]) => {
    const both = await sides()
    const sealed = await send(both, bob, fields)
    return { ...both, ...messageIn(await both.hospital.open(sealed.messages[0]!.raw)) }
  }

  test('MT 39: with a good header, processed and dispatched', async () => {
    const { hospital, receipt } = await received(requests)
    expect((await hospital.acknowledge(receipt, 'processed')).messages).toHaveLength(1)
    expect((await hospital.acknowledge(receipt, 'dispatched')).messages).toHaveLength(1)
  })

  test.each(['X-DIRECT-FINAL-DESTINATION-DELIVERY=optional', 'X-DIRECT-FINAL-DESTINATION-DELIVERY', 'optional,true'])(
    'MT 40: with a bad header, processed alone: %s',
    async (header) => {
      const { hospital, receipt } = await received([['Disposition-Notification-Options', header]])
      expect((await hospital.acknowledge(receipt, 'processed')).messages).toHaveLength(1)
      expect(await codeOfRejection(hospital.acknowledge(receipt, 'dispatched'))).toBe('ERR_AGENT_NOT_REQUESTED')
    },
  )

  test.each(['a DSN', 'an MDN "failed"'])('MT 41: what cannot be delivered is told by %s', async (form) => {
    const both = await received(requests)
    const { clinic, hospital, receipt, tracker } = both
    const { messages } =
      form === 'a DSN'
        ? await hospital.reportFailure(receipt, { status: '5.0.0' })
        : await hospital.acknowledge(receipt, 'failed')
    await tracker.received(notificationIn(await clinic.open(messages[0]!.raw)))
    expect(await told(both)).toEqual([`${bob} failed 5.0.0`])
  })
})
