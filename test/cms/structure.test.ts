import { describe, expect, test } from 'vitest'
import { type DerNode, der, type Element, parseAsn1, tags } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildCompressedData,
  buildEnvelopedData,
  contentTypes,
  decryptEnvelopedData,
  parseCompressedData,
  parseEnvelopedData,
  parseSignedData,
  type RecipientDraft,
  verifySignedData,
} from '../../src/cms/index.js'
import { createPasswordDecrypter, createSharedKeyDecrypter } from '../../src/crypto/index.js'
import { codeOf } from '../helpers/codes.js'
import { algorithms, attributesFor, signedDataOf } from './fixtures.js'
import { byAgreement, byTransport, curveRecipient, rsaRecipient } from './keys.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
const ann = await rsaRecipient('Ann')
const bob = await rsaRecipient('Bob')
const eve = await curveRecipient('Eve', 'P-256')
const sharedKey = new Uint8Array(16).fill(5)
const keyIdentifier = encodeUtf8('our key')

type Change = (fields: readonly DerNode[]) => readonly DerNode[]

/** The same structure with other fields in one place, which a path of places leads to. */
function withFields(bytes: Uint8Array, path: readonly number[], change: Change): Uint8Array {
  const rewritten = (element: Element, [place, ...deeper]: readonly number[]): DerNode => {
    const fields = element.children.map((child, index) => (index === place ? rewritten(child, deeper) : child.bytes))
    return wrapped(element.tag, place === undefined ? change(fields) : fields)
  }
  return der.encode(rewritten(parseAsn1(bytes), path))
}

function wrapped(tag: number, fields: readonly DerNode[]): DerNode {
  if (tag === tags.sequence) return der.sequence(...fields)
  if (tag === tags.set) return der.setInOrder(fields)
  return der.implicit(tag & 0x1f, der.sequence(...fields))
}

const oneMore: Change = (fields) => [...fields, der.nul()]
const signed = await signedDataOf({ signer: ann.certificate, key: 'Ann', content })
const toBob = byTransport(bob.certificate)
const toEve = byAgreement(eve.certificate)
const seal = (draft: RecipientDraft, cipher: 'AES-256-CBC' | 'AES-256-GCM' = 'AES-256-CBC') =>
  buildEnvelopedData({ content, cipher, recipients: [draft] }, crypto)
const envelope = await seal(toBob)
const agreement = await seal(toEve)
const shared = await seal({ sharedKey, keyIdentifier, keyWrap: 'AES-128-KW' })
const password = await seal({ password: 'open sesame', iterations: 1000 })

describe('a structure ends with its last field', async () => {
  const cases = [
    { comment: 'ContentInfo', bytes: signed, path: [], parse: parseSignedData },
    { comment: 'SignedData', bytes: signed, path: [1, 0], parse: parseSignedData },
    { comment: 'SignerInfo', bytes: signed, path: [1, 0, 4, 0], parse: parseSignedData },
    { comment: 'EnvelopedData', bytes: envelope, path: [1, 0], parse: parseEnvelopedData },
    {
      comment: 'AuthEnvelopedData',
      bytes: await seal(toBob, 'AES-256-GCM'),
      path: [1, 0],
      parse: parseEnvelopedData,
    },
    { comment: 'KeyTransRecipientInfo', bytes: envelope, path: [1, 0, 1, 0], parse: parseEnvelopedData },
    { comment: 'KeyAgreeRecipientInfo', bytes: agreement, path: [1, 0, 1, 0], parse: parseEnvelopedData },
    { comment: 'OriginatorPublicKey', bytes: agreement, path: [1, 0, 1, 0, 1, 0], parse: parseEnvelopedData },
    { comment: 'RecipientEncryptedKey', bytes: agreement, path: [1, 0, 1, 0, 3, 0], parse: parseEnvelopedData },
    { comment: 'KEKRecipientInfo', bytes: shared, path: [1, 0, 1, 0], parse: parseEnvelopedData },
    { comment: 'PasswordRecipientInfo', bytes: password, path: [1, 0, 1, 0], parse: parseEnvelopedData },
    {
      comment: 'CompressedData',
      bytes: await buildCompressedData(content),
      path: [1, 0],
      parse: parseCompressedData,
    },
  ]
  test.each(cases)('$comment', ({ bytes, path, parse }) => {
    expect(withFields(bytes, path, (fields) => fields)).toEqual(bytes)
    expect(codeOf(() => parse(bytes))).toBeUndefined()
    expect(codeOf(() => parse(withFields(bytes, path, oneMore)))).toBe('ERR_CMS_MALFORMED')
  })
})

