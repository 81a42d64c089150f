import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  type CryptoProvider,
  createDecrypter,
  digests,
  encryptKey,
  type KeyTransportName,
  keyTransportOf,
  keyTransports,
} from '../../src/crypto/index.js'
import {
  broken,
  key2048,
  nul,
  oaepParameters,
  provider,
  publicKeyInfo,
  publicKeyOf,
  rsaPublicKeyInfo,
} from './fixtures.js'

const rsaEncryption = '1.2.840.113549.1.1.1'
const rsaesOaep = '1.2.840.113549.1.1.7'
const sha1 = digests['SHA-1'].oid
const sha256 = digests['SHA-256'].oid
const sha512 = digests['SHA-512'].oid
const md5 = '1.2.840.113549.2.5'
const noLabel = new Uint8Array()

describe('which key transport it is (CMS-10, RFC 8017 A.2.1)', () => {
  const readable = [
    { comment: 'no parameters at all: every default', parameters: undefined, digest: 'SHA-1', maskDigest: 'SHA-1' },
    { comment: 'an empty SEQUENCE: every default', parameters: oaepParameters(), digest: 'SHA-1', maskDigest: 'SHA-1' },
    {
      comment: 'SHA-256 for both',
      parameters: oaepParameters(sha256, sha256),
      digest: 'SHA-256',
      maskDigest: 'SHA-256',
    },
    { comment: 'the mask left out: SHA-1', parameters: oaepParameters(sha256), digest: 'SHA-256', maskDigest: 'SHA-1' },
    {
      comment: 'the digest left out: SHA-1',
      parameters: oaepParameters(undefined, sha512),
      digest: 'SHA-1',
      maskDigest: 'SHA-512',
    },
    {
      comment: 'the defaults spelled out',
      parameters: oaepParameters(sha1, sha1, noLabel),
      digest: 'SHA-1',
      maskDigest: 'SHA-1',
    },
    {
      comment: 'a label',
      parameters: oaepParameters(sha256, sha256, encodeUtf8('L')),
      digest: 'SHA-256',
      maskDigest: 'SHA-256',
      label: 'L',
    },
    {
      comment: 'a digest whose NULL is left out',
      parameters: der.encode(der.sequence(der.explicit(0, der.sequence(der.oid(sha256))))),
      digest: 'SHA-256',
      maskDigest: 'SHA-1',
    },
  ]
  test.each(readable)('OAEP, $comment', ({ parameters, digest, maskDigest, label = '' }) => {
    const algorithm = { algorithm: rsaesOaep, ...(parameters && { parameters }) }
    const oaep = { digest, maskDigest, label: encodeUtf8(label) }
    expect(keyTransportOf(algorithm)).toEqual({ name: `RSAES-OAEP-${digest}`, oaep })
  })

  test.each([
    { comment: 'NULL', algorithm: { algorithm: rsaEncryption, parameters: nul } },
    { comment: 'no parameters', algorithm: { algorithm: rsaEncryption } },
  ])('RSAES-PKCS1-v1_5 with $comment', ({ algorithm }) => {
    expect(keyTransportOf(algorithm)).toEqual({ name: 'RSAES-PKCS1-v1_5' })
  })

  const digestField = der.sequence(der.oid(sha256), der.nul())
  const malformed = [
    { comment: 'NULL', parameters: nul },
    { comment: 'no ASN.1', parameters: Uint8Array.of(0x30, 5) },
    { comment: 'a digest that is unknown', parameters: oaepParameters(md5, sha256) },
    { comment: 'a digest of the mask that is unknown', parameters: oaepParameters(sha256, md5) },
    {
      comment: 'a mask generation function that is unknown',
      parameters: der.encode(der.sequence(der.explicit(1, digestField))),
    },
    {
      comment: 'a mask without its digest',
      parameters: der.encode(der.sequence(der.explicit(1, der.sequence(der.oid('1.2.840.113549.1.1.8'))))),
    },
    { comment: 'a label from an unknown source', parameters: der.encode(der.sequence(der.explicit(2, digestField))) },
    {
      comment: 'fields in the wrong order',
      parameters: der.encode(der.sequence(der.explicit(2, digestField), der.explicit(0, digestField))),
    },
    {
      comment: 'a field twice',
      parameters: der.encode(der.sequence(der.explicit(0, digestField), der.explicit(0, digestField))),
    },
    {
      comment: 'two digests in a field',
      parameters: der.encode(der.sequence(der.explicit(0, digestField), der.explicit(3, digestField))),
    },
    { comment: 'an empty field', parameters: Uint8Array.of(0x30, 2, 0xa0, 0) },
    { comment: 'a primitive field', parameters: Uint8Array.of(0x30, 2, 0x80, 0) },
  ]
  test.each(malformed)('OAEP with $comment is unknown, and no other algorithm', async ({ parameters }) => {
    const algorithm = { algorithm: rsaesOaep, parameters }
    expect(keyTransportOf(algorithm)).toBeUndefined()
    const asked = createDecrypter(provider, key2048).decryptKey({
      algorithm,
      encryptedKey: new Uint8Array(256),
      length: 32,
    })
    await expect(asked).rejects.toMatchObject({ code: 'ERR_CRYPTO_UNSUPPORTED' })
  })

  test.each([
    {
      comment: 'RSAES-PKCS1-v1_5 with parameters of OAEP',
      algorithm: { algorithm: rsaEncryption, parameters: oaepParameters(sha256) },
    },
    { comment: 'an algorithm that is none of RSA', algorithm: { algorithm: '1.2.840.10045.2.1' } },
  ])('$comment is unknown', ({ algorithm }) => {
    expect(keyTransportOf(algorithm)).toBeUndefined()
  })
})

