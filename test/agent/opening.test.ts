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
  encrypted,
  lines,
  messageIn,
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
})

describe('an envelope (AS-5)', () => {
  test('that names nobody here is no message for us, whatever the header says', async () => {
    const { clinic, hospital } = await bothAgents()
    const { raw } = (await clinic.seal({ from: ann, to: bob, ...words })).messages[0]!
    expect(outcomeOf(await hospital.open(raw, { envelope: { rcptTo: ['ida@elsewhere.example'] } }))).toBe(
      'no-local-recipient',
    )
    expect(outcomeOf(await hospital.open(raw, { envelope: { rcptTo: [bob] } }))).toBe('message')
  })
})

describe('deferred: a part of the world did not answer', () => {
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
