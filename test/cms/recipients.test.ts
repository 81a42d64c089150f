import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { type DerNode, der, parseAsn1, readOid } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildEnvelopedData,
  decryptEnvelopedData,
  keysFor,
  parseEnvelopedData,
  type Recipient,
  type RecipientDraft,
  readSmimeCapabilities,
  recipientAlgorithms,
} from '../../src/cms/index.js'
import {
  type ContentCipherName,
  CryptoError,
  contentCiphers,
  createPasswordDecrypter,
  createSharedKeyDecrypter,
  type Decrypter,
  encryptKey,
  type KeyAgreementName,
  type KeyTransportName,
  type KeyWrapName,
  keyAgreements,
} from '../../src/crypto/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issueMailbox, keyPair } from '../helpers/issue.js'
import { attributeOf } from './fixtures.js'
import { byAgreement, byTransport, curveCertificate, curveRecipient, rsaRecipient } from './keys.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
const { algorithms, sending } = policies.direct
const everything = { ...algorithms, keyAgreements: Object.keys(keyAgreements) as KeyAgreementName[] }

const seal = (recipients: readonly RecipientDraft[], cipher: ContentCipherName = 'AES-256-CBC') =>
  buildEnvelopedData({ content, cipher, recipients }, crypto)

async function answer(bytes: Uint8Array, recipients: readonly Recipient[], policy = everything): Promise<string> {
  const ports = { crypto, algorithms: policy }
  const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), recipients, ports)
  if (verdict.ok) expect(verdict.content).toEqual(content)
  return verdict.ok ? 'ok' : verdict.code
}

function parseAttributes(...attributes: readonly DerNode[]) {
  return parseAsn1(der.encode(der.setOf(attributes))).children.map(({ children: [type, values] }) => ({
    type: readOid(type!),
    values: values!.children,
  }))
}

