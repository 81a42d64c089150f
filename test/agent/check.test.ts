import { beforeAll, describe, expect, test } from 'vitest'
import {
  type AgentOptions,
  type CheckOptions,
  type Finding,
  type IdentityStore,
  policies,
} from '../../src/agent/index.js'
import { createRemoteDecrypter, createRemoteSigner } from '../../src/crypto/index.js'
import { createDiscovery, type Discovery } from '../../src/discovery/index.js'
import type { Fetch } from '../../src/http/index.js'
import { type Credential, type Identity, loadIdentity } from '../../src/keys/index.js'
import { anchorList, anchorSources, createTrustStore, type HeldTrustBundle } from '../../src/trust/index.js'
import { explain } from '../../src/verdict/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../src/x509/index.js'
import { cert, resolverOf, type Zone } from '../discovery/world.js'
import { issueAuthority, issueMailbox, keyPair } from '../helpers/issue.js'
import { agentOf, ann, codesOf, day, now, organisation, type Party, person, world } from './world.js'

let clinicCa: Certificate
let hospitalCa: Certificate
let party: Party
let stranger: Party

beforeAll(async () => {
  ;({ clinicCa, hospitalCa, ann: party, bob: stranger } = await world())
})

/** What differs from an agent with which all is well. */
type Setup = Partial<AgentOptions> & CheckOptions

async function check({ withinMs, peerAnchors, signal, ...options }: Setup = {}, address = ann) {
  const healthy = { trust: [clinicCa, hospitalCa], discovery: [party.certificate] }
  return agentOf([party], { ...healthy, ...options }).check(address, {
    ...(withinMs !== undefined && { withinMs }),
    ...(peerAnchors && { peerAnchors }),
    ...(signal && { signal }),
  })
}

const codes = (findings: readonly Finding[]) => findings.map(({ code }) => code)

/** All that was found, by how much it weighs. */
async function found(setup?: Setup) {
  const { problems, warnings, unknown, ok } = await check(setup)
  expect(ok).toBe(problems.length + unknown.length === 0)
  return {
    ...(problems.length > 0 && { problems: codes(problems) }),
    ...(warnings.length > 0 && { warnings: codes(warnings) }),
    ...(unknown.length > 0 && { unknown: codes(unknown) }),
  }
}

interface Case {
  readonly comment: string
  readonly fault: () => Setup | Promise<Setup>
  readonly says: Awaited<ReturnType<typeof found>>
  /** The same without the fault. Default: an agent with which all is well. */
  readonly twin?: () => Setup | Promise<Setup>
}

function each(cases: readonly Case[]): void {
  test.each(cases)('$comment', async ({ fault, says, twin = () => ({}) }) => {
    expect(await found(await fault())).toEqual(says)
    expect(await found(await twin())).toEqual({})
  })
}

const away = () => Promise.reject(new TypeError('fetch failed'))
const signingOf = ({ identity }: Party) => identity.signing!
const openingOf = ({ identity }: Party) => identity.decryption[0]!

/** Everything of one certificate, or of several that follow one another: the newest signs. */
function holding(...parties: readonly Party[]): Identity {
  return { signing: signingOf(parties[0]!), decryption: parties.flatMap(({ identity }) => identity.decryption) }
}

describe('an agent with which all is well', () => {
  test('has nothing to say, and shows what it looked at', async () => {
    const { ok, explanation } = await check()
    expect(ok).toBe(true)
    expect(explanation.code).toBe('accepted')
    expect(explanation.steps.map(({ code }) => code)).toEqual([
      'own-certificate-lasts',
      'key-signs',
      'own-certificate-trusted',
      'key-opens',
      'published-as-held',
      'anchors-held',
    ])
    expect(explanation.steps.every(({ outcome }) => outcome === 'passed')).toBe(true)
  })

  test('rollover: the old keys open mail, the new one signs and is published', async () => {
    const old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + day })
    const fresh = await person(ann, 'Clinic CA', { cn: 'ann tomorrow', notBefore: now - 2 * day })
    const discovery = [ending.certificate, fresh.certificate]
    expect(await found({ identities: [holding(fresh, ending, old)], discovery })).toEqual({})
  })

  test('a certificate that is made ready takes its turn when the one before expires', async () => {
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + day })
    const ready = await person(ann, 'Clinic CA', { cn: 'ann next', notBefore: now + day + 1000 })
    const discovery = [ending.certificate, ready.certificate]
    expect(await found({ identities: [ending.identity, ready.identity], discovery })).toEqual({})
  })
})

