import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  createRemoteDecrypter,
  createRemoteSigner,
  type Decrypter,
  type EncryptedKey,
  encryptKey,
  type KeyTransportName,
  type Signer,
} from '../../src/crypto/index.js'
import { ann, bob, messageIn, outcomeOf, words } from '../agent/world.js'
import { codeOfRejection } from '../helpers/codes.js'
import { type KeyProcess, ServiceError, startKeyProcess } from './key-process.node.js'
import { bitFlipped, type Correspondence, correspondence, withEncryptedKey } from './letters.js'

/** What the process calls the transports it knows. */
const operations: Readonly<Partial<Record<KeyTransportName, string>>> = {
  'RSAES-PKCS1-v1_5': 'decrypt-pkcs1',
  'RSAES-OAEP-SHA-256': 'decrypt-oaep-sha256',
}
const transports = Object.keys(operations) as readonly KeyTransportName[]

function decrypterOf(service: KeyProcess): Decrypter {
  return createRemoteDecrypter(crypto, {
    publicKey: service.publicKey,
    transports: operations,
    decrypt: ({ encryptedKey }, operation) => service.ask(operation, encryptedKey),
    isRefusal: (error) => error instanceof ServiceError && error.message === 'padding',
    rejectionSecret: new Uint8Array(32).fill(7),
  })
}

function signerOf(service: KeyProcess): Signer {
  return createRemoteSigner(crypto, {
    publicKey: service.publicKey,
    signatures: { 'RSASSA-PKCS1-v1_5': 'sign-sha256' },
    sign: (data, operation) => service.ask(operation, data),
  })
}

/** A content key of one octet again and again, encrypted to the key of the process, where 32 are wanted. */
async function encrypted(
  { publicKey }: KeyProcess,
  name: KeyTransportName,
  length = 32,
  octet = 9,
): Promise<EncryptedKey> {
  const contentKey = new Uint8Array(length).fill(octet)
  return { ...(await encryptKey(crypto, name, publicKey, contentKey)), length: 32 }
}

describe('a key in another process', () => {
  let service: KeyProcess
  let letters: Correspondence
  beforeAll(async () => {
    service = await startKeyProcess()
    const { publicKey } = service
    letters = await correspondence({ publicKey, key: decrypterOf(service) }, { publicKey, key: signerOf(service) })
  })
  beforeEach(() => service.ask('be-idle'))
  afterAll(() => service.kill())

  test.each(transports)('opens what is sealed to it by %s', async (transport) => {
    const { message } = messageIn(await letters.hospital.open(await letters.letter(transport)))
    expect(message).toMatchObject({ author: ann, text: words.text })
  })

  test('signs what the other side opens', async () => {
    const { messages } = await letters.hospital.seal({ from: bob, to: ann, ...words })
    const { message } = messageIn(await letters.clinic.open(messages[0]!.raw))
    expect(message).toMatchObject({ author: bob, text: words.text })
  })

  test('that is busy defers, and opens the same letter later', async () => {
    const raw = await letters.letter('RSAES-PKCS1-v1_5')
    await service.ask('be-busy')
    expect(await letters.hospital.open(raw)).toMatchObject({ kind: 'deferred', code: 'key-unreachable' })
    await expect(letters.hospital.seal({ from: bob, to: ann, ...words })).rejects.toMatchObject({ temporary: true })
    await service.ask('be-idle')
    expect(outcomeOf(await letters.hospital.open(raw))).toBe('message')
  })

  describe.each(transports)('whatever is wrong under %s', (transport) => {
    const encryptedKey = (length: number, octet: number) => encrypted(service, transport, length, octet)

    test('there are bytes of the length wanted, the same each time and others for each ciphertext', async () => {
      const decrypter = decrypterOf(service)
      const [good, long] = [await encryptedKey(32, 9), await encryptedKey(33, 9)]
      const bad = { ...good, encryptedKey: bitFlipped(good.encryptedKey, 100) }
      const requests = [good, bad, bad, long, { ...bad, encryptedKey: bitFlipped(bad.encryptedKey, 101) }]
      const answers = await Promise.all(requests.map((request) => decrypter.decryptKey(request)))
      expect(answers.map(({ length }) => length)).toEqual([32, 32, 32, 32, 32])
      expect(answers[0]).toEqual(new Uint8Array(32).fill(9))
      expect(answers[1]).toEqual(answers[2])
      expect(new Set(answers.map(String)).size).toBe(4)
    })

    test('a letter is answered with one and the same', async () => {
      const raw = await letters.letter(transport)
      const [wrong, long] = [await encryptedKey(32, 9), await encryptedKey(24, 9)]
      const answers = await Promise.all(
        [
          withEncryptedKey(raw, (key) => bitFlipped(key, 100)),
          withEncryptedKey(raw, () => wrong.encryptedKey),
          withEncryptedKey(raw, () => long.encryptedKey),
          withEncryptedKey(
            raw,
            (key) => key,
            (content) => bitFlipped(content, -20),
          ),
        ].map((each) => letters.hospital.open(each)),
      )
      expect(answers[0]).toMatchObject({ kind: 'rejected', code: 'not-decryptable' })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(outcomeOf(await letters.hospital.open(withEncryptedKey(raw, (key) => key)))).toBe('message')
    })
  })

  test('that ends in the middle of an operation is unreachable, for reading and for signing', async () => {
    const other = await startKeyProcess()
    const { publicKey } = other
    const both = await correspondence({ publicKey, key: decrypterOf(other) }, { publicKey, key: signerOf(other) })
    const raw = await both.letter('RSAES-PKCS1-v1_5')
    expect(outcomeOf(await both.hospital.open(raw))).toBe('message')
    const request = await encrypted(other, 'RSAES-PKCS1-v1_5')
    other.freeze()
    const asked = codeOfRejection(decrypterOf(other).decryptKey(request))
    await other.kill()
    expect(await asked).toBe('ERR_KEY_UNAVAILABLE')
    expect(await codeOfRejection(signerOf(other).sign(new Uint8Array(4)))).toBe('ERR_KEY_UNAVAILABLE')
    expect(await both.hospital.open(raw)).toMatchObject({ kind: 'deferred', code: 'key-unreachable' })
  })
})