describe('every kind of recipient', async () => {
  const bob = await rsaRecipient('Bob')
  const eve = await curveRecipient('Eve', 'P-256')
  const ida = await curveRecipient('Ida', 'P-256')
  const sharedKey = crypto.getRandomValues(new Uint8Array(16))
  const keyIdentifier = encodeUtf8('our key')
  const kek: Recipient = { keyIdentifier, key: createSharedKeyDecrypter(crypto, sharedKey) }
  const password: Recipient = { password: createPasswordDecrypter(crypto, 'open sesame') }

  const toBob = byTransport(bob.certificate)
  const toEve = byAgreement(eve.certificate)
  const toIda = { ...toEve, certificate: ida.certificate }
  const toShared = { sharedKey, keyIdentifier, keyWrap: 'AES-128-KW' } as const
  const toPassword = { password: 'open sesame', iterations: 1000 }
  const bySki = { identifiedBy: 'subjectKeyIdentifier' } as const

  // RFC 5652 §6.1
  const cases: { comment: string; drafts: RecipientDraft[]; opens: Recipient[]; version: number }[] = [
    { comment: 'key transport', drafts: [toBob], opens: [bob], version: 0 },
    { comment: 'key transport by key identifier', drafts: [{ ...toBob, ...bySki }], opens: [bob], version: 2 },
    { comment: 'key agreement', drafts: [toEve], opens: [eve], version: 2 },
    { comment: 'key agreement by key identifier', drafts: [{ ...toEve, ...bySki }], opens: [eve], version: 2 },
    {
      comment: 'key agreement with ukm',
      drafts: [{ ...toEve, ukm: Uint8Array.of(1, 2, 3) }],
      opens: [eve],
      version: 2,
    },
    { comment: 'a shared key', drafts: [toShared], opens: [kek], version: 2 },
    { comment: 'a password', drafts: [toPassword], opens: [password], version: 3 },
    {
      comment: 'all of them in one message',
      drafts: [toBob, toEve, toIda, toShared, toPassword],
      opens: [bob, eve, ida, kek, password],
      version: 3,
    },
  ]
  test.each(cases)('$comment: version $version', async ({ drafts, opens, version }) => {
    const bytes = await seal(drafts)
    expect(parseEnvelopedData(bytes)).toMatchObject({ type: 'envelopedData', version })
    for (const recipient of opens) expect(await answer(bytes, [recipient])).toBe('ok')
    expect(await answer(bytes, opens)).toBe('ok')
  })

  test('who is not named opens nothing', async () => {
    const other: Recipient = { keyIdentifier: encodeUtf8('another'), key: createSharedKeyDecrypter(crypto, sharedKey) }
    expect(await answer(await seal([toBob, toIda, toShared]), [eve])).toBe('no-matching-recipient')
    expect(await answer(await seal([toShared]), [other])).toBe('no-matching-recipient')
    expect(await answer(await seal([toShared]), [password])).toBe('no-matching-recipient')
    expect(await answer(await seal([toPassword]), [kek])).toBe('no-matching-recipient')
  })

  test('another secret under the right name is one and the same answer', async () => {
    const wrongKek: Recipient = { keyIdentifier, key: createSharedKeyDecrypter(crypto, new Uint8Array(16)) }
    const wrongPassword: Recipient = { password: createPasswordDecrypter(crypto, 'open barley') }
    const wrongEve: Recipient = { certificate: eve.certificate, key: ida.key }
    // With GCM: under a wrong key the padding of CBC is right once in 256 times.
    const bytes = await seal([toShared, toPassword, toEve], 'AES-128-GCM')
    for (const wrong of [wrongKek, wrongPassword, wrongEve])
      expect(await answer(bytes, [wrong])).toBe('not-decryptable')
    for (const right of [kek, password, eve]) expect(await answer(bytes, [right])).toBe('ok')
  })

  test('several passwords are refused, though another of the keys is named once', async () => {
    const bytes = await seal([toShared, toPassword, toPassword])
    expect(await answer(bytes, [kek, password])).toBe('several-passwords')
    expect(await answer(bytes, [kek])).toBe('ok')
    expect(await answer(await seal([toShared, toPassword]), [kek, password])).toBe('ok')
  })

  const twice: { comment: string; drafts: RecipientDraft[]; recipient: Recipient; expected: string }[] = [
    { comment: 'a certificate in two ways', drafts: [toEve, { ...toEve, ...bySki }], recipient: eve, expected: 'ok' },
    { comment: 'a shared key', drafts: [toShared, toShared], recipient: kek, expected: 'ok' },
    { comment: 'a password', drafts: [toPassword, toPassword], recipient: password, expected: 'several-passwords' },
  ]
  test.each(twice)('$comment twice: $expected', async ({ drafts, recipient, expected }) => {
    expect(await answer(await seal(drafts), [recipient])).toBe(expected)
    expect(await answer(await seal(drafts.slice(1)), [recipient])).toBe('ok')
  })

  const ciphers = Object.keys(contentCiphers).filter((name) => !/192|ChaCha|3DES/.test(name)) as ContentCipherName[]
  test.each(ciphers)('%s stands where its tag has a place', async (cipher) => {
    const bytes = await seal([toBob, toEve], cipher)
    const enveloped = parseEnvelopedData(bytes)
    const { tagLength } = contentCiphers[cipher]
    expect(enveloped).toMatchObject({
      type: tagLength > 0 ? 'authEnvelopedData' : 'envelopedData',
      version: tagLength > 0 ? 0 : 2,
    })
    expect(enveloped.mac?.length ?? 0).toBe(tagLength)
    expect(await answer(bytes, [bob])).toBe('ok')
    const swapped = { ...enveloped, type: tagLength > 0 ? 'envelopedData' : 'authEnvelopedData' } as const
    const verdict = await decryptEnvelopedData(swapped, [bob], { crypto, algorithms })
    expect(verdict).toMatchObject({ ok: false, code: 'cipher-not-allowed' })
  })

  test('content, tag or tag length changed under GCM: not decryptable', async () => {
    const enveloped = parseEnvelopedData(await seal([toBob], 'AES-256-GCM'))
    const open = async (changed: Partial<typeof enveloped>) => {
      const verdict = await decryptEnvelopedData({ ...enveloped, ...changed }, [bob], { crypto, algorithms })
      return verdict.ok ? 'ok' : verdict.code
    }
    const { encryptedContentInfo, mac } = enveloped
    const encryptedContent = Uint8Array.from(encryptedContentInfo.encryptedContent)
    encryptedContent[3]! ^= 1
    expect(await open({})).toBe('ok')
    expect(await open({ encryptedContentInfo: { ...encryptedContentInfo, encryptedContent } })).toBe('not-decryptable')
    expect(await open({ mac: mac!.map((octet) => octet ^ 1) })).toBe('not-decryptable')
    expect(await open({ mac: mac!.subarray(0, 12) })).toBe('not-decryptable')
    expect(await open({ authAttrs: { bytes: Uint8Array.of(0x31, 0), attributes: [] } })).toBe('not-decryptable')
  })

  const agreements = Object.values(keyAgreements)
  test.each(agreements)('$name', async ({ name, curves }) => {
    const bytes = await seal([{ ...toEve, keyAgreement: name }])
    expect(curves).toContain('P-256')
    expect(await answer(bytes, [eve])).toBe('ok')
    const without = {
      ...everything,
      keyAgreements: agreements.map((each) => each.name).filter((each) => each !== name),
    }
    expect(await answer(bytes, [eve], without)).toBe('key-agreement-not-allowed')
  })

  test.each(['AES-128-KW', 'AES-256-KW'] satisfies KeyWrapName[])('%s', async (keyWrap) => {
    const bytes = await seal([{ ...toEve, keyWrap }])
    expect(await answer(bytes, [eve])).toBe('ok')
    const keyWraps = algorithms.keyWraps.filter((name) => name !== keyWrap)
    expect(await answer(bytes, [eve], { ...everything, keyWraps })).toBe('key-wrap-not-allowed')
    expect(await answer(await seal([toShared]), [kek], { ...everything, keyWraps: [] })).toBe('key-wrap-not-allowed')
  })

  test('a password in a cipher that is not allowed', async () => {
    const bytes = await seal([{ ...toPassword, cipher: 'AES-128-CBC' }])
    expect(await answer(bytes, [password])).toBe('ok')
    expect(await answer(bytes, [password], { ...everything, contentCiphers: ['AES-256-CBC'] })).toBe(
      'key-wrap-not-allowed',
    )
  })

  test('a password that a stranger made too costly is said, and not tried', async () => {
    const cheap: Recipient = { password: createPasswordDecrypter(crypto, 'open sesame', { maxIterations: 999 }) }
    const bytes = await seal([toPassword])
    expect(await answer(bytes, [cheap])).toBe('password-too-costly')
    expect(await answer(bytes, [password])).toBe('ok')
  })

  test('a sender known by a certificate that did not come along', async () => {
    const enveloped = parseEnvelopedData(await seal([toEve]))
    const [info] = enveloped.recipientInfos
    if (info?.type !== 'keyAgree') throw new Error('not a key agreement')
    const { issuer, serialNumber } = ida.certificate
    const originator = { type: 'issuerAndSerialNumber', issuer, serialNumber } as const
    const named = { ...enveloped, recipientInfos: [{ ...info, originator }] }
    const verdict = await decryptEnvelopedData(named, [eve], { crypto, algorithms })
    expect(verdict).toMatchObject({ ok: false, code: 'originator-missing' })
    const [found] = keysFor(eve, { ...named, originatorCertificates: [bob.certificate, ida.certificate] })
    expect(found?.originator?.publicKey).toBe(ida.certificate.publicKey)
  })

  describe('a key that cannot do what the message asks for', () => {
    const unable = (code: 'ERR_CRYPTO_UNSUPPORTED' | 'ERR_KEY_UNAVAILABLE'): Decrypter => ({
      decryptKey: () => Promise.reject(new CryptoError(code, 'no')),
    })
    const incapable: Recipient = { certificate: bob.certificate, key: unable('ERR_CRYPTO_UNSUPPORTED') }
    const away: Recipient = { certificate: bob.certificate, key: unable('ERR_KEY_UNAVAILABLE') }

    test('is said', async () => {
      expect(await answer(await seal([toBob]), [incapable])).toBe('key-cannot-open-it')
      expect(await answer(await seal([toBob]), [bob])).toBe('ok')
    })
    test('does not count when another one opens it', async () => {
      const bytes = await seal([toBob, toEve])
      const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [incapable, eve], { crypto, algorithms })
      expect(verdict).toMatchObject({ ok: true, certificates: [eve.certificate] })
    })
    test('is another thing than one that is away', async () => {
      const bytes = await seal([toBob, toEve])
      expect(await codeOfRejection(answer(bytes, [away, eve]))).toBe('ERR_KEY_UNAVAILABLE')
      expect(await answer(bytes, [eve])).toBe('ok')
    })
  })
})

