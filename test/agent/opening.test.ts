import { describe, expect, test } from 'vitest'
import type { Identity } from '../../src/keys/index.js'
import { anchorOf } from '../../src/path/index.js'
import type { TrustStore } from '../../src/trust/index.js'
import { explain } from '../../src/verdict/index.js'
import {
  agentOf,
  ann,
  bob,
  bothAgents,
  crafted,
  day,
  encrypted,
  lines,
  messageIn,
  now,
  organisation,
  outcomeOf,
  person,
  words,
  world,
} from './world.js'

const carol = 'carol@direct.other.example'
const letter = lines(
  `From: ${ann}`,
  `To: ${bob}, ${carol}`,
  'Subject: Results',
  'Message-ID: <1@x.example>',
  '',
  'Fine.',
)

describe('the answer is given to each recipient (AS-61, AS-87)', () => {
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

  test('a recipient to whom it was not encrypted does not get it, though another key here opened it', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const other = await person(carol, 'Hospital CA')
    const agent = agentOf([reader, other], { trust: [clinicCa] })
    const envelope = { mailFrom: ann, rcptTo: [bob, carol] }
    const toOne = await crafted({ inner: letter, signedBy: sender, to: [reader] })
    const opened = messageIn(await agent.open(toOne, { envelope }))
    expect(opened.rejected.map(({ address, code }) => [address, code])).toEqual([[carol, 'not-decryptable']])
    const toBoth = await crafted({ inner: letter, signedBy: sender, to: [reader, other] })
    expect(messageIn(await agent.open(toBoth, { envelope })).recipients).toHaveLength(2)
  })

  test('a trust store that answers with fresh lists is asked for each, and all who trust alike agree', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const rcptTo = Array.from({ length: 40 }, (_, index) => `p${index}@direct.hospital.example`)
    const inner = lines(`From: ${ann}`, `To: ${rcptTo.join(',\r\n ')}`, '', 'To all')
    const asked: string[] = []
    const trust: TrustStore = {
      anchors: async ({ address }) => {
        asked.push(address)
        return address === 'p7@direct.hospital.example' ? [] : [anchorOf(clinicCa)]
      },
    }
    const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
    const opened = messageIn(await agentOf([hospital], { trust }).open(raw, { envelope: { mailFrom: ann, rcptTo } }))
    expect(asked).toEqual(rcptTo)
    expect(opened.recipients).toHaveLength(39)
    expect(opened.rejected.map(({ address, code }) => [address, code])).toEqual([
      ['p7@direct.hospital.example', 'untrusted'],
    ])
  })

  test('every recipient of an envelope is answered, however many there are', async () => {
    const { ann: sender, clinicCa } = await world()
    const hospital = await organisation(bob, 'Hospital CA')
    const rcptTo = Array.from({ length: 1200 }, (_, index) => `p${index}@direct.hospital.example`)
    const inner = lines(`From: ${ann}`, `To: ${rcptTo.join(',\r\n ')}`, '', 'To all')
    const raw = await crafted({ inner, signedBy: sender, to: [hospital] })
    const agent = agentOf([hospital], { trust: [clinicCa] })
    expect(messageIn(await agent.open(raw, { envelope: { mailFrom: ann, rcptTo } })).recipients).toHaveLength(1200)
  })
})

