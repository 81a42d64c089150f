import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildMessage,
  buildMultipart,
  buildPart,
  parseEntity,
  unwrapMessage,
  wrapMessage,
} from '../../src/mime/index.js'
import { buildDispositionNotification } from '../../src/notification/index.js'
import { anchorOf } from '../../src/path/index.js'
import { decryptEntity, signEntity, verifyEntity } from '../../src/smime/index.js'
import type { TrustStore } from '../../src/trust/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  crafted,
  encrypted,
  lines,
  messageIn,
  notificationIn,
  now,
  organisation,
  outcomeOf,
  outerHeader,
  person,
  words,
  world,
} from './world.js'

const ida = 'ida@direct.clinic.example'

/** What Bob got of Ann, opened; and the agents of both. */
async function received(fields: readonly (readonly [string, string])[] = []) {
  const { clinic, hospital } = await bothAgents()
  const sealed = await clinic.seal({ from: ann, to: bob, fields, ...words })
  const opened = messageIn(await hospital.open(sealed.messages[0]!.raw, { envelope: sealed.messages[0]!.envelope }))
  return { clinic, hospital, sealed, opened }
}

const asksForDelivery = [
  'Disposition-Notification-Options',
  'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true',
] as const
const deliveryRequest = asksForDelivery.join(': ')