describe('who is served', () => {
  each([
    {
      comment: 'nobody of that name',
      fault: () => ({ identities: [stranger.identity] }),
      says: { problems: ['no-identity'] },
    },
    {
      comment: 'one who only reads',
      fault: () => ({ identities: [{ decryption: party.identity.decryption }] }),
      says: { problems: ['no-signing-key'] },
    },
    {
      comment: 'one who only writes',
      fault: () => ({ identities: [{ signing: signingOf(party), decryption: [] }] }),
      says: { problems: ['no-decryption-key', 'published-without-key'] },
    },
    {
      comment: 'a store of identities that is away: all else is looked at',
      fault: () => ({ identities: { find: away }, discovery: [] }),
      says: { problems: ['not-published'], unknown: ['identities-unknown'] },
      twin: () => ({ identities: { find: async () => [party.identity] } }),
    },
    {
      comment: 'one with the certificate of somebody else, in a store that does not look',
      fault: () => ({ identities: { find: async () => [stranger.identity] } }),
      says: { problems: ['own-certificate-not-usable', 'published-without-key'] },
      twin: () => ({ identities: { find: async () => [party.identity] } }),
    },
  ])
})

describe('keys', () => {
  const signer = (of: Party, sign: (data: Uint8Array) => Promise<Uint8Array>) =>
    createRemoteSigner(crypto, {
      publicKey: of.certificate.publicKey,
      signatures: { 'RSASSA-PKCS1-v1_5': 'RS256' },
      sign: (data) => sign(data),
    })

  const opener = (of: Party, transports: readonly ('RSAES-PKCS1-v1_5' | 'RSAES-OAEP-SHA-256')[]) =>
    createRemoteDecrypter(crypto, {
      publicKey: of.certificate.publicKey,
      transports: Object.fromEntries(transports.map((name) => [name, name])),
      decrypt: (request) => openingOf(of).key.decryptKey(request),
    })

  const withSigner = (key: Credential<ReturnType<typeof signer>>['key']): Setup => ({
    identities: [{ ...party.identity, signing: { ...signingOf(party), key } }],
  })
  const withOpener = (key: Credential<ReturnType<typeof opener>>['key']): Setup => ({
    identities: [{ ...party.identity, decryption: [{ ...openingOf(party), key }] }],
  })

  each([
    {
      comment: 'one that signs for somebody else',
      fault: () => withSigner(signingOf(stranger).key),
      says: { problems: ['wrong-key'] },
      twin: () => withSigner(signingOf(party).key),
    },
    {
      comment: 'a service that signs with the key of somebody else',
      fault: () => withSigner(signer(party, (data) => signingOf(stranger).key.sign(data))),
      says: { problems: ['wrong-key'] },
      twin: () => withSigner(signer(party, (data) => signingOf(party).key.sign(data))),
    },
    {
      comment: 'a service for signing that is down',
      fault: () => withSigner(signer(party, away)),
      says: { unknown: ['key-not-reached'] },
    },
    {
      comment: 'one that opens what is for somebody else',
      fault: () => withOpener(openingOf(stranger).key),
      says: { problems: ['wrong-key'] },
      twin: () => withOpener(openingOf(party).key),
    },
    {
      comment: 'a service for opening that is down',
      fault: () => withOpener({ decryptKey: away }),
      says: { unknown: ['key-not-reached'] },
    },
    {
      comment: 'a service that does not do what peers encrypt with',
      fault: () => withOpener(opener(party, ['RSAES-OAEP-SHA-256'])),
      says: { problems: ['key-not-usable'] },
      twin: () => withOpener(opener(party, ['RSAES-OAEP-SHA-256', 'RSAES-PKCS1-v1_5'])),
    },
    {
      comment: 'one that is too short',
      fault: async () => {
        const short = await person(ann, 'Clinic CA', { cn: 'ann short', bits: 1024 })
        return { identities: [short.identity], discovery: [short.certificate] }
      },
      says: { problems: ['key-not-usable', 'own-certificate-not-usable', 'published-not-usable'] },
      twin: async () => {
        const short = await person(ann, 'Clinic CA', { cn: 'ann short', bits: 1024 })
        return { identities: [short.identity], discovery: [short.certificate], policy: policies.legacy }
      },
    },
  ])

  test('an old key that is wrong is told, though its certificate has expired', async () => {
    const old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    const held = (key: Party) => ({
      identities: [
        { ...party.identity, decryption: [openingOf(party), { ...openingOf(old), key: openingOf(key).key }] },
      ],
    })
    expect(await found(held(stranger))).toEqual({ problems: ['wrong-key'] })
    expect(await found(held(old))).toEqual({})
  })
})

