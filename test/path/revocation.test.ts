import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { anchorOf, buildPath } from '../../src/path/index.js'
import {
  accessMethods,
  buildName,
  buildOcspRefusal,
  type CrlReason,
  certIdOf,
  type DistributionPoint,
  type OcspRequest,
  parseName,
  parseOcspRequest,
  parseOcspResponse,
} from '../../src/x509/index.js'
import { issueAuthority, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'
import {
  type Answered,
  type Asked,
  ask,
  crlUrl,
  day,
  directoryName,
  entryFor,
  hour,
  issueList,
  mailbox,
  ocspUrl,
  pointAt,
  respond,
  toResponder,
} from './revocation-fixtures.js'

const root = await issueAuthority({ cn: 'Clinic CA' })
const ann = await mailbox(toResponder)
const silent = await mailbox({ cn: 'Silent', cRLDistributionPoints: [] })
const good = await issueList()
const onList = (reason: CrlReason, draft: object = {}, entry: object = {}) =>
  issueList({ revoked: [entryFor(ann, { reason, ...entry })], ...draft })

function answerTo(asked: Partial<Asked>): Promise<Answered> {
  return ask({ certificate: ann, anchors: [root], ...asked })
}

interface Case extends Partial<Asked> {
  readonly comment: string
  readonly answer: string
}

function run(cases: readonly Case[]): void {
  test.each(cases)('$comment: $answer', async ({ comment: _, answer, ...asked }) => {
    expect((await answerTo(asked)).answer).toBe(answer)
  })
}

describe('lists and responders that contradict each other', async () => {
  const about = { about: ann, issuer: root }
  const goodAnswer = await respond(about)
  const revokedAnswer = await respond({ ...about, single: { certStatus: { revocationTime: now - day } } })
  const older = { thisUpdate: now - 2 * day }
  run([
    { comment: 'both good', crls: [good], ocspResponses: [goodAnswer], answer: 'accepted' },
    {
      comment: 'revoked on the list',
      crls: [await onList('superseded')],
      ocspResponses: [goodAnswer],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked by the responder',
      crls: [good],
      ocspResponses: [revokedAnswer],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked on an older list',
      crls: [good, await onList('superseded', older)],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked on a newer list',
      crls: [await issueList(older), await onList('superseded')],
      answer: 'certificate-revoked',
    },
    { comment: 'on hold on an older list', crls: [good, await onList('certificateHold', older)], answer: 'accepted' },
    {
      comment: 'on hold on a newer list',
      crls: [await issueList(older), await onList('certificateHold')],
      answer: 'certificate-revoked',
    },
    {
      comment: 'on hold on an older list, and good by a newer answer',
      crls: [await onList('certificateHold', older)],
      ocspResponses: [goodAnswer],
      answer: 'accepted',
    },
    {
      comment: 'on hold on a list, and good by an answer of the same time',
      crls: [await onList('certificateHold')],
      ocspResponses: [goodAnswer],
      answer: 'certificate-revoked',
    },
    {
      comment: 'on hold on an older list, and a newer list is for holds alone',
      crls: [
        await issueList({ issuingDistributionPoint: { onlySomeReasons: new Set(['certificateHold']) } }),
        await onList('certificateHold', older),
      ],
      answer: 'revocation-unknown',
    },
    {
      comment: 'on hold on an older list, and a newer list is not for holds',
      crls: [
        await issueList({ issuingDistributionPoint: { onlySomeReasons: new Set(['keyCompromise']) } }),
        await onList('certificateHold', older),
      ],
      answer: 'certificate-revoked',
    },
  ])
})

describe('a message that is judged anew half a year later', async () => {
  const later = now + 180 * day
  const after = { thisUpdate: later - hour, nextUpdate: later + day }
  const then = { gatheredAt: later }
  const since = (days: number) => ({ revocationDate: now + days * day })
  const brief = await mailbox({ cn: 'Brief', notAfter: now + 30 * day })
  const sound = ['affiliationChanged', 'cessationOfOperation', 'certificateHold', 'privilegeWithdrawn'] as const
  run([
    { comment: 'the list of that time', ...then, crls: [good], answer: 'accepted' },
    { comment: 'a list of today', ...then, crls: [await issueList(after)], answer: 'accepted' },
    {
      comment: 'a list of today, and nobody says that it is today',
      crls: [await issueList(after)],
      answer: 'revocation-unknown',
    },
    {
      comment: 'a list of today, when the certificate has expired since',
      certificate: brief,
      ...then,
      crls: [await issueList(after)],
      answer: 'revocation-unknown',
    },
    {
      comment: 'a list of the day on which it expired',
      certificate: brief,
      ...then,
      crls: [await issueList({ thisUpdate: now + 30 * day })],
      answer: 'accepted',
    },
    {
      comment: 'at its last instant, a list of a clock that is five minutes ahead',
      certificate: brief,
      at: brief.notAfter,
      crls: [await issueList({ thisUpdate: brief.notAfter + 300_000, nextUpdate: later })],
      answer: 'accepted',
    },
    {
      comment: 'at its last instant, a list of a clock that is six minutes ahead',
      certificate: brief,
      at: brief.notAfter,
      crls: [await issueList({ thisUpdate: brief.notAfter + 360_000, nextUpdate: later })],
      answer: 'revocation-unknown',
    },
    {
      comment: 'an answer of today',
      ...then,
      ocspResponses: [await respond({ about: ann, issuer: root, single: after })],
      answer: 'accepted',
    },
    {
      comment: 'revoked since, the key is sound',
      ...then,
      crls: [await onList('superseded', after, since(3))],
      answer: 'accepted',
    },
    ...(await Promise.all(
      sound.map(async (reason) => ({
        comment: `revoked since, ${reason}`,
        ...then,
        crls: [await onList(reason, after, since(3))],
        answer: 'accepted',
      })),
    )),
    {
      comment: 'revoked at that very time, the key is sound',
      ...then,
      crls: [await onList('superseded', after, since(0))],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked at that very time, wrong since',
      ...then,
      crls: [await onList('superseded', after, { ...since(0), invalidityDate: now + day })],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked since, wrong from that very time',
      ...then,
      crls: [await onList('superseded', after, { ...since(3), invalidityDate: now })],
      answer: 'certificate-revoked',
    },
    {
      comment: 'announced for later, on a list of that very time',
      ...then,
      crls: [await onList('superseded', { thisUpdate: now }, since(3))],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked before, the key is sound',
      ...then,
      crls: [await onList('superseded', after, since(-3))],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked since, the key is in other hands',
      ...then,
      crls: [await onList('keyCompromise', after, since(3))],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked since, and nobody says why',
      ...then,
      crls: [await onList('unspecified', after, since(3))],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked since, wrong before',
      ...then,
      crls: [await onList('superseded', after, { ...since(3), invalidityDate: now - day })],
      answer: 'certificate-revoked',
    },
    {
      comment: 'revoked before, wrong since',
      ...then,
      crls: [await onList('superseded', after, { ...since(-3), invalidityDate: now + day })],
      answer: 'certificate-revoked',
    },
    {
      comment: 'announced for tomorrow, on a list of today',
      crls: [await onList('superseded', {}, since(1))],
      answer: 'certificate-revoked',
    },
  ])
})

describe('what the policy makes of it (AS-67)', async () => {
  const off = { mode: 'off' } as const
  const best = { mode: 'best-effort' } as const
  const warning = { withoutPointer: 'warning' } as const
  const issuers = { ...toResponder.authorityInfoAccess![0]!, accessMethod: accessMethods.caIssuers }
  run([
    { comment: 'unknown', answer: 'revocation-unknown' },
    { comment: 'unknown, best effort', revocation: best, answer: 'accepted' },
    {
      comment: 'revoked, best effort',
      revocation: best,
      crls: [await onList('superseded')],
      answer: 'certificate-revoked',
    },
    { comment: 'revoked, off', revocation: off, crls: [await onList('superseded')], answer: 'accepted' },
    { comment: 'no pointer', certificate: silent, answer: 'revocation-no-pointer' },
    {
      comment: 'a pointer to the certificate of its issuer, which is none',
      certificate: await mailbox({ cRLDistributionPoints: [], authorityInfoAccess: [issuers] }),
      answer: 'revocation-no-pointer',
    },
    { comment: 'no pointer, a warning', certificate: silent, revocation: warning, answer: 'accepted' },
    { comment: 'no pointer, and a list at hand', certificate: silent, crls: [good], answer: 'accepted' },
    {
      comment: 'no pointer, a warning, and on a list at hand',
      certificate: silent,
      revocation: warning,
      crls: [await issueList({ revoked: [entryFor(silent)] })],
      answer: 'certificate-revoked',
    },
  ])

  test('what could not be found out is a refusal for now; what is revoked is one for good', async () => {
    expect(await answerTo({})).toMatchObject({ answer: 'revocation-unknown', temporary: true })
    expect(await answerTo({ crls: [await onList('superseded')] })).toMatchObject({ temporary: false })
    expect(await answerTo({ certificate: silent })).toMatchObject({ temporary: false })
  })

  test('it says when and why, what it used, and that a pointer is missing', async () => {
    const at = { crypto, at: now, anchors: [anchorOf(root)], certificates: [] }
    const required = { ...policy, revocation: { ...policy.revocation, mode: 'required' } as const }
    const revoked = await buildPath(ann, { ...at, crls: [await onList('superseded')] }, required)
    expect(JSON.stringify(revoked.explanation)).toContain('on the revocation list since 2026-05-31 (superseded)')
    expect(revoked.explanation.steps).toMatchObject([{ code: 'certificate-revoked', outcome: 'failed' }])
    expect(revoked.explanation.steps[0]?.about?.certificate?.subject).toBe('CN=Ann')
    const unknown = await buildPath(ann, at, required)
    expect(unknown.explanation.steps).toMatchObject([{ code: 'revocation-unknown', outcome: 'unknown' }])
    const accepted = await buildPath(ann, { ...at, crls: [good] }, required)
    expect(accepted).toMatchObject({ ok: true, crls: [good], ocspResponses: [], wants: [] })
    const ocspResponses = [await respond({ about: ann, issuer: root })]
    expect(await buildPath(ann, { ...at, ocspResponses }, required)).toMatchObject({
      ok: true,
      crls: [],
      ocspResponses,
    })
    const warned = await buildPath(silent, at, required)
    expect(warned).toMatchObject({ ok: true })
    expect(JSON.stringify(warned.explanation)).toContain('"status-without-pointer","outcome":"unknown"')
  })
})

test('of several paths the one that holds but for revocation is told', async () => {
  const base = { type: 'rfc822Name', value: 'other.example' } as const
  const nameConstraints = { permittedSubtrees: [{ base }], excludedSubtrees: [] }
  const bounded = await issueAuthority({ cn: 'Clinic CA', nameConstraints })
  const onIt = [await onList('superseded')]
  for (const anchors of [
    [bounded, root],
    [root, bounded],
  ]) {
    expect(await answerTo({ anchors })).toMatchObject({ answer: 'revocation-unknown' })
    expect(await answerTo({ anchors, certificate: silent })).toMatchObject({ answer: 'revocation-no-pointer' })
    expect(await answerTo({ anchors, crls: onIt })).toMatchObject({ answer: 'certificate-revoked' })
  }
  expect(await answerTo({ anchors: [bounded], crls: onIt })).toMatchObject({ answer: 'name-not-allowed' })
})

describe('what is wanted', async () => {
  const mirror = 'https://mirror.example/ca.crl'
  const ldap = 'ldap://directory.example/cn=ca'
  const byReasons = (url: string, ...reasons: ('keyCompromise' | 'superseded')[]): DistributionPoint => ({
    ...pointAt(url),
    reasons: new Set(reasons),
  })
  const withPoints = (...cRLDistributionPoints: readonly DistributionPoint[]) => mailbox({ cRLDistributionPoints })
  const inTwo = await withPoints(
    byReasons('http://a.example/', 'keyCompromise'),
    byReasons('http://b.example/', 'superseded'),
  )
  const list = `crl ${crlUrl}`

  const cases: readonly (Partial<Asked> & { readonly comment: string; readonly wants: readonly string[] })[] = [
    { comment: 'the list, before anybody is told what is looked up', wants: [list] },
    { comment: 'nothing, when it is at hand', crls: [good], wants: [] },
    {
      comment: 'it again, when the one at hand is out of date',
      crls: [await issueList({ nextUpdate: now - 1 })],
      wants: [list],
    },
    { comment: 'nothing, when it is on it', crls: [await onList('superseded')], wants: [] },
    {
      comment: 'no responder, when the policy knows none',
      tried: [list],
      revocation: { sources: ['crl'] },
      wants: [],
    },
    {
      comment: 'the first of two mirrors',
      certificate: await withPoints(pointAt(crlUrl, mirror)),
      wants: [list],
    },
    {
      comment: 'the second when the first was tried',
      certificate: await withPoints(pointAt(crlUrl, mirror)),
      tried: [list],
      wants: [`crl ${mirror}`],
    },
    { comment: 'one of two places', certificate: await withPoints(pointAt(crlUrl), pointAt(mirror)), wants: [list] },
    {
      comment: 'the other place when the first was tried',
      certificate: await withPoints(pointAt(crlUrl), pointAt(mirror)),
      tried: [list],
      wants: [`crl ${mirror}`],
    },
    {
      comment: 'both of two places for some reasons each',
      certificate: inTwo,
      wants: ['crl http://a.example/', 'crl http://b.example/'],
    },
    {
      comment: 'the one of them that is not covered',
      certificate: inTwo,
      crls: [await issueList({ issuingDistributionPoint: { onlySomeReasons: new Set(['keyCompromise']) } })],
      wants: ['crl http://b.example/'],
    },
    {
      comment: 'a place for two reasons, of which one is covered',
      certificate: await withPoints(byReasons('http://a.example/', 'keyCompromise', 'superseded')),
      crls: [await issueList({ issuingDistributionPoint: { onlySomeReasons: new Set(['keyCompromise']) } })],
      wants: ['crl http://a.example/'],
    },
    {
      comment: 'nothing of a place for two reasons, when both are covered',
      certificate: await withPoints(byReasons('http://a.example/', 'keyCompromise', 'superseded')),
      crls: [
        await issueList({ issuingDistributionPoint: { onlySomeReasons: new Set(['keyCompromise', 'superseded']) } }),
      ],
      wants: [],
    },
    { comment: 'nothing from a directory', certificate: await withPoints(pointAt(ldap)), wants: [] },
    { comment: 'what else there is', certificate: await withPoints(pointAt(ldap, mirror)), wants: [`crl ${mirror}`] },
    {
      comment: 'nothing from a place that is a name',
      certificate: await withPoints({ distributionPoint: { fullName: [directoryName(['CN', 'Clinic CA'])] } }),
      wants: [],
    },
    { comment: 'nothing, when the policy is not to look', revocation: { mode: 'off' }, wants: [] },
  ]
  test.each(cases)('$comment', async ({ comment: _, wants, ...asked }) => {
    expect((await answerTo(asked)).wants).toEqual(wants)
  })

  test('an answer of a responder, with the question ready to be sent', async () => {
    const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)
    const certID = await certIdOf(crypto, {
      issuer: ann.issuer,
      issuerKey: root.publicKey,
      serialNumber: ann.serialNumber,
    })
    const evidence = { crypto, at: now, anchors: [anchorOf(root)], certificates: [] }
    const ocspFirst = {
      ...policy,
      revocation: { ...policy.revocation, mode: 'required', sources: ['ocsp', 'crl'] } as const,
    }
    const questions: OcspRequest[] = []
    for (const more of [{}, { ocspNonce: nonce }]) {
      const { wants } = await buildPath(ann, { ...evidence, ...more }, ocspFirst)
      expect(wants).toMatchObject([{ kind: 'ocsp', url: ocspUrl }])
      questions.push(...wants.flatMap((want) => (want.kind === 'ocsp' ? parseOcspRequest(want.request) : [])))
      const tried = new Set(wants.map(({ key }) => key))
      expect((await buildPath(ann, { ...evidence, ...more, tried }, ocspFirst)).wants).toMatchObject([{ key: list }])
    }
    expect(questions).toEqual([{ certIds: [certID] }, { certIds: [certID], nonce }])
  })

  test('answers about two certificates of one number, each of another issuer', async () => {
    const number = { serialNumber: 7n, cRLDistributionPoints: [], ...toResponder }
    const issuing = await issueAuthority({ cn: 'Issuing', by: 'Clinic CA', ...number })
    const below = await mailbox({ by: 'Issuing', ...number })
    const { wants } = await answerTo({ certificate: below, certificates: [issuing] })
    expect(new Set(wants).size).toBe(2)
  })

  test('the list of the issuer too, in the same round', async () => {
    const issuing = await issueAuthority({ cn: 'Issuing', by: 'Clinic CA', cRLDistributionPoints: [pointAt(mirror)] })
    const below = await mailbox({ by: 'Issuing' })
    const asked = { certificate: below, certificates: [issuing] }
    expect((await answerTo(asked)).wants).toEqual([list, `crl ${mirror}`])
    const crls = [await issueList({ by: 'Issuing' })]
    expect((await answerTo({ ...asked, crls })).wants).toEqual([`crl ${mirror}`])
  })
})

