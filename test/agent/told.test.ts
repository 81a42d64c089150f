import { beforeAll, describe, expect, test } from 'vitest'
import { type OpenOptions, policies } from '../../src/agent/index.js'
import { wrapMessage } from '../../src/mime/index.js'
import { anchorOf } from '../../src/path/index.js'
import { compressEntity, signEntity } from '../../src/smime/index.js'
import type { Step } from '../../src/verdict/index.js'
import { agentOf, ann, bob, crafted, day, encrypted, envelope, lines, now, person, world } from './world.js'

const eve = 'eve@direct.rival.example'
const outer = [`From: ${ann}`, `To: ${bob}`, 'Message-ID: <1@x.example>']
const letter = lines(...outer, '', 'Fine.')

/** The steps as they were taken; what did not pass is marked. */
const told = (steps: readonly Step[]) =>
  steps.map(({ code, outcome }) => (outcome === 'passed' ? code : `${outcome}: ${code}`))

async function scene() {
  const { ann: sender, bob: reader, clinicCa, hospitalCa } = await world()
  const rival = await person(eve, 'Clinic CA')
  const agent = agentOf([reader], { trust: [clinicCa], limits: { maxMessageBytes: 8000 } })
  const signed = (entity: Uint8Array) => signEntity(entity, sender.identity.signing!, { crypto, at: now })
  const plain = await crafted({ inner: letter, signedBy: sender, to: [reader], outer })
  return { sender, reader, rival, hospitalCa, agent, signed, plain }
}
type Scene = Awaited<ReturnType<typeof scene>>

interface Case {
  readonly comment: string
  readonly raw: (scene: Scene) => Uint8Array | Promise<Uint8Array>
  readonly options?: OpenOptions
  readonly kind: 'message' | 'rejected'
  readonly steps: readonly string[]
}

// Administrators act on it: each decision stands there, in its order, up to the first "no".
describe('what is told of an opened message', () => {
  let given: Scene
  beforeAll(async () => {
    given = await scene()
  })

  const opening = ['decrypted', 'signed', 'wrapped', 'author-bound']
  const accepted = ['recipient-trusts', 'skipped: replay-not-checked']
  const strict = { ...policies.direct, requireEnvelopeSender: true, maxAgeMs: day }
  const cases: readonly Case[] = [
    { comment: 'accepted', raw: ({ plain }) => plain, kind: 'message', steps: [...opening, ...accepted] },
    {
      comment: 'compressed on both sides of the signature',
      raw: async ({ signed, reader }) =>
        encrypted(await compressEntity(await signed(await compressEntity(wrapMessage(letter)))), [reader], outer),
      kind: 'message',
      steps: ['decrypted', 'decompressed', 'signed', 'decompressed', 'wrapped', 'author-bound', ...accepted],
    },
    {
      comment: 'with another envelope and another outer header',
      raw: ({ sender, reader }) => crafted({ inner: letter, signedBy: sender, to: [reader], outer: [`To: ${bob}`] }),
      options: { envelope: { mailFrom: eve, rcptTo: [bob] } },
      kind: 'message',
      steps: [...opening, 'unknown: envelope-differs', 'unknown: header-differs', ...accepted],
    },
    { comment: 'not encrypted', raw: () => letter, kind: 'rejected', steps: ['failed: not-encrypted'] },
    {
      comment: 'encrypted to somebody else',
      raw: ({ sender }) => crafted({ inner: letter, signedBy: sender, to: [sender], outer }),
      kind: 'rejected',
      steps: ['failed: not-decryptable'],
    },
    {
      comment: 'too large behind the encryption',
      raw: async ({ reader }) => encrypted(await compressEntity(new Uint8Array(9000)), [reader], outer),
      kind: 'rejected',
      steps: ['decrypted', 'failed: not-decompressible', 'failed: malformed'],
    },
    {
      comment: 'not signed, behind a compression',
      raw: async ({ reader }) => encrypted(await compressEntity(wrapMessage(letter)), [reader], outer),
      kind: 'rejected',
      steps: ['decrypted', 'decompressed', 'failed: not-signed'],
    },
    {
      comment: 'too large behind the signature',
      raw: async ({ signed, reader }) => encrypted(await signed(await compressEntity(new Uint8Array(9000))), [reader]),
      kind: 'rejected',
      steps: ['decrypted', 'signed', 'failed: not-decompressible', 'failed: malformed'],
    },
    {
      comment: 'signed by another',
      raw: ({ rival, reader }) => crafted({ inner: letter, signedBy: rival, to: [reader], outer }),
      kind: 'rejected',
      steps: ['decrypted', 'signed', 'wrapped', 'failed: not-bound', 'failed: signer-not-author'],
    },
    {
      comment: 'sent by another, where that counts',
      raw: ({ plain }) => plain,
      options: { envelope: { mailFrom: eve, rcptTo: [bob] }, policy: strict },
      kind: 'rejected',
      steps: [...opening, 'failed: envelope-sender-differs', 'failed: signer-not-author'],
    },
    {
      comment: 'too old, where that counts',
      raw: ({ plain }) => plain,
      options: { envelope, policy: strict, receivedAt: now + 2 * day },
      kind: 'rejected',
      steps: [...opening, 'failed: too-old'],
    },
    {
      comment: 'to somebody else, by its signed header',
      raw: ({ sender, reader }) =>
        crafted({ inner: lines(`From: ${ann}`, `To: ${eve}`, '', ''), signedBy: sender, to: [reader], outer }),
      kind: 'rejected',
      steps: [...opening, 'unknown: header-differs', 'failed: not-addressed', 'failed: tampered'],
    },
  ]
  test.each(cases)('$comment', async ({ raw, options = { envelope }, kind, steps }) => {
    const opened = await given.agent.open(await raw(given), options)
    expect(opened.kind).toBe(kind)
    expect(opened.explanation.code).toBe(opened.kind === 'rejected' ? opened.code : 'accepted')
    expect(told(opened.explanation.steps)).toEqual(steps)
  })

  test('not trusted: what was tried stands below', async () => {
    const { plain, reader } = given
    const { explanation } = await agentOf([reader]).open(plain, { envelope })
    expect(told(explanation.steps)).toEqual([...opening, 'failed: untrusted'])
    const [last] = explanation.steps.slice(-1)
    expect(last).toMatchObject({ about: { address: bob } })
    expect(told(last?.steps ?? [])).toEqual(['bound-to-address', 'usable-for-signing', 'failed: no-path'])
  })

  test('deferred: what did not answer', async () => {
    const { plain, reader } = given
    const trust = { anchors: () => Promise.reject(new Error('away')) }
    const opened = await agentOf([reader], { trust }).open(plain, { envelope })
    expect(opened).toMatchObject({ code: 'trust-store-failed', explanation: { code: 'trust-store-failed' } })
    expect(told(opened.explanation.steps)).toEqual(['failed: trust-store-failed'])
  })

  test('of each recipient its own answer, with its own explanation', async () => {
    const { sender, reader, agent } = given
    const inner = lines(`From: ${ann}`, `To: ${bob}`, '', 'Fine.')
    const other = await person('ida@direct.hospital.example', 'Hospital CA')
    const both = agentOf([reader, other], { trust: [(await world()).clinicCa] })
    const raw = await crafted({ inner, signedBy: sender, to: [reader, other], outer })
    const opened = await both.open(raw, { envelope: { mailFrom: ann, rcptTo: [bob, other.address] } })
    expect(opened).toMatchObject({
      recipients: [{ address: bob, mailbox: bob, duplicate: false, explanation: { code: 'accepted' } }],
      rejected: [{ address: other.address, code: 'not-addressed', explanation: { code: 'not-addressed' } }],
    })
    if (opened.kind !== 'message') throw new Error(opened.kind)
    expect(opened.recipients.map(({ explanation }) => told(explanation.steps))).toEqual([['recipient-trusts']])
    expect(opened.rejected.map(({ explanation }) => told(explanation.steps))).toEqual([['failed: not-addressed']])
    expect(opened.recipients[0]?.explanation.steps).toMatchObject([{ about: { address: bob } }])
    expect(opened.rejected[0]?.explanation.steps).toMatchObject([{ about: { address: other.address } }])
    expect((await agent.open(raw, { envelope })).kind).toBe('message')
  })
})

