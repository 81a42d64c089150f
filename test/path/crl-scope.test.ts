import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import type { Certificate, CertificateList, GeneralName } from '../../src/x509/index.js'
import { issueAuthority } from '../helpers/issue.js'
import { type Asked, ask, directoryName, issueList, mailbox, pointAt } from './revocation-fixtures.js'

const root = await issueAuthority({ cn: 'Clinic CA' })

interface Case extends Partial<Asked> {
  readonly comment: string
  readonly certificate: Certificate
  readonly crls: readonly CertificateList[]
  readonly answer: string
  readonly grounds: readonly string[]
}

function run(title: string, cases: readonly Case[]): void {
  test.each(cases)(`${title}: $comment`, async ({ comment: _, answer, grounds, ...asked }) => {
    const { answer: answered, grounds: on } = await ask({
      anchors: [root],
      revocation: { withoutPointer: 'warning' },
      ...asked,
    })
    expect({ answer: answered, grounds: on }).toEqual({ answer, grounds })
  })
}

const good = { answer: 'accepted', grounds: ['crl-good'] }
const notThis = { answer: 'revocation-unknown', grounds: ['crl-scope'] }
const named = (cn: string) => directoryName(['CN', cn])
const uri: GeneralName = { type: 'uniformResourceIdentifier', value: 'http://lists.example/' }

describe('whose list a certificate stands on (RFC 5280 §6.3.3 (b)(1))', async () => {
  const publisher = await issueAuthority({ cn: 'Publisher', by: 'Clinic CA', cA: false, keyUsage: ['cRLSign'] })
  const place = pointAt('http://lists.example/')
  const of = (...cRLIssuer: readonly GeneralName[]) => mailbox({ cRLDistributionPoints: [{ ...place, cRLIssuer }] })
  const forCompromise = await mailbox({
    cRLDistributionPoints: [
      { ...place, cRLIssuer: [named('Publisher')], reasons: new Set(['keyCompromise'] as const) },
    ],
  })
  const asked = {
    certificates: [publisher],
    crls: [await issueList({ by: 'Publisher', issuingDistributionPoint: { indirectCRL: true } })],
  }
  run('an indirect list', [
    { comment: 'of the issuer that it names', certificate: await of(named('Publisher')), ...asked, ...good },
    {
      comment: 'of one of those that it names',
      certificate: await of(uri, named('Elsewhere'), named('Publisher')),
      ...asked,
      ...good,
    },
    {
      comment: 'of another than it names',
      certificate: await of(named('Elsewhere')),
      ...asked,
      answer: 'revocation-unknown',
      grounds: [],
    },
    {
      comment: 'of an issuer that it names for some reasons, which speaks for no others',
      certificate: forCompromise,
      ...asked,
      answer: 'revocation-unknown',
      grounds: ['crl-good'],
    },
  ])
})

describe('places that have several names, or rare ones (§6.3.3 (b)(2))', async () => {
  const at = (...fullName: readonly GeneralName[]) => ({ distributionPoint: { fullName } })
  const pointing = (...names: readonly GeneralName[]) => mailbox({ cRLDistributionPoints: [at(...names)] })
  const listAt = async (...names: readonly GeneralName[]) => [
    await issueList({ issuingDistributionPoint: at(...names) }),
  ]
  const ip = (last: number): GeneralName => ({ type: 'iPAddress', octets: Uint8Array.of(192, 0, 2, last) })
  const silent = await mailbox({ cRLDistributionPoints: [] })
  const rare = (id: string): GeneralName => ({ type: 'registeredID', bytes: der.encode(der.implicit(8, der.oid(id))) })
  run('a list', [
    {
      comment: 'of the second name',
      certificate: await pointing(named('South'), named('North')),
      crls: await listAt(named('North')),
      ...good,
    },
    {
      comment: 'of neither name',
      certificate: await pointing(named('South'), named('North')),
      crls: await listAt(named('West')),
      ...notThis,
    },
    {
      comment: 'of the same text in another form',
      certificate: await pointing({ type: 'rfc822Name', value: 'lists.example' }),
      crls: await listAt({ type: 'dNSName', value: 'lists.example' }),
      ...notThis,
    },
    {
      comment: 'called like the issuer, of a certificate that names no place',
      certificate: silent,
      crls: await listAt(named('Clinic CA')),
      ...good,
    },
    {
      comment: 'called otherwise, of a certificate that names no place',
      certificate: silent,
      crls: await listAt(named('North')),
      revocation: { withoutPointer: 'refused' },
      answer: 'revocation-no-pointer',
      grounds: ['crl-scope'],
    },
    { comment: 'at an address', certificate: await pointing(ip(1)), crls: await listAt(ip(1)), ...good },
    { comment: 'at another address', certificate: await pointing(ip(1)), crls: await listAt(ip(2)), ...notThis },
    { comment: 'by number', certificate: await pointing(rare('1.2.3')), crls: await listAt(rare('1.2.3')), ...good },
    {
      comment: 'by another number',
      certificate: await pointing(rare('1.2.3')),
      crls: await listAt(rare('1.2.4')),
      ...notThis,
    },
  ])
})
