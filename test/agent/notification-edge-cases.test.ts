import { describe, expect, test } from 'vitest'
import type { Sealed } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { buildMessageDisposition, parseBounce } from '../../src/notification/index.js'
import { createTracker, type TrackedOutcome, trackingInMemory } from '../../src/tracking/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { casesOfOthers } from './edge-cases-of-others.js'
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

/** The cases that have a test here. */
const tested: number[] = []

/** The name of a test of these cases, or of their parts. */
function mt(...cases: readonly (number | string)[]): string {
  tested.push(...cases.map((one) => Number.parseInt(String(one), 10)))
  return `MT ${cases.join(', ')}`
}

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
type Fields = readonly (readonly [string, string])[]

async function send({ sending, tracker }: Sides, to: string | readonly string[], fields: Fields = []) {
  const sealed = await sending.seal({ from: ann, to, fields, ...words })
  await tracker.prepared(sealed)
  for (const { envelope } of sealed.messages) {
    for (const address of envelope.rcptTo) await tracker.submitted(sealed.messageId, address)
  }
  return sealed
}

type Said = 'processed' | 'dispatched' | 'failed'

/** Bob's side receives it and says so; Ann's side hears it. @returns what it heard */
async function answer({ clinic, hospital, tracker }: Sides, sealed: Sealed, ...said: readonly Said[]) {
  const { receipt } = messageIn(await hospital.open(sealed.messages[0]!.raw))
  const heard = []
  for (const disposition of said) {
    const { messages } = await hospital.acknowledge(receipt, disposition)
    const opened = notificationIn(await clinic.open(messages[0]!.raw))
    await tracker.received(opened)
    heard.push(opened.notification)
  }
  return heard
}

/** How Ann's edge is told: by mail, or by a document in a SOAP message (DN-40). */
type Edge = 'mail' | 'XDR'

/** What the edge is told: every outcome once. */
async function told({ sending, tracker }: Sides, edge: Edge = 'mail'): Promise<readonly string[]> {
  const outcomes = await tracker.due()
  const words = await Promise.all(
    outcomes.map((outcome) => (edge === 'mail' ? byMail(outcome, sending) : byXdr(outcome))),
  )
  for (const outcome of outcomes) await tracker.told(outcome)
  expect(await tracker.due()).toEqual([])
  return words
}

/** A failure is told by a DSN. */
async function byMail(outcome: TrackedOutcome, sending: Sides['sending']): Promise<string> {
  if (outcome.result !== 'failed') return `${outcome.recipient} ${outcome.result}`
  const { messages } = await sending.reportFailure(outcome)
  const dsn = parseBounce(parseEntity(messages[0]!.raw))
  expect(dsn).toMatchObject({ originalMessageId: outcome.messageId, problems: [] })
  expect(messages[0]!.envelope).toEqual({ mailFrom: '', rcptTo: [ann] })
  return dsn!.recipients.map(({ finalRecipient, action, status }) => `${finalRecipient} ${action} ${status}`).join()
}

function byXdr({ recipient, result }: TrackedOutcome): string {
  const disposition = result === 'failed' ? 'failure' : 'success'
  const document = decodeUtf8(buildMessageDisposition({ recipient, disposition }))
  return [...document.matchAll(/<direct:(?:recipient|disposition)>([^<]*)</g)].map(([, text]) => text).join(' ')
}

const requests = [['Disposition-Notification-Options', option]] as const

/** What goes wrong, and the cases that ask for it: without the option and with it, of an edge told by mail and by XDR. */
interface Wrong {
  readonly comment: string
  readonly recipient: string
  readonly status: string
  readonly said?: readonly Said[]
  readonly cases: {
    readonly mail: readonly number[]
    readonly asked: readonly string[]
    readonly xdr: readonly number[]
    readonly xdrAsked: readonly number[]
  }
}

function rows(table: readonly Wrong[]) {
  return table.flatMap(({ cases: { mail, asked, xdr, xdrAsked }, comment, recipient, status, said = [] }) => {
    const byMail = { comment, recipient, said, edge: 'mail', expected: `${recipient} failed ${status}` } as const
    const byXdr = { comment, recipient, said, edge: 'XDR', expected: `${recipient} failure` } as const
    return [
      { ...byMail, fields: [], cases: mail },
      { ...byMail, fields: requests, cases: asked },
      { ...byXdr, fields: [], cases: xdr },
      { ...byXdr, fields: requests, cases: xdrAsked },
    ].flatMap((row) => (row.cases.length > 0 ? { ...row, name: mt(...row.cases) } : []))
  })
}

