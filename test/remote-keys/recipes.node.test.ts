import { describe, expect, test } from 'vitest'
import { kmsAgreement, kmsDecrypter, kmsSigner } from '../../examples/keys/aws-kms.js'
import { vaultDecrypter, vaultSigner } from '../../examples/keys/azure-key-vault.js'
import { googleDecrypter, googleSigner } from '../../examples/keys/google-cloud-kms.js'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import {
  agreeKey,
  type Decrypter,
  type EncryptedKey,
  encryptKey,
  type KeyTransportName,
  keyOids,
  keyTransports,
  type PublicKeyInfo,
  parsePublicKeyInfo,
  type Signer,
} from '../../src/crypto/index.js'
import { ann, bob, messageIn, outcomeOf, words } from '../agent/world.js'
import { oaepParameters } from '../crypto/fixtures.js'
import { codeOfRejection } from '../helpers/codes.js'
import { needs } from '../helpers/needs.node.js'
import { bitFlipped, correspondence } from './letters.js'
import { type Fake, type Fault, fakeGoogle, fakeKms, fakeVault, newEcKey, newRsaKey } from './services.node.js'

const rejectionSecret = new Uint8Array(32).fill(7)
const faults: readonly Fault[] = ['throttled', 'not permitted', 'out of order']
const [key, ecKey, ecKey384] = [newRsaKey(), newEcKey(), newEcKey('P-384')]
const all = Object.keys(keyTransports) as readonly KeyTransportName[]

interface Reading {
  readonly service: string
  readonly transports: readonly KeyTransportName[]
  make(): { readonly fake: Fake<unknown>; readonly decrypter: Decrypter }
}

const google = (
  transport: Exclude<KeyTransportName, 'RSAES-PKCS1-v1_5'>,
  hash: 'sha1' | 'sha256' | 'sha512',
): Reading => ({
  service: `Google Cloud KMS, ${hash}`,
  transports: [transport],
  make() {
    const fake = fakeGoogle(key, { hash })
    return { fake, decrypter: googleDecrypter(fake.client, 'versions/1', key.publicKey, transport, rejectionSecret) }
  },
})

const readings: readonly Reading[] = [
  {
    service: 'AWS KMS',
    transports: ['RSAES-OAEP-SHA-1', 'RSAES-OAEP-SHA-256'],
    make() {
      const fake = fakeKms(key)
      return { fake, decrypter: kmsDecrypter(fake.client, 'key', key.publicKey, rejectionSecret) }
    },
  },
  {
    service: 'Azure Key Vault',
    transports: ['RSAES-PKCS1-v1_5', 'RSAES-OAEP-SHA-1', 'RSAES-OAEP-SHA-256'],
    make() {
      const fake = fakeVault(key)
      return { fake, decrypter: vaultDecrypter(fake.client, key.publicKey, rejectionSecret) }
    },
  },
  google('RSAES-OAEP-SHA-1', 'sha1'),
  google('RSAES-OAEP-SHA-256', 'sha256'),
  google('RSAES-OAEP-SHA-512', 'sha512'),
]

const contentKey = new Uint8Array(32).fill(9)
async function encrypted(name: KeyTransportName, octets: Uint8Array = contentKey): Promise<EncryptedKey> {
  return { ...(await encryptKey(crypto, name, key.publicKey, octets)), length: 32 }
}

const rows = readings.flatMap((reading) => reading.transports.map((transport) => ({ ...reading, transport })))

