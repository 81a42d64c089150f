import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { decodeHex, encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import {
  type ContentCipherName,
  contentCiphers,
  createPasswordDecrypter,
  type DigestName,
  decryptWithPassword,
  deriveFromPassword,
  digests,
  encryptKeyWithPassword,
  encryptWithPassword,
} from '../../src/crypto/index.js'
import { broken, provider, spied } from './fixtures.js'

const pbkdf2 = '1.2.840.113549.1.5.12'
const pwriKek = '1.2.840.113549.1.9.16.3.9'
const hmacSha256 = der.sequence(der.oid('1.2.840.113549.2.9'), der.nul())

/** PBKDF2-params, field by field. */
function derivation(salt: string, iterations: number, ...rest: readonly DerNode[]) {
  const parameters = der.sequence(der.octetString(decodeHex(salt)), der.integer(iterations), ...rest)
  return { algorithm: pbkdf2, parameters: der.encode(parameters) }
}

describe('PBKDF2 (RFC 8018 §5.2)', () => {
  const salt = encodeHex(encodeUtf8('salt'))
  const known = [
    {
      comment: 'RFC 6070, one iteration',
      algorithm: derivation(salt, 1),
      password: 'password',
      derived: '0c60c80f961f0e71f3a9b524af6012062fe037a6',
    },
    {
      comment: 'RFC 6070, 4096 iterations, with its length',
      algorithm: derivation(salt, 4096, der.integer(20)),
      password: 'password',
      derived: '4b007901b765489abead49d926f721d065a429c1',
    },
    {
      comment: 'RFC 7914 §11, SHA-256',
      algorithm: derivation(salt, 1, hmacSha256),
      password: 'passwd',
      derived:
        '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc' +
        '49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
    },
    {
      comment: 'RFC 3211 §3, 500 iterations',
      algorithm: derivation('1234567878563412', 500),
      password: 'All n-entities must communicate with other n-entities via n-1 entiteeheehees',
      derived: '6a8970bf68c92caea84a8df28510858607126380cc47ab2d',
    },
  ]
  test.each(known)('$comment', async ({ algorithm, password, derived }) => {
    const length = derived.length / 2
    expect(encodeHex(await deriveFromPassword(provider, algorithm, password, length))).toBe(derived)
    expect(encodeHex(await deriveFromPassword(provider, algorithm, encodeUtf8(password), length))).toBe(derived)
  })

  const refused = [
    { comment: 'another function', algorithm: { algorithm: '1.3.6.1.4.1.11591.4.11' }, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'no parameters', algorithm: { algorithm: pbkdf2 }, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'no iterations', algorithm: derivation(salt, 0), code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'another length', algorithm: derivation(salt, 1, der.integer(16)), code: 'ERR_CRYPTO_UNSUPPORTED' },
    {
      comment: 'a function underneath that is unknown',
      algorithm: derivation(salt, 1, der.sequence(der.oid('1.2.840.113549.2.5'))),
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
    { comment: 'more iterations than allowed', algorithm: derivation(salt, 1001), code: 'ERR_CRYPTO_LIMIT' },
    { comment: 'more than anybody allows', algorithm: derivation(salt, 0x7fffffff), code: 'ERR_CRYPTO_LIMIT' },
  ]
  test.each(refused)('$comment: $code', async ({ algorithm, code }) => {
    const asked = deriveFromPassword(provider, algorithm, 'password', 20, { maxIterations: 1000 })
    await expect(asked).rejects.toMatchObject({ code })
  })

  test('as many as allowed are done, and the bound is there unasked', async () => {
    const derived = deriveFromPassword(provider, derivation(salt, 1000), 'password', 20, { maxIterations: 1000 })
    expect(await derived).toHaveLength(20)
    const asked = deriveFromPassword(provider, derivation(salt, 10_000_001), 'password', 20)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_LIMIT' })
  })

  test('a provider that fails is an error', async () => {
    const asked = deriveFromPassword(broken, derivation(salt, 1), 'password', 20)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
  })
})

describe('PBES2 (RFC 8018 §6.2)', () => {
  const data = encodeUtf8('a private key')
  const few = { iterations: 3 }

  const combinations = (Object.keys(digests) as DigestName[]).map((digest) => ({
    digest,
    cipher: 'AES-256-CBC' as const,
  }))
  const ciphers: readonly ContentCipherName[] = ['AES-128-CBC', '3DES-CBC']
  test.each([...combinations, ...ciphers.map((cipher) => ({ digest: 'SHA-256' as const, cipher }))])(
    'HMAC with $digest and $cipher, there and back',
    async (draft) => {
      const { algorithm, encryptedData } = await encryptWithPassword(provider, 'pässword', data, { ...draft, ...few })
      expect(await decryptWithPassword(provider, algorithm, 'pässword', encryptedData)).toEqual(data)
      expect(await decryptWithPassword(provider, algorithm, encodeUtf8('pässword'), encryptedData)).toEqual(data)
    },
  )

  test('the empty password is a password', async () => {
    const { algorithm, encryptedData } = await encryptWithPassword(provider, '', data, few)
    expect(await decryptWithPassword(provider, algorithm, '', encryptedData)).toEqual(data)
  })

  test('the salt is new each time', async () => {
    const once = await encryptWithPassword(provider, 'password', data, few)
    const again = await encryptWithPassword(provider, 'password', data, few)
    expect(once.algorithm.parameters).not.toEqual(again.algorithm.parameters)
  })

  const sent = encryptWithPassword(provider, 'password', data, few)
  const refused: readonly { comment: string; password?: string; change?: (bytes: Uint8Array) => Uint8Array }[] = [
    { comment: 'another password', password: 'passwort' },
    { comment: 'the empty password', password: '' },
    { comment: 'data cut short', change: (bytes) => bytes.subarray(1) },
    { comment: 'no data', change: () => new Uint8Array() },
  ]
  test.each(refused)('$comment cannot be told from the others', async ({ password = 'password', change }) => {
    const { algorithm, encryptedData } = await sent
    const asked = decryptWithPassword(provider, algorithm, password, change ? change(encryptedData) : encryptedData)
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_DECRYPT' })
  })

  const pbes2 = (...parts: readonly DerNode[]) => ({
    algorithm: '1.2.840.113549.1.5.13',
    parameters: der.encode(der.sequence(...parts)),
  })
  const kdf = der.sequence(der.oid(pbkdf2), derivation('00', 1).parameters)
  const unsupported = [
    { comment: 'another scheme', algorithm: { algorithm: '1.2.840.113549.1.12.1.3' } },
    { comment: 'no parameters', algorithm: { algorithm: '1.2.840.113549.1.5.13' } },
    { comment: 'a cipher that is unknown', algorithm: pbes2(kdf, der.sequence(der.oid('1.2.840.113549.3.2'))) },
    { comment: 'a cipher with a tag', algorithm: pbes2(kdf, der.sequence(der.oid(contentCiphers['AES-128-GCM'].oid))) },
    { comment: 'no cipher', algorithm: pbes2(kdf) },
  ]
  test.each(unsupported)('$comment is unsupported', async ({ algorithm }) => {
    const asked = decryptWithPassword(provider, algorithm, 'password', new Uint8Array(16))
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  test('a cipher with a tag has no place in it', async () => {
    const asked = encryptWithPassword(provider, 'password', data, { ...few, cipher: 'AES-256-GCM' })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })
})

describe('recipients with a password (RFC 5652 §6.2.4, RFC 3211)', () => {
  const contentKey = Uint8Array.from({ length: 32 }, (_, index) => index + 1)
  const few = { iterations: 3 }

  test('the key of RFC 3211 §3 under 3DES', async () => {
    const encryption = der.sequence(
      der.oid(contentCiphers['3DES-CBC'].oid),
      der.octetString(decodeHex('baf1ca7931213c4e')),
    )
    const request = {
      algorithm: { algorithm: pwriKek, parameters: der.encode(encryption) },
      derivation: derivation('1234567878563412', 500),
      encryptedKey: decodeHex('c03c514abdb9e2c5aac038572b5e24553876b377aafb82eca5a9d73f8ab143d9ec74e6cad7db260c'),
      length: 32,
    }
    const password = 'All n-entities must communicate with other n-entities via n-1 entiteeheehees'
    expect(encodeHex(await createPasswordDecrypter(provider, password).decryptKey(request))).toBe(
      '8c637d887223a2f965b566eb014b0fa5d52300a3f7ea40fffc577203c71baf3b',
    )
  })

  const lengths = [16, 24, 32]
  const ciphers: readonly ContentCipherName[] = ['AES-128-CBC', 'AES-256-CBC', '3DES-CBC']
  test.each(ciphers.flatMap((cipher) => lengths.map((length) => ({ cipher, length }))))(
    '$length octets under $cipher, there and back',
    async ({ cipher, length }) => {
      const key = contentKey.subarray(0, length)
      const sent = await encryptKeyWithPassword(provider, 'password', key, { ...few, cipher })
      expect(sent.algorithm.algorithm).toBe(pwriKek)
      expect(await createPasswordDecrypter(provider, 'password').decryptKey({ ...sent, length })).toEqual(key)
    },
  )

  const sent = encryptKeyWithPassword(provider, 'password', contentKey, few)
  const cases: readonly {
    comment: string
    password?: string
    change?: (bytes: Uint8Array) => Uint8Array
    length?: number
  }[] = [
    { comment: 'whole' },
    { comment: 'another password', password: 'passwort' },
    { comment: 'the first octet changed', change: (bytes) => bytes.with(0, bytes[0]! ^ 1) },
    { comment: 'the last octet changed', change: (bytes) => bytes.with(-1, bytes.at(-1)! ^ 1) },
    { comment: 'a block short', change: (bytes) => bytes.subarray(16) },
    { comment: 'a block long', change: (bytes) => Uint8Array.of(...bytes, ...new Uint8Array(16)) },
    { comment: 'cut short', change: (bytes) => bytes.subarray(1) },
    { comment: 'empty', change: () => new Uint8Array() },
    { comment: 'a key of another length wanted', length: 16 },
  ]
  test.each(cases)(
    '$comment: the key, or what nobody can predict',
    async ({ comment, password = 'password', change, length = 32 }) => {
      const { encryptedKey, ...algorithms } = await sent
      const request = { ...algorithms, encryptedKey: change ? change(encryptedKey) : encryptedKey, length }
      const calls: string[] = []
      const key = await createPasswordDecrypter(spied(calls), password).decryptKey(request)
      expect(key).toHaveLength(length)
      expect(await createPasswordDecrypter(provider, password).decryptKey(request)).toEqual(key)
      expect(encodeHex(key) === encodeHex(contentKey)).toBe(comment === 'whole')
      const reference: string[] = []
      await createPasswordDecrypter(spied(reference), 'password').decryptKey({
        ...algorithms,
        encryptedKey,
        length: 32,
      })
      const operation = (call: string) => call.replace(/ \d+/g, ' n')
      expect(calls.map(operation)).toEqual(reference.map(operation))
    },
  )

  const open: readonly { comment: string; change: object; code: string }[] = [
    { comment: 'another key wrap', change: { algorithm: { algorithm: '1.2.3' } }, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'no cipher', change: { algorithm: { algorithm: pwriKek } }, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'no derivation', change: { derivation: undefined }, code: 'ERR_CRYPTO_UNSUPPORTED' },
    { comment: 'too many iterations', change: { derivation: derivation('00', 2000) }, code: 'ERR_CRYPTO_LIMIT' },
    {
      comment: 'a vector of another length',
      change: {
        algorithm: {
          algorithm: pwriKek,
          parameters: der.encode(
            der.sequence(der.oid(contentCiphers['AES-256-CBC'].oid), der.octetString(new Uint8Array(8))),
          ),
        },
      },
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
  ]
  test.each(open)('$comment stands openly in the message: $code', async ({ change, code }) => {
    const decrypter = createPasswordDecrypter(provider, 'password', { maxIterations: 1000 })
    await expect(decrypter.decryptKey({ ...(await sent), length: 32, ...change })).rejects.toMatchObject({ code })
  })

  test('a cipher with a tag wraps no key', async () => {
    const asked = encryptKeyWithPassword(provider, 'password', contentKey, { ...few, cipher: 'AES-256-GCM' })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  test('a provider that fails is an error, and a caller that gives up is heard', async () => {
    const failing = createPasswordDecrypter(broken, 'password').decryptKey({ ...(await sent), length: 32 })
    await expect(failing).rejects.toMatchObject({ code: 'ERR_CRYPTO_PROVIDER' })
    const signal = AbortSignal.abort()
    const asked = createPasswordDecrypter(provider, 'password').decryptKey({ ...(await sent), length: 32, signal })
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
  })
})
