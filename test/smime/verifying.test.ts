import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { type Bytes, decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { buildCertificatesOnly, buildSignedData } from '../../src/cms/index.js'
import { computeDigest } from '../../src/crypto/index.js'
import { buildMultipart, buildPart, type MimeLimits, parseEntity } from '../../src/mime/index.js'
import { verifyEntity } from '../../src/smime/index.js'
import { buildCertificateList, buildName } from '../../src/x509/index.js'
import { signedDataOf } from '../cms/fixtures.js'
import { keyPair, now } from '../helpers/issue.js'
import { ann, letter, ports, signerOf } from './people.js'

const sign = async (content: Uint8Array, form: 'detached' | 'opaque' = 'detached') =>
  buildSignedData({ content, signer: await signerOf('Ann'), signingTime: now, form }, crypto)

const part = (contentType: string, content: Uint8Array): Bytes =>
  buildPart({ contentType, transferEncoding: 'base64', content })
const signature = (cms: Uint8Array) => part('application/pkcs7-signature; name="smime.p7s"', cms)
const opaque = (cms: Uint8Array) => part('application/pkcs7-mime; name="smime.p7m"', cms)
const protocol = { protocol: 'application/pkcs7-signature', micalg: 'sha-256' }
const detached = (cms: Uint8Array, content: Uint8Array = letter) =>
  buildMultipart('signed', [Uint8Array.from(content), signature(cms)], protocol)

/** `ok`, or why not: what the explanation says in the end too. */
async function answer(entity: Uint8Array, limits: Partial<MimeLimits> = {}): Promise<string> {
  const verified = await verifyEntity(parseEntity(entity), { ...ports, limits })
  if (verified.ok) return 'ok'
  expect(verified.explanation).toMatchObject({ code: verified.code, steps: [{ code: verified.code }] })
  return verified.code
}

describe('a signed entity (RFC 8551 §3.5)', async () => {
  const cms = await sign(letter)
  const inside = await sign(letter, 'opaque')
  const other = encodeUtf8('Content-Type: text/plain\r\n\r\nPay.\r\n')
  const bare = encodeUtf8(decodeUtf8(letter).replaceAll('\r\n', '\n'))

  const cases: { comment: string; entity: Uint8Array; answer: string }[] = [
    { comment: 'a content and its signature', entity: detached(cms), answer: 'ok' },
    { comment: 'another content beside it', entity: detached(cms, other), answer: 'signature-invalid' },
    {
      comment: 'bare line feeds that were CRLF when it was signed (SMIME-3)',
      entity: detached(cms, bare),
      answer: 'ok',
    },
    {
      comment: 'another content with bare line feeds',
      entity: detached(cms, encodeUtf8('Content-Type: text/plain\n\nPay.\n')),
      answer: 'signature-invalid',
    },
    { comment: 'bare line feeds that were signed', entity: detached(await sign(bare), bare), answer: 'ok' },
    { comment: 'a signature that is none', entity: detached(encodeUtf8('Hello')), answer: 'malformed' },
    { comment: 'an empty structure in its place', entity: detached(der.encode(der.sequence())), answer: 'malformed' },
    { comment: 'certificates and no signer', entity: detached(buildCertificatesOnly([ann])), answer: 'not-signed' },
    { comment: 'a content inside of the signature too (AS-53)', entity: detached(inside), answer: 'malformed' },
    { comment: 'a content inside of the signature alone', entity: opaque(inside), answer: 'ok' },
    { comment: 'no content anywhere', entity: opaque(cms), answer: 'malformed' },
    {
      comment: 'a content without a signature (RFC 1847 §2.1)',
      entity: buildMultipart('signed', [letter], protocol),
      answer: 'not-signed',
    },
    {
      comment: 'a third part (RFC 1847 §2.1)',
      entity: buildMultipart('signed', [letter, signature(cms), letter], protocol),
      answer: 'not-signed',
    },
    {
      comment: 'the two parts of a multipart of another kind',
      entity: buildMultipart('mixed', [letter, signature(cms)], protocol),
      answer: 'not-signed',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ entity, answer: expected }) => {
    expect(await answer(entity)).toBe(expected)
  })

  test('a content that is signed and cannot be read', async () => {
    const { length } = encodeUtf8(decodeUtf8(letter).split('\r\n\r\n')[0]!)
    expect(await answer(detached(cms), { maxHeaderBytes: length + 4 })).toBe('ok')
    expect(await answer(detached(cms), { maxHeaderBytes: 9 })).toBe('malformed')
  })

  test('a wrong signature counts for nothing, and takes nothing from a right one', async () => {
    const [right, wrong] = await Promise.all([signerOf('Ann'), signerOf('Bob')])
    const made = await buildSignedData(
      { content: letter, signer: [{ ...wrong, key: right.key }, right], signingTime: now },
      crypto,
    )
    const verified = await verifyEntity(parseEntity(detached(made)), ports)
    expect(verified.ok && verified.signers.map(({ certificate }) => certificate.bytes)).toEqual([ann.bytes])
    const alone = await buildSignedData(
      { content: letter, signer: { ...wrong, key: right.key }, signingTime: now },
      crypto,
    )
    expect(await answer(detached(alone))).toBe('signature-invalid')
  })

  test('why no signature counts is told', async () => {
    const refused = await verifyEntity(parseEntity(detached(cms, other)), ports)
    expect(refused).toMatchObject({
      explanation: { steps: [{ code: 'signature-invalid', steps: [{ code: 'digest-mismatch' }] }] },
    })
    const accepted = await verifyEntity(parseEntity(detached(cms)), ports)
    expect(accepted).toMatchObject({
      explanation: { steps: [{ code: 'signed', steps: [{ code: 'signature-valid' }] }] },
    })
  })

  test('the digest of the content comes along where a signature has one', async () => {
    const digestsOf = async (bytes: Uint8Array) => {
      const verified = await verifyEntity(parseEntity(detached(bytes)), ports)
      return verified.ok && [...verified.digests]
    }
    expect(await digestsOf(cms)).toEqual([['SHA-256', await computeDigest(crypto, 'SHA-256', letter)]])
    const plain = await signedDataOf({ signer: ann, key: 'Ann', content: letter, attributes: null })
    expect(await digestsOf(plain)).toEqual([])
  })

  test('what came along comes out, and the signature as it came', async () => {
    const key = (await keyPair('Clinic CA')).signer()
    const draft = { issuer: buildName([['CN', 'Clinic CA']]), thisUpdate: now, nextUpdate: now + 1000 }
    const list = await buildCertificateList(draft, key)
    const [type, wrapper] = parseAsn1(cms).children
    const fields = wrapper!.children[0]!.children.map(({ bytes }) => bytes)
    const withList = der.encode(
      der.sequence(
        type!.bytes,
        der.explicit(0, der.sequence(...fields.slice(0, 4), der.implicit(1, der.setOf([list])), fields[4]!)),
      ),
    )
    const verified = await verifyEntity(parseEntity(detached(withList)), ports)
    if (!verified.ok) throw new Error(verified.code)
    expect(verified.crls.map(({ bytes }) => bytes)).toEqual([list])
    expect(verified.certificates.map(({ bytes }) => bytes)).toEqual([ann.bytes])
    expect(verified.signedData).toEqual(withList)
  })
})
