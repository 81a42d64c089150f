import { describe, expect, test } from 'vitest'
import { createAgent, type IdentityStore } from '../../src/agent/index.js'
import type { Discovery } from '../../src/discovery/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issueAuthority } from '../helpers/issue.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  lines,
  messageIn,
  now,
  type Party,
  person,
  rejections,
  words,
  world,
} from './world.js'

describe('who gets what is sealed (AS-70 to AS-76)', () => {
  test('sealed again for the one who could not be reached, it is the same message', async () => {
    const { clinic, hospital } = await bothAgents({ discovery: [] })
    const first = await clinic.seal({ from: ann, to: bob, ...words })
    expect(first.messages).toEqual([])
    const later = (await bothAgents()).clinic
    const again = await later.seal(first.inner, { envelope: { rcptTo: [bob] } })
    expect(again.messageId).toBe(first.messageId)
    expect(again.inner).toEqual(first.inner)
    const { message } = messageIn(await hospital.open(again.messages[0]!.raw))
    expect(message.header.messageId).toBe(first.messageId)
    expect(message.text).toBe(words.text)
  })

  test('nobody who may get the message: nothing is made at all (AS-74)', async () => {
    const { ann: sender, bob: recipient } = await world()
    const agent = agentOf([sender], { trust: [], discovery: [recipient.certificate] })
    const sealed = await agent.seal({ from: ann, to: bob, ...words })
    expect(sealed.messages).toEqual([])
    expect(sealed.accepted).toEqual([])
    expect(rejections(sealed)).toEqual([[bob, 'untrusted', 'final']])
  })

  test('a certificate that may not be used is told apart from one that is not trusted (DISC-2)', async () => {
    const { ann: sender, hospitalCa } = await world()
    const expired = await person(bob, 'Hospital CA', { notAfter: now - 1 })
    const agent = agentOf([sender], { trust: [hospitalCa], discovery: [expired.certificate] })
    expect(rejections(await agent.seal({ from: ann, to: bob, ...words }))).toEqual([
      [bob, 'no-usable-certificate', 'final'],
    ])
  })

  test('a recipient written twice, in other letters, gets one message', async () => {
    const { clinic } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: [bob, 'Bob@Direct.Hospital.Example'], cc: bob, ...words })
    expect(sealed.messages.map(({ envelope }) => envelope.rcptTo.length)).toEqual([1])
  })

  test('two certificates of a recipient: the message is encrypted to both, and either key opens it (AS-56)', async () => {
    const { ann: sender, clinicCa, hospitalCa } = await world()
    const first = await person(bob, 'Hospital CA', { cn: 'bob one' })
    const second = await person(bob, 'Hospital CA', { cn: 'bob two' })
    const discovery = [first.certificate, second.certificate]
    const sealed = await agentOf([sender], { trust: [hospitalCa], discovery }).seal({ from: ann, to: bob, ...words })
    expect(sealed.accepted[0]!.certificates).toEqual(discovery)
    for (const recipient of [first, second]) {
      const opened = await agentOf([recipient], { trust: [clinicCa] }).open(sealed.messages[0]!.raw)
      expect(messageIn(opened).message.text).toBe(words.text)
    }
  })
})

