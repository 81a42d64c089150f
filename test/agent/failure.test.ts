import { describe, expect, test } from 'vitest'
import { limiterInMemory, type Receipt, type ReportOptions } from '../../src/agent/index.js'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { certificateList } from '../../src/discovery/index.js'
import { parseEntity } from '../../src/mime/index.js'
import {
  buildDeliveryStatusNotification,
  buildDispositionNotification,
  parseBounce,
} from '../../src/notification/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  crafted,
  lines,
  messageIn,
  notificationIn,
  now,
  organisation,
  outerHeader,
  person,
  words,
  world,
} from './world.js'

/** What Bob got of Ann, opened; and the agents of both. */
async function received(fields: readonly (readonly [string, string])[] = []) {
  const { clinic, hospital } = await bothAgents()
  const sealed = await clinic.seal({ from: ann, to: bob, fields, ...words })
  const { receipt } = messageIn(
    await hospital.open(sealed.messages[0]!.raw, { envelope: sealed.messages[0]!.envelope }),
  )
  return { clinic, hospital, sealed, receipt }
}

const messageIdOf = (raw: Uint8Array) => outerHeader(raw).fields.find(({ name }) => name === 'Message-ID')?.body

describe('what a notification may be sent for', () => {
  const asksForReceipt = ['Disposition-Notification-To', ann] as const
  const asksForDelivery = [
    'Disposition-Notification-Options',
    'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true',
  ] as const

  test.each([
    { disposition: 'processed', fields: [], refused: false },
    { disposition: 'failed', fields: [], refused: false },
    { disposition: 'dispatched', fields: [], refused: true },
    { disposition: 'dispatched', fields: [asksForReceipt], refused: true },
    { disposition: 'dispatched', fields: [asksForDelivery], refused: false },
    { disposition: 'displayed', fields: [], refused: true },
    { disposition: 'displayed', fields: [asksForReceipt], refused: false },
    { disposition: 'deleted', fields: [asksForDelivery], refused: true },
    { disposition: 'deleted', fields: [asksForReceipt], refused: false },
  ] as const)('$disposition, asked for by $fields: refused is $refused', async ({ disposition, fields, refused }) => {
    const { hospital, receipt } = await received(fields)
    const answer = hospital.acknowledge(receipt, disposition)
    if (refused) expect(await codeOfRejection(answer)).toBe('ERR_AGENT_NOT_REQUESTED')
    else expect((await answer).messages).toHaveLength(1)
  })

  test('a message that a machine sent waits for "processed" like any other (PIT-15)', async () => {
    const { hospital, receipt } = await received([
      ['Auto-Submitted', 'auto-generated'],
      ['Precedence', 'bulk'],
    ])
    expect((await hospital.acknowledge(receipt, 'processed')).messages).toHaveLength(1)
  })
})

describe('a failure that is told to the remote sender (DN-13)', () => {
  test('from a receipt that went through JSON: a DSN, signed by the recipient and encrypted', async () => {
    const { clinic, hospital, sealed, receipt } = await received()
    const again = JSON.parse(JSON.stringify(receipt)) as Receipt
    const { messages, accepted, limited } = await hospital.reportFailure(again, { status: 'mailbox-full' })
    expect([accepted.map(({ address }) => address), limited]).toEqual([[ann], []])
    expect(messages.map(({ envelope }) => envelope)).toEqual([{ mailFrom: '', rcptTo: [ann] }])
    const opened = notificationIn(await clinic.open(messages[0]!.raw))
    expect(opened).toMatchObject({
      author: bob,
      spokenFor: [bob],
      notification: {
        type: 'delivery-status-notification',
        originalMessageId: sealed.messageId,
        recipients: [{ finalRecipient: bob, action: 'failed', status: '5.2.2' }],
        problems: [],
      },
    })
    expect(opened.signers.map(({ bytes }) => bytes)).toEqual([(await world()).bob.certificate.bytes])
    expect(decodeUtf8(opened.raw!)).toContain('Auto-Submitted: auto-replied')
  })

  test('made twice it has one Message-ID, whatever the status; "failed" as an MDN has another', async () => {
    const { hospital, receipt } = await received()
    const first = await hospital.reportFailure(receipt)
    const second = await hospital.reportFailure(receipt, { status: '5.0.0' })
    const mdn = await hospital.acknowledge(receipt, 'failed')
    expect(messageIdOf(second.messages[0]!.raw)).toBe(messageIdOf(first.messages[0]!.raw))
    expect(messageIdOf(mdn.messages[0]!.raw)).not.toBe(messageIdOf(first.messages[0]!.raw))
  })

  test.each([
    {
      comment: 'somebody the receipt does not name',
      options: { recipients: ['x@y.example'] },
      code: 'ERR_AGENT_NOT_A_RECIPIENT',
    },
    {
      comment: 'somebody it does not name beside one it does',
      options: { recipients: [bob, 'x@y.example'] },
      code: 'ERR_AGENT_NOT_A_RECIPIENT',
    },
    { comment: 'a status that is none', options: { status: 'bad luck' }, code: 'ERR_AGENT_MESSAGE' },
    { comment: 'nothing wrong', options: { recipients: [bob], status: '5.1.1' }, code: undefined },
  ])('$comment: $code', async ({ options, code }) => {
    const { hospital, receipt } = await received()
    expect(await codeOfRejection(hospital.reportFailure(receipt, options))).toBe(code)
  })
})

