import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { buildName, certIdOf, ocspOids } from '../../src/x509/index.js'
import { type Issue, issue, issueAuthority, now } from '../helpers/issue.js'
import {
  type Asked,
  ask,
  day,
  entryFor,
  hour,
  issueList,
  mailbox,
  pointAt,
  respond,
  toList,
  toResponder,
} from './revocation-fixtures.js'

const root = await issueAuthority({ cn: 'Clinic CA' })
const ann = await mailbox({ cRLDistributionPoints: [], ...toResponder })
const bob = await mailbox({ cn: 'Bob', cRLDistributionPoints: [], ...toResponder })
const about = { about: ann, issuer: root }

interface Case extends Partial<Asked> {
  readonly comment: string
  readonly answer: string
  readonly grounds: readonly string[]
}

function run(title: string, cases: readonly Case[]): void {
  test.each(cases)(`${title}: $comment`, async ({ comment: _, answer, grounds, ...asked }) => {
    const { answer: answered, grounds: on } = await ask({ certificate: ann, anchors: [root], ...asked })
    expect({ answer: answered, grounds: on }).toEqual({ answer, grounds })
  })
}

const good = { answer: 'accepted', grounds: ['ocsp-good'] }
const revoked = { answer: 'certificate-revoked', grounds: ['ocsp-revoked'] }
const unknown = (ground: string) => ({ answer: 'revocation-unknown', grounds: [ground] })
const extension = (...critical: readonly boolean[]) =>
  der.sequence(der.oid('1.3.6.1.4.1.99999.1'), ...critical.map(der.boolean), der.octetString(der.nul()))

describe('what the issuer itself answers (RFC 6960 §3.2)', async () => {
  const keyHash = new Uint8Array(await crypto.subtle.digest('SHA-1', Uint8Array.from(root.publicKey.keyBytes)))
  const certID = await certIdOf(
    crypto,
    { issuer: ann.issuer, issuerKey: root.publicKey, serialNumber: ann.serialNumber },
    'SHA-256',
  )
  const of = async (single: object, more: object = {}) => [await respond({ ...about, single, ...more })]

  run('status', [
    { comment: 'good', ocspResponses: await of({}), ...good },
    { comment: 'by the digest of its key', ocspResponses: await of({}, { responderID: { byKey: keyHash } }), ...good },
    {
      comment: 'by the digest of another key',
      ocspResponses: await of({}, { responderID: { byKey: keyHash.map((octet) => octet ^ 1) } }),
      ...unknown('ocsp-responder-not-authorised'),
    },
    { comment: 'the certificate called by SHA-256', ocspResponses: await of({ certID }), ...good },
    { comment: 'revoked', ocspResponses: await of({ certStatus: { revocationTime: now - day } }), ...revoked },
    {
      comment: 'on hold',
      ocspResponses: await of({ certStatus: { revocationTime: now - day, reason: 'certificateHold' } }),
      ...revoked,
    },
    { comment: 'unknown', ocspResponses: await of({ certStatus: 'unknown' }), ...unknown('ocsp-status-unknown') },
    {
      comment: 'about another certificate',
      ocspResponses: [await respond({ about: bob, issuer: root })],
      answer: 'revocation-unknown',
      grounds: [],
    },
    {
      comment: 'about a certificate of the same number and another key of the issuer',
      ocspResponses: [await respond({ about: ann, issuer: bob })],
      answer: 'revocation-unknown',
      grounds: [],
    },
    { comment: 'none', ocspResponses: [], answer: 'revocation-unknown', grounds: [] },
  ])

  run('times', [
    { comment: 'that ends now', ocspResponses: await of({ nextUpdate: now }), ...good },
    {
      comment: 'that ended a second ago',
      ocspResponses: await of({ nextUpdate: now - 1000 }),
      ...unknown('revocation-too-old'),
    },
    { comment: 'of a clock five minutes ahead', ocspResponses: await of({ thisUpdate: now + 300_000 }), ...good },
    {
      comment: 'of a clock six minutes ahead',
      ocspResponses: await of({ thisUpdate: now + 360_000 }),
      ...unknown('revocation-too-new'),
    },
  ])

  run('signature', [
    {
      comment: 'of another key',
      ocspResponses: await of({}, { byKey: 'Hospital CA' }),
      ...unknown('ocsp-signature-wrong'),
    },
    {
      comment: 'of another name',
      ocspResponses: await of({}, { by: 'Hospital CA', byKey: 'Clinic CA' }),
      ...unknown('ocsp-responder-not-authorised'),
    },
  ])

  run('critical extensions', [
    {
      comment: 'one',
      ocspResponses: await of({}, { extensions: [extension(true)] }),
      ...unknown('revocation-extension-unknown'),
    },
    {
      comment: 'one for this certificate',
      ocspResponses: await of({ extensions: [extension(true)] }),
      ...unknown('revocation-extension-unknown'),
    },
    {
      comment: 'none, but two others',
      ocspResponses: await of({ extensions: [extension()] }, { extensions: [extension()] }),
      ...good,
    },
  ])

  const nonce = Uint8Array.of(1, 2, 3)
  const criticalNonce = (...octets: readonly number[]) => {
    const value = der.octetString(der.encode(der.octetString(Uint8Array.from(octets))))
    return der.sequence(der.oid(ocspOids.nonce), der.boolean(true), value)
  }
  run('nonces (§4.4.1)', [
    { comment: 'the same', ocspNonce: nonce, ocspResponses: await of({}, { nonce }), ...good },
    {
      comment: 'another',
      ocspNonce: Uint8Array.of(1, 2, 4),
      ocspResponses: await of({}, { nonce }),
      ...unknown('ocsp-nonce'),
    },
    {
      comment: 'the same, critical',
      ocspNonce: nonce,
      ocspResponses: await of({}, { extensions: [criticalNonce(1, 2, 3)] }),
      ...good,
    },
    {
      comment: 'another, critical',
      ocspNonce: nonce,
      ocspResponses: await of({}, { extensions: [criticalNonce(1, 2, 4)] }),
      ...unknown('ocsp-nonce'),
    },
    { comment: 'none in the answer', ocspNonce: nonce, ocspResponses: await of({}), ...good },
    { comment: 'one in the answer alone', ocspResponses: await of({}, { nonce }), ...good },
  ])
})