describe('keys and certificates over time', () => {
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
    expect(outcomeOf(await without.open(await crafted({ inner: letter, signedBy: sender, to: [old] })))).toBe(
      'not-decryptable',
    )
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

  test('a signature made with the encryption certificate does not count; the twin with the other does', async () => {
    const { bob: reader, clinicCa } = await world()
    const signs = await person(ann, 'Clinic CA', { cn: 'ann signs', keyUsage: ['digitalSignature'] })
    // Another certificate for the same key, so that the signature itself is right.
    const reads = await person(ann, 'Clinic CA', { cn: 'ann signs', keyUsage: ['keyEncipherment'] })
    const signing = { ...signs.identity.signing!, certificate: reads.certificate }
    const forged = { ...signs, identity: { ...signs.identity, signing } }
    const agent = agentOf([reader], { trust: [clinicCa] })
    expect(outcomeOf(await agent.open(await crafted({ inner: letter, signedBy: forged, to: [reader] })))).toBe(
      'untrusted',
    )
    expect(outcomeOf(await agent.open(await crafted({ inner: letter, signedBy: signs, to: [reader] })))).toBe('message')
  })

  test('opened a year later: it is judged at the time it came in', async () => {
    const { clinic } = await bothAgents()
    const { bob: reader, clinicCa } = await world()
    const sealed = await clinic.seal({ from: ann, to: bob, ...words })
    const { raw, envelope } = sealed.messages[0]!
    const later = agentOf([reader], { trust: [clinicCa], clock: () => now + 365 * day })
    expect(outcomeOf(await later.open(raw, { envelope }))).toBe('untrusted')
    expect(outcomeOf(await later.open(raw, { envelope, receivedAt: now }))).toBe('message')
  })

  test('the same message opened twice gives the same answer, and the same receipt', async () => {
    const { clinic, hospital } = await bothAgents()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
    expect(await hospital.open(raw)).toEqual(await hospital.open(raw))
  })
})

describe('no envelope known (AS-5)', () => {
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
  ])('the outer header says for whom it is: $comment', async ({ outer, expected }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    expect(
      outcomeOf(await hospital.open(await crafted({ inner: letter, signedBy: sender, to: [reader], outer }))),
    ).toBe(expected)
  })

  test('an envelope that names nobody here is no message for us, whatever the header says', async () => {
    const { clinic, hospital } = await bothAgents()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
    expect(outcomeOf(await hospital.open(raw, { envelope: { rcptTo: ['ida@elsewhere.example'] } }))).toBe(
      'no-local-recipient',
    )
    expect(outcomeOf(await hospital.open(raw, { envelope: { rcptTo: [bob] } }))).toBe('message')
  })
})