describe('a failure that is told to our own user (DN-30)', () => {
  test('plain, of everybody who was rejected for good; a lookup that failed is still to be tried', async () => {
    const { ann: sender, bob: reader } = await world()
    const stranger = await person('eve@other.example', 'Other CA')
    const published = certificateList([reader.certificate, stranger.certificate])
    const agent = agentOf([sender], {
      trust: [(await world()).hospitalCa],
      discovery: {
        async find(question) {
          if (question.address.startsWith('down@')) throw new Error('no answer')
          return published.find(question)
        },
      },
    })
    const to = [bob, stranger.address, 'nobody@direct.hospital.example', 'down@direct.hospital.example']
    const sealed = await agent.seal({ from: ann, to, ...words })
    const { messages, accepted, rejected } = await agent.reportFailure(sealed)
    expect([accepted, rejected]).toEqual([[], []])
    expect(messages.map(({ envelope }) => envelope)).toEqual([{ mailFrom: '', rcptTo: [ann] }])
    expect(parseBounce(parseEntity(messages[0]!.raw))).toMatchObject({
      reportingMta: 'direct.clinic.example',
      originalMessageId: sealed.messageId,
      recipients: [
        { finalRecipient: stranger.address, action: 'failed', status: '5.7.1' },
        { finalRecipient: 'nobody@direct.hospital.example', action: 'failed', status: '5.7.5' },
      ],
      problems: [],
    })
    expect(decodeUtf8(messages[0]!.raw)).not.toContain(words.subject)
  })

  test('what the caller knows better goes before what is known: the status, the recipients, MAIL FROM', async () => {
    const { clinic } = await bothAgents()
    const nobody = 'nobody@direct.hospital.example'
    const sealed = await clinic.seal({ from: ann, to: [bob, nobody], ...words })
    const told = async (options: ReportOptions) => {
      const { messages, limited } = await clinic.reportFailure(sealed, options)
      const [{ raw, envelope }] = messages as [(typeof messages)[number]]
      const recipients = parseBounce(parseEntity(raw))?.recipients ?? []
      const rows = recipients.map(({ finalRecipient, status }) => [finalRecipient, status])
      return { rows, from: envelope.mailFrom, limited, messageId: messageIdOf(raw) }
    }
    expect(await told({})).toMatchObject({ rows: [[nobody, '5.7.5']], from: '', limited: [] })
    expect(await told({ status: 'mailbox-full' })).toMatchObject({ rows: [[nobody, '5.2.2']] })
    const both = await told({ recipients: [bob, nobody], mailFrom: 'mta@direct.clinic.example' })
    expect(both).toMatchObject({
      rows: [
        [bob, '5.0.0'],
        [nobody, '5.7.5'],
      ],
      from: 'mta@direct.clinic.example',
    })
    // The same failures in another order are the same report.
    expect((await told({ recipients: [nobody, bob] })).messageId).toBe(both.messageId)
    expect((await told({ recipients: [nobody] })).messageId).not.toBe(both.messageId)
  })

  test('of one recipient, as a tracker tells it', async () => {
    const { clinic } = await bothAgents()
    const outcome = { messageId: '<1@direct.clinic.example>', author: ann, recipient: bob, status: '5.4.7' }
    const { messages } = await clinic.reportFailure(outcome)
    expect(parseBounce(parseEntity(messages[0]!.raw))?.recipients).toEqual([
      { finalRecipient: bob, action: 'failed', status: '5.4.7' },
    ])
    const again = await clinic.reportFailure(outcome)
    expect(messageIdOf(again.messages[0]!.raw)).toBe(messageIdOf(messages[0]!.raw))
  })

  test('what is no address is told of, too', async () => {
    const { clinic } = await bothAgents()
    const sealed = await clinic.seal(
      { from: ann, to: bob, ...words },
      { envelope: { rcptTo: [bob, 'not an address'] } },
    )
    const { messages } = await clinic.reportFailure(sealed)
    expect(parseBounce(parseEntity(messages[0]!.raw))?.recipients).toEqual([
      { finalRecipient: 'not an address', action: 'failed', status: '5.1.3' },
    ])
  })

  test.each([
    {
      comment: 'somebody who is not served here: nothing leaves in the clear',
      author: bob,
      code: 'ERR_AGENT_NO_IDENTITY',
    },
    { comment: 'our user', author: ann, code: undefined },
  ])('$comment', async ({ author, code }) => {
    const { clinic } = await bothAgents()
    const about = { messageId: '<1@direct.clinic.example>', author, recipient: 'x@y.example' }
    expect(await codeOfRejection(clinic.reportFailure(about))).toBe(code)
  })

  test('nobody to tell of is refused', async () => {
    const { clinic, sealed } = await received()
    expect(await codeOfRejection(clinic.reportFailure(sealed))).toBe('ERR_AGENT_NO_RECIPIENT')
    expect(await codeOfRejection(clinic.reportFailure(sealed, { recipients: [bob] }))).toBeUndefined()
  })
})