describe('how a recipient is encrypted to', async () => {
  const rsa = await rsaRecipient('Bob')
  const aes128 = { algorithm: contentCiphers['AES-128-CBC'].oid }
  const gcm = { algorithm: contentCiphers['AES-256-GCM'].oid }
  const tripleDes = { algorithm: contentCiphers['3DES-CBC'].oid }

  test('an RSA key gets the key transport of the policy', () => {
    const { certificate } = rsa
    expect(recipientAlgorithms(certificate, sending)).toEqual({
      cipher: 'AES-256-CBC',
      draft: { certificate, keyTransport: 'RSAES-PKCS1-v1_5' },
    })
    const oaep = { ...sending, keyTransport: 'RSAES-OAEP-SHA-256' } as const
    expect(recipientAlgorithms(certificate, oaep)?.draft).toMatchObject({ keyTransport: 'RSAES-OAEP-SHA-256' })
  })

  const curves = [
    { curve: 'P-256', keyAgreement: 'dhSinglePass-stdDH-sha256kdf' },
    { curve: 'P-384', keyAgreement: 'dhSinglePass-stdDH-sha384kdf' },
    { curve: 'P-521', keyAgreement: 'dhSinglePass-stdDH-sha512kdf' },
    { curve: 'X25519', keyAgreement: 'dhSinglePass-stdDH-hkdf-sha256' },
  ] as const
  test.each(curves)('$curve: $keyAgreement, and it opens', async ({ curve, keyAgreement }) => {
    const recipient = await curveRecipient(`Curve ${curve}`, curve)
    const found = recipientAlgorithms(recipient.certificate, sending)
    expect(found?.draft).toMatchObject({ keyAgreement, keyWrap: 'AES-256-KW' })
    expect(await answer(await seal([found!.draft]), [recipient])).toBe('ok')
  })

  test('a key that only signs gets nothing', async () => {
    const { certificate } = await curveCertificate('Signer', 'Ed25519')
    expect(recipientAlgorithms(certificate, sending)).toBeUndefined()
  })

  const wishes = [
    { comment: 'nothing said', capabilities: [], cipher: 'AES-256-CBC' },
    {
      comment: 'ours among others',
      capabilities: [aes128, { algorithm: contentCiphers['AES-256-CBC'].oid }],
      cipher: 'AES-256-CBC',
    },
    { comment: 'others only', capabilities: [aes128, gcm], cipher: 'AES-128-CBC' },
    { comment: 'GCM only', capabilities: [gcm], cipher: 'AES-256-GCM' },
    { comment: '3DES only', capabilities: [tripleDes], cipher: 'AES-256-CBC' },
    { comment: 'nothing that is known', capabilities: [{ algorithm: '1.2.3' }], cipher: 'AES-256-CBC' },
  ]
  test.each(wishes)('$comment: $cipher', ({ capabilities, cipher }) => {
    expect(recipientAlgorithms(rsa.certificate, sending, capabilities)?.cipher).toBe(cipher)
  })

  // RFC 4055 §4.1
  const oaepKeys: { comment: string; named?: KeyTransportName; wanted: KeyTransportName; gets: KeyTransportName }[] = [
    { comment: 'without parameters', wanted: 'RSAES-PKCS1-v1_5', gets: 'RSAES-OAEP-SHA-256' },
    { comment: 'without parameters', wanted: 'RSAES-OAEP-SHA-512', gets: 'RSAES-OAEP-SHA-512' },
    { comment: 'for SHA-384', named: 'RSAES-OAEP-SHA-384', wanted: 'RSAES-PKCS1-v1_5', gets: 'RSAES-OAEP-SHA-384' },
    { comment: 'for SHA-384', named: 'RSAES-OAEP-SHA-384', wanted: 'RSAES-OAEP-SHA-256', gets: 'RSAES-OAEP-SHA-384' },
  ]
  test.each(oaepKeys)(
    'a key for OAEP alone, $comment, where $wanted is sent: $gets',
    async ({ named, wanted, gets }) => {
      const { publicKey } = await keyPair('Bob')
      const [, bits] = parseAsn1(publicKey).children
      const like = named && (await encryptKey(crypto, named, rsa.certificate.publicKey, new Uint8Array(16)))
      const parameters = like?.algorithm.parameters
      const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.7'), ...(parameters ? [parameters] : []))
      const certificate = await issueMailbox('bob@hospital.example', {
        cn: 'Bob',
        by: 'Hospital CA',
        publicKey: der.encode(der.sequence(algorithm, bits!.bytes)),
      })
      const found = recipientAlgorithms(certificate, { ...sending, keyTransport: wanted })
      expect(found?.draft).toEqual({ certificate, keyTransport: gets })
      expect(await answer(await seal([found!.draft]), [{ certificate, key: rsa.key }])).toBe('ok')
    },
  )

  const capabilitiesOf = (...oids: readonly string[]) => der.sequence(...oids.map((oid) => der.sequence(der.oid(oid))))
  const inCertificate = [
    { comment: 'one cipher', value: der.encode(capabilitiesOf(aes128.algorithm)), cipher: 'AES-128-CBC' },
    { comment: 'nothing that can be read', value: der.encode(der.nul()), cipher: 'AES-256-CBC' },
    { comment: 'no structure at all', value: Uint8Array.of(0x30), cipher: 'AES-256-CBC' },
  ]
  test.each(inCertificate)('a certificate that names $comment: $cipher (RFC 4262 §2)', async ({ value, cipher }) => {
    const unrelated = { oid: '1.2.3.4', critical: false, value: der.encode(capabilitiesOf(gcm.algorithm)) }
    const named = { oid: '1.2.840.113549.1.9.15', critical: false, value }
    const certificate = await issueMailbox('bob@hospital.example', {
      cn: 'Bob',
      by: 'Hospital CA',
      extensions: [unrelated, named],
    })
    expect(recipientAlgorithms(certificate, sending)?.cipher).toBe(cipher)
    // What the recipient itself said goes before it.
    expect(recipientAlgorithms(certificate, sending, [gcm])?.cipher).toBe('AES-256-GCM')
  })

  test('what a signer reads: 64 capabilities, and none where the attribute is not as it should be', () => {
    const attribute = (...values: readonly DerNode[]) =>
      parseAttributes(attributeOf('1.2.840.113549.1.9.15', ...values))
    const many = (count: number) => attribute(capabilitiesOf(...Array.from({ length: count }, (_, at) => `1.2.${at}`)))
    const read = (attributes: Parameters<typeof readSmimeCapabilities>[0]) =>
      readSmimeCapabilities(attributes).map(({ algorithm }) => algorithm)
    expect(read(many(64))).toHaveLength(64)
    expect(read(many(65))).toEqual(read(many(64)))
    expect(read(attribute(capabilitiesOf(gcm.algorithm, '1.2.3')))).toEqual([gcm.algorithm, '1.2.3'])
    expect(read(attribute(der.nul()))).toEqual([])
    expect(read([...many(1), ...many(1)])).toEqual([])
    expect(read([])).toEqual([])
  })
})
