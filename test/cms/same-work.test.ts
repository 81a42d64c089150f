import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildEnvelopedData,
  decryptEnvelopedData,
  type EnvelopedData,
  parseEnvelopedData,
  type Recipient,
  type RecipientDraft,
  type RecipientInfo,
} from '../../src/cms/index.js'
import {
  type ContentCipherName,
  type CryptoProvider,
  createDecrypter,
  type Decrypter,
  encryptKey,
} from '../../src/crypto/index.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import { keyPair } from '../helpers/issue.js'
import { curveCertificate, rsaRecipient } from './keys.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
const { algorithms } = policies.direct

/** The host's cryptography, and what it was asked to do, with the lengths of what it was given. */
function spied(): { readonly provider: CryptoProvider; readonly calls: string[] } {
  const calls: string[] = []
  const subtle = new Proxy(crypto.subtle, {
    get: (target, name) => {
      const method = Reflect.get(target, name) as (...args: unknown[]) => unknown
      return (...args: unknown[]) => {
        // What is signed is the ciphertext as it came: how long it is stands openly in the message.
        calls.push(name === 'sign' ? name : `${String(name)} ${args.map(shape).join(' ')}`)
        return Reflect.apply(method, target, args)
      }
    },
  })
  const getRandomValues: CryptoProvider['getRandomValues'] = (array) => {
    calls.push('getRandomValues')
    return crypto.getRandomValues(array)
  }
  return { provider: { subtle, getRandomValues }, calls }
}

function shape(argument: unknown): string {
  if (argument instanceof Uint8Array) return `[${argument.length}]`
  if (typeof argument === 'string') return argument
  if (argument && typeof argument === 'object' && 'name' in argument) return String(argument.name)
  return typeof argument
}

interface Fault {
  readonly comment: string
  readonly change: (enveloped: EnvelopedData) => EnvelopedData | Promise<EnvelopedData>
}

const infoChanged = (enveloped: EnvelopedData, change: (info: RecipientInfo) => RecipientInfo): EnvelopedData => ({
  ...enveloped,
  recipientInfos: enveloped.recipientInfos.map(change),
})

/** Another encrypted key in the one recipient there is. */
const withKey = (enveloped: EnvelopedData, change: (key: Uint8Array) => Uint8Array): EnvelopedData =>
  infoChanged(enveloped, (info) => {
    if (info.type === 'keyTrans') return { ...info, encryptedKey: change(info.encryptedKey) }
    if (info.type !== 'keyAgree') throw new Error('another kind of recipient')
    const recipientEncryptedKeys = info.recipientEncryptedKeys.map((each) => ({
      ...each,
      encryptedKey: change(each.encryptedKey),
    }))
    return { ...info, recipientEncryptedKeys }
  })

const flipped = (bytes: Uint8Array) => bytes.map((octet, index) => (index === 5 ? octet ^ 1 : octet))