describe('what Ann’s edge is told at once: nothing can be sent', () => {
  const table: readonly Wrong[] = [
    {
      comment: 'a bad address',
      recipient: 'nobody at all',
      status: '5.1.3',
      cases: { mail: [1, 5, 9], asked: ['23 a', '23 b', '23 c'], xdr: [13], xdrAsked: [32] },
    },
    {
      comment: 'an untrusted HISP',
      recipient: eve,
      status: '5.7.1',
      cases: { mail: [2, 6, 10], asked: ['24 a', '24 b', '24 c'], xdr: [14], xdrAsked: [33] },
    },
    {
      comment: 'no certificate is published',
      recipient: nobody,
      status: '5.7.5',
      cases: { mail: [3, 7, 11], asked: ['25 a', '25 b', '25 c'], xdr: [15], xdrAsked: [34] },
    },
  ]
  test.each(rows(table))('$name: $comment, told by $edge', async ({ recipient, fields, edge, expected }) => {
    const both = await sides()
    const envelope = { rcptTo: [recipient] }
    const sealed = await both.sending.seal({ from: ann, to: bob, fields, ...words }, { envelope })
    expect(sealed.messages).toEqual([])
    await both.tracker.prepared(sealed)
    expect(await told(both, edge)).toEqual([expected])
  })

  test.each([
    { name: mt(18, '18 a'), comment: 'without the option', fields: [], said: ['processed'], expected: 'processed' },
    {
      name: mt(47, '47 a'),
      comment: 'with it',
      fields: requests,
      said: ['processed', 'dispatched'],
      expected: 'delivered',
    },
  ] as const)(
    '$name: one good recipient and one bad, $comment: a failure for the one, and for the other in its time what is true',
    async ({ fields, said, expected }) => {
      const both = await sides()
      const sealed = await send(both, [bob, nobody], fields)
      expect(await told(both)).toEqual([`${nobody} failed 5.7.5`])
      await answer(both, sealed, ...said)
      expect(await told(both)).toEqual([`${bob} ${expected}`])
    },
  )
})

describe('what Ann’s edge is told later', () => {
  const table: readonly Wrong[] = [
    {
      comment: 'no processed MDN',
      recipient: bob,
      status: '5.4.7',
      cases: { mail: [4, 8, 12], asked: ['26 a', '26 b', '26 c'], xdr: [16], xdrAsked: [35] },
    },
    {
      comment: 'no dispatched MDN',
      recipient: bob,
      status: '5.4.7',
      said: ['processed'],
      cases: { mail: [], asked: ['27 a', '27 b', '27 c'], xdr: [], xdrAsked: [36] },
    },
  ]
  test.each([
    ...rows(table),
    {
      name: 'no number',
      comment: 'a dispatched MDN alone',
      fields: requests,
      said: ['dispatched'],
      edge: 'mail',
      expected: `${bob} failed 5.4.7`,
    },
  ] as const)(
    '$name: $comment: a failure at the time limit and no sooner, told by $edge',
    async ({ fields, said, edge, expected }) => {
      const both = await sides()
      await answer(both, await send(both, bob, fields), ...said)
      both.time.now += 60 * minute - 1
      expect(await told(both, edge)).toEqual([])
      both.time.now += 1
      expect(await told(both, edge)).toEqual([expected])
    },
  )

  test.each([
    { name: mt('28 a', '28 b', '28 c'), edge: 'mail', looked: true, expected: `${bob} failed 5.4.7` },
    { name: mt('28 a', '28 b', '28 c'), edge: 'mail', looked: false, expected: `${bob} failed 5.4.7` },
    { name: mt(37), edge: 'XDR', looked: true, expected: `${bob} failure` },
  ] as const)(
    '$name: a late dispatched MDN is a failure, told by $edge; somebody looked in between: $looked',
    async ({ edge, looked, expected }) => {
      const both = await sides()
      const sealed = await send(both, bob, requests)
      await answer(both, sealed, 'processed')
      both.time.now += 61 * minute
      const before = looked ? await told(both, edge) : []
      await answer(both, sealed, 'dispatched')
      expect([...before, ...(await told(both, edge))]).toEqual([expected])
    },
  )

  test.each([
    { name: mt('29 a', '29 b', '29 c'), edge: 'mail', expected: `${bob} delivered` },
    { name: mt(38), edge: 'XDR', expected: `${bob} success` },
  ] as const)(
    '$name: after processed and dispatched, one positive notification, told by $edge',
    async ({ edge, expected }) => {
      const both = await sides()
      await answer(both, await send(both, bob, requests), 'processed', 'dispatched', 'processed', 'dispatched')
      expect(await told(both, edge)).toEqual([expected])
      both.time.now += 120 * minute
      expect(await told(both, edge)).toEqual([])
    },
  )

  test('without the option processed is enough', async () => {
    const both = await sides()
    await answer(both, await send(both, bob), 'processed')
    expect(await told(both)).toEqual([`${bob} processed`])
  })
})

