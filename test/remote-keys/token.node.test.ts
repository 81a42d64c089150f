import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { TokenKey } from '../../examples/keys/pkcs11.js'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import { agreeKey, type EncryptedKey, encryptKey, type KeyTransportName } from '../../src/crypto/index.js'
import { encodePem } from '../../src/keys/index.js'
import { buildMessage, wrapMessage } from '../../src/mime/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { ann, bob, messageIn, outcomeOf, words, world } from '../agent/world.js'
import { codeOfRejection } from '../helpers/codes.js'
import { keyPair, now } from '../helpers/issue.js'
import { needs } from '../helpers/needs.node.js'
import { bitFlipped, type Correspondence, correspondence, withEncryptedKey } from './letters.js'
import { openToken, recipe, type Token } from './token.node.js'

const rejectionSecret = new Uint8Array(32).fill(7)

describe.skipIf(!needs('softhsm') || !needs('openssl'))('keys in a PKCS #11 token', () => {
  let folder = ''
  let token: Token
  let rsa: TokenKey
  let ec: TokenKey
  let letters: Correspondence
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'direct-smime-'))
    token = openToken()
    rsa = token.newKey('rsa:2048')
    ec = token.newKey('EC:secp256r1')
    letters = await correspondence(
      { publicKey: rsa.publicKey, key: recipe.decrypter(rsa, rejectionSecret) },
      { publicKey: rsa.publicKey, key: recipe.signer(rsa) },
    )
  }, 60_000)
  afterEach(() => token.usePin(token.pin))
  afterAll(() => {
    token.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const file = (name: string) => join(folder, name)
  const openssl = (...options: readonly string[]) => execFileSync('openssl', ['cms', ...options], { stdio: 'pipe' })
  const pem = (certificate: Certificate) => encodePem('CERTIFICATE', certificate.bytes)

  describe('of RSA', () => {
    const transports: readonly KeyTransportName[] = [
      'RSAES-PKCS1-v1_5',
      'RSAES-OAEP-SHA-1',
      'RSAES-OAEP-SHA-256',
      'RSAES-OAEP-SHA-512',
    ]
    test.each(transports)('open what we seal by %s', async (transport) => {
      const { message } = messageIn(await letters.hospital.open(await letters.letter(transport)))
      expect(message).toMatchObject({ author: ann, text: words.text })
    })

    test.each([
      { transport: 'RSA v1.5', options: [] },
      { transport: 'OAEP', options: ['-keyopt', 'rsa_padding_mode:oaep'] },
      {
        transport: 'OAEP with SHA-256 and the mask of SHA-1',
        options: ['padding_mode:oaep', 'oaep_md:sha256', 'mgf1_md:sha1'].flatMap((option) => [
          '-keyopt',
          `rsa_${option}`,
        ]),
      },
    ])('open what OpenSSL seals by $transport', async ({ options }) => {
      const { ann: annie } = await world()
      const raw = await sealedByOpenssl(annie.certificate, letters.certificate, options)
      expect(messageIn(await letters.hospital.open(raw)).message).toMatchObject({ author: ann, text: words.text })
    })

    test('sign what OpenSSL and we verify', async () => {
      const { messages } = await letters.hospital.seal({ from: bob, to: ann, ...words })
      expect(messageIn(await letters.clinic.open(messages[0]!.raw)).message).toMatchObject({ author: bob })
      expect(await verifiedByOpenssl(messages[0]!.raw)).toContain(words.text.trim())
    })

    test('answer whatever is wrong in one way, and are used once for each', async () => {
      const raw = await letters.letter('RSAES-PKCS1-v1_5')
      const { publicKey } = rsa
      const keyOf = async (length: number) => {
        const { encryptedKey } = await encryptKey(crypto, 'RSAES-PKCS1-v1_5', publicKey, new Uint8Array(length))
        return encryptedKey
      }
      const [wrong, short] = [await keyOf(32), await keyOf(24)]
      const before = token.operations()
      const answers = [
        await letters.hospital.open(withEncryptedKey(raw, (key) => bitFlipped(key, 100))),
        await letters.hospital.open(withEncryptedKey(raw, () => wrong)),
        await letters.hospital.open(withEncryptedKey(raw, () => short)),
        await letters.hospital.open(withEncryptedKey(raw, (key) => key.map(() => 0xff))),
      ]
      expect(token.operations() - before).toBe(4)
      expect(answers[0]).toMatchObject({ kind: 'rejected', code: 'not-decryptable' })
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(outcomeOf(await letters.hospital.open(raw))).toBe('message')
    })

    test('that cannot be used today defer, and open the same letter later', async () => {
      const raw = await letters.letter('RSAES-PKCS1-v1_5')
      token.usePin('4321')
      expect(await letters.hospital.open(raw)).toMatchObject({ kind: 'deferred', code: 'key-unreachable' })
      await expect(letters.hospital.seal({ from: bob, to: ann, ...words })).rejects.toMatchObject({ temporary: true })
      token.usePin(token.pin)
      expect(outcomeOf(await letters.hospital.open(raw))).toBe('message')
    })

    test('that are others than those of the certificate are found out', async () => {
      const other = { ...token.newKey('rsa:2048'), publicKey: rsa.publicKey }
      const encrypted = await encryptKey(crypto, 'RSAES-PKCS1-v1_5', rsa.publicKey, new Uint8Array(32))
      const opening = recipe.decrypter(other, rejectionSecret).decryptKey({ ...encrypted, length: 32 })
      expect(await codeOfRejection(opening)).toBe('ERR_CRYPTO_KEY')
      expect(await codeOfRejection(recipe.signer(other).sign(new Uint8Array(4)))).toBe('ERR_CRYPTO_KEY')
    })
  })

  describe('of a curve', () => {
    const contentKey = new Uint8Array(32).fill(9)
    const agreed = async (): Promise<EncryptedKey> => {
      const draft = { agreement: 'dhSinglePass-stdDH-sha256kdf', wrap: 'AES-256-KW', contentKey } as const
      const { algorithm, encryptedKey, originator } = await agreeKey(crypto, { ...draft, publicKey: ec.publicKey })
      return { algorithm, encryptedKey, length: 32, originator: { publicKey: originator } }
    }

    test('agree, and the content key comes out', async () => {
      expect(await recipe.agreement(ec, rejectionSecret).decryptKey(await agreed())).toEqual(contentKey)
    })

    test('answer a point beside the curve, and a key that does not unwrap, with what nobody can predict', async () => {
      const request = await agreed()
      const { publicKey } = request.originator!
      const beside = { publicKey: { ...publicKey, keyBytes: bitFlipped(publicKey.keyBytes, -1) } }
      const decrypter = recipe.agreement(ec, rejectionSecret)
      const answers = await Promise.all(
        [
          { ...request, originator: beside },
          { ...request, originator: beside },
          { ...request, encryptedKey: bitFlipped(request.encryptedKey, 3) },
          request,
        ].map((each) => decrypter.decryptKey(each)),
      )
      expect(answers.map(({ length }) => length)).toEqual([32, 32, 32, 32])
      expect(answers[0]).toEqual(answers[1])
      expect(new Set(answers.map(String)).size).toBe(3)
    })

    test('that cannot be used today are unreachable', async () => {
      const request = await agreed()
      token.usePin('4321')
      const opening = recipe.agreement(ec, rejectionSecret).decryptKey(request)
      expect(await codeOfRejection(opening)).toBe('ERR_KEY_UNAVAILABLE')
    })

    test('sign what OpenSSL and we verify', async () => {
      const signing = { publicKey: ec.publicKey, key: recipe.signer(ec) }
      const both = await correspondence(
        { publicKey: rsa.publicKey, key: recipe.decrypter(rsa, rejectionSecret) },
        signing,
      )
      const { messages } = await both.hospital.seal({ from: bob, to: ann, ...words })
      expect(messageIn(await both.clinic.open(messages[0]!.raw)).message).toMatchObject({ author: bob })
      expect(await verifiedByOpenssl(messages[0]!.raw)).toContain(words.text.trim())
    })
  })

  /** What Ann sends when her program stands on OpenSSL. */
  async function sealedByOpenssl(signer: Certificate, recipient: Certificate, options: readonly string[]) {
    const { pkcs8 } = await keyPair(ann)
    const message = await buildMessage({
      from: ann,
      to: bob,
      messageId: '<t1@direct.clinic.example>',
      date: now,
      ...words,
    })
    writeFileSync(file('wrapped'), wrapMessage(message))
    writeFileSync(file('ann.pem'), `${pem(signer)}${encodePem('PRIVATE KEY', pkcs8)}`)
    writeFileSync(file('bob.pem'), pem(recipient))
    openssl('-sign', '-in', file('wrapped'), '-binary', '-crlfeol', '-signer', file('ann.pem'), '-out', file('signed'))
    const how = ['-encrypt', '-binary', '-aes256', '-outform', 'SMIME', '-in', file('signed'), '-out', file('sealed')]
    openssl(...how, '-recip', file('bob.pem'), ...options)
    return concat([encodeUtf8(`From: ${ann}\r\nTo: ${bob}\r\n`), readFileSync(file('sealed'))])
  }

  /** Opened with Ann's key and verified against the authority of the hospital, by OpenSSL alone. */
  async function verifiedByOpenssl(raw: Uint8Array): Promise<string> {
    const { ann: annie, hospitalCa } = await world()
    const { pkcs8 } = await keyPair(ann)
    writeFileSync(file('raw'), raw)
    writeFileSync(file('ann.pem'), `${pem(annie.certificate)}${encodePem('PRIVATE KEY', pkcs8)}`)
    writeFileSync(file('ca.pem'), pem(hospitalCa))
    openssl('-decrypt', '-in', file('raw'), '-recip', file('ann.pem'), '-out', file('opened'))
    const trust = ['-CAfile', file('ca.pem'), '-attime', String(now / 1000)]
    openssl('-verify', '-in', file('opened'), ...trust, '-out', file('content'))
    return readFileSync(file('content'), 'utf8')
  }
})