describe('encrypting a content key', () => {
  const publicKey = publicKeyOf(key2048)
  const contentKey = new Uint8Array(32).map((_, index) => index)

  test.each(Object.keys(keyTransports) as KeyTransportName[])(
    '%s: named in the message and decrypted again',
    async (name) => {
      const sent = await encryptKey(provider, name, publicKey, contentKey)
      expect(keyTransportOf(sent.algorithm)).toEqual(keyTransports[name])
      expect(sent.encryptedKey).toHaveLength(256)
      expect(await createDecrypter(provider, key2048).decryptKey({ ...sent, length: 32 })).toEqual(contentKey)
    },
  )

  test('OAEP with SHA-1 leaves its defaults out, as DER wants', async () => {
    const { algorithm } = await encryptKey(provider, 'RSAES-OAEP-SHA-1', publicKey, contentKey)
    expect(algorithm.parameters).toEqual(Uint8Array.of(0x30, 0))
  })

  test('the padding is new each time', async () => {
    const once = await encryptKey(provider, 'RSAES-PKCS1-v1_5', publicKey, contentKey)
    const again = await encryptKey(provider, 'RSAES-PKCS1-v1_5', publicKey, contentKey)
    expect(once.encryptedKey).not.toEqual(again.encryptedKey)
  })

  test('the padding holds no zero, though random numbers do', async () => {
    // Every second octet is zero here, so half of what is drawn must be dropped.
    const halfZero: CryptoProvider = {
      subtle: provider.subtle,
      getRandomValues: (array) => {
        if (array instanceof Uint8Array) array.set(array.map((_, index) => index % 2))
        return array
      },
    }
    const sent = await encryptKey(halfZero, 'RSAES-PKCS1-v1_5', publicKey, contentKey)
    expect(await createDecrypter(provider, key2048).decryptKey({ ...sent, length: 32 })).toEqual(contentKey)
  })

  const zeros: CryptoProvider = { subtle: provider.subtle, getRandomValues: (array) => array }
  const odd = (bits: number) => (1n << BigInt(bits - 1)) + 1n
  const refused: readonly {
    comment: string
    key?: typeof publicKey
    name?: KeyTransportName
    length?: number
    given?: CryptoProvider
    code: string
  }[] = [
    {
      comment: 'an elliptic curve key',
      key: publicKeyInfo('1.2.840.10045.2.1', Uint8Array.of(4)),
      code: 'ERR_CRYPTO_UNSUPPORTED',
    },
    { comment: 'a malformed key', key: publicKeyInfo(rsaEncryption, Uint8Array.of(4)), code: 'ERR_CRYPTO_KEY' },
    { comment: 'an exponent that takes for ever', key: rsaPublicKeyInfo(odd(2048), odd(2000)), code: 'ERR_CRYPTO_KEY' },
    { comment: 'a modulus that takes for ever', key: rsaPublicKeyInfo(odd(16_385), 3n), code: 'ERR_CRYPTO_KEY' },
    { comment: 'a content key longer than v1.5 carries', length: 246, code: 'ERR_CRYPTO_KEY' },
    {
      comment: 'a content key longer than OAEP carries',
      name: 'RSAES-OAEP-SHA-256',
      length: 191,
      code: 'ERR_CRYPTO_KEY',
    },
    { comment: 'random numbers that are none', given: zeros, code: 'ERR_CRYPTO_PROVIDER' },
    { comment: 'a provider that fails', name: 'RSAES-OAEP-SHA-256', given: broken, code: 'ERR_CRYPTO_PROVIDER' },
  ]
  test.each(refused)('$comment: $code', async ({ key, name, length, given, code }) => {
    const asked = encryptKey(
      given ?? provider,
      name ?? 'RSAES-PKCS1-v1_5',
      key ?? publicKey,
      new Uint8Array(length ?? 32),
    )
    await expect(asked).rejects.toMatchObject({ code })
  })

  test.each([
    { name: 'RSAES-PKCS1-v1_5', length: 245 },
    { name: 'RSAES-OAEP-SHA-256', length: 190 },
  ] as const)('the longest that $name carries: $length octets', async ({ name, length }) => {
    const longest = new Uint8Array(length).fill(9)
    const sent = await encryptKey(provider, name, publicKey, longest)
    expect(await createDecrypter(provider, key2048).decryptKey({ ...sent, length })).toEqual(longest)
  })
})
