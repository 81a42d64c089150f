import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  type AlgorithmIdentifier,
  type ContentCipherName,
  contentCipherOf,
  contentCiphers,
  decryptContent,
  encryptContent,
} from '../../src/crypto/index.js'
import { broken, provider } from './fixtures.js'

const names = Object.keys(contentCiphers) as ContentCipherName[]
/** Chromium has no AES-192. */
const has192 = await provider.subtle.importKey('raw', new Uint8Array(24), 'AES-CBC', false, ['encrypt']).then(
  () => true,
  () => false,
)
const supported = names.filter((name) => name !== 'AES-192-CBC' || has192)
const key = new Uint8Array(32).fill(7)
const content = encodeUtf8('a message of more than one block')

/** A provider that takes no key. */
function refusing(reason: Error): SubtleCrypto {
  return new Proxy(provider.subtle, { get: () => () => Promise.reject(reason) })
}

describe('AES-CBC (CMS-8, RFC 3565)', () => {
  test.each(supported)('%s: what is encrypted is decrypted again, whatever its length', async (name) => {
    const bytes = key.subarray(0, contentCiphers[name].keyLength)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 70 }), async (plain) => {
        const { algorithm, encryptedContent } = await encryptContent(provider, name, bytes, plain)
        expect(contentCipherOf(algorithm)?.name).toBe(name)
        expect(encryptedContent).toHaveLength(plain.length + 16 - (plain.length % 16))
        expect(await decryptContent(provider, algorithm, bytes, encryptedContent)).toEqual(Uint8Array.from(plain))
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

  test('unchanged it is decrypted', async () => {
    const { algorithm, encryptedContent } = await sealed
    expect(await decryptContent(provider, algorithm, key, encryptedContent)).toEqual(content)
  })

  test('a cipher that is unknown is named, since the message does so', async () => {
    const asked = decryptContent(provider, { algorithm: '1.2.840.113549.3.2' }, key, new Uint8Array(16))
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})