describe('decryption does the same whatever is wrong (RFC 3218, SMIME-13)', async () => {
  const bob = await rsaRecipient('Bob')
  const bobsKey = (await keyPair('Bob')).pkcs8
  const eve = await curveCertificate('Eve', 'P-256')

  const pkcs1 = 'RSAES-PKCS1-v1_5'
  const oaep = 'RSAES-OAEP-SHA-256'
  const transports = [pkcs1, oaep] as const
  const ways: { comment: string; draft: RecipientDraft; pkcs8: Uint8Array; faults: Fault[] }[] = [
    ...transports.map((keyTransport) => ({
      comment: keyTransport,
      draft: { certificate: bob.certificate, keyTransport },
      pkcs8: bobsKey,
      faults: [
        ...[16, 31, 48].map((length) => ({
          comment: `a content key of ${length} octets`,
          change: async (enveloped: EnvelopedData) => {
            const { publicKey } = bob.certificate
            const made = await encryptKey(crypto, keyTransport, publicKey, new Uint8Array(length))
            return withKey(enveloped, () => made.encryptedKey)
          },
        })),
        {
          comment: 'another content key',
          change: async (enveloped: EnvelopedData) => {
            const made = await encryptKey(crypto, keyTransport, bob.certificate.publicKey, new Uint8Array(32))
            return withKey(enveloped, () => made.encryptedKey)
          },
        },
        {
          comment: 'not below the modulus',
          change: (enveloped: EnvelopedData) => withKey(enveloped, (key) => key.map(() => 0xff)),
        },
      ],
    })),
    {
      comment: 'ECDH and key wrap',
      draft: { certificate: eve.certificate, keyAgreement: 'dhSinglePass-stdDH-sha256kdf', keyWrap: 'AES-256-KW' },
      pkcs8: eve.pkcs8,
      faults: [
        {
          comment: 'a sender who is no point of the curve',
          change: (enveloped) =>
            infoChanged(enveloped, (info) => {
              if (info.type !== 'keyAgree' || info.originator.type !== 'originatorKey') throw new Error('no sender')
              const { publicKey } = info.originator
              const keyBytes = flipped(publicKey.keyBytes)
              return { ...info, originator: { type: 'originatorKey', publicKey: { ...publicKey, keyBytes } } }
            }),
        },
      ],
    },
  ]
  const common: Fault[] = [
    { comment: 'bad padding or a bad check value', change: (enveloped) => withKey(enveloped, flipped) },
    { comment: 'an encrypted key that is too short', change: (enveloped) => withKey(enveloped, (key) => key.slice(8)) },
    { comment: 'no encrypted key', change: (enveloped) => withKey(enveloped, () => new Uint8Array(0)) },
  ]
  const ciphers: ContentCipherName[] = ['AES-256-CBC', 'AES-256-GCM']
  const cases = ways.flatMap((way) => ciphers.map((cipher) => ({ ...way, cipher, name: `${way.comment}, ${cipher}` })))

  async function trace(enveloped: EnvelopedData, certificate: typeof bob.certificate, pkcs8: Uint8Array) {
    const { provider, calls } = spied()
    const recipient: Recipient = { certificate, key: createDecrypter(provider, parsePrivateKey(pkcs8)) }
    const verdict = await decryptEnvelopedData(enveloped, [recipient], { crypto: provider, algorithms })
    return { calls, code: verdict.ok ? 'ok' : verdict.code, content: verdict.ok ? verdict.content : undefined }
  }

  test.each(cases)('$name', async ({ draft, pkcs8, faults, cipher }) => {
    if (!('certificate' in draft)) throw new Error('without a certificate')
    const enveloped = parseEnvelopedData(await buildEnvelopedData({ content, cipher, recipients: [draft] }, crypto))
    const good = await trace(enveloped, draft.certificate, pkcs8)
    expect(good.content).toEqual(content)
    expect(good.calls.length).toBeGreaterThan(3)
    for (const { comment, change } of [...faults, ...common]) {
      const bad = await trace(await change(enveloped), draft.certificate, pkcs8)
      expect(bad.calls, comment).toEqual(good.calls)
      // Under a wrong key the padding of CBC is right once in 256 times; what comes out is never the content.
      expect(bad.content, comment).not.toEqual(content)
      if (cipher === 'AES-256-GCM') expect(bad.code, comment).toBe('not-decryptable')
    }
  })

  test.each(ciphers)('%s: a changed content is found in the same steps', async (cipher) => {
    const draft = { certificate: bob.certificate, keyTransport: pkcs1 } as const
    const enveloped = parseEnvelopedData(await buildEnvelopedData({ content, cipher, recipients: [draft] }, crypto))
    const { encryptedContent } = enveloped.encryptedContentInfo
    // The block before the last, so that the padding breaks.
    const changed = encryptedContent.map((octet, index) =>
      index === encryptedContent.length - 17 ? octet ^ 0xff : octet,
    )
    const good = await trace(enveloped, bob.certificate, bobsKey)
    const other = { ...enveloped.encryptedContentInfo, encryptedContent: changed }
    const bad = await trace({ ...enveloped, encryptedContentInfo: other }, bob.certificate, bobsKey)
    expect(good.code).toBe('ok')
    expect(bad.code).toBe('not-decryptable')
    expect(bad.calls).toEqual(good.calls)
  })

  test.each(ciphers)('%s: a far-away key that gives too little or too much is used to the end', async (cipher) => {
    const draft = { certificate: bob.certificate, keyTransport: pkcs1 } as const
    const enveloped = parseEnvelopedData(await buildEnvelopedData({ content, cipher, recipients: [draft] }, crypto))
    const { key } = bob
    const calls = async (cut: (contentKey: Uint8Array) => Uint8Array) => {
      const spy = spied()
      const away: Decrypter = { decryptKey: async (request) => cut(await key.decryptKey(request)) }
      const recipient = { certificate: bob.certificate, key: away }
      const verdict = await decryptEnvelopedData(enveloped, [recipient], { crypto: spy.provider, algorithms })
      return { calls: spy.calls, content: verdict.ok && verdict.content }
    }
    const good = await calls((contentKey) => contentKey)
    expect(good.content).toEqual(content)
    for (const length of [0, 16, 31, 33, 48]) {
      const bad = await calls((contentKey) => concat([contentKey, contentKey]).subarray(0, length))
      expect(bad.calls, `${length} octets`).toEqual(good.calls)
      expect(bad.content, `${length} octets`).not.toEqual(content)
    }
  })
})
