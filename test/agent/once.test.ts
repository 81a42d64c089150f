import { describe, expect, test } from 'vitest'
import { type AgentOptions, type OpenOptions, policies, type SeenStore, seenInMemory } from '../../src/agent/index.js'
import { wrapMessage } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  codesOf,
  crafted,
  day,
  encrypted,
  lines,
  messageIn,
  now,
  outcomeOf,
  person,
  world,
} from './world.js'

const carol = 'carol@direct.hospital.example'

const letter = (text: string, id = '<1@direct.clinic.example>', to = `${bob}, ${carol}`) =>
  lines(`From: ${ann}`, `To: ${to}`, `Message-ID: ${id}`, 'Date: Mon, 1 Jun 2026 00:00:00 +0000', '', text)

async function scene(options: Partial<AgentOptions> = {}) {
  const { ann: sender, bob: reader, clinicCa } = await world()
  const other = await person(carol, 'Hospital CA')
  const agent = agentOf([reader, other], { trust: [clinicCa], seen: seenInMemory(), ...options })
  const open = async (text: string, given: { id?: string; to?: readonly string[] } & OpenOptions = {}) => {
    const { id, to = [bob], ...rest } = given
    const raw = await crafted({ inner: letter(text, id), signedBy: sender, to: [reader, other] })
    const opened = messageIn(await agent.open(raw, { envelope: { mailFrom: ann, rcptTo: to }, ...rest }))
    const seen = ['first-delivery', 'duplicate', 'message-id-conflict', 'replay-not-checked']
    const said = (['passed', 'unknown', 'skipped'] as const).flatMap((outcome) =>
      codesOf(opened.explanation.steps, outcome).filter((code) => seen.includes(code)),
    )
    return { duplicates: opened.recipients.map(({ duplicate }) => duplicate), said }
  }
  return { open, agent, sender, reader }
}

describe('a message is delivered once (seen)', () => {
  test('the same message again is a duplicate, for those who had it alone; another is none', async () => {
    const { open } = await scene()
    expect(await open('Fine.')).toEqual({ duplicates: [false], said: ['first-delivery'] })
    expect(await open('Fine.')).toEqual({ duplicates: [true], said: ['duplicate'] })
    const both = await open('Fine.', { to: [bob, carol] })
    expect(both.duplicates).toEqual([true, false])
    const other = { duplicates: [false], said: ['first-delivery'] }
    expect(await open('Fine.', { id: '<2@direct.clinic.example>' })).toEqual(other)
  })

  test('the same identifier of another author is another message', async () => {
    const { agent, sender, reader } = await scene()
    const eve = 'eve@direct.rival.example'
    const rival = await person(eve, 'Clinic CA')
    const said = async (from: string, signedBy: typeof rival) => {
      const inner = lines(`From: ${from}`, `To: ${bob}`, 'Message-ID: <1@direct.clinic.example>', '', 'Fine.')
      const raw = await crafted({ inner, signedBy, to: [reader] })
      const [last] = messageIn(await agent.open(raw, { envelope: { rcptTo: [bob] } })).explanation.steps.slice(-1)
      return [last?.code, last?.about]
    }
    expect(await said(ann, sender)).toEqual(['first-delivery', { address: bob }])
    expect(await said(eve, rival)).toEqual(['first-delivery', { address: bob }])
    expect(await said(eve, rival)).toEqual(['duplicate', { address: bob }])
  })

  test('another content with the same Message-ID is a conflict, and delivered', async () => {
    const { open } = await scene()
    await open('Fine.')
    expect(await open('Not fine.')).toEqual({ duplicates: [false], said: ['message-id-conflict'] })
  })

  test('the same delivery opened again, as after a crash, is no duplicate; the same message under another name is', async () => {
    const { open } = await scene()
    expect(await open('Fine.', { correlationId: 'queue 17' })).toMatchObject({ duplicates: [false] })
    expect(await open('Fine.', { correlationId: 'queue 17' })).toMatchObject({ duplicates: [false] })
    expect(await open('Fine.', { correlationId: 'queue 18' })).toMatchObject({ duplicates: [true] })
    expect(await open('Fine.')).toMatchObject({ duplicates: [true] })
  })

  test('without a store it says that it was not checked', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const raw = await crafted({ inner: letter('Fine.'), signedBy: sender, to: [reader] })
    const opened = messageIn(await agentOf([reader], { trust: [clinicCa] }).open(raw, { envelope: { rcptTo: [bob] } }))
    expect(codesOf(opened.explanation.steps, 'skipped')).toContain('replay-not-checked')
  })

  test('a store that does not answer defers the message; nothing names an address in it', async () => {
    const kept: string[] = []
    let broken = true
    const seen: SeenStore = {
      async keep(key, value) {
        if (broken) throw new Error('away')
        kept.push(key, value)
        return undefined
      },
    }
    const { agent, sender, reader } = await scene({ seen })
    const raw = await crafted({ inner: letter('Fine.'), signedBy: sender, to: [reader] })
    const envelope = { mailFrom: ann, rcptTo: [bob] }
    expect(await agent.open(raw, { envelope })).toMatchObject({
      kind: 'deferred',
      code: 'seen-store-failed',
      smtpAdvice: 'retry',
    })
    broken = false
    expect(outcomeOf(await agent.open(raw, { envelope }))).toBe('message')
    expect(kept).toHaveLength(2)
    expect(kept.every((text) => /^[0-9a-f]{64} ?$/.test(text))).toBe(true)
  })

  test('two processes that open it at the same time: one of them is first', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const seen = seenInMemory()
    const agents = [1, 2, 3].map(() => agentOf([reader], { trust: [clinicCa], seen }))
    const raw = await crafted({ inner: letter('Fine.'), signedBy: sender, to: [reader] })
    const opened = await Promise.all(agents.map((agent) => agent.open(raw, { envelope: { rcptTo: [bob] } })))
    expect(opened.map((each) => messageIn(each).recipients[0]!.duplicate).sort()).toEqual([false, true, true])
  })

  test('what is kept in memory is bounded: the oldest is forgotten', async () => {
    const seen = seenInMemory({ maxEntries: 2 })
    for (const key of ['a', 'b', 'c']) expect(await seen.keep(key, key, now)).toBeUndefined()
    expect([await seen.keep('b', 'other', now), await seen.keep('c', 'other', now)]).toEqual(['b', 'c'])
    expect(await seen.keep('a', 'other', now)).toBeUndefined()
  })
})