describe('the notification that is made (AS-100 to AS-107)', () => {
  test('whole and field by field', async () => {
    const { clinic, hospital, sealed, opened } = await received()
    const { messages, accepted, rejected } = await hospital.acknowledge(opened.receipt, 'processed')
    expect(accepted.map(({ address }) => address)).toEqual([ann])
    expect(rejected).toEqual([])
    expect(messages.map(({ envelope }) => envelope)).toEqual([{ mailFrom: '', rcptTo: [ann] }])
    expect(outerHeader(messages[0]!.raw).fields.map(({ name }) => name)).not.toContain('Subject')

    // What the other side decrypts and verifies is looked at through the eyes of an agent that hands messages out.
    const { header, parts, contentType } = parseEntity(await innerOf(messages[0]!.raw))
    const fields = Object.fromEntries(header.fields.map(({ name, body }) => [name, body]))
    expect(fields).toEqual({
      From: bob,
      To: ann,
      Subject: 'Message processed',
      Date: 'Mon, 1 Jun 2026 00:00:00 +0000',
      'Message-ID': fields['Message-ID'],
      'In-Reply-To': sealed.messageId,
      References: sealed.messageId,
      'Auto-Submitted': 'auto-replied',
      'MIME-Version': '1.0',
      'Content-Type': fields['Content-Type'],
    })
    expect(fields['Message-ID']).toMatch(/^<[0-9a-f]{32}@direct\.hospital\.example>$/)
    expect(contentType).toMatchObject({
      type: 'multipart',
      subtype: 'report',
      parameters: { 'report-type': 'disposition-notification' },
    })
    expect(
      parts.map((part) => [`${part.contentType.type}/${part.contentType.subtype}`, part.transferEncoding]),
    ).toEqual([
      ['text/plain', '7bit'],
      ['message/disposition-notification', '7bit'],
    ])
    expect(decodeUtf8(parts[1]!.body)).toBe(
      [
        'Reporting-UA: direct.hospital.example; direct-smime',
        `Final-Recipient: rfc822; ${bob}`,
        `Original-Message-ID: ${sealed.messageId}`,
        'Disposition: automatic-action/MDN-sent-automatically; processed',
        '',
      ].join('\r\n'),
    )
    expect((await clinic.open(messages[0]!.raw)).kind).toBe('notification')
  })

  /** The signed message inside, read by somebody to whom a report is an ordinary message. */
  async function innerOf(raw: Uint8Array): Promise<Uint8Array> {
    const { ann: reader } = await world()
    const ports = { crypto, algorithms: policies.direct.algorithms }
    const decrypted = await decryptEntity(parseEntity(raw), reader.identity.decryption, ports)
    if (!decrypted.ok) throw new Error(decrypted.code)
    const verified = await verifyEntity(decrypted.entity, ports)
    if (!verified.ok) throw new Error(verified.code)
    expect(verified.signers[0]!.certificate).toEqual((await world()).bob.certificate)
    return unwrapMessage(verified.content)!
  }

  test('dispatched says that the final destination was reached; processed does not (DN-11)', async () => {
    const { clinic, hospital, opened } = await received([asksForDelivery])
    for (const [disposition, final] of [
      ['processed', false],
      ['dispatched', true],
    ] as const) {
      const { messages } = await hospital.acknowledge(opened.receipt, disposition)
      expect(notificationIn(await clinic.open(messages[0]!.raw)).notification).toEqual({
        type: 'disposition-notification',
        reportingUa: 'direct.hospital.example; direct-smime',
        finalRecipient: bob,
        originalMessageId: opened.receipt.messageId,
        disposition: {
          actionMode: 'automatic-action',
          sendingMode: 'MDN-sent-automatically',
          dispositionType: disposition,
          modifiers: [],
        },
        finalDestinationDelivery: final,
        errors: [],
        extensions: [],
        problems: [],
      })
    }
  })

  test('made twice it has one Message-ID; another disposition or recipient gives another', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const both = [bob, 'ida@direct.hospital.example']
    const agent = agentOf([hospital], { trust: [clinicCa], discovery: [sender.certificate] })
    const raw = await crafted({
      inner: lines(`From: ${ann}`, `To: ${both.join(', ')}`, 'Message-ID: <1@x.example>', deliveryRequest, '', ''),
      signedBy: sender,
      to: [hospital],
    })
    const { receipt } = messageIn(await agent.open(raw, { envelope: { mailFrom: ann, rcptTo: both } }))
    const idsOf = async (disposition: 'processed' | 'dispatched') =>
      (await agent.acknowledge(receipt, disposition)).messages.map(
        (message) => outerHeader(message.raw).fields.find(({ name }) => name === 'Message-ID')?.body,
      )
    const first = await idsOf('processed')
    expect(await idsOf('processed')).toEqual(first)
    expect(new Set([...first, ...(await idsOf('dispatched'))]).size).toBe(4)
  })

  test('one for each recipient, signed by and from that one (AS-106, AS-107); or for those who are named', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const both = [bob, 'ida@direct.hospital.example']
    const { clinic } = await bothAgents()
    const agent = agentOf([hospital], { trust: [clinicCa], discovery: [sender.certificate] })
    const inner = lines(`From: ${ann}`, `To: ${both.join(', ')}`, 'Message-ID: <1@x.example>', '', '')
    const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
    const { receipt } = messageIn(await agent.open(raw, { envelope: { rcptTo: both } }))
    const answers = (await agent.acknowledge(receipt, 'processed')).messages
    const opened = await Promise.all(answers.map(async ({ raw }) => notificationIn(await clinic.open(raw))))
    expect(opened.map(({ author, spokenFor }) => [author, spokenFor])).toEqual(both.map((one) => [one, [one]]))
    expect((await agent.acknowledge(receipt, 'processed', { recipients: [both[1]!] })).messages).toHaveLength(1)
    expect(await codeOfRejection(agent.acknowledge(receipt, 'processed', { recipients: [ida] }))).toBe(
      'ERR_AGENT_NOT_A_RECIPIENT',
    )
  })

  test('MAIL FROM may be given, for peers that refuse an empty one', async () => {
    const { hospital, opened } = await received()
    const { messages } = await hospital.acknowledge(opened.receipt, 'processed', { mailFrom: bob })
    expect(messages[0]!.envelope.mailFrom).toBe(bob)
  })

  test('a sender whose certificate is not found, or cannot be asked for, is told of and not written to', async () => {
    const { opened } = await received()
    const { bob: recipient, clinicCa } = await world()
    const lost = agentOf([recipient], { trust: [clinicCa], discovery: [] })
    const answer = await lost.acknowledge(opened.receipt, 'processed')
    expect(answer.messages).toEqual([])
    expect(answer.rejected.map(({ address, code, temporary }) => [address, code, temporary])).toEqual([
      [ann, 'no-certificate', false],
    ])
  })
})

