import { describe, expect, test } from 'vitest'
import { type Policy, policies, replyTo, type Serves, seenInMemory } from '../../src/agent/index.js'
import { certificateList, type Discovery } from '../../src/discovery/index.js'
import { type Identity, loadIdentity } from '../../src/keys/index.js'
import { anchorOf } from '../../src/path/index.js'
import type { TrustStore } from '../../src/trust/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issueMailbox } from '../helpers/issue.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  crafted,
  day,
  lines,
  messageIn,
  notificationIn,
  now,
  organisation,
  outcomeOf,
  outerHeader,
  person,
  rejections,
  words,
  world,
} from './world.js'

// Every case that the front door is built for has a test of that name here. How each of them varies is told in the files
// about opening, recipients, replies, served addresses, duplicates and keys.

const carol = 'carol@direct.other.example'
const letter = lines(
  `From: ${ann}`,
  `To: ${bob}, ${carol}`,
  'Subject: Results',
  'Message-ID: <1@x.example>',
  '',
  'Fine.',
)

/** What Ann seals for Bob, ready for SMTP; and the agents of both. */
async function sealed() {
  const { clinic, hospital } = await bothAgents()
  const { messages, messageId } = await clinic.seal({ ...words, from: ann, to: bob })
  return { clinic, hospital, messageId, ...messages[0]! }
}

