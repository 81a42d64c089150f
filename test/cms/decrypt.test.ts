import { describe, expect, test } from 'vitest'
import { der, fieldsOf, parseAsn1 } from '../../src/asn1/index.js'
import { encodeUtf8, equal } from '../../src/bytes/index.js'
import {
  buildEnvelopedData,
  type DecryptionPorts,
  decryptEnvelopedData,
  parseEnvelopedData,
  type Recipient,
} from '../../src/cms/index.js'
import { contentCiphers, createDecrypter, type Decrypter, type EncryptedKey } from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { codeOf, codeOfRejection } from '../helpers/codes.js'
import { issueMailbox, keyPair } from '../helpers/issue.js'
import { algorithms, contentInfo, type Envelope, envelopedDataOf } from './fixtures.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
const ports: DecryptionPorts = { crypto, algorithms }

async function recipient(certificate: Certificate, key: string) {
  return { certificate, key: createDecrypter(crypto, parsePrivateKey((await keyPair(key)).pkcs8)) }
}

async function answer(
  bytes: Uint8Array,
  recipients: readonly Recipient[],
  with_: DecryptionPorts = ports,
): Promise<string> {
  const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), recipients, with_)
  if (verdict.ok) expect(verdict.content).toEqual(content)
  return verdict.ok ? 'ok' : verdict.code
}

