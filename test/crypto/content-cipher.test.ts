import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import {
  type AlgorithmIdentifier,
  type Authenticity,
  type ContentCipherName,
  type CryptoError,
  contentCipherOf,
  contentCiphers,
  decryptContent,
  encryptContent,
} from '../../src/crypto/index.js'
import { broken, provider } from './fixtures.js'

const names = Object.keys(contentCiphers) as ContentCipherName[]
/** Chromium has no AES-192, and no ChaCha20 either. */
const lackingHere = new Set(
  (
    await Promise.all(
      names.map(async (name) => {
        const given = new Uint8Array(contentCiphers[name].keyLength)
        const asked = encryptContent(provider, name, given, new Uint8Array(1))
        const code = await asked.then(
          () => undefined,
          (error: CryptoError) => error.code,
        )
        return code === 'ERR_CRYPTO_UNSUPPORTED' ? [name] : []
      }),
    )
  ).flat(),
)
const supported = names.filter((name) => !lackingHere.has(name))
const key = new Uint8Array(32).fill(7)
const content = encodeUtf8('a message of more than one block')

/** A provider that takes no key. */
function refusing(reason: Error): SubtleCrypto {
  return new Proxy(provider.subtle, { get: () => () => Promise.reject(reason) })
}

test('only what WebCrypto leaves out is ever lacking', () => {
  const optional: readonly ContentCipherName[] = ['AES-192-CBC', 'AES-192-GCM', 'ChaCha20-Poly1305']
  expect([...lackingHere].filter((name) => !optional.includes(name))).toEqual([])
})

describe('content ciphers (CMS-8, CMS-9, RFC 3565, RFC 5084, RFC 8103)', () => {
  test.each(supported)('%s: what is encrypted is decrypted again, whatever its length', async (name) => {
    const { keyLength, ivLength, tagLength } = contentCiphers[name]
    const bytes = key.subarray(0, keyLength)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 20 }), async (plain, beside) => {
        const authenticatedData = tagLength > 0 ? beside : new Uint8Array()
        const sent = await encryptContent(provider, name, bytes, plain, authenticatedData)
        expect(contentCipherOf(sent.algorithm)?.name).toBe(name)
        const padded = tagLength > 0 ? plain.length : plain.length + ivLength - (plain.length % ivLength)
        expect(sent.encryptedContent).toHaveLength(padded)
        expect(sent.mac?.length ?? 0).toBe(tagLength)
        const authenticity = sent.mac && { mac: sent.mac, authenticatedData }
        const opened = await decryptContent(provider, sent.algorithm, bytes, sent.encryptedContent, authenticity)
        expect(opened).toEqual(Uint8Array.from(plain))
      }),
      { numRuns: 30 },
    )
  })

  test('the same content twice gives two initialization vectors', async () => {
    const once = await encryptContent(provider, 'AES-256-CBC', key, content)
    const again = await encryptContent(provider, 'AES-256-CBC', key, content)
    expect(once.algorithm.parameters).not.toEqual(again.algorithm.parameters)
    expect(once.encryptedContent).not.toEqual(again.encryptedContent)
  })

  test('a key of another length is refused', async () => {
    const asked = encryptContent(provider, 'AES-128-CBC', key, content)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_KEY' })
  })

  const lacking = {
    ...broken,
    subtle: refusing(new DOMException('192-bit AES keys are not supported', 'OperationError')),
  }
  test.each([
    { comment: 'that fails', given: broken, code: 'ERR_CRYPTO_PROVIDER' },
    { comment: 'that lacks the cipher', given: lacking, code: 'ERR_CRYPTO_UNSUPPORTED' },
  ])('a provider $comment says so, both ways', async ({ given, code }) => {
    const { algorithm, encryptedContent } = await encryptContent(provider, 'AES-256-CBC', key, content)
    await expect(encryptContent(given, 'AES-256-CBC', key, content)).rejects.toMatchObject({ code })
    await expect(decryptContent(given, algorithm, key, encryptedContent)).rejects.toMatchObject({ code })
  })
})