describe('the receipt', () => {
  test('survives JSON, and holds nothing of the content', async () => {
    const { hospital, sealed, opened } = await received([['X-Note', 'Miller']])
    const text = JSON.stringify(opened.receipt)
    expect(JSON.parse(text)).toEqual(opened.receipt)
    expect(opened.receipt).toEqual({
      version: 1,
      messageId: sealed.messageId,
      notify: ann,
      recipients: [bob],
      deliveryRequested: false,
      receiptRequested: false,
    })
    const again = await hospital.acknowledge(JSON.parse(text), 'processed')
    expect(again.messages).toHaveLength(1)
  })

  test('knows whether delivery was asked for (DN-1)', async () => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: bob, requestDelivery: true, ...words })
    expect(messageIn(await hospital.open(sealed.messages[0]!.raw)).receipt.deliveryRequested).toBe(true)
    expect((await received()).opened.receipt.deliveryRequested).toBe(false)
  })

  test.each([
    { comment: 'its author', fields: [['Disposition-Notification-To', ann]], notify: ann },
    {
      comment: 'a third party: not followed',
      fields: [['Disposition-Notification-To', 'victim@other.example']],
      notify: ann,
    },
    {
      comment: 'somebody else at the clinic: not followed',
      fields: [['Disposition-Notification-To', ida]],
      notify: ann,
    },
    {
      comment: 'two mailboxes: not followed',
      fields: [['Disposition-Notification-To', `${ann}, victim@other.example`]],
      notify: ann,
    },
  ] as const)('answers go to whom the signer speaks for (AS-101). Aimed at $comment', async ({ fields, notify }) => {
    expect((await received(fields)).opened.receipt.notify).toBe(notify)
  })

  test.each([
    { comment: 'Disposition-Notification-To', header: [`Disposition-Notification-To: ${ida}`], notify: ida },
    { comment: 'Sender', header: [`Sender: ${ida}`], notify: ida },
    {
      comment: 'Disposition-Notification-To before Sender',
      header: [`Sender: ${ann}`, `Disposition-Notification-To: ${ida}`],
      notify: ida,
    },
    {
      comment: 'Disposition-Notification-To in two fields: none',
      header: [`Disposition-Notification-To: ${ida}`, `Disposition-Notification-To: ${ann}`],
      notify: ann,
    },
  ])('a domain certificate speaks for all of its domain: $comment', async ({ header, notify }) => {
    const { bob: reader } = await world()
    const clinic = await organisation(ann, 'Clinic CA')
    const { hospital } = await bothAgents()
    const raw = await crafted({
      inner: lines(`From: ${ann}`, `To: ${bob}`, ...header, '', ''),
      signedBy: clinic,
      to: [reader],
    })
    expect(messageIn(await hospital.open(raw)).receipt.notify).toBe(notify)
  })

  test('of two signers one that speaks for the address is enough', async () => {
    const { ann: sender, bob: reader } = await world()
    const clinic = await organisation(ann, 'Clinic CA')
    const { hospital } = await bothAgents()
    const inner = wrapMessage(
      lines(`From: ${ann}`, `To: ${bob}`, `Disposition-Notification-To: ${ida}`, 'Message-ID: <1@x.example>', '', ''),
    )
    const notify = async (...signers: (typeof clinic)[]) => {
      const signing = signers.map(({ identity }) => identity.signing!)
      const raw = await encrypted(await signEntity(inner, signing, { crypto, at: now }), [reader])
      return messageIn(await hospital.open(raw)).receipt.notify
    }
    expect(await notify(sender, clinic)).toBe(ida)
    expect(await notify(sender)).toBe(ann)
  })

  test.each([
    { comment: 'none', field: [], messageId: undefined },
    { comment: 'one beyond ASCII', field: ['Message-ID: <ü@x.example>'], messageId: undefined },
    { comment: 'one too long for a line', field: [`Message-ID: <${'a'.repeat(980)}@x>`], messageId: undefined },
    { comment: 'an odd one', field: ['Message-ID: <not quite@an identifier>'], messageId: '<not quite@an identifier>' },
  ])('a message whose Message-ID is $comment can be answered', async ({ field, messageId }) => {
    const { ann: sender, bob: reader } = await world()
    const { clinic, hospital } = await bothAgents()
    const raw = await crafted({
      inner: lines(`From: ${ann}`, `To: ${bob}`, ...field, '', ''),
      signedBy: sender,
      to: [reader],
    })
    const { receipt } = messageIn(await hospital.open(raw))
    expect(receipt.messageId).toBe(messageId)
    const { messages } = await hospital.acknowledge(receipt, 'processed')
    expect(notificationIn(await clinic.open(messages[0]!.raw)).notification.originalMessageId).toBe(messageId)
  })
})

