import { describe, expect, test } from 'vitest'
import { type DerNode, der, parseAsn1, readOid } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { buildSignedData, parseSignedData, readSigningTime, verifySignedData } from '../../src/cms/index.js'
import { computeDigest, type DigestName, digests, type Signer } from '../../src/crypto/index.js'
import { describeCertificate } from '../../src/x509/index.js'
import { codeOf, codeOfRejection } from '../helpers/codes.js'
import { issueMailbox, keyPair, now } from '../helpers/issue.js'
import { algorithms, attributeOf, attributesFor, contentInfo, type HandMade, signedDataOf } from './fixtures.js'

const ports = { crypto, algorithms }
const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
const keyIdentifier = Uint8Array.of(1, 2, 3, 4)

/** The answers: `ok`, or the code of each signer. */
async function answers(bytes: Uint8Array, detached: Uint8Array | undefined): Promise<readonly string[]> {
  const verdicts = await verifySignedData(parseSignedData(bytes), detached, ports)
  return verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.code))
}

describe('signatures put together by hand', async () => {
  const ann = await issueMailbox('ann@clinic.example', {
    cn: 'Ann',
    by: 'Clinic CA',
    subjectKeyIdentifier: keyIdentifier,
  })
  const other = await issueMailbox('ann@clinic.example', {
    cn: 'Ann',
    by: 'Clinic CA',
    subjectKeyIdentifier: keyIdentifier,
    key: 'Other',
  })
  const authority = await issueMailbox('ca@clinic.example', { cn: 'Clinic CA' })
  const short = await issueMailbox('ann@clinic.example', { cn: 'Short', by: 'Clinic CA', bits: 1024 })
  const good = await attributesFor(content)
  const { contentType, messageDigest } = good
  const signingTime = attributeOf('1.2.840.113549.1.9.5', der.time(now))
  const certificateV2 = async (certificate: typeof ann, ...algorithm: readonly DerNode[]) => {
    const digest = await computeDigest(crypto, algorithm.length ? 'SHA-512' : 'SHA-256', certificate.bytes)
    const essCertId = der.sequence(...algorithm, der.octetString(digest))
    return attributeOf('1.2.840.113549.1.9.16.2.47', der.sequence(der.sequence(essCertId)))
  }
  const certificateV1 = async (certificate: typeof ann) => {
    const digest = der.octetString(await computeDigest(crypto, 'SHA-1', certificate.bytes))
    return attributeOf('1.2.840.113549.1.9.16.2.12', der.sequence(der.sequence(der.sequence(digest))))
  }
  const sha512 = der.sequence(der.oid('2.16.840.1.101.3.4.2.3'))
  const lookalike = der.encode(der.setOf([contentType, messageDigest]))
  const nothing = der.encode(der.setOf([]))
  const changed = Uint8Array.from(content, (octet, index) => (index === 30 ? octet ^ 1 : octet))

  interface Case extends Partial<HandMade> {
    readonly comment: string
    readonly answer: string
    /** What the reader has beside the structure; by default the content. */
    readonly detached?: Uint8Array | null
  }
  const cases: Case[] = [
    { comment: 'content type and digest alone', answer: 'ok' },
    {
      comment: 'attributes that are not in the order of DER but signed in it',
      attributes: [messageDigest, signingTime, contentType],
      answer: 'ok',
    },
    {
      comment: 'attributes signed in the order they came in (CMS-2)',
      attributes: [messageDigest, contentType],
      signed: der.encode(der.setInOrder([messageDigest, contentType])),
      answer: 'ok',
    },
    {
      comment: 'attributes signed under their tag in the message',
      signed: der.encode(der.implicit(0, der.setOf([contentType, messageDigest]))),
      answer: 'signature-mismatch',
    },
    {
      comment: 'the signer named by key identifier',
      sid: der.implicit(0, der.octetString(keyIdentifier)),
      answer: 'ok',
    },
    {
      comment: 'another key identifier',
      sid: der.implicit(0, der.octetString(Uint8Array.of(1, 2, 3))),
      answer: 'signer-certificate-missing',
    },
    {
      comment: 'the signer named by its subject in place of its issuer',
      sid: der.sequence(ann.subject.bytes, der.integer(ann.serialNumber)),
      answer: 'signer-certificate-missing',
    },
    {
      comment: 'another serial number',
      sid: der.sequence(ann.issuer.bytes, der.integer(ann.serialNumber + 1n)),
      answer: 'signer-certificate-missing',
    },
    { comment: 'no certificate', certificates: [], answer: 'signer-certificate-missing' },
    { comment: 'the signer’s certificate is not the first', certificates: [authority, ann], answer: 'ok' },
    {
      comment: 'the signer’s certificate among others that cannot be read',
      certificates: [der.sequence(der.nul()), der.implicit(1, der.sequence()), ann],
      answer: 'ok',
    },
    {
      comment: 'two certificates of one key identifier',
      sid: der.implicit(0, der.octetString(keyIdentifier)),
      certificates: [other, ann],
      answer: 'ok',
    },
    {
      comment: 'only another certificate of that key identifier',
      sid: der.implicit(0, der.octetString(keyIdentifier)),
      certificates: [other],
      answer: 'signature-mismatch',
    },
    { comment: 'changed content', detached: changed, answer: 'digest-mismatch' },
    { comment: 'another key', key: 'Other', answer: 'signature-mismatch' },
    { comment: 'a key of 1024 bits', signer: short, answer: 'key-not-allowed' },
    { comment: 'no digest', attributes: [contentType], answer: 'attributes-malformed' },
    { comment: 'no content type', attributes: [messageDigest], answer: 'attributes-malformed' },
    { comment: 'no attributes in the set', attributes: [], answer: 'attributes-malformed' },
    {
      comment: 'the digest twice',
      attributes: [contentType, messageDigest, messageDigest],
      answer: 'attributes-malformed',
    },
    {
      comment: 'the digest with two values',
      attributes: [
        contentType,
        attributeOf('1.2.840.113549.1.9.4', der.octetString(content), der.octetString(changed)),
      ],
      answer: 'attributes-malformed',
    },
    {
      comment: 'the digest twice, once without a value',
      attributes: [contentType, messageDigest, attributeOf('1.2.840.113549.1.9.4')],
      answer: 'attributes-malformed',
    },
    {
      comment: 'the signing time twice',
      attributes: [contentType, messageDigest, signingTime, signingTime],
      answer: 'attributes-malformed',
    },
    {
      comment: 'a signing time that is none',
      attributes: [contentType, messageDigest, attributeOf('1.2.840.113549.1.9.5', der.nul())],
      answer: 'attributes-malformed',
    },
    {
      comment: 'an attribute that nobody knows',
      attributes: [contentType, messageDigest, attributeOf('1.2.3.4', der.nul())],
      answer: 'ok',
    },
    {
      comment: 'another content type',
      attributes: [attributeOf('1.2.840.113549.1.9.3', der.oid('1.2.840.113549.1.7.2')), messageDigest],
      answer: 'content-type-mismatch',
    },
    {
      comment: 'another content type on both sides',
      eContentType: '1.2.840.113549.1.9.16.1.4',
      attributes: [attributeOf('1.2.840.113549.1.9.3', der.oid('1.2.840.113549.1.9.16.1.4')), messageDigest],
      answer: 'ok',
    },
    { comment: 'SHA-1', digest: 'SHA-1', answer: 'digest-not-allowed' },
    { comment: 'SHA-512', digest: 'SHA-512', answer: 'ok' },
    {
      comment: 'a signature algorithm that contradicts the digest',
      signatureAlgorithm: { algorithm: '1.2.840.113549.1.1.13' },
      answer: 'signature-algorithm-unknown',
    },
    {
      comment: 'a signature algorithm that agrees with the digest',
      signatureAlgorithm: { algorithm: '1.2.840.113549.1.1.11' },
      answer: 'ok',
    },
    {
      comment: 'a signature algorithm that nobody knows',
      signatureAlgorithm: { algorithm: '1.2.3.4' },
      answer: 'signature-algorithm-unknown',
    },
    { comment: 'no signed attributes', attributes: null, answer: 'ok' },
    {
      comment: 'no signed attributes, changed content',
      attributes: null,
      detached: changed,
      answer: 'signature-mismatch',
    },
    {
      comment: 'no signed attributes, another content type',
      attributes: null,
      eContentType: '1.2.840.113549.1.9.16.1.4',
      answer: 'attributes-malformed',
    },
    {
      comment: 'no signed attributes, a content that looks like them (CMS-3)',
      attributes: null,
      content: lookalike,
      detached: lookalike,
      answer: 'attributes-malformed',
    },
    {
      comment: 'no signed attributes, a content that is a set of nothing: attributes are at least one (RFC 5652 §5.3)',
      attributes: null,
      content: nothing,
      detached: nothing,
      answer: 'ok',
    },
    {
      comment: 'signed attributes over that same content',
      attributes: Object.values(await attributesFor(lookalike)),
      content: lookalike,
      detached: lookalike,
      answer: 'ok',
    },
    {
      comment: 'signingCertificateV2 of the signer',
      attributes: [contentType, messageDigest, await certificateV2(ann)],
      answer: 'ok',
    },
    {
      comment: 'signingCertificateV2 with another digest',
      attributes: [contentType, messageDigest, await certificateV2(ann, sha512)],
      answer: 'ok',
    },
    {
      comment: 'signingCertificateV2 with a digest that is not known',
      attributes: [contentType, messageDigest, await certificateV2(ann, der.sequence(der.oid('1.2.3')))],
      answer: 'signing-certificate-mismatch',
    },
    {
      comment: 'signingCertificateV2 of another certificate',
      attributes: [contentType, messageDigest, await certificateV2(other)],
      answer: 'signing-certificate-mismatch',
    },
    {
      comment: 'signingCertificateV2 that is malformed',
      attributes: [contentType, messageDigest, attributeOf('1.2.840.113549.1.9.16.2.47', der.sequence())],
      answer: 'attributes-malformed',
    },
    {
      comment: 'signingCertificate (ESS, SHA-1) of the signer',
      attributes: [contentType, messageDigest, await certificateV1(ann)],
      answer: 'ok',
    },
    {
      comment: 'signingCertificate of another certificate',
      attributes: [contentType, messageDigest, await certificateV1(other)],
      answer: 'signing-certificate-mismatch',
    },
    { comment: 'the content inside', eContent: content, detached: null, answer: 'ok' },
    { comment: 'the content inside and the same beside it', eContent: content, answer: 'ok' },
    {
      comment: 'the content inside and another beside it',
      eContent: content,
      detached: changed,
      answer: 'digest-mismatch',
    },
    { comment: 'no content anywhere', detached: null, answer: 'content-missing' },
    {
      comment: 'an empty content',
      content: new Uint8Array(0),
      attributes: Object.values(await attributesFor(new Uint8Array(0))),
      detached: new Uint8Array(0),
      answer: 'ok',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ comment: _, answer, detached = content, ...made }) => {
    const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, ...made })
    expect(await answers(bytes, detached ?? undefined)).toEqual([answer])
  })

  test('a scheme that the policy leaves out is refused', async () => {
    const bytes = await signedDataOf({ signer: ann, key: 'Ann', content })
    const verify = async (part: Partial<typeof algorithms>) => {
      const parts = { crypto, algorithms: { ...algorithms, ...part } }
      const [verdict] = await verifySignedData(parseSignedData(bytes), content, parts)
      return verdict?.ok ? 'ok' : verdict?.code
    }
    const [digest] = await verifySignedData(parseSignedData(bytes), content, ports)
    expect(digest).toMatchObject({ ok: true, digest: 'SHA-256' })
    expect(await verify({})).toBe('ok')
    const others = algorithms.signatures.filter((name) => !/^RSASSA-PKCS1-v1_5/.test(name))
    expect(others.length).toBeGreaterThan(0)
    expect(await verify({ signatures: others })).toBe('signature-algorithm-unknown')
    expect(await verify({ digests: ['SHA-384'] })).toBe('digest-not-allowed')
  })

  test('what is said of a signature names the certificate it was tried with', async () => {
    const steps = async (made: Partial<HandMade>, detached = content) => {
      const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, ...made })
      return (await verifySignedData(parseSignedData(bytes), detached, ports)).flatMap(
        ({ explanation }) => explanation.steps,
      )
    }
    const { serialNumber } = describeCertificate(ann)
    const about = { certificate: { serialNumber } }
    expect(await steps({})).toMatchObject([{ code: 'signature-valid', outcome: 'passed', about }])
    expect(await steps({ key: 'Other' })).toMatchObject([{ code: 'signature-mismatch', outcome: 'failed', about }])
    const [missing] = await steps({ certificates: [] })
    expect(missing).toMatchObject({ code: 'signer-certificate-missing', outcome: 'failed' })
    expect(missing).not.toHaveProperty('about')
  })

  test('each signer has its own answer', async () => {
    const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, signers: 2 })
    expect(await answers(bytes, content)).toEqual(['ok', 'ok'])
    expect(await answers(bytes, changed)).toEqual(['digest-mismatch', 'digest-mismatch'])
  })

  test('the content is digested once, and its digest is told where there is one', async () => {
    const digested: BufferSource[] = []
    const subtle = new Proxy(crypto.subtle, {
      get(target, name: keyof SubtleCrypto) {
        if (name !== 'digest') return (target[name] as () => unknown).bind(target)
        return (algorithm: string, data: BufferSource) => {
          digested.push(data)
          return target.digest(algorithm, data)
        }
      },
    })
    const counted = { subtle, getRandomValues: crypto.getRandomValues.bind(crypto) } as typeof crypto
    const told = async (made: Partial<HandMade>) => {
      const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, ...made })
      const verdicts = await verifySignedData(parseSignedData(bytes), content, { crypto: counted, algorithms })
      return verdicts.map((verdict) => verdict.ok && verdict.messageDigest)
    }
    const octets = await computeDigest(crypto, 'SHA-256', content)
    const one = { algorithm: 'SHA-256', octets }
    expect(await told({ signers: 3 })).toEqual([one, one, one])
    expect(digested).toEqual([content])
    expect(await told({ attributes: null })).toEqual([undefined])
    expect(digested).toHaveLength(1)
  })

  describe('a certificate and the one that renewed it, with the same key and key identifier', async () => {
    const renewed = await issueMailbox('ann@clinic.example', {
      cn: 'Ann',
      by: 'Clinic CA',
      subjectKeyIdentifier: keyIdentifier,
      notAfter: Date.UTC(2028, 0, 1),
    })
    const sid = der.implicit(0, der.octetString(keyIdentifier))
    const chosen = async (made: Partial<HandMade>) => {
      const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, sid, ...made })
      const [verdict] = await verifySignedData(parseSignedData(bytes), content, ports)
      return verdict?.ok ? verdict.certificate.serialNumber : verdict?.code
    }

    test.each([
      { order: 'the old one first', certificates: [ann, renewed] },
      { order: 'the new one first', certificates: [renewed, ann] },
    ])('$order: the one that the signer names, or else the one that is valid longest', async ({ certificates }) => {
      const named = async (certificate: typeof ann) => [contentType, messageDigest, await certificateV2(certificate)]
      expect(await chosen({ certificates, attributes: await named(ann) })).toBe(ann.serialNumber)
      expect(await chosen({ certificates, attributes: await named(renewed) })).toBe(renewed.serialNumber)
      expect(await chosen({ certificates })).toBe(renewed.serialNumber)
    })

    test('a weak key of the same identifier hides nobody, and is the answer when nobody else signed', async () => {
      const weak = await issueMailbox('ann@clinic.example', {
        cn: 'Short',
        by: 'Clinic CA',
        bits: 1024,
        subjectKeyIdentifier: keyIdentifier,
      })
      expect(await chosen({ certificates: [weak, ann] })).toBe(ann.serialNumber)
      expect(await chosen({ certificates: [other, weak] })).toBe('key-not-allowed')
    })
  })

  test('a search that strangers could make long is cut: four certificates are tried for one signer', async () => {
    const others = await Promise.all(
      ['Other', 'Clinic CA', 'Third', 'Fourth'].map((key) =>
        issueMailbox('x@clinic.example', { cn: 'X', by: 'Y', key, subjectKeyIdentifier: keyIdentifier }),
      ),
    )
    const sid = der.implicit(0, der.octetString(keyIdentifier))
    const verify = async (pool: typeof others) =>
      answers(await signedDataOf({ signer: ann, key: 'Ann', content, sid, certificates: pool }), content)
    expect(await verify([...others.slice(1), ann])).toEqual(['ok'])
    expect(await verify([...others, ann])).toEqual(['signature-mismatch'])
  })

  const sizes = [
    { comment: '16 signers', made: { signers: 16 }, code: undefined },
    { comment: '17 signers', made: { signers: 17 }, code: 'ERR_CMS_MALFORMED' },
    { comment: '128 certificates', made: { certificates: Array.from({ length: 128 }, () => ann) }, code: undefined },
    {
      comment: '129 certificates',
      made: { certificates: Array.from({ length: 129 }, () => ann) },
      code: 'ERR_CMS_MALFORMED',
    },
  ]
  test.each(sizes)('$comment: $code', async ({ made, code }) => {
    const bytes = await signedDataOf({ signer: ann, key: 'Ann', content, ...made })
    expect(codeOf(() => parseSignedData(bytes))).toBe(code)
  })

  test('another content type is an error of its own', () => {
    const data = der.encode(contentInfo('1.2.840.113549.1.7.1', der.octetString(content)))
    expect(codeOf(() => parseSignedData(data))).toBe('ERR_CMS_CONTENT_TYPE')
    expect(codeOf(() => parseSignedData(content))).toBe('ERR_CMS_MALFORMED')
  })
})

