import { beforeAll, describe, expect, test } from 'vitest'
import { createDiscovery, type Discovery } from '../../src/discovery/index.js'
import type { Fetch } from '../../src/http/index.js'
import type { Identity } from '../../src/keys/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../src/x509/index.js'
import { cert, resolverOf, type Zone } from '../discovery/world.js'
import { issueAuthority, keyPair } from '../helpers/issue.js'
import { away, check, holding, type Setup, signingOf, testEach } from './check-world.js'
import { ann, codesOf, day, now, organisation, type Party, person, world } from './world.js'

let clinicCa: Certificate
let hospitalCa: Certificate
let party: Party
let stranger: Party
let issuing: Certificate
/** Ann, of an authority that has its own certificate of the one that peers trust, and does not say where that is. */
let below: Party

beforeAll(async () => {
  ;({ clinicCa, hospitalCa, ann: party, bob: stranger } = await world())
  issuing = await issueAuthority({ cn: 'Issuing CA', by: 'Clinic CA' })
  below = await person(ann, 'Issuing CA', { cn: 'ann below', notBefore: now - day })
})

/** The same keys, with the certificate between theirs and the anchor. */
const withIssuing = ({ identity: { signing, decryption } }: Party): Identity => ({
  signing: { ...signing!, chain: [issuing] },
  decryption: decryption.map((each) => ({ ...each, chain: [issuing] })),
})

describe('what peers think of the certificate', () => {
  const listAt = 'http://crl.example/clinic.crl'
  const issuerAt = 'http://ca.example/issuing.cer'

  /** A network with these pages; what is none of them cannot be reached. */
  const network = (pages: Readonly<Record<string, Uint8Array>>): { readonly fetch: Fetch } => ({
    fetch: async (url) => (pages[url] ? new Response(Uint8Array.from(pages[url])) : away()),
  })

  async function listed(revoked: readonly Certificate[]): Promise<Uint8Array> {
    const draft = {
      issuer: buildName([['CN', 'Clinic CA']]),
      thisUpdate: now - day,
      nextUpdate: now + day,
      revoked: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate: now - day })),
    }
    return buildCertificateList(draft, (await keyPair('Clinic CA')).signer())
  }

  let onList: Party
  let pointing: Party

  beforeAll(async () => {
    onList = await person(ann, 'Clinic CA', { cRLDistributionPoints: [distributionPointAt(listAt)] })
    const { caIssuers } = accessMethods
    const accessLocation = { type: 'uniformResourceIdentifier', value: issuerAt } as const
    const authorityInfoAccess = [{ accessMethod: caIssuers, accessLocation }]
    pointing = await person(ann, 'Issuing CA', { cn: 'ann below', authorityInfoAccess })
  })

  const of = ({ identity, certificate }: Party, setup: Setup = {}): Setup => ({
    identities: [identity],
    discovery: [certificate],
    ...setup,
  })

  testEach([
    {
      comment: 'no anchor of the address is above it',
      fault: () => ({ trust: [hospitalCa] }),
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => ({ trust: [hospitalCa], peerAnchors: [clinicCa] }),
    },
    {
      comment: 'revoked',
      fault: async () => of(onList, network({ [listAt]: await listed([onList.certificate]) })),
      says: { problems: ['own-certificate-revoked', 'published-not-usable'] },
      twin: async () => of(onList, network({ [listAt]: await listed([party.certificate]) })),
    },
    {
      comment: 'the server of its revocation list is away',
      fault: () => of(onList, network({})),
      says: { unknown: ['own-certificate-unknown'] },
      twin: async () => of(onList, network({ [listAt]: await listed([]) })),
    },
    {
      comment: 'its issuer is with the identity alone, where those who encrypt do not find it',
      fault: () => of(below, { identities: [withIssuing(below)] }),
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => of(below, { trust: [issuing] }),
    },
    {
      comment: 'its issuer is not with the identity, for those who verify',
      fault: () => ({ identities: [{ ...party.identity, signing: signingOf(below) }] }),
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => ({ identities: [{ ...withIssuing(below), decryption: party.identity.decryption }] }),
    },
    {
      comment: 'its issuer is where it says, and leads to nobody',
      fault: () => of(pointing, { trust: [hospitalCa], ...network({ [issuerAt]: issuing.bytes }) }),
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => of(pointing, network({ [issuerAt]: issuing.bytes })),
    },
    {
      comment: 'its issuer is where it says, and is away',
      fault: () => of(pointing, network({})),
      says: { unknown: ['own-certificate-unknown'] },
      twin: () => of(pointing, network({ [issuerAt]: issuing.bytes })),
    },
    {
      comment: 'its issuer is where it says, and nothing is fetched here',
      fault: () => of(pointing),
      says: { unknown: ['own-certificate-unknown'] },
    },
  ])
})