describe('what Ann’s side sends', () => {
  test(`${mt(17, 45)}: each message has an identifier of its own`, async () => {
    const both = await sides()
    const sealed = [await send(both, bob), await send(both, bob), await send(both, bob, requests)]
    expect(new Set(sealed.map(({ messageId }) => messageId)).size).toBe(3)
  })

  test.each([
    { name: mt('21 a'), header: option },
    { name: mt('21 b'), header: 'X-DIRECT-FINAL-DESTINATION-DELIVERY = optional , true' },
    { name: mt('21 c'), header: 'x-direct-final-destination-delivery=OPTIONAL,TRUE' },
  ])('$name: a good header of the edge is understood, and reaches the other side: $header', async ({ header }) => {
    const both = await sides()
    const sealed = await send(both, bob, [['Disposition-Notification-Options', header]])
    expect(sealed.deliveryRequested).toBe(true)
    await answer(both, sealed, 'processed')
    expect(await told(both)).toEqual([])
    await answer(both, sealed, 'dispatched')
    expect(await told(both)).toEqual([`${bob} delivered`])
  })

  test(`${mt('22 a', '22 b', '22 c')}: a bad header of the edge asks for nothing, and processed is enough`, async () => {
    const both = await sides()
    const sealed = await send(both, bob, [['Disposition-Notification-Options', 'optional,true']])
    expect(sealed.deliveryRequested).toBe(false)
    await answer(both, sealed, 'processed')
    expect(await told(both)).toEqual([`${bob} processed`])
  })

  test(`${mt(30, 46)}: the header is generated, and processed is not enough`, async () => {
    const both = await sides()
    const sealed = await both.sending.seal({ from: ann, to: bob, requestDelivery: true, ...words })
    const text = innerText(sealed)
    expect(text).toContain(`\r\nDisposition-Notification-Options: ${option}\r\n`)
    expect(text).toContain(`\r\nDisposition-Notification-To: ${ann}\r\n`)
    await both.tracker.prepared(sealed)
    await answer(both, sealed, 'processed')
    expect(await told(both, 'XDR')).toEqual([])
    await answer(both, sealed, 'dispatched')
    expect(await told(both, 'XDR')).toEqual([`${bob} success`])
  })
})

describe('what Bob’s side answers', () => {
  test(`${mt(39)}: with a good header, processed and dispatched, and the field of final delivery in the second alone`, async () => {
    const both = await sides()
    const heard = await answer(both, await send(both, bob, requests), 'processed', 'dispatched')
    expect(heard).toMatchObject([
      { disposition: { dispositionType: 'processed' }, finalDestinationDelivery: false, problems: [] },
      { disposition: { dispositionType: 'dispatched' }, finalDestinationDelivery: true, problems: [] },
    ])
  })

  const bad = ['X-DIRECT-FINAL-DESTINATION-DELIVERY=optional', 'X-DIRECT-FINAL-DESTINATION-DELIVERY', 'optional,true']
  test.each(bad)(`${mt(40)}: with a bad header, processed alone: %s`, async (header) => {
    const both = await sides()
    const sealed = await send(both, bob, [['Disposition-Notification-Options', header]])
    const heard = await answer(both, sealed, 'processed')
    expect(heard).toMatchObject([{ disposition: { dispositionType: 'processed' } }])
    const { receipt } = messageIn(await both.hospital.open(sealed.messages[0]!.raw))
    expect(await codeOfRejection(both.hospital.acknowledge(receipt, 'dispatched'))).toBe('ERR_AGENT_NOT_REQUESTED')
  })

  test.each([
    { name: mt(41), comment: 'the mailbox is full', form: 'a DSN', status: '5.2.2' },
    { name: mt(42, 44), comment: 'there is no such mailbox', form: 'a DSN', status: '5.1.1' },
    { name: mt(43), comment: 'its edge has not taken it in time', form: 'a DSN', status: '5.4.7' },
    { name: mt(41), comment: 'for whatever reason', form: 'an MDN "failed"', status: '5.0.0' },
  ])(
    '$name: what was processed and cannot be delivered, because $comment, is told by $form',
    async ({ form, status }) => {
      const both = await sides()
      const { clinic, hospital, tracker } = both
      const sealed = await send(both, bob, requests)
      await answer(both, sealed, 'processed')
      const { receipt } = messageIn(await hospital.open(sealed.messages[0]!.raw))
      const { messages } =
        form === 'a DSN'
          ? await hospital.reportFailure(receipt, { status })
          : await hospital.acknowledge(receipt, 'failed')
      await tracker.received(notificationIn(await clinic.open(messages[0]!.raw)))
      expect(await told(both)).toEqual([`${bob} failed ${status}`])
    },
  )
})

test('each case from MT 1 to MT 50 has a test here, or concerns others', () => {
  const others = casesOfOthers.flatMap(({ cases }) => cases)
  expect(others.filter((one) => tested.includes(one))).toEqual([])
  const all = [...new Set([...tested, ...others])].sort((a, b) => a - b)
  expect(all).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
})