describe('a signature that was built', async () => {
  const ann = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })
  const authority = await issueMailbox('ca@clinic.example', { cn: 'Clinic CA' })
  const key = (await keyPair('Ann')).signer()
  // Every octet there is, and no UTF-8: what is signed is bytes.
  const octets = Uint8Array.from({ length: 256 }, (_, index) => 255 - index)
  const built = await buildSignedData(
    { content: octets, signer: { certificate: ann, chain: [authority], key }, signingTime: now + 500 },
    crypto,
  )
  const parsed = parseSignedData(built)

  test('verifies, and says who signed it, when and with what', async () => {
    const [verdict] = await verifySignedData(parsed, octets, ports)
    expect(verdict).toMatchObject({ ok: true, signingTime: now, digest: 'SHA-256' })
    expect(verdict?.ok && verdict.certificate.bytes).toEqual(ann.bytes)
  })

  test('names its signer by the issuer and brings the chain', () => {
    const [signer] = parsed.signerInfos
    expect(signer?.sid).toMatchObject({ type: 'issuerAndSerialNumber', serialNumber: ann.serialNumber })
    expect(signer?.sid.type === 'issuerAndSerialNumber' && signer.sid.issuer.bytes).toEqual(ann.issuer.bytes)
    expect(parsed.certificates).toHaveLength(2)
    expect(parsed.encapContentInfo).toEqual({ eContentType: '1.2.840.113549.1.7.1' })
  })

  test('signs the attributes of S/MIME', () => {
    const attributes = parsed.signerInfos[0]!.signedAttrs!.attributes
    const pkcs9 = ['3', '4', '5', '15', '16.2.47'].map((arc) => `1.2.840.113549.1.9.${arc}`)
    expect(new Set(attributes.map(({ type }) => type))).toEqual(new Set(pkcs9))
    expect(readSigningTime(attributes)).toBe(now)
    expect(codeOf(() => readSigningTime([...attributes, ...attributes]))).toBe('ERR_CMS_MALFORMED')
  })

  test('by nobody is not built', async () => {
    const draft = { content: octets, signer: [], signingTime: now }
    expect(await codeOfRejection(buildSignedData(draft, crypto))).toBe('ERR_CMS_DRAFT')
  })

  test('says for readers in one pass which digests are needed, each once (RFC 5652 §5.1)', async () => {
    const signerOf = async (digest: DigestName) => ({
      certificate: ann,
      chain: [authority],
      key: (await keyPair('Ann')).signer(digest),
    })
    const signer = await Promise.all((['SHA-512', 'SHA-256', 'SHA-512'] as const).map(signerOf))
    const several = await buildSignedData({ content: octets, signer, signingTime: now }, crypto)
    const [, digestAlgorithms, , certificates] = parseAsn1(several).children[1]!.children[0]!.children
    const named = digestAlgorithms!.children.map(({ children: [oid] }) => readOid(oid!))
    expect(named).toEqual([digests['SHA-256'].oid, digests['SHA-512'].oid])
    expect(certificates!.children).toHaveLength(2)
    expect(await answers(several, octets)).toEqual(['ok', 'ok', 'ok'])
  })

  test('a signal is for the key to hear', async () => {
    const heard: unknown[] = []
    const sign: Signer['sign'] = (data, options) => {
      heard.push(options?.signal)
      return key.sign(data, options)
    }
    const { digest, signatureAlgorithm } = key
    const signer = { certificate: ann, chain: [], key: { digest, signatureAlgorithm, sign } }
    const { signal } = new AbortController()
    await buildSignedData({ content: octets, signer, signingTime: now }, crypto, signal)
    await buildSignedData({ content: octets, signer, signingTime: now }, crypto)
    expect(heard).toEqual([signal, undefined])
  })

  test('with any bit of the signature changed, it is wrong', async () => {
    const start = built.length - 256
    for (let at = start; at < built.length; at += 17) {
      const changed = Uint8Array.from(built)
      changed[at]! ^= 0x10
      expect(await answers(changed, octets)).toEqual(['signature-mismatch'])
    }
  })
})