describe('deferred: a part of the world did not answer', () => {
  test('a throttled key service: nothing is decided, and the same bytes open when it answers again', async () => {
    const { clinic } = await bothAgents()
    const { bob: reader, clinicCa } = await world()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
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

  test.each([
    { comment: 'the store of identities', port: 'identities', code: 'identity-store-failed' },
    { comment: 'the store of anchors', port: 'trust', code: 'trust-store-failed' },
  ])('$comment is away', async ({ port, code }) => {
    const { clinic } = await bothAgents()
    const { bob: reader } = await world()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
    const away = async () => {
      throw new Error('away')
    }
    const options = port === 'trust' ? { trust: { anchors: away } } : { identities: { find: away } }
    expect(await agentOf([reader], options).open(raw)).toMatchObject({ kind: 'deferred', code })
  })

  test('a key of the wrong length, or another key, is no deferral: it is not told from any other failure', async () => {
    const { clinic } = await bothAgents()
    const { bob: reader, clinicCa } = await world()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
    const [{ certificate, chain }] = reader.identity.decryption as [Identity['decryption'][number]]
    const answers = [new Uint8Array(32), new Uint8Array(16), new Uint8Array(0)].map((bytes) => ({
      decryptKey: async () => bytes,
    }))
    for (const key of answers) {
      const agent = agentOf([{ ...reader, identity: { decryption: [{ certificate, chain, key }] } }], {
        trust: [clinicCa],
      })
      const opened = await agent.open(raw)
      // One key in 256 or so gives a padding that is right by chance; what comes out is then no message either.
      expect(opened.kind).toBe('rejected')
    }
  })
})

describe('ordinary mail and damaged mail', () => {
  test.each([
    {
      comment: 'ordinary mail',
      raw: async () => lines(`From: ${ann}`, `To: ${bob}`, '', 'Hello'),
      code: 'not-encrypted',
    },
    {
      comment: 'encrypted and not signed',
      raw: async () => encrypted(lines('Content-Type: text/plain', '', 'Hello'), [(await world()).bob]),
      code: 'not-signed',
    },
    {
      comment: 'S/MIME that is no CMS',
      raw: async () => lines(`From: ${ann}`, `To: ${bob}`, 'Content-Type: application/pkcs7-mime', '', 'Hello'),
      code: 'malformed',
    },
    {
      comment: 'multipart/signed of one part',
      raw: async () =>
        encrypted(lines('Content-Type: multipart/signed; boundary=b', '', '--b', '', 'Hello', '--b--'), [
          (await world()).bob,
        ]),
      code: 'not-signed',
    },
    {
      comment: 'a signature part that is no signature',
      raw: async () =>
        encrypted(
          lines('Content-Type: multipart/signed; boundary=b', '', '--b', '', 'Hello', '--b', '', 'x', '--b--'),
          [(await world()).bob],
        ),
      code: 'not-signed',
    },
    {
      comment: 'a signature that is none',
      raw: async () =>
        encrypted(
          lines(
            'Content-Type: multipart/signed; boundary=b; protocol="application/pkcs7-signature"',
            ...['', '--b', '', 'Hello', '--b', '', 'x', '--b--'],
          ),
          [(await world()).bob],
        ),
      code: 'malformed',
    },
    { comment: 'no bytes at all', raw: async () => new Uint8Array(0), code: 'no-local-recipient' },
    {
      comment: 'a signature by another key than its certificate’s',
      raw: async () => {
        const { ann: sender, bob: reader } = await world()
        const other = await person(ann, 'Clinic CA', { cn: 'ann otherwise' })
        const signing = { ...other.identity.signing!, certificate: sender.certificate }
        const signedBy = { ...sender, identity: { ...sender.identity, signing } }
        return crafted({ inner: letter, signedBy, to: [reader] })
      },
      code: 'signature-invalid',
    },
    {
      comment: 'the twin that opens',
      raw: async () => {
        const { ann: sender, bob: reader } = await world()
        return crafted({ inner: letter, signedBy: sender, to: [reader] })
      },
      code: 'message',
    },
  ])('$comment: $code', async ({ raw, code }) => {
    const { hospital } = await bothAgents()
    const opened = await hospital.open(await raw())
    expect(outcomeOf(opened)).toBe(code)
    if (opened.kind === 'rejected') expect(explain(opened.explanation)).not.toBe('')
  })
})

describe('every recipient by its own key, and none in silence', () => {
  test('the key of another address in the same identity opens nothing for this one (AS-61)', async () => {
    const { ann: sender, bob: reader, clinicCa } = await world()
    const other = await person(carol, 'Hospital CA')
    const both: Identity = { decryption: [...reader.identity.decryption, ...other.identity.decryption] }
    const hospital = agentOf([{ ...reader, identity: both }], { trust: [clinicCa] })
    const envelopeFor = { mailFrom: ann, rcptTo: [bob] }
    const toCarol = await crafted({ inner: letter, signedBy: sender, to: [other] })
    expect(outcomeOf(await hospital.open(toCarol, { envelope: envelopeFor }))).toBe('not-decryptable')
    const toBob = await crafted({ inner: letter, signedBy: sender, to: [reader] })
    expect(outcomeOf(await hospital.open(toBob, { envelope: envelopeFor }))).toBe('message')
  })

  test.each([
    { comment: 'a thousand', others: 999, expected: 'message' },
    { comment: 'one more', others: 1000, expected: 'too-large' },
  ])('an outer header that names $comment: all of them are asked for, or none', async ({ others, expected }) => {
    const { ann: sender, bob: reader } = await world()
    const { hospital } = await bothAgents()
    const strangers = Array.from({ length: others }, (_, index) => `To: p${index}@direct.other.example`)
    const outer = [`From: ${ann}`, ...strangers, `To: ${bob}`]
    const raw = await crafted({ inner: letter, signedBy: sender, to: [reader], outer })
    expect(outcomeOf(await hospital.open(raw))).toBe(expected)
    expect(outcomeOf(await hospital.open(raw, { envelope: { mailFrom: ann, rcptTo: [bob] } }))).toBe('message')
  })
})