describe('kinds of keys', () => {
  const kinds = [
    { kind: 'P-256', algorithm: { name: 'ECDSA', namedCurve: 'P-256' }, use: ['sign', 'verify'] },
    { kind: 'P-384', algorithm: { name: 'ECDSA', namedCurve: 'P-384' }, use: ['sign', 'verify'] },
    { kind: 'Ed25519', algorithm: { name: 'Ed25519' }, use: ['sign', 'verify'] },
    { kind: 'X25519', algorithm: { name: 'X25519' }, use: ['deriveBits'] },
  ] as const

  /** A party with one key of a curve, which does whatever such a key can. */
  async function curveParty({ kind, algorithm, use }: (typeof kinds)[number]): Promise<Party> {
    const pair = (await crypto.subtle.generateKey(algorithm, true, use)) as CryptoKeyPair
    const publicKey = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
    const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
    const keyUsage = ['digitalSignature', 'keyAgreement'] as const
    const certificate = await issueMailbox(ann, { cn: `ann ${kind}`, by: 'Clinic CA', publicKey, keyUsage })
    return { address: ann, certificate, identity: await loadIdentity({ certificate: certificate.bytes, privateKey }) }
  }

  const separate = async (signs: Party, opens: Party): Promise<Setup> => ({
    identities: [{ signing: signingOf(signs), decryption: [openingOf(opens)] }],
    discovery: [opens.certificate],
  })

  test.each([
    { signs: 'P-256', opens: 'P-384' },
    { signs: 'P-384', opens: 'P-256' },
    { signs: 'Ed25519', opens: 'X25519' },
  ])('$signs signs and $opens opens; swapped with those of another, they are wrong', async ({ signs, opens }) => {
    const kindOf = (name: string) => kinds.find(({ kind }) => kind === name)!
    const [signer, opener] = [await curveParty(kindOf(signs)), await curveParty(kindOf(opens))]
    expect(await found(await separate(signer, opener))).toEqual({})
    const [otherSigner, otherOpener] = [await curveParty(kindOf(signs)), await curveParty(kindOf(opens))]
    const swapped = {
      signing: { ...signingOf(signer), key: signingOf(otherSigner).key },
      decryption: [{ ...openingOf(opener), key: openingOf(otherOpener).key }],
    }
    expect(await found({ identities: [swapped], discovery: [opener.certificate] })).toEqual({
      problems: ['wrong-key', 'wrong-key'],
    })
  })

  test('a curve that the policy does not have', async () => {
    const party = await curveParty(kinds[0])
    const setup = await separate(party, party)
    const policy = policies['direct-1.2']
    expect((await found({ ...setup, policy })).problems).toContain('key-not-usable')
    expect(await found(setup)).toEqual({})
  })
})