describe('for whom a notification speaks (DN-24)', () => {
  const alias = 'lab@direct.hospital.example'
  const mdn = (original: string) =>
    buildDispositionNotification({
      recipient: bob,
      originalRecipient: original,
      to: ann,
      originalMessageId: '<1@direct.clinic.example>',
      dispositionType: 'processed',
      reportingUa: 'direct.hospital.example',
      messageId: '<2@direct.hospital.example>',
      date: now,
    })

  test('the alias that was written to counts beside the mailbox, where its signer speaks for both', async () => {
    const { ann: reader, bob: single } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const { clinic } = await bothAgents()
    const spokenFor = async (original: string, ...signers: (typeof hospital)[]) => {
      const signing = signers.map(({ identity }) => identity.signing!)
      const signed = await signEntity(wrapMessage(await mdn(original)), signing, { crypto, at: now })
      const raw = await encrypted(signed, [reader], [`From: ${bob}`, `To: ${ann}`])
      return notificationIn(await clinic.open(raw)).spokenFor
    }
    expect(await spokenFor(alias, hospital)).toEqual([alias, bob])
    expect(await spokenFor(alias, single)).toEqual([bob])
    expect(await spokenFor(alias, single, hospital)).toEqual([alias, bob])
    expect(await spokenFor('lab@direct.other.example', hospital)).toEqual([bob])
    expect(await spokenFor(bob, hospital)).toEqual([bob])
  })

  test('those of its recipients who do not trust it are told', async () => {
    const { ann: reader, bob: single, hospitalCa } = await world()
    const ida = await person('ida@direct.clinic.example', 'Clinic CA')
    const text = decodeUtf8(await mdn(bob)).replace(/^To: .*$/m, `To: ${ann}, ${ida.address}`)
    const raw = await crafted({ inner: encodeUtf8(text), signedBy: single, to: [reader, ida], outer: [`To: ${ann}`] })
    const open = async (readers: readonly string[]) => {
      const trust: TrustStore = {
        anchors: async ({ address }) => (readers.includes(address) ? [anchorOf(hospitalCa)] : []),
      }
      const envelope = { rcptTo: [ann, ida.address] }
      const { recipients, rejected, smtpAdvice } = notificationIn(
        await agentOf([reader, ida], { trust }).open(raw, { envelope }),
      )
      return [
        recipients.map(({ address }) => address),
        rejected.map(({ address, code }) => [address, code]),
        smtpAdvice,
      ]
    }
    expect(await open([ann])).toEqual([[ann], [[ida.address, 'untrusted']], 'accept'])
    expect(await open([ann, ida.address])).toEqual([[ann, ida.address], [], 'accept'])
  })
})