describe('what nobody vouches for is passed over', () => {
  const attribute = der.sequence(der.oid('1.2.3.4'), der.setOf([der.nul()]))
  const attributes = der.implicit(1, der.setOf([attribute]))
  const ports = { crypto, algorithms }

  test('unsigned attributes (RFC 5652 §5.3)', async () => {
    const bytes = withFields(signed, [1, 0, 4, 0], (fields) => [...fields, attributes])
    const [verdict] = await verifySignedData(parseSignedData(bytes), content, ports)
    expect(verdict).toMatchObject({ ok: true })
  })

  test('unprotected attributes (RFC 5652 §6.1)', async () => {
    const bytes = withFields(envelope, [1, 0], (fields) => [...fields, attributes])
    const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [bob], ports)
    expect(verdict).toMatchObject({ ok: true, content })
  })

  test('a kind of recipient that is unknown (RFC 5652 §6.2.5)', async () => {
    const other = der.implicit(4, der.sequence(der.oid('1.2.3')))
    const bytes = withFields(envelope, [1, 0, 1], (infos) => [other, ...infos])
    const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [bob], ports)
    expect(verdict).toMatchObject({ ok: true, content })
  })

  test('the date of a key identifier (RFC 5652 §6.2.2)', async () => {
    const bytes = await seal({ ...toEve, identifiedBy: 'subjectKeyIdentifier' })
    const dated = withFields(bytes, [1, 0, 1, 0, 3, 0, 0], (fields) => [...fields, der.generalizedTime(0)])
    expect(await decryptEnvelopedData(parseEnvelopedData(dated), [eve], ports)).toMatchObject({ ok: true, content })
  })
})

describe('what is read', () => {
  test('a content of another type than OCTET STRING is signed without its tag and length (RFC 5652 §5.2.1)', async () => {
    const inside = der.encode(der.oid('1.2.3'))
    const bytes = await signedDataOf({
      signer: ann.certificate,
      key: 'Ann',
      content: inside,
      attributes: Object.values(await attributesFor(inside)),
    })
    const encapContentInfo = der.sequence(der.oid(contentTypes.data), der.explicit(0, der.sequence(inside)))
    const pkcs7 = withFields(bytes, [1, 0], (fields) =>
      fields.map((field, at) => (at === 2 ? encapContentInfo : field)),
    )
    const parsed = parseSignedData(pkcs7)
    expect(parsed.encapContentInfo).toEqual({ eContentType: contentTypes.data, eContent: inside })
    const [verdict] = await verifySignedData(parsed, undefined, { crypto, algorithms })
    expect(verdict).toMatchObject({ ok: true })
  })

  test('the versions, the types of what is inside, and how many certificates cannot be read', async () => {
    const unreadable = der.implicit(1, der.sequence())
    const pool = { certificates: [unreadable, ann.certificate, der.sequence(der.nul()), unreadable] }
    const bytes = await signedDataOf({ signer: ann.certificate, key: 'Ann', content, ...pool })
    expect(parseSignedData(bytes)).toMatchObject({ version: 1, unreadableCertificates: 3, certificates: { length: 1 } })
    expect(parseSignedData(signed)).toMatchObject({ version: 1, unreadableCertificates: 0 })
    expect(parseCompressedData(await buildCompressedData(content))).toMatchObject({
      version: 0,
      encapContentInfo: { eContentType: contentTypes.data },
    })
  })

  // RFC 5652 §6.2.1 to §6.2.4, RFC 5083 §2.1
  const written: { comment: string; draft: RecipientDraft; version: number }[] = [
    { comment: 'key transport', draft: toBob, version: 0 },
    {
      comment: 'key transport by key identifier',
      draft: { ...toBob, identifiedBy: 'subjectKeyIdentifier' },
      version: 2,
    },
    { comment: 'key agreement', draft: toEve, version: 3 },
    { comment: 'a shared key', draft: { sharedKey, keyIdentifier, keyWrap: 'AES-128-KW' }, version: 4 },
    { comment: 'a password', draft: { password: 'open sesame', iterations: 1000 }, version: 0 },
  ]
  test.each(written)('the version of a RecipientInfo: $comment, $version', async ({ draft, version }) => {
    const info = parseAsn1(await seal(draft)).children[1]!.children[0]!.children[1]!.children[0]!
    expect(info.children[0]!.content).toEqual(Uint8Array.of(version))
  })

  test('2,000 keys of one agreement are read and 2,001 are not', () => {
    const many = (count: number) =>
      withFields(agreement, [1, 0, 1, 0, 3], (keys) => Array.from({ length: count }, () => keys[0]!))
    expect(parseEnvelopedData(many(2000)).recipientInfos).toMatchObject([{ recipientEncryptedKeys: { length: 2000 } }])
    expect(codeOf(() => parseEnvelopedData(many(2001)))).toBe('ERR_CMS_MALFORMED')
  })

  test('a shared key and a password are no certificates that opened it', async () => {
    const kek = { keyIdentifier, key: createSharedKeyDecrypter(crypto, sharedKey) }
    const word = { password: createPasswordDecrypter(crypto, 'open sesame') }
    for (const [bytes, recipient] of [
      [shared, kek],
      [password, word],
    ] as const) {
      const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [recipient], { crypto, algorithms })
      expect(verdict).toMatchObject({ ok: true, certificates: [], explanation: { steps: [{ code: 'decrypted' }] } })
      expect(verdict.explanation.steps[0]).not.toHaveProperty('about')
    }
    const verdict = await decryptEnvelopedData(parseEnvelopedData(envelope), [bob], { crypto, algorithms })
    const about = { certificate: { serialNumber: expect.anything() } }
    expect(verdict).toMatchObject({ certificates: [bob.certificate], explanation: { steps: [{ about }] } })
  })
})