describe.each(rows)('$service opens $transport', ({ transport, make }) => {
  test('the key comes out', async () => {
    expect(await make().decrypter.decryptKey(await encrypted(transport))).toEqual(contentKey)
  })

  const wrong = [
    { comment: 'wrong padding', change: ({ encryptedKey }: EncryptedKey) => bitFlipped(encryptedKey, 100) },
    { comment: 'one octet too few', change: ({ encryptedKey }: EncryptedKey) => encryptedKey.subarray(1) },
    { comment: 'one octet too many', change: ({ encryptedKey }: EncryptedKey) => Uint8Array.of(1, ...encryptedKey) },
    { comment: 'a number that is not below the modulus', change: () => new Uint8Array(256).fill(255) },
    { comment: 'nothing at all', change: () => new Uint8Array() },
  ]
  test.each(wrong)('$comment: 32 octets that nobody can predict, the same in every process', async ({ change }) => {
    const good = await encrypted(transport)
    const request = { ...good, encryptedKey: change(good) }
    const [{ decrypter, fake }, other] = [make(), make()]
    const answer = await decrypter.decryptKey(request)
    expect(answer).toHaveLength(32)
    expect(answer).not.toEqual(contentKey)
    expect(await other.decrypter.decryptKey(request)).toEqual(answer)
    expect(fake.asked()).toBe(1)
  })

  test.each([0, 16, 31, 33])('a key of %i octets in the right padding: the same', async (length) => {
    const request = await encrypted(transport, contentKey.slice(0, length))
    const { decrypter, fake } = make()
    fake.answerWith(new Uint8Array(length))
    const answer = await decrypter.decryptKey(request)
    expect(answer).toHaveLength(32)
    expect(answer).not.toEqual(new Uint8Array(32))
    expect(await decrypter.decryptKey(request)).toEqual(answer)
  })

  test.each(faults)('%s: unreachable, and later it opens', async (fault) => {
    const request = await encrypted(transport)
    const { decrypter, fake } = make()
    fake.fail(fault)
    await expect(decrypter.decryptKey(request)).rejects.toMatchObject({ code: 'ERR_KEY_UNAVAILABLE', temporary: true })
    // The message itself does not change the answer.
    const bad = { ...request, encryptedKey: bitFlipped(request.encryptedKey, 100) }
    expect(await codeOfRejection(decrypter.decryptKey(bad))).toBe('ERR_KEY_UNAVAILABLE')
    fake.fail(undefined)
    expect(await decrypter.decryptKey(request)).toEqual(contentKey)
  })

  test('a caller who gives up is told so', async () => {
    const { decrypter, fake } = make()
    const request = { ...(await encrypted(transport)), signal: AbortSignal.abort() }
    await expect(decrypter.decryptKey(request)).rejects.toMatchObject({ name: 'AbortError' })
    expect(fake.asked()).toBe(0)
  })

  test('a whole letter opens; while the service throttles it is deferred', async () => {
    const { decrypter, fake } = make()
    const letters = await correspondence({ publicKey: key.publicKey, key: decrypter })
    const raw = await letters.letter(transport)
    fake.fail('throttled')
    expect(await letters.hospital.open(raw)).toMatchObject({ kind: 'deferred', code: 'key-unreachable' })
    fake.fail(undefined)
    expect(outcomeOf(await letters.hospital.open(raw))).toBe('message')
  })
})

describe.each(readings)('$service does not open', ({ transports, make }) => {
  const others = all.filter((name) => !transports.includes(name))
  test.each(others)('%s, and is not asked', async (name) => {
    const { decrypter, fake } = make()
    expect(await codeOfRejection(decrypter.decryptKey(await encrypted(name)))).toBe('ERR_CRYPTO_UNSUPPORTED')
    expect(fake.asked()).toBe(0)
  })

  const sha256 = '2.16.840.1.101.3.4.2.1'
  test.each([
    { comment: 'SHA-256 with the mask of SHA-1', parameters: oaepParameters(sha256) },
    { comment: 'a label', parameters: oaepParameters(sha256, sha256, Uint8Array.of(1)) },
  ])('OAEP with $comment, and is not asked', async ({ parameters }) => {
    const { decrypter, fake } = make()
    const { algorithm, ...request } = await encrypted('RSAES-OAEP-SHA-256')
    const opening = decrypter.decryptKey({ ...request, algorithm: { ...algorithm, parameters } })
    expect(await codeOfRejection(opening)).toBe('ERR_CRYPTO_UNSUPPORTED')
    expect(fake.asked()).toBe(0)
  })
})

describe('AWS KMS agrees on a key', () => {
  const agreed = async (): Promise<EncryptedKey> => {
    const draft = { agreement: 'dhSinglePass-stdDH-sha256kdf', wrap: 'AES-256-KW', contentKey } as const
    const { algorithm, encryptedKey, originator } = await agreeKey(crypto, { ...draft, publicKey: ecKey.publicKey })
    return { algorithm, encryptedKey, length: 32, originator: { publicKey: originator } }
  }
  const make = () => {
    const fake = fakeKms(ecKey)
    return { fake, decrypter: kmsAgreement(fake.client, 'key', ecKey.publicKey, rejectionSecret) }
  }

  test('and the content key comes out', async () => {
    expect(await make().decrypter.decryptKey(await agreed())).toEqual(contentKey)
  })

  test('of a message whose key was changed nobody can predict what comes out', async () => {
    const good = await agreed()
    const request = { ...good, encryptedKey: bitFlipped(good.encryptedKey, 3) }
    const answer = await make().decrypter.decryptKey(request)
    expect(answer).toHaveLength(32)
    expect(answer).not.toEqual(contentKey)
    expect(await make().decrypter.decryptKey(request)).toEqual(answer)
  })

  test.each(faults)('%s: unreachable', async (fault) => {
    const { decrypter, fake } = make()
    fake.fail(fault)
    expect(await codeOfRejection(decrypter.decryptKey(await agreed()))).toBe('ERR_KEY_UNAVAILABLE')
  })

  test('a key transport is another thing', async () => {
    expect(await codeOfRejection(make().decrypter.decryptKey(await encrypted('RSAES-PKCS1-v1_5')))).toBe(
      'ERR_CRYPTO_UNSUPPORTED',
    )
  })
})

