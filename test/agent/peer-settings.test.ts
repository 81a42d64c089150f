import { describe, expect, test } from 'vitest'
import { type Policy, policies } from '../../src/agent/index.js'
import { der } from '../../src/asn1/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import { parseEnvelopedData } from '../../src/cms/index.js'
import { contentCipherOf, contentCiphers, keyTransportOf } from '../../src/crypto/index.js'
import { decodeBody, parseEntity } from '../../src/mime/index.js'
import { agentOf, ann, bob, innerText, lines, messageIn, outcomeOf, person, words, world } from './world.js'

const carol = 'carol@direct.other.example'
const dora = 'dora@direct.other.example'

async function scene() {
  const { ann: sender, bob: first, clinicCa, hospitalCa } = await world()
  const others = [await person(carol, 'Hospital CA'), await person(dora, 'Hospital CA')]
  const parties = [first, ...others]
  const discovery = parties.map(({ certificate }) => certificate)
  const seal = (policy: Partial<Policy>) =>
    agentOf([sender], { trust: [hospitalCa], discovery, policy: { ...policies.direct, ...policy } }).seal({
      ...words,
      from: ann,
      to: [bob, carol, dora],
    })
  return { seal, parties, clinicCa, sender, hospitalCa }
}

function algorithmsOf(raw: Uint8Array) {
  const { encryptedContentInfo, recipientInfos } = parseEnvelopedData(decodeBody(parseEntity(raw)))
  const transports = recipientInfos.map((info) =>
    info.type === 'keyTrans' ? keyTransportOf(info.keyEncryptionAlgorithm)?.name : info.type,
  )
  return [contentCipherOf(encryptedContentInfo.contentEncryptionAlgorithm)?.name, ...transports]
}

describe('recipients with different encryption settings', () => {
  test('get separate messages, signed once, and each opens its own', async () => {
    const { seal, parties, clinicCa } = await scene()
    const gcm = { cipher: 'AES-256-GCM', keyTransport: 'RSAES-OAEP-SHA-256' } as const
    const sendingTo = [
      { to: 'direct.other.example', sending: gcm },
      { to: dora, sending: { cipher: 'AES-128-CBC' } as const },
    ]
    const { messages, inner } = await seal({ sendingTo })
    expect(messages.map(({ raw, envelope }) => [...envelope.rcptTo, ...algorithmsOf(raw)])).toEqual([
      [bob, 'AES-256-CBC', 'RSAES-PKCS1-v1_5'],
      [carol, 'AES-256-GCM', 'RSAES-OAEP-SHA-256'],
      [dora, 'AES-128-CBC', 'RSAES-OAEP-SHA-256'],
    ])
    const signed = await Promise.all(
      messages.map(async ({ raw, envelope }, index) => {
        const opened = messageIn(await agentOf([parties[index]!], { trust: [clinicCa] }).open(raw, { envelope }))
        return new TextDecoder().decode(opened.message.raw)
      }),
    )
    expect(new Set(signed)).toEqual(new Set([innerText({ inner } as Parameters<typeof innerText>[0])]))
  })

  test('without settings all share one message', async () => {
    const { seal } = await scene()
    const { messages } = await seal({})
    expect(messages.map(({ envelope }) => envelope.rcptTo)).toEqual([[bob, carol, dora]])
  })

  test.each([
    { comment: 'a certificate that names a cipher gets it', ciphers: ['AES-128-CBC'], cipher: 'AES-128-CBC' },
    {
      comment: 'one that reads ours as well gets ours',
      ciphers: ['AES-128-CBC', 'AES-256-CBC'],
      cipher: 'AES-256-CBC',
    },
    { comment: 'one that names 3DES alone gets ours', ciphers: ['3DES-CBC'], cipher: 'AES-256-CBC' },
  ] as const)('RFC 4262: $comment', async ({ ciphers, cipher }) => {
    const { sender, hospitalCa } = await scene()
    const value = der.encode(der.sequence(...ciphers.map((name) => der.sequence(der.oid(contentCiphers[name].oid)))))
    const extensions = [{ oid: '1.2.840.113549.1.9.15', critical: false, value }]
    const { certificate } = await person(bob, 'Hospital CA', { extensions })
    const agent = agentOf([sender], { trust: [hospitalCa], discovery: [certificate] })
    const { messages } = await agent.seal({ ...words, from: ann, to: bob })
    expect(algorithmsOf(messages[0]!.raw)[0]).toBe(cipher)
  })
})

describe('those who do not get a message (AS-76)', () => {
  test.each([
    { comment: 'stay in the header that their author wrote', hideRejected: false },
    { comment: 'are taken out of it when the policy says so', hideRejected: true },
  ])('$comment', async ({ hideRejected }) => {
    const { sender, hospitalCa, clinicCa, parties } = await scene()
    const discovery = [parties[0]!.certificate]
    const policy = { ...policies.direct, hideRejected }
    const agent = agentOf([sender], { trust: [hospitalCa], discovery, policy })
    const sealed = await agent.seal({ ...words, from: ann, to: [bob, carol], cc: dora })
    expect(sealed.rejected.map(({ address }) => address)).toEqual([carol, dora])
    const opened = await agentOf([parties[0]!], { trust: [clinicCa] }).open(sealed.messages[0]!.raw)
    expect(outcomeOf(opened)).toBe('message')
    const { to, cc } = messageIn(opened).message.header
    const named = [...to, ...cc].map(({ address }) => address)
    expect(named).toEqual(hideRejected ? [bob] : [bob, carol, dora])
    expect(messageIn(opened).message.text).toBe(words.text)
    // What is kept for a later attempt names them all.
    expect(innerText(sealed)).toContain(carol)
  })

  test('of a finished message only To and Cc are written anew, and a field that names nobody any more goes', async () => {
    const { sender, hospitalCa, clinicCa, parties } = await scene()
    const policy = { ...policies.direct, hideRejected: true }
    const agent = agentOf([sender], { trust: [hospitalCa], discovery: [parties[0]!.certificate], policy })
    const raw = (to: string, ...cc: readonly string[]) =>
      lines(`From: ${ann}`, to, ...cc, `X-To: ${carol}`, `Cc-Note: ${carol}`, 'Message-ID: <1@x.example>', '', 'Fine.')
    const fields = async (message: Uint8Array) => {
      const { messages } = await agent.seal(message)
      const opened = messageIn(await agentOf([parties[0]!], { trust: [clinicCa] }).open(messages[0]!.raw))
      const { header, body } = parseEntity(opened.message.raw)
      const kept = header.fields.filter(({ name }) => /to|cc/i.test(name))
      return [...kept.map(({ bytes }) => decodeUtf8(bytes).trimEnd()), decodeUtf8(body).trimEnd()]
    }
    const others = [`X-To: ${carol}`, `Cc-Note: ${carol}`, 'Fine.']
    expect(await fields(raw(`to:  ${bob}`, `Cc: ${carol}`))).toEqual([`to:  ${bob}`, ...others])
    expect(await fields(raw(`to:  ${bob}, ${dora}`))).toEqual([`to: ${bob}`, ...others])
  })
})