describe('the age of a message (maxAgeMs)', () => {
  const policy = { ...policies.direct, maxAgeMs: day }

  test.each([
    { comment: 'a day after it was signed', after: day, outcome: 'message' },
    { comment: 'a moment later', after: day + 1000, outcome: 'too-old' },
    { comment: 'without such a policy', after: 30 * day, outcome: 'message', policy: policies.direct },
  ])('$comment: $outcome', async ({ after, outcome, policy: other = policy }) => {
    const { clinic, hospital } = await bothAgents()
    const sealed = await clinic.seal({ from: ann, to: bob, subject: 'Results', text: 'Fine.' })
    const opened = await hospital.open(sealed.messages[0]!.raw, { receivedAt: now + after, policy: other })
    expect(outcomeOf(opened)).toBe(outcome)
  })

  test('an old letter that is signed today is old by its Date', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const agent = agentOf([reader], { trust: [clinicCa], policy })
    const old = lines(
      `From: ${ann}`,
      `To: ${bob}`,
      'Message-ID: <3@x.example>',
      'Date: Fri, 1 May 2026 00:00:00 +0000',
      '',
      'Fine.',
    )
    const opened = (inner: Uint8Array) =>
      crafted({ inner, signedBy: sender, to: [reader] }).then((raw) => agent.open(raw))
    expect(outcomeOf(await opened(old))).toBe('too-old')
    expect(outcomeOf(await opened(letter('Fine.')))).toBe('message')
  })
})

describe('which times count for the age of a message', () => {
  const policy = { ...policies.direct, maxAgeMs: day }
  const receivedAt = now + 2 * day
  const dated = (date: string) => [`From: ${ann}`, `To: ${bob}`, ...(date ? [`Date: ${date}`] : [])]
  const today = 'Wed, 3 Jun 2026 00:00:00 +0000'
  const earlier = 'Mon, 1 Jun 2026 00:00:00 +0000'

  test.each([
    { comment: 'signed long ago, without a Date', date: '', signedAt: now, outcome: 'too-old' },
    { comment: 'signed long ago, with the Date of today', date: today, signedAt: now, outcome: 'too-old' },
    { comment: 'signed today, with an old Date', date: earlier, signedAt: receivedAt, outcome: 'too-old' },
    { comment: 'signed today, without a Date', date: '', signedAt: receivedAt, outcome: 'message' },
    { comment: 'signed today, with the Date of today', date: today, signedAt: receivedAt, outcome: 'message' },
  ])('$comment: $outcome', async ({ date, signedAt, outcome }) => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const agent = agentOf([reader], { trust: [clinicCa], policy })
    const entity = wrapMessage(lines(...dated(date), '', 'Fine.'))
    const signed = await signEntity(entity, sender.identity.signing!, { crypto, at: signedAt })
    expect(outcomeOf(await agent.open(await encrypted(signed, [reader]), { receivedAt }))).toBe(outcome)
  })

  test('a Date outside of the signature is that of anybody', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const agent = agentOf([reader], { trust: [clinicCa], policy })
    const inner = lines('Content-Type: text/plain', '', 'Fine.')
    const open = async (wrapped: boolean) => {
      const entity = wrapped ? wrapMessage(lines(...dated(earlier), '', 'Fine.')) : inner
      const signed = await signEntity(entity, sender.identity.signing!, { crypto, at: receivedAt })
      return outcomeOf(await agent.open(await encrypted(signed, [reader], dated(earlier)), { receivedAt }))
    }
    expect(await open(false)).toBe('message')
    expect(await open(true)).toBe('too-old')
  })
})

describe('what the mail system is told (AS-88)', () => {
  test('a message and a duplicate are accepted, whatever is refused is discarded', async () => {
    const { agent, sender, reader } = await scene()
    const raw = await crafted({ inner: letter('Fine.'), signedBy: sender, to: [reader] })
    const envelope = { mailFrom: ann, rcptTo: [bob] }
    expect(await agent.open(raw, { envelope })).toMatchObject({ smtpAdvice: 'accept' })
    expect(await agent.open(raw, { envelope })).toMatchObject({ smtpAdvice: 'accept' })
    const stranger = await crafted({ inner: letter('Fine.'), signedBy: await person(ann, 'Nobody CA'), to: [reader] })
    for (const bad of [stranger, raw.slice(0, 2000), lines(`From: ${ann}`, `To: ${bob}`, '', 'Fine.')]) {
      expect(await agent.open(bad, { envelope })).toMatchObject({ kind: 'rejected', smtpAdvice: 'discard' })
    }
  })
})