describe('the front door', () => {
  test('two local recipients with different keys and anchors, one accepting and one not', async () => {
    const { ann: sender, bob: trusting, clinicCa, hospitalCa } = await world()
    const wary = await person(carol, 'Hospital CA')
    const trust: TrustStore = {
      anchors: async ({ address }) => [anchorOf(address === bob ? clinicCa : hospitalCa)],
    }
    const agent = agentOf([trusting, wary], { trust })
    const raw = await crafted({ inner: letter, signedBy: sender, to: [trusting, wary] })
    const opened = messageIn(await agent.open(raw, { envelope: { mailFrom: ann, rcptTo: [bob, carol] } }))
    expect(opened.recipients.map(({ address }) => address)).toEqual([bob])
    expect(opened.rejected.map(({ address, code }) => [address, code])).toEqual([[carol, 'untrusted']])
    expect(opened.receipt.recipients).toEqual([bob])
    const alone = await agent.open(raw, { envelope: { mailFrom: ann, rcptTo: [carol] } })
    expect(outcomeOf(alone)).toBe('untrusted')
  })

  test.each([
    {
      comment: 'a group mailbox',
      written: 'lab@direct.hospital.example',
      members: [bob, 'ida@direct.hospital.example'],
    },
    { comment: 'an alias', written: 'robert@direct.hospital.example', members: [bob] },
  ])('$comment: the answer speaks for the address that was written to', async ({ written, members }) => {
    const { ann: sender, clinicCa, hospitalCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const serves: Serves = async (address) => (address === written ? members : members.filter((one) => one === address))
    const options = { trust: [clinicCa], discovery: [sender.certificate] }
    const inner = lines(`From: ${ann}`, `To: ${written}`, 'Message-ID: <1@x.example>', '', 'Fine.')
    const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
    const envelope = { mailFrom: ann, rcptTo: members }
    const agent = agentOf([hospital], { ...options, serves })
    const opened = messageIn(await agent.open(raw, { envelope }))
    expect(opened.recipients.map(({ address, mailbox }) => [address, mailbox])).toEqual(
      members.map((mailbox) => [written, mailbox]),
    )
    expect(outcomeOf(await agentOf([hospital], options).open(raw, { envelope }))).toBe('tampered')

    const answer = await agent.acknowledge(opened.receipt, 'processed', { recipients: [written] })
    const clinic = agentOf([sender], { trust: [hospitalCa], discovery: [hospital.certificate] })
    const { notification } = notificationIn(await clinic.open(answer.messages[0]!.raw))
    expect(notification).toMatchObject({ finalRecipient: written })
  })

  test('key rollover: mail sealed to the old key still opens, that to the new one too', async () => {
    const { ann: sender, clinicCa } = await world()
    const old = await person(bob, 'Hospital CA', { cn: 'bob 2025', notAfter: now - day })
    const current = await person(bob, 'Hospital CA', { cn: 'bob 2026' })
    const both: Identity = {
      ...current.identity,
      decryption: [...current.identity.decryption, ...old.identity.decryption],
    }
    const agent = agentOf([{ ...current, identity: both }], { trust: [clinicCa] })
    for (const to of [old, current]) {
      const opened = await agent.open(await crafted({ inner: letter, signedBy: sender, to: [to] }))
      expect(messageIn(opened).message.header.subject).toBe('Results')
    }
    const without = agentOf([current], { trust: [clinicCa] })
    const toOld = await crafted({ inner: letter, signedBy: sender, to: [old] })
    expect(outcomeOf(await without.open(toOld))).toBe('not-decryptable')
  })

  test('separate signing and encryption certificates: sealed to the one, signed with the other (AS-24)', async () => {
    const { ann: reader, bob: other, clinicCa, hospitalCa } = await world()
    const signs = await person(carol, 'Hospital CA', { cn: 'carol signs', keyUsage: ['digitalSignature'] })
    const reads = await person(carol, 'Hospital CA', { cn: 'carol reads', keyUsage: ['keyEncipherment'] })
    const published = [signs.certificate, reads.certificate, reader.certificate, other.certificate]
    const clinic = agentOf([reader], { trust: [hospitalCa], discovery: published })
    const carols = agentOf([signs, reads], { trust: [clinicCa], discovery: published })

    const there = await clinic.seal({ from: ann, to: carol, ...words })
    expect(there.accepted[0]!.certificates).toEqual([reads.certificate])
    expect(messageIn(await carols.open(there.messages[0]!.raw)).message.author).toBe(ann)
    const back = await carols.seal({ from: carol, to: ann, ...words })
    expect(messageIn(await clinic.open(back.messages[0]!.raw)).message.author).toBe(carol)
  })

  test.each([
    { comment: 'outgoing: written to, not read', direction: 'outgoing', messages: 1, opened: 'untrusted' },
    { comment: 'incoming: read, not written to', direction: 'incoming', messages: 0, opened: 'message' },
  ] as const)('a peer trusted in one direction, $comment (AS-90)', async ({ direction, messages, opened }) => {
    const { ann: sender, bob: recipient, hospitalCa } = await world()
    const trust: TrustStore = {
      anchors: async (query) => (query.direction === direction ? [anchorOf(hospitalCa)] : []),
    }
    const discovery = [sender.certificate, recipient.certificate]
    const clinic = agentOf([sender], { trust, discovery })
    expect((await clinic.seal({ from: ann, to: bob, ...words })).messages).toHaveLength(messages)
    const { hospital } = await bothAgents()
    const back = await hospital.seal({ from: bob, to: ann, ...words })
    expect(outcomeOf(await clinic.open(back.messages[0]!.raw))).toBe(opened)
  })

  test('a finished message and an envelope that differ: the envelope decides who gets it (AS-5)', async () => {
    const { ann: sender, clinicCa, hospitalCa } = await world()
    const domain = await organisation(bob, 'Hospital CA')
    const clinic = agentOf([sender], { trust: [hospitalCa], discovery: [domain.certificate] })
    const hospital = agentOf([domain], { trust: [clinicCa] })
    const ida = 'ida@direct.hospital.example'
    const finished = lines(`From: ${ann}`, `To: ${bob}, ${ida}`, 'Message-ID: <1@x.example>', '', 'Fine.')
    const mailFrom = 'bounces@direct.clinic.example'
    const { messages } = await clinic.seal(finished, { envelope: { mailFrom, rcptTo: [bob] } })
    const [{ raw, envelope }] = messages as [(typeof messages)[number]]
    expect([messages.length, envelope]).toEqual([1, { mailFrom, rcptTo: [bob] }])
    expect(outerHeader(raw).fields.find(({ name }) => name === 'To')?.body).toBe(bob)
    const opened = messageIn(await hospital.open(raw, { envelope }))
    expect(opened.recipients.map(({ address }) => address)).toEqual([bob])
    // What was signed names both, and the envelope of this side decides in its turn.
    expect(opened.message.header.to.map(({ address }) => address)).toEqual([bob, ida])
    const toIda = messageIn(await hospital.open(raw, { envelope: { mailFrom, rcptTo: [ida] } }))
    expect(toIda.recipients.map(({ address }) => address)).toEqual([ida])
  })

  test('one recipient temporary, one permanent, one fine: the message goes to the one, and the others are told apart', async () => {
    const { ann: sender, bob: recipient, hospitalCa } = await world()
    const known = certificateList([recipient.certificate])
    const discovery: Discovery = {
      find: async (question) => {
        if (question.address.startsWith('away@')) throw new Error('the directory does not answer')
        return known.find(question)
      },
    }
    const agent = agentOf([sender], { trust: [hospitalCa], discovery })
    const to = ['away@direct.hospital.example', 'nobody@direct.hospital.example', bob]
    const sealed = await agent.seal({ from: ann, to, ...words })
    expect(rejections(sealed)).toEqual([
      ['away@direct.hospital.example', 'lookup-failed', 'again'],
      ['nobody@direct.hospital.example', 'no-certificate', 'final'],
    ])
    expect(sealed.messages.map(({ envelope }) => envelope)).toEqual([{ mailFrom: ann, rcptTo: [bob] }])

    // AS-76: those who get nothing are not named outside; the signed header stays as it was written.
    const { fields } = outerHeader(sealed.messages[0]!.raw)
    expect(fields.find(({ name }) => name === 'To')?.body).toBe(bob)
    const { hospital } = await bothAgents()
    const { message } = messageIn(await hospital.open(sealed.messages[0]!.raw))
    expect(message.header.to.map(({ address }) => address)).toEqual(to)
  })

  test('the same message opened twice: one answer and one receipt; a store of what was seen tells the second', async () => {
    const { hospital, raw } = await sealed()
    expect(await hospital.open(raw)).toEqual(await hospital.open(raw))
    const remembering = (await bothAgents({ seen: seenInMemory() })).hospital
    const first = messageIn(await remembering.open(raw))
    const second = messageIn(await remembering.open(raw))
    expect([first, second].map(({ recipients }) => recipients[0]!.duplicate)).toEqual([false, true])
    expect(second.receipt).toEqual(first.receipt)
  })

  test('opened a year later: it is judged at the time it came in', async () => {
    const { raw, envelope } = await sealed()
    const { bob: reader, clinicCa } = await world()
    const later = agentOf([reader], { trust: [clinicCa], clock: () => now + 365 * day })
    expect(outcomeOf(await later.open(raw, { envelope }))).toBe('untrusted')
    expect(outcomeOf(await later.open(raw, { envelope, receivedAt: now }))).toBe('message')
  })

  test.each([
    { comment: 'To', outer: [`From: ${ann}`, `To: ${bob}`], expected: 'message' },
    {
      comment: 'Cc, in other letters',
      outer: [`From: ${ann}`, 'cC: Bob <BOB@Direct.Hospital.Example>'],
      expected: 'message',
    },
    { comment: 'one with a tag', outer: [`From: ${ann}`, 'To: bob+lab@direct.hospital.example'], expected: 'message' },
    {
      comment: 'somebody served elsewhere',
      outer: [`From: ${ann}`, 'To: ida@elsewhere.example'],
      expected: 'no-local-recipient',
    },
    { comment: 'nobody', outer: [`From: ${ann}`], expected: 'no-local-recipient' },
  ])('no envelope known: the outer header says for whom it is (AS-5), $comment', async ({ outer, expected }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const raw = await crafted({ inner: letter, signedBy: sender, to: [reader], outer })
    expect(outcomeOf(await hospital.open(raw))).toBe(expected)
  })

  test('a reply gives recipients, In-Reply-To and References, and can be sealed and opened', async () => {
    const { clinic, hospital, raw, messageId } = await sealed()
    const opened = messageIn(await hospital.open(raw))
    const reply = await hospital.seal({ ...replyTo(opened), text: 'Thank you.' })
    const answer = messageIn(await clinic.open(reply.messages[0]!.raw))
    expect(answer.message.header).toMatchObject({
      from: { address: bob },
      to: [{ address: ann }],
      subject: `Re: ${words.subject}`,
      inReplyTo: [messageId],
      references: [messageId],
    })
    const again = replyTo(answer)
    expect(again.subject).toBe(`Re: ${words.subject}`)
    expect(again.references).toEqual([messageId, reply.messageId])
  })

  test('a throttled key service: nothing is decided, and the same bytes open when it answers again', async () => {
    const { raw } = await sealed()
    const { bob: reader, clinicCa } = await world()
    let throttled = true
    const decryption = reader.identity.decryption.map(({ certificate, chain, key }) => ({
      certificate,
      chain,
      key: {
        decryptKey: async (request: Parameters<typeof key.decryptKey>[0]) => {
          if (throttled) throw new Error('too many requests')
          return key.decryptKey(request)
        },
      },
    }))
    const agent = agentOf([{ ...reader, identity: { decryption } }], { trust: [clinicCa] })
    const first = await agent.open(raw)
    expect(first).toMatchObject({ kind: 'deferred', code: 'key-unreachable', cause: new Error('too many requests') })
    throttled = false
    expect((await agent.open(raw)).kind).toBe('message')
  })

  test('a browser with a non-extractable key: it signs, and opens what is sealed to it by OAEP', async () => {
    const { ann: peer, clinicCa, hospitalCa } = await world()
    const signs = await held('RSASSA-PKCS1-v1_5', ['sign', 'verify'], 'digitalSignature')
    const reads = await held('RSA-OAEP', ['encrypt', 'decrypt'], 'keyEncipherment')
    expect([signs, reads].map(({ source }) => source.privateKey.extractable)).toEqual([false, false])
    const identity = await loadIdentity({ signing: signs.source, decryption: reads.source })
    const discovery = [peer.certificate, reads.certificate]
    const browser = agentOf([{ address: bob, certificate: reads.certificate, identity }], {
      trust: [clinicCa],
      discovery,
    })
    const sending = { to: bob, sending: { keyTransport: 'RSAES-OAEP-SHA-256' } } as const
    const policy: Policy = { ...policies.direct, sendingTo: [sending] }
    const clinic = agentOf([peer], { trust: [hospitalCa], discovery, policy })

    const { messages } = await clinic.seal({ ...words, from: ann, to: bob })
    const opened = messageIn(await browser.open(messages[0]!.raw))
    expect(opened.message.text).toBe(words.text)
    const answer = await browser.acknowledge(opened.receipt, 'processed')
    expect(notificationIn(await clinic.open(answer.messages[0]!.raw)).spokenFor).toEqual([bob])
  })

  test('a recipient that is no Direct address is refused, never written to in the clear; the twin is', async () => {
    const { clinic } = await bothAgents()
    const from = { from: ann, to: bob, ...words }
    const sealed = await clinic.seal(from, { envelope: { rcptTo: ['bob', 'Bob <bob@direct.hospital.example>', bob] } })
    expect(rejections(sealed)).toEqual([
      ['bob', 'bad-address', 'final'],
      ['Bob <bob@direct.hospital.example>', 'bad-address', 'final'],
    ])
    expect(sealed.messages.map(({ envelope }) => envelope.rcptTo)).toEqual([[bob]])
    const ordinary = await clinic.seal({ ...from, to: 'bob@mail.example' })
    expect(rejections(ordinary)).toEqual([['bob@mail.example', 'no-certificate', 'final']])
    expect(ordinary.messages).toEqual([])
  })

  test('no recipient at all: the call is refused, and what names nobody is for nobody here', async () => {
    const { clinic, hospital, raw } = await sealed()
    const nobody = { from: ann, ...words }
    const byEnvelope = clinic.seal({ ...nobody, to: bob }, { envelope: { rcptTo: [] } })
    expect(await codeOfRejection(clinic.seal(nobody))).toBe('ERR_AGENT_NO_RECIPIENT')
    expect(await codeOfRejection(byEnvelope)).toBe('ERR_AGENT_NO_RECIPIENT')
    expect((await clinic.seal({ ...nobody, to: bob })).messages).toHaveLength(1)
    expect(outcomeOf(await hospital.open(raw, { envelope: { rcptTo: [] } }))).toBe('no-local-recipient')
    expect(outcomeOf(await hospital.open(raw))).toBe('message')
  })
})

/** A key that the host holds for one use and gives to nobody, and Bob's certificate for it. */
async function held(name: string, usages: KeyUsage[], usage: 'digitalSignature' | 'keyEncipherment') {
  const algorithm = { name, hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) }
  const pair = await crypto.subtle.generateKey(algorithm, false, usages)
  if (!('privateKey' in pair)) throw new Error('a key without a half')
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  const draft = { cn: `bob ${usage}`, by: 'Hospital CA', key: bob, publicKey, keyUsage: [usage] } as const
  const certificate = await issueMailbox(bob, draft)
  return { certificate, source: { certificate: certificate.bytes, privateKey: pair.privateKey } }
}