test('of a hundred lists that a stranger sent, sixteen are looked at', async () => {
  const forged = await issueList({ byKey: 'Hospital CA', thisUpdate: now })
  const few = await answerTo({ crls: [...Array.from({ length: 15 }, () => forged), good] })
  const many = await answerTo({ crls: [...Array.from({ length: 100 }, () => forged), good] })
  expect([few.answer, few.grounds.length]).toEqual(['accepted', 16])
  expect([many.answer, many.grounds.length]).toEqual(['revocation-unknown', 16])
})

test('so are sixteen delta lists, the newest', async () => {
  const delta = { crlNumber: 12n, deltaCRLIndicator: 10n }
  const forged = await issueList({ ...delta, byKey: 'Hospital CA', thisUpdate: now })
  const news = await onList('superseded', { ...delta, thisUpdate: now - 1000 })
  const answers = [15, 16].map((count) =>
    answerTo({ crls: [good, news, ...Array.from({ length: count }, () => forged)] }),
  )
  expect((await Promise.all(answers)).map(({ answer }) => answer)).toEqual(['certificate-revoked', 'accepted'])
})

test('so are sixteen answers, the newest', async () => {
  const about = { about: ann, issuer: root }
  const forged = await respond({ ...about, byKey: 'Hospital CA', single: { thisUpdate: now } })
  const right = await respond(about)
  const [few, many] = await Promise.all(
    [15, 16].map((count) => answerTo({ ocspResponses: [right, ...Array.from({ length: count }, () => forged)] })),
  )
  expect([few?.answer, few?.grounds.length]).toEqual(['accepted', 16])
  expect([many?.answer, many?.grounds.length]).toEqual(['revocation-unknown', 16])
})

test('a responder that gives no answer is not an answer', async () => {
  const ocspResponses = [parseOcspResponse(buildOcspRefusal('tryLater'))]
  expect(await answerTo({ ocspResponses, revocation: { sources: ['ocsp'] } })).toMatchObject({
    answer: 'revocation-unknown',
    temporary: true,
  })
})

test('an anchor without a certificate signs lists', async () => {
  const name = parseName(parseAsn1(der.encode(buildName([['CN', 'Clinic CA']]))))
  const evidence = { crypto, at: now, certificates: [], anchors: [{ name, publicKey: root.publicKey }], crls: [good] }
  const required = { ...policy, revocation: { ...policy.revocation, mode: 'required' } as const }
  expect(await buildPath(ann, evidence, required)).toMatchObject({ ok: true })
})