describe('a notification that is opened (AS-103, DN-24)', () => {
  const about = '<1@direct.clinic.example>'
  const statement = (recipient: string) =>
    ({
      recipient,
      originalMessageId: about,
      dispositionType: 'processed',
      reportingUa: 'x',
      messageId: '<2@x.example>',
      date: now,
    }) as const

  test('is of another kind, has no receipt, and names those for whom its signer speaks', async () => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await hospital.seal(await buildDispositionNotification({ ...statement(bob), to: ann }))
    const opened = notificationIn(await clinic.open(sealed.messages[0]!.raw))
    expect(Object.keys(opened)).not.toContain('receipt')
    expect(Object.keys(opened)).not.toContain('message')
    expect(opened).toMatchObject({ author: bob, spokenFor: [bob] })
  })

  test('a claim about the recipient of somebody else counts for nothing', async () => {
    const { clinic, hospital } = await bothAgents()
    const lie = decodeUtf8(await buildDispositionNotification({ ...statement(bob), to: ann })).replace(
      `rfc822; ${bob}`,
      'rfc822; carol@direct.other.example',
    )
    const sealed = await hospital.seal(encodeUtf8(lie))
    expect(notificationIn(await clinic.open(sealed.messages[0]!.raw)).spokenFor).toEqual([])
  })

  test('a report of failure is a notification too, and speaks for each of its recipients', async () => {
    const { ann: reader, hospitalCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const status = (...groups: readonly string[]) =>
      buildPart({
        contentType: 'message/delivery-status',
        transferEncoding: '7bit',
        content: encodeUtf8(groups.join('\r\n\r\n')),
      })
    const report = await buildMessage({
      from: 'postmaster@direct.hospital.example',
      to: ann,
      messageId: '<3@direct.hospital.example>',
      date: now,
      inReplyTo: about,
      body: buildMultipart('report', [
        buildPart({ contentType: 'text/plain', content: encodeUtf8('It failed.\r\n') }),
        status(
          'Reporting-MTA: dns; direct.hospital.example',
          `Final-Recipient: rfc822; ${bob}\r\nAction: failed\r\nStatus: 5.0.0`,
          'Final-Recipient: rfc822; carol@direct.other.example\r\nAction: failed\r\nStatus: 5.1.1',
        ),
      ]),
    })
    const clinic = agentOf([reader], { trust: [hospitalCa] })
    const raw = await crafted({ inner: report, signedBy: hospital, to: [reader], outer: [`To: ${ann}`] })
    const opened = notificationIn(await clinic.open(raw))
    expect(opened.notification).toMatchObject({ type: 'delivery-status-notification', originalMessageId: about })
    expect(opened.spokenFor).toEqual([bob])
  })

  test.each([
    { comment: 'ten thousand fields and more', body: 'X-A: b\r\n'.repeat(10_002) },
    { comment: 'a field of over a megabyte', body: `X-A: ${'b'.repeat(1_100_000)}\r\n` },
    { comment: 'a million blank lines', body: '\r\n'.repeat(1_000_000) },
    { comment: 'nothing', body: '' },
  ])('one whose fields cannot be read is an answer all the same: $comment', async ({ body }) => {
    const { ann: reader, bob: sender } = await world()
    const { clinic } = await bothAgents()
    const report = buildMultipart('report', [
      buildPart({ contentType: 'text/plain', content: encodeUtf8('x') }),
      encodeUtf8(`Content-Type: message/disposition-notification\r\n\r\n${body}`),
    ])
    const inner = await buildMessage({ from: bob, to: ann, messageId: '<4@x.example>', date: now, body: report })
    const opened = await clinic.open(await crafted({ inner, signedBy: sender, to: [reader], outer: [`To: ${ann}`] }))
    expect(notificationIn(opened)).toMatchObject({ notification: { type: 'disposition-notification' }, spokenFor: [] })
  })

  test('is trusted like a message: from a stranger it is refused', async () => {
    const { ann: reader, bob: trusted } = await world()
    const { clinic } = await bothAgents()
    const stranger = await person(bob, 'Stranger CA')
    const inner = await buildDispositionNotification({ ...statement(bob), to: ann })
    const from = async (signedBy: typeof stranger) =>
      outcomeOf(await clinic.open(await crafted({ inner, signedBy, to: [reader], outer: [`To: ${ann}`] })))
    expect(await from(stranger)).toBe('untrusted')
    expect(await from(trusted)).toBe('notification')
  })
})