describe('what somebody answers for the issuer (§4.2.2.2)', async () => {
  const ocspSigning = '1.3.6.1.5.5.7.3.9'
  const nocheck = { oid: ocspOids.nocheck, critical: false, value: der.encode(der.nul()) }
  const responder = (draft: Partial<Issue> = {}) =>
    issue({
      cn: 'Responder',
      by: 'Clinic CA',
      keyUsage: ['digitalSignature'],
      extKeyUsage: [ocspSigning],
      extensions: [nocheck],
      ...draft,
    })
  const with_ = async (draft: Partial<Issue>, more: object = {}) => [
    await respond({ ...about, by: 'Responder', certificates: [(await responder(draft)).bytes], ...more }),
  ]
  const refused = unknown('ocsp-responder-not-authorised')
  const checked = { extensions: [] }
  const known = await responder(checked)
  const fromKnown = [await respond({ ...about, by: 'Responder', certificates: [known.bytes] })]

  run('certificates', [
    { comment: 'one that asks not to be checked', ocspResponses: await with_({}), ...good },
    {
      comment: 'one that asks for it in an extension that is critical',
      ocspResponses: await with_({ extensions: [{ ...nocheck, critical: true }] }),
      ...good,
    },
    {
      comment: 'one with a critical extension that is not known',
      ocspResponses: await with_({ extensions: [nocheck, { ...nocheck, oid: '1.2.3.4.5', critical: true }] }),
      ...refused,
    },
    {
      comment: 'one that is at hand and not in the response',
      certificates: [await responder()],
      ocspResponses: [await respond({ ...about, by: 'Responder' })],
      ...good,
    },
    { comment: 'that are missing', ocspResponses: [await respond({ ...about, by: 'Responder' })], ...refused },
    { comment: 'without the extended key usage', ocspResponses: await with_({ extKeyUsage: [] }), ...refused },
    {
      comment: 'with another extended key usage',
      ocspResponses: await with_({ extKeyUsage: ['1.3.6.1.5.5.7.3.4'] }),
      ...refused,
    },
    {
      comment: 'with any extended key usage, which is not enough',
      ocspResponses: await with_({ extKeyUsage: ['2.5.29.37.0'] }),
      ...refused,
    },
    { comment: 'of another issuer', ocspResponses: await with_({ by: 'Hospital CA' }), ...refused },
    {
      comment: 'of the issuer’s name and another key',
      ocspResponses: await with_({ byKey: 'Hospital CA' }),
      ...refused,
    },
    { comment: 'that has expired', ocspResponses: await with_({ notAfter: now - 1000 }), ...refused },
    { comment: 'that expires now', ocspResponses: await with_({ notAfter: now }), ...good },
    {
      comment: 'and a signature of another key',
      ocspResponses: await with_({}, { byKey: 'Ann' }),
      ...unknown('ocsp-signature-wrong'),
    },
  ])

  // Lists that say nothing of Ann: for another place, and for authorities.
  const place = pointAt('http://lists.example/responders.crl')
  const ofPlace = await issueList({ issuingDistributionPoint: { distributionPoint: place.distributionPoint! } })
  const ofAuthorities = await issueList({ issuingDistributionPoint: { onlyContainsCACerts: true } })
  const listed = { extensions: [], cRLDistributionPoints: [place] }
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Clinic CA', ...toList })
  const twin = await issueAuthority({ cn: 'Twin', by: 'Clinic CA', key: 'Clinic CA', ...toList })
  const refusedBeside = { answer: 'revocation-unknown', grounds: ['ocsp-responder-not-authorised', 'crl-scope'] }
  run('certificates of people who are trusted otherwise', [
    {
      comment: 'one that was made to answer',
      ocspResponses: await with_(listed),
      crls: [ofPlace],
      answer: 'accepted',
      grounds: ['ocsp-good', 'crl-scope'],
    },
    {
      comment: 'one that was made to write mail',
      ocspResponses: await with_({ ...listed, extKeyUsage: ['1.3.6.1.5.5.7.3.4'] }),
      crls: [ofPlace],
      ...refusedBeside,
    },
    {
      comment: 'one of an authority below the issuer',
      certificates: [issuing],
      ocspResponses: await with_({ by: 'Issuing' }),
      crls: [ofAuthorities],
      ...refusedBeside,
    },
    {
      comment: 'one of an authority below the issuer, with the same key',
      certificates: [twin],
      ocspResponses: await with_({ by: 'Twin', byKey: 'Clinic CA' }),
      crls: [ofAuthorities],
      ...refusedBeside,
    },
    {
      comment: 'one of another name than the response gives',
      ocspResponses: await with_({}, { by: 'Somebody', byKey: 'Responder' }),
      ...refused,
    },
  ])

  const rolled = await issueAuthority({ cn: 'Clinic CA', key: 'New', by: 'Clinic CA' })
  const ofNewKey = { certificates: [rolled], revocation: { withoutPointer: 'warning' } } as const
  run('a second key of the issuer', [
    {
      comment: 'with which it did not sign the certificate, though a path leads from there',
      ...ofNewKey,
      ocspResponses: await with_({ byKey: 'New' }),
      ...refused,
    },
    { comment: 'and the first one', ...ofNewKey, ocspResponses: await with_({}), ...good },
  ])

  const forged = await responder({ byKey: 'Hospital CA' })
  const behind = async (count: number) => ({
    certificates: [...Array.from({ length: count }, () => forged), await responder()],
    ocspResponses: [await respond({ ...about, by: 'Responder' })],
  })
  run('of many certificates four are tried', [
    { comment: 'three before the right one', ...(await behind(3)), ...good },
    { comment: 'four before it', ...(await behind(4)), ...refused },
  ])

  run('revocation of responders', [
    { comment: 'nothing tells', ocspResponses: fromKnown, ...refused },
    {
      comment: 'on no list',
      ocspResponses: fromKnown,
      crls: [await issueList()],
      answer: 'accepted',
      grounds: ['ocsp-good', 'crl-good'],
    },
    {
      comment: 'on a list',
      ocspResponses: fromKnown,
      crls: [await issueList({ revoked: [entryFor(known)] })],
      answer: 'accepted',
      grounds: ['ocsp-responder-not-authorised', 'crl-good'],
    },
  ])

  test('whoever asks not to be checked is checked like anybody else when they write mail', async () => {
    const certificate = await responder()
    expect(await ask({ certificate, anchors: [root], crls: [await issueList()] })).toMatchObject({ answer: 'accepted' })
    const crls = [await issueList({ revoked: [entryFor(certificate)] })]
    expect(await ask({ certificate, anchors: [root], crls })).toMatchObject({ answer: 'certificate-revoked' })
  })
})