describe('what is published', () => {
  const inDns = (zone: Zone): Discovery =>
    createDiscovery({ resolver: resolverOf(zone), random: () => 0 }, { clock: () => now })
  const byAddress = 'CERT ann.direct.clinic.example'
  const byDomain = 'CERT direct.clinic.example'
  const publishing = (...parties: readonly Party[]) => ({
    [byAddress]: parties.map(({ certificate }) => cert(certificate.bytes)),
  })

  let old: Party
  let fresh: Party
  let forAll: Party
  let before: Party

  beforeAll(async () => {
    old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    fresh = await person(ann, 'Clinic CA', { cn: 'ann new', notBefore: now - day })
    forAll = await organisation(ann, 'Clinic CA', { notBefore: now - day })
    await issueAuthority({ cn: 'Strange CA' })
    before = await person(ann, 'Strange CA', { cn: 'ann strange' })
  })

  testEach([
    {
      comment: 'nothing',
      fault: () => ({ discovery: inDns({}) }),
      says: { problems: ['not-published'] },
      twin: () => ({ discovery: inDns(publishing(party)) }),
    },
    {
      comment: 'the certificate of somebody else',
      fault: () => ({ discovery: inDns(publishing(stranger)) }),
      says: { problems: ['not-published'] },
    },
    {
      comment: 'one that has expired',
      fault: () => ({ identities: [holding(party, old)], discovery: inDns(publishing(old)) }),
      says: { problems: ['published-not-usable'] },
      twin: () => ({ identities: [holding(party, old)], discovery: inDns(publishing(old, party)) }),
    },
    {
      comment: 'one whose key is gone',
      fault: () => ({ identities: [fresh.identity], discovery: inDns(publishing(party, fresh)) }),
      says: { problems: ['published-without-key'] },
      twin: () => ({ identities: [holding(fresh, party)], discovery: inDns(publishing(party, fresh)) }),
    },
    {
      comment: 'an old one, whose key is still there',
      fault: () => ({ identities: [holding(fresh, party)], discovery: inDns(publishing(party)) }),
      says: { warnings: ['newest-not-published'] },
      twin: () => ({ identities: [holding(fresh, party)], discovery: inDns(publishing(fresh)) }),
    },
    {
      comment: 'that of the domain alone, whose key is not here',
      fault: () => ({ discovery: inDns({ [byDomain]: [cert(forAll.certificate.bytes)] }) }),
      says: { problems: ['published-without-key'] },
      twin: () => ({
        identities: [party.identity, forAll.identity],
        discovery: inDns({ [byDomain]: [cert(forAll.certificate.bytes)] }),
      }),
    },
    {
      comment: 'that of the address, older than that of the domain: it is the one that peers take',
      fault: () => ({ identities: [forAll.identity], discovery: inDns(publishing(party)) }),
      says: { problems: ['published-without-key'] },
      twin: () => ({ identities: [party.identity, forAll.identity], discovery: inDns(publishing(party)) }),
    },
    {
      comment: 'an old one, while peers would not trust the newest',
      fault: () => ({
        identities: [party.identity, { decryption: withIssuing(below).decryption }],
        discovery: inDns(publishing(party)),
      }),
      says: { problems: ['own-certificate-untrusted'], warnings: ['newest-not-published'] },
      twin: () => ({ discovery: inDns(publishing(party)) }),
    },
    {
      comment: 'an old one, which peers do not trust',
      fault: () => ({ identities: [holding(fresh, before)], discovery: inDns(publishing(before)) }),
      says: { problems: ['own-certificate-untrusted'], warnings: ['newest-not-published'] },
      twin: () => ({ identities: [holding(fresh, before)], discovery: inDns(publishing(fresh)) }),
    },
    {
      comment: 'nobody tells what',
      fault: () => ({ discovery: inDns({ [byAddress]: 'silent' }) }),
      says: { unknown: ['published-unknown'] },
    },
    {
      comment: 'a directory that is away: all else is looked at',
      fault: () => ({ discovery: { find: away }, trust: [hospitalCa] }),
      says: { problems: ['own-certificate-untrusted'], unknown: ['published-unknown'] },
    },
  ])

  test.each([
    { comment: 'found nothing', zone: {}, list: 'problems', codes: ['not-published', 'dns-no-name'], as: 'failed' },
    {
      comment: 'nobody told',
      zone: { [byAddress]: 'silent' as const },
      list: 'unknown',
      codes: ['published-unknown', 'dns-failed'],
      as: 'unknown',
    },
  ] as const)('the finding shows the search: $comment', async ({ zone, list, codes, as }) => {
    const findings = (await check({ discovery: inDns(zone) }))[list]
    const steps = findings.map(({ step }) => step)
    expect(codesOf(steps, as)).toEqual(expect.arrayContaining([...codes]))
  })
})
