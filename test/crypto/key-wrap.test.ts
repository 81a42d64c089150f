import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import { createSharedKeyDecrypter, type KeyWrapName, keyWrapOf, keyWraps, wrapKey } from '../../src/crypto/index.js'
import { broken, nul, provider, spied } from './fixtures.js'

/** Chromium has no AES-192. */
const has192 = await wrapKey(provider, 'AES-192-KW', new Uint8Array(24), new Uint8Array(16)).then(
  () => true,
  () => false,
)
const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index)
const data = decodeHex('00112233445566778899aabbccddeeff0001020304050607 08090a0b0c0d0e0f'.replace(' ', ''))

describe('AES key wrap (RFC 3394 §4)', () => {
  const known = [
    { name: 'AES-128-KW', octets: 16, wrapped: '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5' },
    { name: 'AES-192-KW', octets: 16, wrapped: '96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d' },
    { name: 'AES-256-KW', octets: 16, wrapped: '64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7' },
    { name: 'AES-192-KW', octets: 24, wrapped: '031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2' },
    { name: 'AES-256-KW', octets: 24, wrapped: 'a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1' },
    {
      name: 'AES-256-KW',
      octets: 32,
      wrapped: '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
    },
  ] as const
  test.each(known.filter(({ name }) => has192 || name !== 'AES-192-KW'))(
    '$octets octets under $name',
    async ({ name, octets, wrapped }) => {
      const key = counting(keyWraps[name].keyLength)
      const contentKey = data.subarray(0, octets)
      const sent = await wrapKey(provider, name, key, contentKey)
      expect(encodeHex(sent.encryptedKey)).toBe(wrapped)
      expect(keyWrapOf(sent.algorithm)).toEqual(keyWraps[name])
      expect(await createSharedKeyDecrypter(provider, key).decryptKey({ ...sent, length: octets })).toEqual(contentKey)
    },
  )

  test.each([
    {
      comment: 'NULL is read like nothing',
      algorithm: { algorithm: keyWraps['AES-128-KW'].oid, parameters: nul },
      name: 'AES-128-KW',
    },
    {
      comment: 'other parameters are another algorithm',
      algorithm: { algorithm: keyWraps['AES-128-KW'].oid, parameters: Uint8Array.of(4, 0) },
    },
    { comment: 'the key wrap with padding is none', algorithm: { algorithm: '2.16.840.1.101.3.4.1.48' } },
  ])('$comment', ({ algorithm, name }) => {
    expect(keyWrapOf(algorithm)?.name).toBe(name)
  })

  const refused = [
    { comment: 'a key of another length', key: 24, contentKey: 16, code: 'ERR_CRYPTO_KEY' },
    { comment: 'a content key of one block', key: 16, contentKey: 8, code: 'ERR_CRYPTO_KEY' },
    { comment: 'a content key that is not of whole blocks', key: 16, contentKey: 20, code: 'ERR_CRYPTO_KEY' },
  ]
  test.each(refused)('$comment: $code', async ({ key, contentKey, code }) => {
    const asked = wrapKey(provider, 'AES-128-KW', new Uint8Array(key), new Uint8Array(contentKey))
    await expect(asked).rejects.toMatchObject({ code })
  })

  test('a provider that fails says so, and one that lacks a length says that', async () => {
    const key = new Uint8Array(16)
    await expect(wrapKey(broken, 'AES-128-KW', key, key)).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
    const lacking = new Proxy(provider.subtle, {
      get: () => () => Promise.reject(new DOMException('192-bit AES keys are not supported', 'OperationError')),
    })
    const asked = wrapKey({ ...broken, subtle: lacking }, 'AES-128-KW', key, key)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})

describe('a key that both sides have (RFC 5652 §6.2.3)', () => {
  const key = counting(32)
  const contentKey = data.subarray(0, 16)
  const sent = wrapKey(provider, 'AES-256-KW', key, contentKey)

  const cases: readonly {
    comment: string
    change?: (bytes: Uint8Array) => Uint8Array
    key?: Uint8Array
    length?: number
  }[] = [
    { comment: 'whole' },
    { comment: 'one bit flipped', change: (bytes) => bytes.with(4, bytes[4]! ^ 1) },
    { comment: 'cut short', change: (bytes) => bytes.subarray(1) },
    { comment: 'too long', change: (bytes) => Uint8Array.of(0, ...bytes) },
    { comment: 'empty', change: () => new Uint8Array() },
    { comment: 'another key', key: key.with(0, 9) },
    { comment: 'a key of another length inside', length: 32 },
  ]
  test.each(cases)(
    '$comment: the key, or what nobody can predict',
    async ({ comment, change, key: other, length = 16 }) => {
      const { algorithm, encryptedKey } = await sent
      const received = change ? change(encryptedKey) : encryptedKey
      const open = (calls: string[]) =>
        createSharedKeyDecrypter(spied(calls), other ?? key).decryptKey({ algorithm, encryptedKey: received, length })
      const calls: string[] = []
      const once = await open(calls)
      expect(once).toHaveLength(length)
      expect(await open([])).toEqual(once)
      expect(encodeHex(once) === encodeHex(contentKey)).toBe(comment === 'whole')
      // The lengths of what comes in are there for everybody to see; the operations are the same.
      const reference: string[] = []
      await createSharedKeyDecrypter(spied(reference), key).decryptKey({ ...(await sent), length: 16 })
      expect(calls.map(operation)).toEqual(reference.map(operation))
      if (length === 16 && received.length === encryptedKey.length) expect(calls).toEqual(reference)
    },
  )

  const operation = (call: string) => call.replace(/ \d+/g, ' n')

  test.each([
    { comment: 'a key wrap that takes another key', name: 'AES-128-KW' },
    { comment: 'a key wrap that is unknown', name: undefined },
  ])('$comment stands openly in the message', async ({ name }) => {
    const algorithm = { algorithm: name ? keyWraps[name as KeyWrapName].oid : '1.2.840.113549.1.9.16.3.6' }
    const asked = createSharedKeyDecrypter(provider, key).decryptKey({ ...(await sent), algorithm, length: 16 })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  test('a caller that gives up is heard, and a provider that fails is an error', async () => {
    const signal = AbortSignal.abort()
    const asked = createSharedKeyDecrypter(provider, key).decryptKey({ ...(await sent), length: 16, signal })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    const failing = createSharedKeyDecrypter(broken, key).decryptKey({ ...(await sent), length: 16 })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})