test('the issuer that is to answer is the one above, not the anchor', async () => {
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Clinic CA' })
  const certificate = await mailbox({ by: 'Issuing', cRLDistributionPoints: [], ...toResponder })
  const asked = {
    certificate,
    certificates: [issuing],
    anchors: [root],
    revocation: { withoutPointer: 'warning' },
  } as const
  const right = await respond({ about: certificate, issuer: issuing, by: 'Issuing' })
  expect(await ask({ ...asked, ocspResponses: [right] })).toMatchObject({ answer: 'accepted' })
  const byAnchor = await respond({ about: certificate, issuer: issuing })
  expect(await ask({ ...asked, ocspResponses: [byAnchor] })).toMatchObject({
    answer: 'revocation-unknown',
    grounds: ['ocsp-responder-not-authorised'],
  })
})

test('a response about several certificates is heard about each', async () => {
  const certIDs = await Promise.all(
    [ann, bob].map(({ issuer, serialNumber }) => certIdOf(crypto, { issuer, issuerKey: root.publicKey, serialNumber })),
  )
  const dates = { thisUpdate: now - hour, nextUpdate: now + day }
  const response = await respond({
    ...about,
    responderID: { byName: buildName([['CN', 'Clinic CA']]) },
    responses: [
      { certID: certIDs[0]!, certStatus: 'good', ...dates },
      { certID: certIDs[1]!, certStatus: { revocationTime: now - day }, ...dates },
    ],
  })
  const answers = [ann, bob].map((certificate) => ask({ certificate, anchors: [root], ocspResponses: [response] }))
  expect((await Promise.all(answers)).map(({ answer }) => answer)).toEqual(['accepted', 'certificate-revoked'])
})