describe('who may tell of a failure (DN-24)', () => {
  const report = (recipient: string) =>
    buildDeliveryStatusNotification({
      from: 'postmaster@direct.hospital.example',
      to: ann,
      originalMessageId: '<1@direct.clinic.example>',
      reportingMta: 'direct.hospital.example',
      recipients: [{ finalRecipient: recipient, status: '5.1.1' }],
      messageId: '<2@direct.hospital.example>',
      date: now,
    })

  test.each([
    { recipient: bob, spokenFor: [bob] },
    { recipient: 'carol@direct.other.example', spokenFor: [] },
  ])('the postmaster of the recipient’s domain, and of no other: $recipient', async ({ recipient, spokenFor }) => {
    const { ann: reader } = await world()
    const { clinic } = await bothAgents()
    const postmaster = await person('postmaster@direct.hospital.example', 'Hospital CA')
    const inner = await report(recipient)
    const raw = await crafted({ inner, signedBy: postmaster, to: [reader], outer: [`To: ${ann}`] })
    expect(notificationIn(await clinic.open(raw)).spokenFor).toEqual(spokenFor)
  })

  test('of a delivery the postmaster may not speak', async () => {
    const { ann: reader } = await world()
    const { clinic } = await bothAgents()
    const postmaster = await person('postmaster@direct.hospital.example', 'Hospital CA')
    const inner = encodeUtf8(decodeUtf8(await report(bob)).replace('Action: failed', 'Action: delivered'))
    const raw = await crafted({ inner, signedBy: postmaster, to: [reader], outer: [`To: ${ann}`] })
    expect(notificationIn(await clinic.open(raw)).spokenFor).toEqual([])
  })
})