describe('what is told of a sealed message', () => {
  test('each recipient who was found, and each who was not', async () => {
    const { sender, reader, hospitalCa } = await scene()
    const agent = agentOf([sender], { trust: [hospitalCa], discovery: [reader.certificate] })
    const nobody = 'nobody@direct.hospital.example'
    const { accepted, rejected } = await agent.seal({ from: ann, to: [bob, nobody], subject: 'Results', text: 'Fine.' })
    expect(accepted).toMatchObject([
      {
        address: bob,
        explanation: { code: 'accepted', steps: [{ code: 'recipient-found', about: { address: bob } }] },
      },
    ])
    expect(told(accepted[0]?.explanation.steps[0]?.steps ?? [])).toEqual(['listed'])
    expect(rejected).toMatchObject([
      {
        address: nobody,
        code: 'no-certificate',
        explanation: { code: 'no-certificate', steps: [{ code: 'no-certificate', about: { address: nobody } }] },
      },
    ])
    expect(told(rejected[0]?.explanation.steps[0]?.steps ?? [])).toEqual(['failed: not-listed', 'failed: not-listed'])
  })
})

// Anchors may be meant for one direction, and for notifications alone (AS-90).
test('a store of anchors is told for whom, in which direction, about what and when', async () => {
  const { sender, reader, hospitalCa } = await scene()
  const { clinicCa } = await world()
  const asked: unknown[] = []
  const anchored = (certificate: typeof clinicCa) => ({
    anchors: async (query: unknown) => {
      asked.push(query)
      return [anchorOf(certificate)]
    },
  })
  const discovery = [sender.certificate, reader.certificate]
  const clinic = agentOf([sender], { trust: anchored(hospitalCa), discovery })
  const hospital = agentOf([reader], { trust: anchored(clinicCa), discovery })
  const { messages } = await clinic.seal({ from: ann, to: bob, subject: 'Results', text: 'Fine.' })
  expect(asked.splice(0)).toEqual([{ address: ann, direction: 'outgoing', about: 'message', at: now }])
  const opened = await hospital.open(messages[0]!.raw, { receivedAt: now + 1000 })
  expect(asked.splice(0)).toEqual([{ address: bob, direction: 'incoming', about: 'message', at: now + 1000 }])
  if (opened.kind !== 'message') throw new Error(opened.kind)
  const answer = await hospital.acknowledge(opened.receipt, 'processed')
  expect(asked.splice(0)).toEqual([{ address: bob, direction: 'outgoing', about: 'notification', at: now }])
  expect((await clinic.open(answer.messages[0]!.raw)).kind).toBe('notification')
  expect(asked).toEqual([
    { address: ann, direction: 'incoming', about: 'notification', at: now },
    { address: ann, direction: 'incoming', about: 'message', at: now },
  ])
})