describe('envelopes put together by hand', async () => {
  const bob = await issueMailbox('bob@hospital.example', {
    cn: 'Bob',
    by: 'Hospital CA',
    subjectKeyIdentifier: Uint8Array.of(5, 5),
  })
  const carol = await issueMailbox('carol@hospital.example', { cn: 'Carol', by: 'Hospital CA' })
  const bobs = await recipient(bob, 'Bob')
  const carols = await recipient(carol, 'Carol')
  const bySki = der.implicit(0, der.octetString(Uint8Array.of(5, 5)))
  const oaepWith = (parameters: Uint8Array) => ({ algorithm: '1.2.840.113549.1.1.7', parameters })
  const aes256 = (parameters: Uint8Array) => ({ algorithm: contentCiphers['AES-256-CBC'].oid, parameters })

  interface Case extends Partial<Envelope> {
    readonly comment: string
    readonly answer: string
    readonly mine?: readonly Recipient[]
  }
  const cases: Case[] = [
    { comment: 'one recipient', answer: 'ok' },
    { comment: 'AES-128', cipher: 'AES-128-CBC', answer: 'ok' },
    { comment: 'RSA-OAEP', recipients: [{ certificate: bob, keyTransport: 'RSAES-OAEP-SHA-256' }], answer: 'ok' },
    { comment: 'the recipient named by key identifier', recipients: [{ certificate: bob, rid: bySki }], answer: 'ok' },
    {
      comment: 'the recipient named by subject in place of issuer',
      recipients: [{ certificate: bob, rid: der.sequence(bob.subject.bytes, der.integer(bob.serialNumber)) }],
      answer: 'no-matching-recipient',
    },
    {
      comment: 'the issuer’s name in another string type',
      recipients: [
        {
          certificate: bob,
          rid: der.sequence(
            der.sequence(der.setOf([der.sequence(der.oid('2.5.4.3'), der.printableString('Hospital CA'))])),
            der.integer(bob.serialNumber),
          ),
        },
      ],
      answer: 'ok',
    },
    {
      comment: 'two recipients, one of them ours',
      recipients: [{ certificate: carol }, { certificate: bob }],
      answer: 'ok',
    },
    {
      comment: 'two recipients, both ours',
      recipients: [{ certificate: carol }, { certificate: bob }],
      mine: [bobs, carols],
      answer: 'ok',
    },
    {
      comment: 'two of ours with different keys inside',
      recipients: [{ certificate: carol, contentKey: new Uint8Array(32) }, { certificate: bob }],
      mine: [bobs, carols],
      answer: 'not-decryptable',
    },
    { comment: 'only somebody else', recipients: [{ certificate: carol }], answer: 'no-matching-recipient' },
    { comment: 'we have no keys', mine: [], answer: 'no-matching-recipient' },
    {
      comment: 'one certificate twice, as for two mailboxes that share it',
      recipients: [{ certificate: bob }, { certificate: bob }],
      answer: 'ok',
    },
    {
      comment: 'one certificate under both its names',
      recipients: [{ certificate: bob }, { certificate: bob, rid: bySki }],
      answer: 'ok',
    },
    {
      comment: 'one of ours twice and one once',
      recipients: [{ certificate: bob }, { certificate: bob }, { certificate: carol }],
      mine: [bobs, carols],
      answer: 'ok',
    },
    {
      comment: 'somebody else twice',
      recipients: [{ certificate: carol }, { certificate: carol }, { certificate: bob }],
      answer: 'ok',
    },
    {
      comment: 'a cipher that nobody knows',
      contentEncryptionAlgorithm: { algorithm: '1.2.3.4' },
      answer: 'cipher-not-allowed',
    },
    {
      comment: 'a key transport that nobody knows',
      recipients: [{ certificate: bob, algorithm: { algorithm: '1.2.3.4' } }],
      answer: 'key-transport-not-allowed',
    },
    {
      comment: 'rsaEncryption with parameters',
      recipients: [
        { certificate: bob, algorithm: { algorithm: '1.2.840.113549.1.1.1', parameters: der.encode(der.sequence()) } },
      ],
      answer: 'key-transport-not-allowed',
    },
    {
      comment: 'OAEP with parameters that are malformed never falls back',
      recipients: [{ certificate: bob, algorithm: oaepWith(der.encode(der.integer(1))) }],
      answer: 'key-transport-not-allowed',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ comment: _, answer: expected, mine = [bobs], ...envelope }) => {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }], ...envelope })
    expect(await answer(bytes, mine)).toBe(expected)
  })

  test('of two keys for one certificate the first is used, and the other is not tried', async () => {
    const good = parseEnvelopedData(await envelopedDataOf({ content, recipients: [{ certificate: bob }] }))
    const wrong = { certificate: bob, contentKey: new Uint8Array(32) }
    const other = parseEnvelopedData(await envelopedDataOf({ content, recipients: [wrong] }))
    const used: Uint8Array[] = []
    const key = createDecrypter(crypto, parsePrivateKey((await keyPair('Bob')).pkcs8))
    const decryptKey = (encrypted: EncryptedKey) => {
      used.push(encrypted.encryptedKey)
      return key.decryptKey(encrypted)
    }
    const counted = { certificate: bob, key: { decryptKey } }
    const opened = async (...envelopes: (typeof good)[]) => {
      const recipientInfos = envelopes.flatMap((enveloped) => enveloped.recipientInfos)
      const verdict = await decryptEnvelopedData({ ...good, recipientInfos }, [counted], ports)
      return verdict.ok && equal(verdict.content, content)
    }
    const keyIn = ({ recipientInfos: [info] }: typeof good) => info?.type === 'keyTrans' && info.encryptedKey
    expect(await opened(good, other)).toBe(true)
    expect(await opened(other, good)).toBe(false)
    expect(used).toEqual([keyIn(good), keyIn(other)])
  })

  test('what the policy leaves out is refused', async () => {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }] })
    const without = (part: Partial<typeof algorithms>) =>
      answer(bytes, [bobs], { crypto, algorithms: { ...algorithms, ...part } })
    expect(await without({})).toBe('ok')
    expect(await without({ contentCiphers: ['AES-128-CBC'] })).toBe('cipher-not-allowed')
    expect(await without({ keyTransports: ['RSAES-OAEP-SHA-256'] })).toBe('key-transport-not-allowed')
  })

  const failures: (Partial<Envelope> & { comment: string })[] = [
    { comment: 'another key', recipients: [{ certificate: bob, encryptedKey: new Uint8Array(256).fill(1) }] },
    {
      comment: 'an encrypted key of another length',
      recipients: [{ certificate: bob, encryptedKey: new Uint8Array(7) }],
    },
    { comment: 'an empty encrypted key', recipients: [{ certificate: bob, encryptedKey: new Uint8Array(0) }] },
    {
      comment: 'an encrypted key above the modulus',
      recipients: [{ certificate: bob, encryptedKey: new Uint8Array(256).fill(0xff) }],
    },
    { comment: 'a content key that is too short', recipients: [{ certificate: bob, contentKey: new Uint8Array(16) }] },
    { comment: 'a content key that is too long', recipients: [{ certificate: bob, contentKey: new Uint8Array(33) }] },
    {
      comment: 'OAEP that holds something else',
      recipients: [{ certificate: bob, keyTransport: 'RSAES-OAEP-SHA-256', encryptedKey: new Uint8Array(256).fill(1) }],
    },
    { comment: 'a content cut in a block', encryptedContent: new Uint8Array(17) },
    { comment: 'no content', encryptedContent: new Uint8Array(0) },
    {
      comment: 'an initialization vector of eight octets',
      contentEncryptionAlgorithm: aes256(der.encode(der.octetString(new Uint8Array(8)))),
    },
    { comment: 'an initialization vector that is none', contentEncryptionAlgorithm: aes256(der.encode(der.nul())) },
    {
      comment: 'no initialization vector',
      contentEncryptionAlgorithm: { algorithm: contentCiphers['AES-256-CBC'].oid },
    },
  ]
  /** The padding of what a wrong key gives is right once in 256 times: then the answer is garbage, and asked again. */
  async function refusal(envelope: Partial<Envelope>, attempts = 5): Promise<unknown> {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }], ...envelope })
    const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [bobs], ports)
    if (!verdict.ok || attempts === 1) return verdict
    expect(verdict.content).not.toEqual(content)
    return refusal(envelope, attempts - 1)
  }

  test.each(failures)(
    '$comment: one answer to the letter, whatever fails once a key is used (RFC 3218)',
    async ({ comment: _, ...envelope }) => {
      expect(await refusal(envelope)).toEqual({
        ok: false,
        code: 'not-decryptable',
        temporary: false,
        explanation: {
          code: 'not-decryptable',
          steps: [
            {
              code: 'not-decryptable',
              outcome: 'failed',
              message: 'The message could not be decrypted.',
              remedy: 'Ask the sender to send it again to the certificate that is published now.',
              standard: 'RFC 5652 §6',
            },
          ],
        },
      })
    },
  )

  test('a key that cannot be reached is no answer: what it throws is passed on', async () => {
    const away = new Error('the key service is away')
    const key: Decrypter = { decryptKey: () => Promise.reject(away) }
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }] })
    await expect(decryptEnvelopedData(parseEnvelopedData(bytes), [{ certificate: bob, key }], ports)).rejects.toBe(away)
  })

  test('a far-away key that gives another length than it was asked for opens nothing', async () => {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }] })
    for (const length of [0, 16, 31, 33]) {
      const key: Decrypter = { decryptKey: async () => new Uint8Array(length) }
      expect(await answer(bytes, [{ certificate: bob, key }])).toBe('not-decryptable')
    }
  })

  test('keys that differ in one octet are different keys, whichever octet it is', async () => {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }, { certificate: carol }] })
    const changedAt = (place: number): Recipient => ({
      certificate: carol,
      key: {
        decryptKey: async (request) =>
          (await carols.key.decryptKey(request)).map((octet, index) => (index === place ? octet ^ 1 : octet)),
      },
    })
    for (const place of [0, 1, 15, 31]) expect(await answer(bytes, [bobs, changedAt(place)])).toBe('not-decryptable')
    expect(await answer(bytes, [bobs, changedAt(32)])).toBe('ok')
  })

  test('a signal is for the key to hear', async () => {
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }] })
    const heard: unknown[] = []
    const key: Decrypter = {
      decryptKey: (request) => {
        heard.push(request.signal)
        return bobs.key.decryptKey(request)
      },
    }
    const { signal } = new AbortController()
    expect(await answer(bytes, [{ certificate: bob, key }], { ...ports, signal })).toBe('ok')
    expect(await answer(bytes, [{ certificate: bob, key }])).toBe('ok')
    expect(heard).toEqual([signal, undefined])
  })

  test('a key that the message does not name is never used', async () => {
    const key: Decrypter = { decryptKey: () => Promise.reject(new Error('used')) }
    const bytes = await envelopedDataOf({ content, recipients: [{ certificate: bob }] })
    expect(await answer(bytes, [{ certificate: carol, key }, bobs])).toBe('ok')
  })

  test('2,000 recipients are read and 2,001 are not', () => {
    const other = der.encode(der.implicit(4, der.sequence()))
    const envelope = (count: number) =>
      der.encode(
        contentInfo(
          '1.2.840.113549.1.7.3',
          der.sequence(
            der.integer(2),
            der.setInOrder(Array.from({ length: count }, () => other)),
            der.sequence(
              der.oid('1.2.840.113549.1.7.1'),
              der.sequence(der.oid('1.2.3')),
              der.implicit(0, der.octetString(new Uint8Array(16))),
            ),
          ),
        ),
      )
    expect(parseEnvelopedData(envelope(2000)).recipientInfos[1999]).toEqual({ type: 'other' })
    expect(codeOf(() => parseEnvelopedData(envelope(2001)))).toBe('ERR_CMS_MALFORMED')
  })

  test('an envelope that was built opens for each of its recipients', async () => {
    const recipients = [
      { certificate: bob, keyTransport: 'RSAES-PKCS1-v1_5' },
      { certificate: carol, keyTransport: 'RSAES-OAEP-SHA-256' },
    ] as const
    const bytes = await buildEnvelopedData({ content, cipher: 'AES-256-CBC', recipients }, crypto)
    expect(await answer(bytes, [bobs])).toBe('ok')
    expect(await answer(bytes, [carols])).toBe('ok')
    // The encrypted content stands under [0] IMPLICIT: primitive, without an OCTET STRING around it.
    const enveloped = parseAsn1(bytes).children[1]!.children[0]!
    const encryptedContent = fieldsOf(enveloped.children[2]!)
    encryptedContent.next()
    encryptedContent.next()
    expect(encryptedContent.next()).toMatchObject({ tag: 0x80, constructed: false })
  })

  test('an envelope for nobody is not built', async () => {
    const draft = { content, cipher: 'AES-256-CBC', recipients: [] } as const
    expect(await codeOfRejection(buildEnvelopedData(draft, crypto))).toBe('ERR_CMS_DRAFT')
  })
})