/** The RSA key in a certificate that allows it RSASSA-PSS and nothing else (RFC 4055 §3.1). */
const pssOnly = parsePublicKeyInfo(
  parseAsn1(
    der.encode(der.sequence(der.sequence(der.oid(keyOids['RSASSA-PSS'])), der.bitString(key.publicKey.keyBytes))),
  ),
)

interface Signing {
  readonly comment: string
  make(publicKey?: PublicKeyInfo): { readonly fake: Fake<unknown>; readonly signer: Signer }
}

const aws = (comment: string, pair = key): Signing => ({
  comment: `AWS KMS, ${comment}`,
  make(publicKey = pair.publicKey) {
    const fake = fakeKms(pair)
    return { fake, signer: kmsSigner(fake.client, 'key', publicKey) }
  },
})
const azure = (comment: string, pair = key): Signing => ({
  comment: `Azure Key Vault, ${comment}`,
  make(publicKey = pair.publicKey) {
    const fake = fakeVault(pair)
    return { fake, signer: vaultSigner(fake.client, publicKey) }
  },
})

const signings: readonly Signing[] = [
  aws('RSA'),
  aws('RSA-PSS', { ...key, publicKey: pssOnly }),
  aws('P-256', ecKey),
  aws('P-384', ecKey384),
  azure('RSA'),
  azure('RSA-PSS', { ...key, publicKey: pssOnly }),
  azure('P-256', ecKey),
  azure('P-384', ecKey384),
  {
    comment: 'Google Cloud KMS, RSA',
    make(publicKey = key.publicKey) {
      const fake = fakeGoogle(key, { hash: 'sha256' })
      return { fake, signer: googleSigner(fake.client, 'versions/1', publicKey, 'RSASSA-PKCS1-v1_5') }
    },
  },
  {
    comment: 'Google Cloud KMS, RSA-PSS',
    make(publicKey = key.publicKey) {
      const fake = fakeGoogle(key, { hash: 'sha256', padding: 'pss' })
      return { fake, signer: googleSigner(fake.client, 'versions/1', publicKey, 'RSASSA-PSS') }
    },
  },
  {
    comment: 'Google Cloud KMS, P-256',
    make(publicKey = ecKey.publicKey) {
      const fake = fakeGoogle(ecKey, { hash: 'sha256', padding: 'none' })
      return { fake, signer: googleSigner(fake.client, 'versions/1', publicKey, 'ECDSA') }
    },
  },
]

describe.skipIf(!needs('openssl')).each(signings)('$comment signs', ({ make }) => {
  const { publicKey } = make().fake
  const reader = { publicKey: key.publicKey, key: readings[1]!.make().decrypter }

  test('what the other side opens; while the service throttles nothing is sent', async () => {
    const { fake, signer } = make()
    const { clinic, hospital } = await correspondence(reader, { publicKey, key: signer })
    fake.fail('throttled')
    await expect(hospital.seal({ from: bob, to: ann, ...words })).rejects.toMatchObject({
      code: 'ERR_AGENT_PORT',
      temporary: true,
    })
    fake.fail(undefined)
    const { messages } = await hospital.seal({ from: bob, to: ann, ...words })
    expect(messageIn(await clinic.open(messages[0]!.raw)).message).toMatchObject({ author: bob, text: words.text })
  })

  test.each(faults)('%s: unreachable', async (fault) => {
    const { fake, signer } = make()
    fake.fail(fault)
    await expect(signer.sign(contentKey)).rejects.toMatchObject({ code: 'ERR_KEY_UNAVAILABLE', temporary: true })
  })

  test('with another key than that of the certificate: it is found out here', async () => {
    const other = publicKey.curve ? newEcKey(publicKey.curve === 'P-384' ? 'P-384' : 'P-256') : newRsaKey()
    expect(await codeOfRejection(make(other.publicKey).signer.sign(contentKey))).toBe('ERR_CRYPTO_KEY')
    expect(await codeOfRejection(make().signer.sign(contentKey))).toBeUndefined()
  })
})