describe('decryption failures look alike (RFC 3218)', () => {
  const sealed = encryptContent(provider, 'AES-256-CBC', key, content)
  const withIv = (node: DerNode | undefined) => (algorithm: AlgorithmIdentifier) => ({
    algorithm: algorithm.algorithm,
    ...(node && { parameters: der.encode(node) }),
  })
  /** GCMParameters with a nonce and a tag of these lengths. */
  const gcmOf =
    (nonce: number, icvLength: number) =>
    ({ algorithm }: AlgorithmIdentifier) => ({
      algorithm,
      parameters: der.encode(der.sequence(der.octetString(new Uint8Array(nonce)), der.integer(icvLength))),
    })
  const cases: readonly {
    comment: string
    algorithm?: (algorithm: AlgorithmIdentifier) => AlgorithmIdentifier
    bytes?: (bytes: Uint8Array) => Uint8Array
    key?: Uint8Array
  }[] = [
    { comment: 'no parameters', algorithm: withIv(undefined) },
    { comment: 'a vector of 15 octets', algorithm: withIv(der.octetString(new Uint8Array(15))) },
    { comment: 'a vector of 17 octets', algorithm: withIv(der.octetString(new Uint8Array(17))) },
    { comment: 'a vector of another type', algorithm: withIv(der.utf8String('0123456789abcdef')) },
    {
      comment: 'parameters that are no ASN.1',
      algorithm: ({ algorithm }) => ({ algorithm, parameters: Uint8Array.of(4, 16) }),
    },
    { comment: 'nothing at all', bytes: () => new Uint8Array() },
    { comment: 'a cut block', bytes: (bytes) => bytes.subarray(0, -1) },
    { comment: 'wrong padding', bytes: (bytes) => bytes.with(-17, bytes.at(-17)! ^ 0xff) },
    { comment: 'another key', key: new Uint8Array(32).fill(8) },
    { comment: 'a key of another length', key: new Uint8Array(7) },
  ]
  test.each(cases)('$comment', async ({ algorithm, bytes, key: other }) => {
    const { algorithm: good, encryptedContent } = await sealed
    const asked = decryptContent(
      provider,
      algorithm ? algorithm(good) : good,
      other ?? key,
      bytes ? bytes(encryptedContent) : encryptedContent,
    )
    const error: unknown = await asked.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_CRYPTO_DECRYPT', message: 'the content could not be decrypted' })
    expect(error).not.toHaveProperty('cause')
  })

  const gcm = encryptContent(provider, 'AES-256-GCM', key, content, encodeUtf8('attributes'))
  const tagged: readonly {
    comment: string
    algorithm?: (algorithm: AlgorithmIdentifier) => AlgorithmIdentifier
    bytes?: (bytes: Uint8Array) => Uint8Array
    authenticity?: (mac: Uint8Array) => Authenticity | undefined
    key?: Uint8Array
  }[] = [
    { comment: 'no tag', authenticity: () => undefined },
    { comment: 'a tag of which one bit is flipped', authenticity: (mac) => ({ mac: mac.with(3, mac[3]! ^ 1) }) },
    { comment: 'a tag that is shorter than the parameters say', authenticity: (mac) => ({ mac: mac.subarray(0, 12) }) },
    { comment: 'a tag of four octets', authenticity: (mac) => ({ mac: mac.subarray(0, 4) }), algorithm: gcmOf(12, 4) },
    { comment: 'a nonce of 16 octets', algorithm: gcmOf(16, 16) },
    { comment: 'parameters of CBC', algorithm: withIv(der.octetString(new Uint8Array(12))) },
    { comment: 'other attributes', authenticity: (mac) => ({ mac, authenticatedData: encodeUtf8('attribute') }) },
    { comment: 'attributes left out', authenticity: (mac) => ({ mac }) },
    { comment: 'one bit of the content flipped', bytes: (bytes) => bytes.with(0, bytes[0]! ^ 1) },
    { comment: 'content cut short', bytes: (bytes) => bytes.subarray(1) },
    { comment: 'another key', key: new Uint8Array(32).fill(8) },
  ]
  test.each(tagged)('AES-GCM with $comment', async ({ algorithm, bytes, authenticity, key: other }) => {
    const sent = await gcm
    const right = { mac: sent.mac!, authenticatedData: encodeUtf8('attributes') }
    const asked = decryptContent(
      provider,
      algorithm ? algorithm(sent.algorithm) : sent.algorithm,
      other ?? key,
      bytes ? bytes(sent.encryptedContent) : sent.encryptedContent,
      authenticity ? authenticity(sent.mac!) : right,
    )
    const error: unknown = await asked.catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ERR_CRYPTO_DECRYPT', message: 'the content could not be decrypted' })
    expect(error).not.toHaveProperty('cause')
  })

  test('CBC content with a tag beside it', async () => {
    const { algorithm, encryptedContent } = await sealed
    const asked = decryptContent(provider, algorithm, key, encryptedContent, { mac: new Uint8Array(16) })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
  })

  test('AES-GCM, unchanged it is decrypted', async () => {
    const { algorithm, encryptedContent, mac } = await gcm
    const authenticity = { mac: mac!, authenticatedData: encodeUtf8('attributes') }
    expect(await decryptContent(provider, algorithm, key, encryptedContent, authenticity)).toEqual(content)
  })

  test('unchanged it is decrypted', async () => {
    const { algorithm, encryptedContent } = await sealed
    expect(await decryptContent(provider, algorithm, key, encryptedContent)).toEqual(content)
  })

  test('a cipher that is unknown is named, since the message does so', async () => {
    const asked = decryptContent(provider, { algorithm: '1.2.840.113549.3.2' }, key, new Uint8Array(16))
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})

describe('known values', () => {
  // Keys, vectors and texts are the examples of these documents.
  const values = [
    {
      comment: 'AES-128-GCM, test case 4 of the specification',
      cipher: 'AES-128-GCM',
      key: 'feffe9928665731c6d6a8f9467308308',
      parameters: '3011040ccafebabefacedbaddecaf888020110',
      encrypted:
        '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091',
      mac: '5bc94fbc3221a5db94fae95ae7121a47',
      beside: 'feedfacedeadbeeffeedfacedeadbeefabaddad2',
      plain:
        'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    },
    {
      comment: 'RFC 8439 §2.8.2',
      cipher: 'ChaCha20-Poly1305',
      key: '808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f',
      parameters: '040c070000004041424344454647',
      encrypted:
        'd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116',
      mac: '1ae10b594f09e26a7e902ecbd0600691',
      beside: '50515253c0c1c2c3c4c5c6c7',
      plain: encodeHex(
        encodeUtf8(
          "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
        ),
      ),
    },
  ] as const
  test.each(values.filter(({ cipher }) => !lackingHere.has(cipher)))('$comment', async (value) => {
    const algorithm = { algorithm: contentCiphers[value.cipher].oid, parameters: decodeHex(value.parameters) }
    const authenticity = { mac: decodeHex(value.mac), authenticatedData: decodeHex(value.beside) }
    const opened = decryptContent(provider, algorithm, decodeHex(value.key), decodeHex(value.encrypted), authenticity)
    expect(encodeHex(await opened)).toBe(value.plain)
  })

  test('a tag whose length is left out has 12 octets (RFC 5084 §3.2), or as many as it has', async () => {
    const [{ key: octets, encrypted, mac, beside, plain }] = values
    const parameters = der.encode(der.sequence(der.octetString(decodeHex('cafebabefacedbaddecaf888'))))
    const algorithm = { algorithm: contentCiphers['AES-128-GCM'].oid, parameters }
    const open = (length: number) =>
      decryptContent(provider, algorithm, decodeHex(octets), decodeHex(encrypted), {
        mac: decodeHex(mac).subarray(0, length),
        authenticatedData: decodeHex(beside),
      })
    expect(encodeHex(await open(12))).toBe(plain)
    expect(encodeHex(await open(16))).toBe(plain)
    await expect(open(11)).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
  })
})