describe('calls that cannot be carried out', () => {
  test.each([
    { comment: 'an author who is not served here', message: { from: bob, to: ann }, code: 'ERR_AGENT_NO_IDENTITY' },
    { comment: 'an author that is no address', message: { from: 'Ann', to: bob }, code: 'ERR_AGENT_MESSAGE' },
    {
      comment: 'a field that would begin another',
      message: { from: ann, to: bob, fields: [['X', 'a\r\nBcc: x']] as const },
      code: 'ERR_AGENT_MESSAGE',
    },
  ])('$comment: $code', async ({ message, code }) => {
    const { clinic } = await bothAgents()
    expect(await codeOfRejection(clinic.seal(message))).toBe(code)
  })

  test.each([
    { comment: 'no From', header: `To: ${bob}`, code: 'ERR_AGENT_NO_AUTHOR' },
    {
      comment: 'two authors',
      header: `From: ${ann}, ida@direct.clinic.example\r\nTo: ${bob}`,
      code: 'ERR_AGENT_NO_AUTHOR',
    },
    { comment: 'two From fields', header: `From: ${ann}\r\nFrom: ${ann}\r\nTo: ${bob}`, code: 'ERR_AGENT_NO_AUTHOR' },
    {
      comment: 'a Message-ID beyond ASCII',
      header: `From: ${ann}\r\nTo: ${bob}\r\nMessage-ID: <ü@x.example>`,
      code: 'ERR_AGENT_MESSAGE',
    },
    { comment: 'the twin that is sealed', header: `From: ${ann}\r\nTo: ${bob}`, code: undefined },
  ])('a finished message with $comment', async ({ header, code }) => {
    const { clinic } = await bothAgents()
    expect(await codeOfRejection(clinic.seal(new TextEncoder().encode(`${header}\r\n\r\nHello\r\n`)))).toBe(code)
  })

  test('a store that does not answer is temporary and says nothing of the message', async () => {
    const { ann: sender } = await world()
    const away = async () => {
      throw new Error(`connection refused for ${ann}`)
    }
    const stores = [
      createAgent({ identities: { find: away }, trust: [], discovery: [] }),
      agentOf([sender], { trust: { anchors: away } }),
    ]
    for (const agent of stores) {
      const failure = await agent.seal({ from: ann, to: bob, ...words }).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'ERR_AGENT_PORT', temporary: true })
      expect((failure as Error).message).not.toContain('@')
      expect((failure as Error).cause).toMatchObject({ message: `connection refused for ${ann}` })
    }
  })

  test('an aborted call ends as its caller asked', async () => {
    const { clinic } = await bothAgents()
    const reason = new Error('enough')
    const signal = AbortSignal.abort(reason)
    await expect(clinic.seal({ from: ann, to: bob, ...words }, { signal })).rejects.toBe(reason)
  })

  test('once a call is aborted, no port is asked any more', async () => {
    const asked: string[] = []
    const agent = createAgent({
      identities: {
        find: async () => {
          asked.push('identities')
          return []
        },
      },
      trust: [],
      discovery: [],
      clock: () => now,
    })
    const reason = new Error('enough')
    const call = (signal: AbortSignal) => agent.open(lines(`To: ${bob}`, '', 'x'), { signal })
    await expect(call(AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(asked).toEqual([])
    expect((await call(new AbortController().signal)).kind).toBe('rejected')
    expect(asked).toEqual(['identities'])
  })

  test('a store of identities is told for whom, for what use and when', async () => {
    const { ann: sender, bob: reader, hospitalCa } = await world()
    const asked: unknown[] = []
    const storeOf = (...served: readonly Party[]): IdentityStore => ({
      find: async (query) => {
        asked.push(query)
        return served.filter(({ address }) => address === query.address).map(({ identity }) => identity)
      },
    })
    const identities = storeOf(sender, reader)
    const options = { identities, trust: [hospitalCa], discovery: [reader.certificate], clock: () => now }
    const agent = createAgent(options)
    const sealed = await agent.seal({ from: ann, to: bob, ...words })
    expect(asked.splice(0)).toEqual([{ address: ann, use: 'signing', at: now }])
    await agent.open(sealed.messages[0]!.raw, { receivedAt: now + 1000 })
    expect(asked.splice(0)).toEqual([{ address: bob, use: 'decryption', at: now + 1000 }])
    await agent.reportFailure(sealed, { recipients: [bob] })
    expect(asked.splice(0)).toEqual([{ address: ann, use: 'signing', at: now }])
    const none = createAgent({ ...options, identities: storeOf(reader) })
    await expect(none.reportFailure(sealed, { recipients: [bob] })).rejects.toMatchObject({
      code: 'ERR_AGENT_NO_IDENTITY',
    })
    expect(asked).toEqual([
      { address: ann, use: 'signing', at: now },
      { address: ann, use: 'decryption', at: now },
    ])
  })

  test('a certificate that is not valid yet does not sign; once it is, it does', async () => {
    const { hospitalCa, bob: recipient } = await world()
    await issueAuthority({ cn: 'Clinic CA' })
    const early = await person(ann, 'Clinic CA', { notBefore: now + 1000 })
    const options = { trust: [hospitalCa], discovery: [recipient.certificate] }
    const sealAt = (at: number) =>
      agentOf([early], { ...options, clock: () => at }).seal({ from: ann, to: bob, ...words })
    expect(await codeOfRejection(sealAt(now))).toBe('ERR_AGENT_NO_IDENTITY')
    expect((await sealAt(now + 1000)).messages).toHaveLength(1)
  })

  test('a certificate signs to the last instant that it names (RFC 5280 §4.1.2.5)', async () => {
    const { hospitalCa, bob: recipient } = await world()
    const short = await person(ann, 'Clinic CA', { notAfter: now + 1000 })
    const options = { trust: [hospitalCa], discovery: [recipient.certificate] }
    const sealAt = (at: number) =>
      agentOf([short], { ...options, clock: () => at }).seal({ from: ann, to: bob, ...words })
    expect((await sealAt(now + 1000)).messages).toHaveLength(1)
    expect(await codeOfRejection(sealAt(now + 1001))).toBe('ERR_AGENT_NO_IDENTITY')
  })

  test('sixteen recipients are asked for at a time, and the answers keep their order', async () => {
    const { ann: sender, hospitalCa } = await world()
    let [running, most] = [0, 0]
    const discovery: Discovery = {
      async find() {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setTimeout(resolve))
        running--
        return { certificates: [], steps: [] }
      },
    }
    const to = Array.from({ length: 40 }, (_, at) => `p${at}@direct.hospital.example`)
    const { rejected } = await agentOf([sender], { trust: [hospitalCa], discovery }).seal({ from: ann, to, ...words })
    expect(rejected.map(({ address }) => address)).toEqual(to)
    expect(most).toBe(16)
  })
})
