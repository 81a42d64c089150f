import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { buildName, type CrlReason } from '../../src/x509/index.js'
import { issueAuthority, now } from '../helpers/issue.js'
import {
  type Asked,
  ask,
  day,
  directoryName,
  entryFor,
  hour,
  issueList,
  mailbox,
  pointAt,
} from './revocation-fixtures.js'

const root = await issueAuthority({ cn: 'Clinic CA' })
const ann = await mailbox()
const bob = await mailbox({ cn: 'Bob' })

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

const unknownExtension = (...critical: readonly boolean[]) =>
  der.sequence(der.oid('1.3.6.1.4.1.99999.1'), ...critical.map(der.boolean), der.octetString(der.nul()))

describe('one complete list (RFC 5280 §6.3.3)', async () => {
  const good = await issueList()
  run('who signed it, and when', [
    { comment: 'the certificate is not on it', crls: [good], answer: 'accepted', grounds: ['crl-good'] },
    {
      comment: 'the certificate is on it',
      crls: [await issueList({ revoked: [entryFor(ann)] })],
      answer: 'certificate-revoked',
      grounds: ['crl-revoked'],
    },
    {
      comment: 'another certificate is on it',
      crls: [await issueList({ revoked: [entryFor(bob)] })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    { comment: 'there is none', crls: [], answer: 'revocation-unknown', grounds: [] },
    {
      comment: 'another issuer’s',
      crls: [await issueList({ by: 'Hospital CA' })],
      answer: 'revocation-unknown',
      grounds: [],
    },
    {
      comment: 'signed with another key',
      crls: [await issueList({ byKey: 'Hospital CA' })],
      answer: 'revocation-unknown',
      grounds: ['crl-signature-wrong'],
    },
    {
      comment: 'signed with another key, and the certificate on it',
      crls: [await issueList({ byKey: 'Hospital CA', revoked: [entryFor(ann)] })],
      answer: 'revocation-unknown',
      grounds: ['crl-signature-wrong'],
    },
    {
      comment: 'the one with another key is newer than the right one',
      crls: [await issueList({ byKey: 'Hospital CA', thisUpdate: now }), good],
      answer: 'accepted',
      grounds: ['crl-signature-wrong', 'crl-good'],
    },
    {
      comment: 'the newest is looked at first, in whatever order they came',
      crls: [good, await issueList({ byKey: 'Hospital CA', thisUpdate: now })],
      answer: 'accepted',
      grounds: ['crl-signature-wrong', 'crl-good'],
    },
    {
      comment: 'of an algorithm that is not allowed',
      crls: [await issueList({ digest: 'SHA-384' })],
      algorithms: { digests: ['SHA-256'] },
      answer: 'revocation-unknown',
      grounds: ['crl-signature-wrong'],
    },
    {
      comment: 'of an algorithm that is allowed beside the usual one',
      crls: [await issueList({ digest: 'SHA-384' })],
      algorithms: { digests: ['SHA-256', 'SHA-384'] },
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'that ends now',
      crls: [await issueList({ nextUpdate: now })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'that ended a second ago',
      crls: [await issueList({ nextUpdate: now - 1000 })],
      answer: 'revocation-unknown',
      grounds: ['revocation-too-old'],
    },
    {
      comment: 'of a clock that is five minutes ahead',
      crls: [await issueList({ thisUpdate: now + 300_000 })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'of a clock that is six minutes ahead',
      crls: [await issueList({ thisUpdate: now + 360_000 })],
      answer: 'revocation-unknown',
      grounds: ['revocation-too-new'],
    },
    {
      comment: 'an end is not named, and a week is not over',
      crls: [await issueList({ isEndless: true, thisUpdate: now - 7 * day })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'an end is not named, and a week is over',
      crls: [await issueList({ isEndless: true, thisUpdate: now - 7 * day - 1000 })],
      answer: 'revocation-unknown',
      grounds: ['revocation-too-old'],
    },
  ])

  run('critical extensions (§5.2)', [
    {
      comment: 'one that is not known',
      crls: [await issueList({ extensions: [unknownExtension(true)] })],
      answer: 'revocation-unknown',
      grounds: ['revocation-extension-unknown'],
    },
    {
      comment: 'one that is not known, and does not matter',
      crls: [await issueList({ extensions: [unknownExtension()] })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'one of another’s entry that is not known',
      crls: [await issueList({ revoked: [entryFor(bob, { extensions: [unknownExtension(true)] })] })],
      answer: 'revocation-unknown',
      grounds: ['revocation-extension-unknown'],
    },
    {
      comment: 'one of another’s entry that does not matter',
      crls: [await issueList({ revoked: [entryFor(bob, { extensions: [unknownExtension()] })] })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'a reason that cannot be read is no pardon',
      crls: [
        await issueList({
          revoked: [entryFor(ann, { extensions: [der.sequence(der.oid('2.5.29.21'), der.octetString(der.nul()))] })],
        }),
      ],
      answer: 'revocation-unknown',
      grounds: ['revocation-unreadable'],
    },
  ])
})

describe('who may sign a list (§6.3.3 (f))', async () => {
  const silent = await issueAuthority({ cn: 'Silent CA', keyUsage: ['keyCertSign'] })
  const below = await mailbox({ by: 'Silent CA' })
  const list = await issueList({ by: 'Silent CA' })
  const ordinary = await issueAuthority({ cn: 'Silent CA', keyUsage: ['keyCertSign', 'cRLSign'] })
  // The same authority has given itself a second certificate, with another key, for its lists.
  const forLists = (draft: object) =>
    issueAuthority({ cn: 'Silent CA', by: 'Silent CA', key: 'Key for lists', byKey: 'Silent CA', cA: false, ...draft })
  const crlSign = await forLists({ keyUsage: ['cRLSign'] })
  const other = await forLists({ keyUsage: ['digitalSignature'] })
  const byOther = await issueList({ by: 'Silent CA', byKey: 'Key for lists' })

  run('keys', [
    {
      comment: 'an issuer without cRLSign',
      certificate: below,
      anchors: [silent],
      crls: [list],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'the same with it',
      certificate: below,
      anchors: [ordinary],
      crls: [list],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'a second key of the issuer, for lists',
      certificate: below,
      anchors: [silent],
      certificates: [crlSign],
      crls: [byOther],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'a second key of the issuer, for something else',
      certificate: below,
      anchors: [silent],
      certificates: [other],
      crls: [byOther],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'a second key that nobody vouches for',
      certificate: below,
      anchors: [silent],
      certificates: [
        await issueAuthority({ cn: 'Silent CA', by: 'Silent CA', key: 'Key for lists', byKey: 'Key for lists' }),
      ],
      crls: [byOther],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'a second key, on the list that it signed itself',
      certificate: below,
      anchors: [silent],
      certificates: [crlSign],
      crls: [await issueList({ by: 'Silent CA', byKey: 'Key for lists', revoked: [entryFor(crlSign)] })],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
  ])
})

describe('what a list is for (§6.3.3 (b))', async () => {
  const north = directoryName(['CN', 'Clinic CA'], ['OU', 'North'])
  const south = directoryName(['CN', 'Clinic CA'], ['OU', 'South'])
  const ou = (name: string) => der.encode(der.setOf([der.sequence(der.oid('2.5.4.11'), der.utf8String(name))]))
  const ofNorth = await mailbox({ cRLDistributionPoints: [{ distributionPoint: { fullName: [north] } }] })
  const relative = await mailbox({
    cRLDistributionPoints: [{ distributionPoint: { nameRelativeToCRLIssuer: ou('North') } }],
  })
  const ofBoth = await mailbox({
    cRLDistributionPoints: [
      { distributionPoint: { fullName: [south] } },
      {
        distributionPoint: {
          fullName: [pointAt('http://a.example/').distributionPoint, north].slice(1) as [typeof north],
        },
      },
    ],
  })
  const listAt = (...fullName: readonly (typeof north)[]) =>
    issueList({ issuingDistributionPoint: { distributionPoint: { fullName } } })
  const only = (part: object) => issueList({ issuingDistributionPoint: part })
  const good = { answer: 'accepted', grounds: ['crl-good'] }
  const notThis = { answer: 'revocation-unknown', grounds: ['crl-scope'] }

  run('places', [
    { comment: 'the right one', certificate: ofNorth, crls: [await listAt(north)], ...good },
    { comment: 'the right one among several', certificate: ofNorth, crls: [await listAt(south, north)], ...good },
    { comment: 'another', certificate: ofNorth, crls: [await listAt(south)], ...notThis },
    { comment: 'one of two', certificate: ofBoth, crls: [await listAt(north)], ...good },
    { comment: 'a list for all places', certificate: ofNorth, crls: [await issueList()], ...good },
    { comment: 'a relative name', certificate: relative, crls: [await listAt(north)], ...good },
    { comment: 'another relative name', certificate: relative, crls: [await listAt(south)], ...notThis },
    {
      comment: 'a relative name on the other side',
      certificate: ofNorth,
      crls: [await only({ distributionPoint: { nameRelativeToCRLIssuer: ou('North') } })],
      ...good,
    },
    {
      comment: 'the URL that the certificate names',
      crls: [await only({ distributionPoint: pointAt('http://ca.example/ca.crl').distributionPoint! })],
      ...good,
    },
    {
      comment: 'another URL',
      crls: [await only({ distributionPoint: pointAt('http://ca.example/other.crl').distributionPoint! })],
      ...notThis,
    },
  ])

  run('certificates', [
    { comment: 'of users, asked about a user', crls: [await only({ onlyContainsUserCerts: true })], ...good },
    { comment: 'of authorities, asked about a user', crls: [await only({ onlyContainsCACerts: true })], ...notThis },
    { comment: 'of attributes', crls: [await only({ onlyContainsAttributeCerts: true })], ...notThis },
  ])

  const issuing = await issueAuthority({
    cn: 'Issuing',
    by: 'Clinic CA',
    cRLDistributionPoints: [pointAt('http://a.example/')],
  })
  const below = await mailbox({ by: 'Issuing' })
  const ofIssuing = await issueList({ by: 'Issuing' })
  const two = { certificate: below, certificates: [issuing] }
  run('authorities', [
    {
      comment: 'of authorities, asked about one',
      ...two,
      crls: [ofIssuing, await only({ onlyContainsCACerts: true })],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'of users, asked about an authority',
      ...two,
      crls: [ofIssuing, await only({ onlyContainsUserCerts: true })],
      answer: 'revocation-unknown',
      grounds: ['crl-scope'],
    },
    {
      comment: 'an authority that is revoked',
      ...two,
      crls: [ofIssuing, await issueList({ revoked: [entryFor(issuing)] })],
      answer: 'issuer-revoked',
      grounds: ['crl-revoked'],
    },
  ])

  const compromised = new Set(['keyCompromise', 'cACompromise'] as const)
  const others = new Set([
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'privilegeWithdrawn',
    'aACompromise',
  ] as const)
  run('reasons (§6.3.3 (d), (e))', [
    {
      comment: 'some of them',
      crls: [await only({ onlySomeReasons: compromised })],
      answer: 'revocation-unknown',
      grounds: ['crl-good'],
    },
    {
      comment: 'all of them, in two lists',
      crls: [await only({ onlySomeReasons: compromised }), await only({ onlySomeReasons: others })],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'some of them, and the certificate on it',
      crls: [await issueList({ issuingDistributionPoint: { onlySomeReasons: compromised }, revoked: [entryFor(ann)] })],
      answer: 'certificate-revoked',
      grounds: ['crl-revoked'],
    },
    {
      comment: 'those for which the place is not meant',
      certificate: await mailbox({
        cRLDistributionPoints: [{ distributionPoint: { fullName: [north] }, reasons: compromised }],
      }),
      crls: [
        await issueList({
          issuingDistributionPoint: { distributionPoint: { fullName: [north] }, onlySomeReasons: others },
        }),
      ],
      ...notThis,
    },
  ])
})

describe('lists of somebody else (§6.3.3 (b)(1))', async () => {
  const publisher = await issueAuthority({ cn: 'Publisher', by: 'Clinic CA', cA: false, keyUsage: ['cRLSign'] })
  const byPublisher = { cRLIssuer: [directoryName(['CN', 'Publisher'])] }
  const place = pointAt('http://lists.example/')
  const certificate = await mailbox({ cRLDistributionPoints: [{ ...place, ...byPublisher }] })
  const direct = await mailbox({ cRLDistributionPoints: [place] })
  const indirect = (more: object = {}) =>
    issueList({ by: 'Publisher', issuingDistributionPoint: { indirectCRL: true }, ...more })
  const clinic = buildName([['CN', 'Clinic CA']])
  const own = await issueList()
  const with_ = { certificate, certificates: [publisher] }

  run('indirect lists', [
    {
      comment: 'that the certificate names',
      ...with_,
      crls: [await indirect(), own],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'with the certificate on it',
      ...with_,
      crls: [await indirect({ revoked: [entryFor(certificate, { certificateIssuer: clinic })] }), own],
      answer: 'certificate-revoked',
      grounds: ['crl-revoked', 'crl-good'],
    },
    {
      comment: 'with a certificate of the same number on it',
      ...with_,
      crls: [await indirect({ revoked: [entryFor(certificate)] }), own],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'that does not say that it is indirect',
      ...with_,
      crls: [await issueList({ by: 'Publisher' })],
      answer: 'revocation-unknown',
      grounds: [],
    },
    {
      comment: 'that the certificate does not name',
      certificate: direct,
      certificates: [publisher],
      crls: [await indirect()],
      answer: 'revocation-unknown',
      grounds: [],
    },
    {
      comment: 'whose issuer is revoked',
      ...with_,
      crls: [await indirect(), await issueList({ revoked: [entryFor(publisher)] })],
      answer: 'accepted',
      grounds: ['crl-issuer-unknown', 'crl-good'],
    },
    {
      comment: 'whose issuer is revoked, and nothing else is there',
      ...with_,
      certificate: await mailbox({ cRLDistributionPoints: [{ ...place, ...byPublisher }] }),
      crls: [
        await indirect(),
        await issueList({ issuingDistributionPoint: { onlyContainsUserCerts: true }, revoked: [entryFor(publisher)] }),
      ],
      revocation: { mode: 'best-effort' },
      answer: 'accepted',
      grounds: ['crl-issuer-unknown', 'crl-good'],
    },
    {
      comment: 'whose issuer is not known',
      certificate,
      crls: [await indirect()],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'whose issuer’s certificate came from elsewhere',
      certificate,
      certificates: [await issueAuthority({ cn: 'Publisher', by: 'Hospital CA', keyUsage: ['cRLSign'] })],
      crls: [await indirect()],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
  ])
})

describe('lists whose place is their issuer', async () => {
  const publisher = directoryName(['CN', 'Publisher'])
  const onOwnList = { cRLDistributionPoints: [{ cRLIssuer: [publisher] }] }
  const certificate = await mailbox(onOwnList)
  const issuer = await issueAuthority({
    cn: 'Publisher',
    by: 'Clinic CA',
    cA: false,
    keyUsage: ['cRLSign'],
    ...onOwnList,
  })
  const indirect = (...fullName: readonly (typeof publisher)[]) =>
    issueList({
      by: 'Publisher',
      issuingDistributionPoint: {
        indirectCRL: true,
        ...(fullName.length > 0 && { distributionPoint: { fullName } }),
      },
    })
  const own = [{ cRLIssuer: [directoryName(['CN', 'Ann'])] }]
  const usages = { keyUsage: ['digitalSignature', 'keyEncipherment', 'cRLSign'] } as const
  const cunning = await mailbox({ cRLDistributionPoints: own, ...usages })

  run('indirect lists', [
    {
      comment: 'for every place, its issuer on it too (NIST PKITS 4.14.30)',
      certificate,
      certificates: [issuer],
      crls: [await indirect()],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'for the place that is called like its issuer',
      certificate,
      certificates: [issuer],
      crls: [await indirect(publisher)],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'for another place',
      certificate,
      certificates: [issuer],
      crls: [await indirect(directoryName(['CN', 'Elsewhere']))],
      answer: 'revocation-unknown',
      grounds: ['crl-scope'],
    },
    {
      comment: 'of a mailbox that speaks for itself',
      certificate: cunning,
      crls: [await issueList({ by: 'Ann', issuingDistributionPoint: { indirectCRL: true } })],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
  ])
})

describe('delta lists (§5.2.4)', async () => {
  const base = (draft: object = {}) => issueList({ thisUpdate: now - 2 * day, ...draft })
  const delta = (draft: object = {}) => issueList({ crlNumber: 12n, deltaCRLIndicator: 10n, ...draft })
  const hold = (reason: CrlReason, who = ann) => ({ revoked: [entryFor(who, { reason })] })
  const good = { answer: 'accepted', grounds: ['crl-good'] }
  const revoked = { answer: 'certificate-revoked', grounds: ['crl-revoked'] }

  run('with their base', [
    { comment: 'nothing is new', crls: [await base(), await delta()], ...good },
    { comment: 'newly revoked', crls: [await base(), await delta(hold('superseded'))], ...revoked },
    { comment: 'revoked before', crls: [await base(hold('superseded')), await delta()], ...revoked },
    {
      comment: 'on hold before, and taken off',
      crls: [await base(hold('certificateHold')), await delta(hold('removeFromCRL'))],
      ...good,
    },
    {
      comment: 'on hold before, and another is taken off',
      crls: [await base(hold('certificateHold')), await delta(hold('removeFromCRL', bob))],
      ...revoked,
    },
    { comment: 'on hold', crls: [await base(hold('certificateHold'))], ...revoked },
    {
      comment: 'on hold before, and revoked for good',
      crls: [await base(hold('certificateHold')), await delta(hold('keyCompromise'))],
      ...revoked,
    },
  ])

  const news = hold('superseded')
  const indirectly = await mailbox({ cRLDistributionPoints: [{ cRLIssuer: [directoryName(['CN', 'Publisher'])] }] })
  const indirect = { issuingDistributionPoint: { indirectCRL: true } }
  const [oneKey, otherKey] = [1, 2].map((octet) => ({ authorityKeyIdentifier: Uint8Array.of(octet) }))
  const ofUsers = { issuingDistributionPoint: { onlyContainsUserCerts: true } }
  const forHolds = {
    issuingDistributionPoint: { onlyContainsUserCerts: true, onlySomeReasons: new Set(['certificateHold'] as const) },
  }
  const theirs = entryFor(indirectly, { certificateIssuer: buildName([['CN', 'Clinic CA']]) })
  run('which are not used', [
    {
      comment: 'without a base',
      crls: [await delta()],
      answer: 'revocation-unknown',
      grounds: ['crl-without-base'],
    },
    { comment: 'on a newer base', crls: [await base(), await delta({ ...news, deltaCRLIndicator: 11n })], ...good },
    { comment: 'on that base', crls: [await base(), await delta(news)], ...revoked },
    { comment: 'older than the base', crls: [await base(), await delta({ ...news, crlNumber: 10n })], ...good },
    { comment: 'out of date', crls: [await base(), await delta({ ...news, nextUpdate: now - hour })], ...good },
    { comment: 'with another key', crls: [await base(), await delta({ ...news, byKey: 'Hospital CA' })], ...good },
    {
      comment: 'for other certificates',
      crls: [await base(), await delta({ ...news, issuingDistributionPoint: { onlyContainsUserCerts: true } })],
      ...good,
    },
    {
      comment: 'of another key of the issuer',
      crls: [await base(), await delta({ ...news, authorityKeyIdentifier: Uint8Array.of(1) })],
      ...good,
    },
    {
      comment: 'of no key that is named, where the base names one',
      crls: [await base(oneKey), await delta(news)],
      ...good,
    },
    {
      comment: 'of another key than the base',
      crls: [await base(oneKey), await delta({ ...news, ...otherKey })],
      ...good,
    },
    {
      comment: 'of the same key as the base',
      crls: [await base(oneKey), await delta({ ...news, ...oneKey })],
      ...revoked,
    },
    {
      comment: 'for others than the base',
      crls: [await base(ofUsers), await delta({ ...news, ...forHolds })],
      ...good,
    },
    {
      comment: 'for the same as the base',
      crls: [await base(ofUsers), await delta({ ...news, ...ofUsers })],
      ...revoked,
    },
    {
      comment: 'of another issuer with the same key',
      certificate: indirectly,
      crls: [
        await base(indirect),
        await delta({ ...indirect, by: 'Publisher', byKey: 'Clinic CA', revoked: [theirs] }),
      ],
      ...good,
    },
    {
      comment: 'of the same issuer, if that were all',
      certificate: indirectly,
      crls: [await base(indirect), await delta({ ...indirect, revoked: [theirs] })],
      ...revoked,
    },
    {
      comment: 'with a critical extension that is not known',
      crls: [await base(), await delta({ ...news, extensions: [unknownExtension(true)] })],
      ...good,
    },
    {
      comment: 'which cannot save a base that is out of date',
      crls: [await base({ nextUpdate: now - hour }), await delta()],
      answer: 'revocation-unknown',
      grounds: ['revocation-too-old'],
    },
  ])
})