describe('dates', () => {
  const only = async (draft: { readonly notBefore?: number; readonly notAfter?: number }): Promise<Setup> => {
    const { identity, certificate } = await person(ann, 'Clinic CA', draft)
    return { identities: [identity], discovery: [certificate] }
  }

  each([
    {
      comment: 'expired',
      fault: () => only({ notAfter: now - 1000 }),
      says: { problems: ['no-signing-key', 'own-certificate-expired', 'published-not-usable'] },
      twin: () => only({ notAfter: now + 31 * day }),
    },
    {
      comment: 'expired, in a store that gives it out all the same',
      fault: async () => {
        const { identities, discovery } = await only({ notAfter: now - 1000 })
        return { identities: { find: async () => identities as Identity[] }, discovery: discovery! }
      },
      says: { problems: ['own-certificate-expired', 'published-not-usable'] },
    },
    {
      comment: 'not yet valid',
      fault: () => only({ notBefore: now + day }),
      says: { problems: ['no-signing-key', 'own-certificate-not-yet-valid', 'published-not-usable'] },
      twin: () => only({ notBefore: now }),
    },
    {
      comment: 'expires within 30 days',
      fault: () => only({ notAfter: now + 30 * day }),
      says: { warnings: ['own-certificate-expires'] },
      twin: () => only({ notAfter: now + 30 * day + 1000 }),
    },
    {
      comment: 'expires within another time',
      fault: async () => ({ ...(await only({ notAfter: now + 60 * day })), withinMs: 90 * day }),
      says: { warnings: ['own-certificate-expires'] },
      twin: async () => ({ ...(await only({ notAfter: now + 60 * day })), withinMs: 10 * day }),
    },
    {
      comment: 'the next one begins a day too late',
      fault: () => inTurn(day),
      says: { warnings: ['own-certificate-expires'] },
      twin: () => inTurn(0),
    },
  ])

  async function inTurn(gap: number): Promise<Setup> {
    const ending = await person(ann, 'Clinic CA', { cn: 'ann today', notAfter: now + 10 * day })
    const next = await person(ann, 'Clinic CA', { cn: 'ann next', notBefore: now + 10 * day + gap })
    return {
      identities: [ending.identity, next.identity],
      discovery: [ending.certificate, next.certificate],
    }
  }

  test.each([
    { draft: { notAfter: now + day }, code: 'own-certificate-expires', until: now + day, date: '2026-06-02' },
    { draft: { notAfter: now - day }, code: 'own-certificate-expired', until: now - day, date: '2026-05-31' },
    { draft: { notBefore: now + day }, code: 'own-certificate-not-yet-valid', until: now + day, date: '2026-06-02' },
  ])('$code says which certificate, and which day', async ({ draft, code, until, date }) => {
    const { problems, warnings } = await check(await only(draft))
    const dated = [...problems, ...warnings].find((each) => each.code === code)
    expect(dated).toMatchObject({ until, step: { about: { certificate: { subject: `CN=${ann}` } } } })
    expect(dated?.step.message).toContain(`(${date}).`)
  })
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
  let below: Party
  let pointing: Party
  let issuing: Certificate

  beforeAll(async () => {
    onList = await person(ann, 'Clinic CA', { cRLDistributionPoints: [distributionPointAt(listAt)] })
    issuing = await issueAuthority({ cn: 'Issuing CA', by: 'Clinic CA' })
    below = await person(ann, 'Issuing CA', { cn: 'ann below' })
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

  each([
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
      fault: () => {
        const { signing, decryption } = below.identity
        const chain = [issuing]
        return of(below, {
          identities: [{ signing: { ...signing!, chain }, decryption: decryption.map((each) => ({ ...each, chain })) }],
        })
      },
      says: { problems: ['own-certificate-untrusted'] },
      twin: () => of(below, { trust: [issuing] }),
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

  beforeAll(async () => {
    old = await person(ann, 'Clinic CA', { cn: 'ann before', notAfter: now - day })
    fresh = await person(ann, 'Clinic CA', { cn: 'ann new', notBefore: now - day })
    forAll = await organisation(ann, 'Clinic CA', { notBefore: now - day })
  })

  each([
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

  test('the finding shows the search', async () => {
    const { problems } = await check({ discovery: inDns({}) })
    expect(
      codesOf(
        problems.map(({ step }) => step),
        'failed',
      ),
    ).toEqual(expect.arrayContaining(['not-published', 'dns-no-name']))
  })
})

describe('whom the address trusts', () => {
  const url = 'https://bundles.example/anchors.p7m'
  const hour = 3_600_000
  let expired: Certificate
  let expiring: Certificate

  beforeAll(async () => {
    expired = await issueAuthority({ cn: 'Old CA', notAfter: now - 1000 })
    expiring = await issueAuthority({ cn: 'Ending CA', notAfter: now + 20 * day })
  })

  const { trust: direct } = policies.direct
  const undated = { ...policies.direct, trust: { ...direct, anchorValidity: 'ignored' as const } }

  /** A store with a bundle, of which the last look left this. */
  const holdingBundle = (held?: Omit<HeldTrustBundle, 'bundle'>, owners = [ann]): Setup => ({
    trust: createTrustStore({
      anchors: [{ name: 'by hand', certificates: [clinicCa] }],
      bundles: [{ name: 'accredited', url, for: owners, intervalMs: 24 * hour, ...(held && { held }) }],
      fetch: away,
    }),
  })
  const looked = (state: HeldTrustBundle['state'], refreshedHoursAgo: number) =>
    holdingBundle({ state, checkedAt: now, refreshedAt: now - refreshedHoursAgo * hour })

  each([
    { comment: 'nobody', fault: () => ({ trust: [] }), says: { problems: ['no-anchors'] } },
    {
      comment: 'nobody any more',
      fault: () => ({ trust: [expired], peerAnchors: [clinicCa] }),
      says: { problems: ['no-anchors'], warnings: ['anchor-expired'] },
      twin: () => ({ trust: [expired], peerAnchors: [clinicCa], policy: undated }),
    },
    {
      comment: 'one who has expired, among others',
      fault: () => ({ trust: [clinicCa, expired] }),
      says: { warnings: ['anchor-expired'] },
    },
    {
      comment: 'one who expires soon',
      fault: () => ({ trust: [clinicCa, expiring] }),
      says: { warnings: ['anchor-expires'] },
      twin: () => ({ trust: [clinicCa, expiring], withinMs: 10 * day }),
    },
    {
      comment: 'one whose time ends by decision',
      fault: () => ({ trust: anchorSources([{ name: 'pilot', certificates: [clinicCa], until: now + 30 * day }]) }),
      says: { warnings: ['anchors-end'] },
      twin: () => ({ trust: anchorSources([{ name: 'pilot', certificates: [clinicCa], until: now + 31 * day }]) }),
    },
    {
      comment: 'a bundle that never came',
      fault: () => holdingBundle(),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => looked('success', 0),
    },
    {
      comment: 'a bundle that has long not been refreshed',
      fault: () => looked('unchanged', 49),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => looked('unchanged', 48),
    },
    {
      comment: 'a bundle of which the last look brought nothing good',
      fault: () => looked('rollback', 1),
      says: { warnings: ['bundle-refused'] },
      twin: () => looked('unchanged', 1),
    },
    {
      comment: 'a bundle of somebody else, which never came',
      fault: () => holdingBundle(undefined, [ann]),
      says: { problems: ['bundle-not-refreshed'] },
      twin: () => holdingBundle(undefined, ['carl@direct.clinic.example']),
    },
    {
      comment: 'a store that is away: all else is looked at',
      fault: () => ({ trust: { anchors: away }, discovery: [] }),
      says: { problems: ['not-published'], unknown: ['anchors-unknown'] },
      twin: () => ({ trust: anchorList([clinicCa]) }),
    },
    {
      comment: 'a store that does not say where its anchors come from',
      fault: () => ({ trust: { ...anchorList([clinicCa]), sources: away } }),
      says: { unknown: ['anchors-unknown'] },
      twin: () => ({ trust: { ...anchorList([clinicCa]), sources: async () => [] } }),
    },
  ])

  test('what the last look at the bundle brought is told below, and the source by its name', async () => {
    const { warnings, explanation } = await check(looked('suspicious-change', 1))
    expect(warnings).toMatchObject([
      { step: { about: { url }, steps: [{ code: 'suspicious-change', outcome: 'failed' }] } },
    ])
    expect(explain(explanation)).toContain('The anchors of a source go on to count: by hand.')
  })
})

describe('the call', () => {
  test('ends as its caller says when it is aborted', async () => {
    await expect(check({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
  })

  test('the first problem gives the explanation its code; without one, the first thing that is unknown', async () => {
    const identities: IdentityStore = { find: away }
    expect((await check({ trust: [], identities })).explanation.code).toBe('no-anchors')
    expect((await check({ identities })).explanation.code).toBe('identities-unknown')
  })
})