describe('who may tell of a failure in an MDN (DN-24)', () => {
  const mdn = async (dispositionType: 'failed' | 'processed') =>
    buildDispositionNotification({
      recipient: bob,
      to: ann,
      originalMessageId: '<1@direct.clinic.example>',
      dispositionType,
      reportingUa: 'direct.hospital.example',
      messageId: '<2@direct.hospital.example>',
      date: now,
    })

  test.each([
    { dispositionType: 'failed', spokenFor: [bob] },
    { dispositionType: 'processed', spokenFor: [] },
  ] as const)('the postmaster, of "$dispositionType": $spokenFor', async ({ dispositionType, spokenFor }) => {
    const { ann: reader } = await world()
    const { clinic } = await bothAgents()
    const address = 'postmaster@direct.hospital.example'
    const postmaster = await person(address, 'Hospital CA')
    const text = decodeUtf8(await mdn(dispositionType)).replace(/^From: .*$/m, `From: ${address}`)
    const raw = await crafted({ inner: encodeUtf8(text), signedBy: postmaster, to: [reader], outer: [`To: ${ann}`] })
    expect(notificationIn(await clinic.open(raw)).spokenFor).toEqual(spokenFor)
  })
})

describe('a limiter', () => {
  test('keeps a flood of messages from becoming a flood of signatures, for each sender and recipient alone', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const both = [bob, 'ida@direct.hospital.example']
    const limiter = limiterInMemory({ maxNotifications: 2, periodMs: 1000 })
    const agent = agentOf([hospital], { trust: [clinicCa], discovery: [sender.certificate], limiter })
    const inner = lines(`From: ${ann}`, `To: ${both.join(', ')}`, 'Message-ID: <1@x.example>', '', '')
    const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
    const { receipt } = messageIn(await agent.open(raw, { envelope: { rcptTo: both } }))
    expect((await agent.acknowledge(receipt, 'processed')).limited).toEqual([])
    expect((await agent.acknowledge(receipt, 'processed', { recipients: [bob] })).messages).toHaveLength(1)
    const third = await agent.reportFailure(receipt)
    expect([third.messages.length, third.limited]).toEqual([1, [bob]])
  })

  test('counts for each pair, whoever else writes to the same recipient', async () => {
    const limiter = limiterInMemory({ maxNotifications: 2, periodMs: 1000 })
    const take = (sender: string, at: number) => limiter.take({ sender, recipient: bob, at })
    expect([await take(ann, 0), await take(ann, 500), await take(ann, 999)]).toEqual([true, true, false])
    expect(await take('eve@direct.rival.example', 999)).toBe(true)
    // A period begins with its first notification.
    expect([await take(ann, 1000), await take(ann, 1999), await take(ann, 1999)]).toEqual([true, true, false])
  })

  test('forgets the pair whose period began first, not the one that was first seen', async () => {
    const limiter = limiterInMemory({ maxNotifications: 1, periodMs: 1000, maxPairs: 2 })
    const take = (recipient: string, at: number) => limiter.take({ sender: ann, recipient, at })
    expect([await take('x@h.example', 0), await take('y@h.example', 500), await take('x@h.example', 1000)]).toEqual([
      true,
      true,
      true,
    ])
    expect(await take('z@h.example', 1001)).toBe(true)
    expect([await take('x@h.example', 1002), await take('y@h.example', 1002)]).toEqual([false, true])
  })

  test('begins anew with each period, and forgets the oldest pair beyond its size', async () => {
    const limiter = limiterInMemory({ maxNotifications: 1, periodMs: 1000, maxPairs: 2 })
    const take = (recipient: string, at: number) => limiter.take({ sender: ann, recipient, at })
    expect([await take(bob, 0), await take(bob.toUpperCase(), 999), await take(bob, 1000)]).toEqual([true, false, true])
    expect([await take('x@h.example', 1000), await take('y@h.example', 1000)]).toEqual([true, true])
    expect([await take('y@h.example', 1001), await take(bob, 1001)]).toEqual([false, true])
  })

  test('that does not answer is a failure of the world', async () => {
    const { hospital, receipt } = await received()
    expect((await hospital.acknowledge(receipt, 'processed')).messages).toHaveLength(1)
    const { bob: reader } = await world()
    const limiter = { take: () => Promise.reject(new Error('down')) }
    const answer = agentOf([reader], { limiter }).acknowledge(receipt, 'processed')
    await expect(answer).rejects.toMatchObject({ code: 'ERR_AGENT_PORT', temporary: true })
  })
})
