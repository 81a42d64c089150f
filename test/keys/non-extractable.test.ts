import { beforeAll, describe, expect, test } from 'vitest'
import { parseAsn1 } from '../../src/asn1/index.js'
import {
  agreeKey,
  createDecrypter,
  createSigner,
  type EncryptedKey,
  encryptKey,
  hostCrypto,
  type KeyTransportName,
  type PublicKeyInfo,
  parsePublicKeyInfo,
} from '../../src/crypto/index.js'
import { ann, bob, messageIn, words } from '../agent/world.js'
import { codeOfRejection } from '../helpers/codes.js'
import { correspondence } from '../remote-keys/letters.js'

const { subtle } = hostCrypto()
const inNode = 'process' in globalThis
const contentKey = new Uint8Array(32).fill(9)

interface Pair {
  readonly publicKey: PublicKeyInfo
  readonly privateKey: CryptoKey
}

const rsa = (name: string) => ({ name, hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) })

/** A pair whose private key the host keeps to itself. */
async function pairOf(algorithm: RsaHashedKeyGenParams | EcKeyGenParams, usages: readonly KeyUsage[]): Promise<Pair> {
  const { publicKey, privateKey } = (await subtle.generateKey(algorithm, false, usages)) as CryptoKeyPair
  const spki = new Uint8Array(await subtle.exportKey('spki', publicKey))
  return { publicKey: parsePublicKeyInfo(parseAsn1(spki)), privateKey }
}

describe('a CryptoKey that the host does not give away', () => {
  let oaep: Pair
  beforeAll(async () => {
    oaep = await pairOf(rsa('RSA-OAEP'), ['encrypt', 'decrypt'])
    expect(oaep.privateKey.extractable).toBe(false)
  })

  const encrypted = async (name: KeyTransportName): Promise<EncryptedKey> => ({
    ...(await encryptKey(crypto, name, oaep.publicKey, contentKey)),
    length: 32,
  })

  test.each([
    { comment: 'RSA', algorithm: rsa('RSASSA-PKCS1-v1_5') },
    { comment: 'RSA-PSS', algorithm: rsa('RSA-PSS') },
    { comment: 'P-256', algorithm: { name: 'ECDSA', namedCurve: 'P-256' } },
    { comment: 'P-384', algorithm: { name: 'ECDSA', namedCurve: 'P-384' } },
  ])('signs a letter that the other side opens: $comment', async ({ algorithm }) => {
    const { publicKey, privateKey } = await pairOf(algorithm, ['sign', 'verify'])
    const reads = { publicKey: oaep.publicKey, key: createDecrypter(crypto, oaep.privateKey) }
    const { clinic, hospital } = await correspondence(reads, { publicKey, key: createSigner(crypto, privateKey) })
    const { messages } = await hospital.seal({ from: bob, to: ann, ...words })
    expect(messageIn(await clinic.open(messages[0]!.raw)).message).toMatchObject({ author: bob, text: words.text })
  })

  test('opens a letter by OAEP with its own digest', async () => {
    const { hospital, letter } = await correspondence({
      publicKey: oaep.publicKey,
      key: createDecrypter(crypto, oaep.privateKey),
    })
    const { message } = messageIn(await hospital.open(await letter('RSAES-OAEP-SHA-256')))
    expect(message).toMatchObject({ author: ann, text: words.text })
  })

  test.each(['P-256', 'P-384'])('opens by key agreement: %s', async (namedCurve) => {
    const { publicKey, privateKey } = await pairOf({ name: 'ECDH', namedCurve }, ['deriveBits'])
    const draft = { agreement: 'dhSinglePass-stdDH-sha256kdf', wrap: 'AES-256-KW', contentKey, publicKey } as const
    const { algorithm, encryptedKey, originator } = await agreeKey(crypto, draft)
    const request = { algorithm, encryptedKey, length: 32, originator: { publicKey: originator } }
    expect(await createDecrypter(crypto, privateKey).decryptKey(request)).toEqual(contentKey)
  })

  const others: readonly KeyTransportName[] = ['RSAES-PKCS1-v1_5', 'RSAES-OAEP-SHA-1']
  // What a host can do, each in its own place: nothing is skipped.
  if (inNode) {
    test.each(others)('on Node opens %s too', async (name) => {
      expect(await createDecrypter(crypto, oaep.privateKey).decryptKey(await encrypted(name))).toEqual(contentKey)
    })
  } else {
    test.each(others)('in a browser says that it cannot open %s', async (name) => {
      const decrypter = createDecrypter(crypto, oaep.privateKey)
      expect(await codeOfRejection(decrypter.decryptKey(await encrypted(name)))).toBe('ERR_CRYPTO_UNSUPPORTED')
      expect(await decrypter.decryptKey(await encrypted('RSAES-OAEP-SHA-256'))).toEqual(contentKey)
    })

    test('in a browser is asked for RSA v1.5 once, and the letter is decided', async () => {
      const { hospital, letter } = await correspondence({
        publicKey: oaep.publicKey,
        key: createDecrypter(crypto, oaep.privateKey),
      })
      const opened = await hospital.open(await letter('RSAES-PKCS1-v1_5'))
      expect(opened).toMatchObject({ kind: 'rejected' })
      expect(JSON.stringify(opened)).toContain('key-cannot-open-it')
    })
  }
})
