import { describe, expect, test } from 'vitest'
import { anchorOf, buildPath } from '../../src/path/index.js'
import { buildName, type Certificate } from '../../src/x509/index.js'
import { issueAuthority, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'
import { type Asked, ask, directoryName, entryFor, issueList, mailbox, pointAt } from './revocation-fixtures.js'

const root = await issueAuthority({ cn: 'Clinic CA' })
const listedBy = (cn: string) => ({
  cRLDistributionPoints: [{ ...pointAt('http://lists.example/'), cRLIssuer: [directoryName(['CN', cn])] }],
})
const indirectBy = (by: string, more: object = {}) =>
  issueList({ by, issuingDistributionPoint: { indirectCRL: true }, ...more })

/** Authorities that do not say where their revocation is published are let through: the question is about another. */
const lenient = { withoutPointer: 'warning' } as const

interface Case extends Partial<Asked> {
  readonly comment: string
  readonly certificate: Certificate
  readonly answer: string
  readonly grounds: readonly string[]
}

function run(title: string, cases: readonly Case[]): void {
  test.each(cases)(`${title}: $comment`, async ({ comment: _, answer, grounds, ...asked }) => {
    const { answer: answered, grounds: on } = await ask({ anchors: [root], revocation: lenient, ...asked })
    expect({ answer: answered, grounds: on }).toEqual({ answer, grounds })
  })
}

describe('authorities of the path that sign lists (RFC 5280 §6.3.3 (f))', async () => {
  const middle = await issueAuthority({ cn: 'Middle', by: 'Clinic CA' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Middle' })
  const certificates = [middle, issuing]
  const ofRoot = await mailbox({ by: 'Issuing', ...listedBy('Clinic CA') })
  const ofMiddle = await mailbox({ by: 'Issuing', ...listedBy('Middle') })
  const entry = (certificate: Certificate) => ({
    revoked: [entryFor(certificate, { certificateIssuer: buildName([['CN', 'Issuing']]) })],
  })
  // What is asked about an authority below the one that signs is answered by the same list.
  run('above the issuer', [
    {
      comment: 'the anchor',
      certificate: ofRoot,
      certificates,
      crls: [await indirectBy('Clinic CA')],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'the anchor, and the certificate is on it',
      certificate: ofRoot,
      certificates,
      crls: [await indirectBy('Clinic CA', entry(ofRoot))],
      answer: 'certificate-revoked',
      grounds: ['crl-revoked'],
    },
    {
      comment: 'one in the middle',
      certificate: ofMiddle,
      certificates,
      crls: [await indirectBy('Middle')],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-good'],
    },
    {
      comment: 'one in the middle, and the certificate is on it',
      certificate: ofMiddle,
      certificates,
      crls: [await indirectBy('Middle', entry(ofMiddle))],
      answer: 'certificate-revoked',
      grounds: ['crl-revoked'],
    },
  ])

  const quiet = await issueAuthority({ cn: 'Quiet', by: 'Clinic CA', keyUsage: ['keyCertSign'] })
  const ordinary = await issueAuthority({ cn: 'Quiet', by: 'Clinic CA' })
  const belowQuiet = await mailbox({ by: 'Quiet' })
  run('its own issuer', [
    {
      comment: 'without cRLSign',
      certificate: belowQuiet,
      certificates: [quiet],
      crls: [await issueList({ by: 'Quiet' })],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'with it',
      certificate: belowQuiet,
      certificates: [ordinary],
      crls: [await issueList({ by: 'Quiet' })],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
  ])
})

describe('whoever signed a list that is not theirs leads to the same anchor (§6.3.3 (f))', async () => {
  const publisher = (by: string) => issueAuthority({ cn: 'Publisher', by, cA: false, keyUsage: ['cRLSign'] })
  const anchors = [root, await issueAuthority({ cn: 'Hospital CA' })]
  const asked = { certificate: await mailbox(listedBy('Publisher')), anchors, crls: [await indirectBy('Publisher')] }
  run('an anchor', [
    {
      comment: 'that is the same',
      ...asked,
      certificates: [await publisher('Clinic CA')],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'that is another, which is trusted too',
      ...asked,
      certificates: [await publisher('Hospital CA')],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
  ])

  test('and need not be for mail, as the certificate must', async () => {
    const servers = { extKeyUsage: ['1.3.6.1.5.5.7.3.1'] }
    const ofServers = await issueAuthority({
      cn: 'Publisher',
      by: 'Clinic CA',
      cA: false,
      keyUsage: ['cRLSign'],
      ...servers,
    })
    const revocation = { ...policy.revocation, mode: 'required', ...lenient } as const
    const forMail = { ...policy, revocation, extKeyUsages: ['1.3.6.1.5.5.7.3.4'] }
    const answerOf = async (certificate: Certificate) => {
      const evidence = { crypto, at: now, anchors: [anchorOf(root)], certificates: [ofServers], crls: asked.crls }
      const verdict = await buildPath(certificate, evidence, forMail)
      return verdict.ok ? 'accepted' : verdict.code
    }
    expect(await answerOf(asked.certificate)).toBe('accepted')
    expect(await answerOf(await mailbox({ ...listedBy('Publisher'), ...servers }))).toBe('wrong-purpose')
  })

  test('and the search for it is paid from the same purse', async () => {
    const evidence = { crypto, at: now, anchors: anchors.map(anchorOf), crls: asked.crls }
    const certificates = [await publisher('Clinic CA')]
    const answerOf = async (signatures: number) => {
      const revocation = { ...policy.revocation, mode: 'required', ...lenient } as const
      const own = { ...policy, revocation, budget: { signatures } }
      const verdict = await buildPath(asked.certificate, { ...evidence, certificates }, own)
      return verdict.ok ? 'accepted' : verdict.code
    }
    // Those on the certificate, on the list, and on the certificate of whoever signed it.
    expect(await answerOf(3)).toBe('accepted')
    expect(await answerOf(2)).toBe('budget-exhausted')
  })
})

describe('nobody says of themselves that they are good', async () => {
  const usages = { keyUsage: ['digitalSignature', 'keyEncipherment', 'cRLSign'] } as const
  const cunning = await mailbox({ cn: 'Eve', ...usages, ...listedBy('Eve') })
  const candid = await mailbox({ cn: 'Eve', ...usages })
  run('a mailbox', [
    {
      comment: 'whose certificate lies among those at hand, too',
      certificate: cunning,
      certificates: [cunning],
      crls: [await indirectBy('Eve')],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'of which its issuer says so',
      certificate: candid,
      certificates: [candid],
      crls: [await issueList()],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
  ])

  const vain = await issueAuthority({ cn: 'Vain', by: 'Clinic CA', ...listedBy('Vain') })
  const below = await mailbox({ by: 'Vain' })
  const own = await indirectBy('Vain')
  const ofAuthorities = await issueList({ issuingDistributionPoint: { onlyContainsCACerts: true } })
  run('an authority of the path', [
    {
      comment: 'alone',
      certificate: below,
      certificates: [vain],
      crls: [own],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'beside its issuer',
      certificate: below,
      certificates: [vain],
      crls: [own, ofAuthorities],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-issuer-unknown', 'crl-good'],
    },
  ])

  const publisher = await issueAuthority({ cn: 'Publisher', by: 'Vain', cA: false, keyUsage: ['cRLSign'] })
  const certificate = await mailbox(listedBy('Publisher'))
  const asked = { certificate, certificates: [vain, publisher] }
  run('an authority above whoever signed a list', [
    {
      comment: 'alone',
      ...asked,
      crls: [await indirectBy('Publisher'), own],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
    {
      comment: 'beside its issuer',
      ...asked,
      crls: [await indirectBy('Publisher'), own, ofAuthorities],
      answer: 'accepted',
      grounds: ['crl-good', 'crl-scope'],
    },
  ])
})

describe('whoever two lists are of', async () => {
  // Each stands on the list of the other, because the authority that issued both says so.
  const publisher = (cn: string, other: string) =>
    issueAuthority({ cn, by: 'Clinic CA', cA: false, keyUsage: ['cRLSign'], ...listedBy(other) })
  const [one, other] = [await publisher('One', 'Other'), await publisher('Other', 'One')]
  const certificate = await mailbox(listedBy('One'))
  const entry = { revoked: [entryFor(one, { certificateIssuer: buildName([['CN', 'Clinic CA']]) })] }
  const asked = { certificate, certificates: [one, other] }
  run('the one and the other', [
    {
      comment: 'both good',
      ...asked,
      crls: [await indirectBy('One'), await indirectBy('Other')],
      answer: 'accepted',
      grounds: ['crl-good'],
    },
    {
      comment: 'the one revoked by the other',
      ...asked,
      crls: [await indirectBy('One'), await indirectBy('Other', entry)],
      answer: 'revocation-unknown',
      grounds: ['crl-issuer-unknown'],
    },
  ])
})

describe('many certificates of the name of a list', async () => {
  const quiet = await issueAuthority({ cn: 'Quiet', keyUsage: ['keyCertSign'] })
  const certificate = await mailbox({ by: 'Quiet' })
  const forLists = (draft: object = {}) =>
    issueAuthority({ cn: 'Quiet', by: 'Quiet', key: 'Lists', byKey: 'Quiet', cA: false, ...draft })
  const named = await forLists({ subjectKeyIdentifier: Uint8Array.of(7) })
  const unnamed = await forLists()
  const strangers = (count: number, draft: Partial<Certificate> = {}): readonly Certificate[] =>
    Array.from({ length: count }, (_, index) => ({
      ...unnamed,
      ...draft,
      bytes: Uint8Array.of(index),
      publicKey: root.publicKey,
    }))
  const list = await issueList({ by: 'Quiet', byKey: 'Lists' })
  const naming = await issueList({ by: 'Quiet', byKey: 'Lists', authorityKeyIdentifier: Uint8Array.of(7) })
  const otherwise = { subjectKeyIdentifier: Uint8Array.of(8) }
  const asked = { certificate, anchors: [quiet] }
  const good = { answer: 'accepted', grounds: ['crl-good'] }
  const wrong = { answer: 'revocation-unknown', grounds: ['crl-signature-wrong'] }
  run('of strangers', [
    { comment: 'five before the right one', ...asked, certificates: [...strangers(5), unnamed], crls: [list], ...good },
    {
      comment: 'the right one, whose key the list does not name',
      ...asked,
      certificates: [named],
      crls: [list],
      ...good,
    },
    { comment: 'six before it', ...asked, certificates: [...strangers(6), unnamed], crls: [list], ...wrong },
    {
      comment: 'many before the one whose key the list names',
      ...asked,
      certificates: [...strangers(10), ...strangers(10, otherwise), named],
      crls: [naming],
      ...good,
    },
    {
      comment: 'many before one whose key it does not name',
      ...asked,
      certificates: [...strangers(10), ...strangers(10, otherwise), unnamed],
      crls: [naming],
      ...wrong,
    },
    {
      comment: 'five before one whose key it does not name',
      ...asked,
      certificates: [...strangers(2), ...strangers(3, otherwise), unnamed],
      crls: [naming],
      ...good,
    },
  ])
})
