import { beforeAll, describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import {
  createDiscovery,
  type Discovered,
  DiscoveryError,
  type DiscoveryPorts,
  findCertificates,
} from '../../src/discovery/index.js'
import { createRetriever } from '../../src/http/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { issue, issueMailbox } from '../helpers/issue.js'
import { cert, directoryOf, type Hosts, marksOf, resolverOf, srv, takingAllBut, type Zone } from './world.js'

const address = 'bob@direct.example'
const domain = 'direct.example'
const A = { 'A ldap.example': [{ address: '192.0.2.1' }], 'A ldap2.example': [{ address: '192.0.2.2' }] } as const
const hasDirectory = { ...A, 'SRV _ldap._tcp.direct.example': [srv('ldap.example')] } as const
const hasTwo = {
  ...A,
  'SRV _ldap._tcp.direct.example': [srv('ldap2.example', 389, 2), srv('ldap.example', 389, 1)],
} as const

let bob: Certificate
let bobToo: Certificate
let all: Certificate

beforeAll(async () => {
  bob = await issueMailbox(address, { cn: 'Bob', key: 'k' })
  bobToo = await issueMailbox(address, { cn: 'Bob too', key: 'k' })
  all = await issue({ cn: 'domain', key: 'k', subjectAltName: [{ type: 'dNSName', value: domain }] })
})

/** Certificates and nothing else, as a SignedData without signers. @see RFC 5652 §5.1 */
function pkcs7Of(...certificates: readonly Certificate[]): Uint8Array {
  const signedData = der.sequence(
    der.integer(1),
    der.setOf([]),
    der.sequence(der.oid('1.2.840.113549.1.7.1')),
    der.implicit(0, der.setInOrder(certificates.map(({ bytes }) => bytes))),
    der.setOf([]),
  )
  return der.encode(der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, signedData)))
}

const published: Record<string, Uint8Array> = {}
const ports = (zone: Zone, hosts?: Hosts): DiscoveryPorts & { readonly asked: readonly string[] } => {
  const resolver = resolverOf(zone)
  const directory = hosts && directoryOf(hosts)
  const fetch = async (url: string) => ({
    status: published[url] ? 200 : url.includes('busy') ? 503 : 404,
    headers: { get: () => null },
    body: new Response(published[url] ? Uint8Array.from(published[url]) : '').body,
  })
  const retriever = createRetriever({ fetch, clock: () => 0 })
  return { resolver, random: () => 0, retriever, ...(directory && { directory }), asked: resolver.asked }
}

interface Case {
  readonly comment: string
  readonly zone: () => Zone
  readonly hosts?: () => Hosts
  readonly refused?: () => readonly Certificate[]
  readonly found: () => readonly Certificate[]
  readonly trace: readonly string[]
}

const taken = ': passed candidate-taken'
const refusedOne = ': failed candidate-refused'

describe('the four places in their order (DISC-1 to DISC-7)', () => {
  const cases: readonly Case[] = [
    {
      comment: 'the address in DNS comes first',
      zone: () => ({ [`CERT bob.${domain}`]: [cert(bob.bytes)], [`CERT ${domain}`]: [cert(all.bytes)] }),
      found: () => [bob],
      trace: ['passed dns-records', taken],
    },
    {
      comment: 'all of one place are used, each once',
      zone: () => ({ [`CERT bob.${domain}`]: [bob, bobToo, bob].map(({ bytes }) => cert(bytes)) }),
      found: () => [bob, bobToo],
      trace: ['passed dns-records', taken, taken],
    },
    {
      comment: 'one that is refused counts as not found (DISC-2)',
      zone: () => ({ [`CERT bob.${domain}`]: [cert(bob.bytes)], [`CERT ${domain}`]: [cert(all.bytes)] }),
      refused: () => [bob],
      found: () => [all],
      trace: ['passed dns-records', refusedOne, 'passed dns-records', taken],
    },
    {
      comment: 'the domain in DNS comes before the address in LDAP (DISC-3)',
      zone: () => ({ ...hasDirectory, [`CERT ${domain}`]: [cert(all.bytes)] }),
      hosts: () => ({ 'ldap.example': { [address]: { userCertificate: [bob.bytes] } } }),
      found: () => [all],
      trace: ['failed dns-no-name', 'passed dns-records', taken],
    },
    {
      comment: 'the address in LDAP',
      zone: () => hasDirectory,
      hosts: () => ({ 'ldap.example': { [address]: { 'userCertificate;binary': [bob.bytes] } } }),
      found: () => [bob],
      trace: ['failed dns-no-name', 'failed dns-no-name', 'passed ldap-servers', 'passed ldap-entries', taken],
    },
    {
      comment: 'the domain on the first server before the address on the second (DISC-52)',
      zone: () => hasTwo,
      hosts: () => ({
        'ldap.example': { [domain]: { USERCERTIFICATE: [all.bytes] } },
        'ldap2.example': { [address]: { userCertificate: [bob.bytes] } },
      }),
      found: () => [all],
      trace: [
        'failed dns-no-name',
        'failed dns-no-name',
        'passed ldap-servers',
        'failed ldap-no-entry',
        'passed ldap-entries',
        taken,
      ],
    },
    {
      comment: 'the second server, when the first is away (DISC-41)',
      zone: () => hasTwo,
      hosts: () => ({ 'ldap2.example': { [address]: { userCertificate: [bob.bytes] } } }),
      found: () => [bob],
      trace: [
        'failed dns-no-name',
        'failed dns-no-name',
        'passed ldap-servers',
        'unknown ldap-failed',
        'unknown ldap-failed',
        'passed ldap-entries',
        taken,
      ],
    },
    {
      comment: 'DNS that does not tell does not end the search',
      zone: () => ({ ...hasDirectory, [`CERT bob.${domain}`]: 'silent', [`CERT ${domain}`]: 'silent' }),
      hosts: () => ({ 'ldap.example': { [address]: { userCertificate: [bob.bytes] } } }),
      found: () => [bob],
      trace: ['unknown dns-failed', 'unknown dns-failed', 'passed ldap-servers', 'passed ldap-entries', taken],
    },
    {
      comment: 'nothing anywhere',
      zone: () => hasDirectory,
      hosts: () => ({ 'ldap.example': {} }),
      found: () => [],
      trace: [
        'failed dns-no-name',
        'failed dns-no-name',
        'passed ldap-servers',
        'failed ldap-no-entry',
        'failed ldap-no-entry',
      ],
    },
    {
      comment: 'the root as the only target: there is no directory (DISC-43)',
      zone: () => ({ 'SRV _ldap._tcp.direct.example': [srv('')] }),
      hosts: () => ({}),
      found: () => [],
      trace: ['failed dns-no-name', 'failed dns-no-name', 'failed ldap-not-offered'],
    },
    {
      comment: 'a directory that nobody asks is told of',
      zone: () => hasDirectory,
      found: () => [],
      trace: ['failed dns-no-name', 'failed dns-no-name', 'skipped ldap-not-asked'],
    },
    {
      comment: 'other types, key lists and rubbish beside a certificate (DISC-24, DISC-26)',
      zone: () => ({
        [`CERT ${domain}`]: [
          cert(all.bytes, 3),
          cert(all.bytes.subarray(1)),
          cert(Uint8Array.of(3, 0x55, 4, 0x24, ...all.bytes)),
          cert(Uint8Array.of(3, 0x55, 4, 0x25, ...all.bytes)),
        ],
      }),
      found: () => [all],
      trace: [
        'failed dns-no-name',
        'passed dns-records',
        ': skipped record-of-other-type',
        ': skipped record-unreadable',
        ': skipped record-unreadable',
        taken,
      ],
    },
    {
      comment: 'where it lies, under either type (DISC-25)',
      zone: () => ({
        [`CERT bob.${domain}`]: [cert('http://a.example/bob.cer', 4), cert('http://a.example/too.cer\0junk', 253)],
      }),
      found: () => [bob, bobToo],
      trace: ['passed url-fetched', 'passed url-fetched', 'passed dns-records', taken, taken],
    },
    {
      comment: 'a place that has nothing, and one that is none',
      zone: () => ({ [`CERT ${domain}`]: [cert('http://a.example/none', 4), cert('file:///etc/passwd', 4)] }),
      found: () => [],
      trace: [
        'failed dns-no-name',
        'failed url-useless',
        'passed dns-records',
        ': skipped record-unreadable',
        'failed ldap-not-offered',
      ],
    },
    {
      comment: 'the set of a PKCS#7 (DISC-49)',
      zone: () => hasDirectory,
      hosts: () => ({ 'ldap.example': { [address]: { userSMIMECertificate: [pkcs7Of(bob, bobToo)] } } }),
      found: () => [bob, bobToo],
      trace: ['failed dns-no-name', 'failed dns-no-name', 'passed ldap-servers', 'passed ldap-entries', taken, taken],
    },
    {
      comment: 'rubbish in a directory beside a certificate',
      zone: () => hasDirectory,
      hosts: () => ({
        'ldap.example': { [address]: { userCertificate: [Uint8Array.of(1, 2), bob.bytes], mail: [bobToo.bytes] } },
      }),
      found: () => [bob],
      trace: [
        'failed dns-no-name',
        'failed dns-no-name',
        'passed ldap-servers',
        'passed ldap-entries',
        ': skipped record-unreadable',
        taken,
      ],
    },
  ]

  test.each(cases)('$comment', async ({ zone, hosts, refused, found, trace }) => {
    published['http://a.example/bob.cer'] = bob.bytes
    published['http://a.example/too.cer'] = bobToo.bytes
    const judge = takingAllBut(...(refused?.() ?? []))
    const answer = await findCertificates({ address, judge }, ports(zone(), hosts?.()))
    expect(answer.certificates.map(({ bytes }) => bytes)).toEqual(found().map(({ bytes }) => bytes))
    expect(marksOf(answer.steps)).toEqual(trace)
  })

  const silences: readonly { readonly comment: string; readonly zone: Zone; readonly hosts?: Hosts }[] = [
    { comment: 'DNS for the address', zone: { [`CERT bob.${domain}`]: 'silent' } },
    { comment: 'DNS for the domain', zone: { [`CERT ${domain}`]: 'silent' } },
    { comment: 'DNS for the directories', zone: { 'SRV _ldap._tcp.direct.example': 'silent' } },
    {
      comment: 'DNS for the host of the directory',
      zone: { ...hasDirectory, 'A ldap.example': 'silent' },
      hosts: { 'ldap.example': {} },
    },
    { comment: 'the only directory (DISC-53)', zone: hasDirectory, hosts: {} },
    { comment: 'one of two directories', zone: hasTwo, hosts: { 'ldap2.example': {} } },
    {
      comment: 'the server where the certificate lies',
      zone: { [`CERT ${domain}`]: [cert('http://busy.example/', 4)] },
    },
  ]
  test.each(silences)('DISC-7: $comment does not tell: the search failed', async ({ zone, hosts }) => {
    const search = findCertificates({ address, judge: takingAllBut() }, ports(zone, hosts))
    const error = await search.catch((error: unknown) => error)
    expect(error).toBeInstanceOf(DiscoveryError)
    expect(error).toMatchObject({ code: 'ERR_DISCOVERY_FAILED', temporary: true })
    expect(marksOf((error as DiscoveryError).steps)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^unknown /)]),
    )
    expect(JSON.stringify(error)).not.toContain('bob')
  })

  test('a domain beyond ASCII is asked for in A-labels everywhere', async () => {
    const zone = { ...A, 'SRV _ldap._tcp.xn--zrich-kva.example': [srv('ldap.example')] }
    const hosts = { 'ldap.example': { 'zoe@xn--zrich-kva.example': { userCertificate: [bob.bytes] } } }
    const inMemory = ports(zone, hosts)
    const { certificates } = await findCertificates({ address: 'zoe@Zürich.example', judge: takingAllBut() }, inMemory)
    expect(certificates.map(({ bytes }) => bytes)).toEqual([bob.bytes])
    expect(inMemory.asked.slice(0, 3)).toEqual([
      'CERT zoe.xn--zrich-kva.example',
      'CERT xn--zrich-kva.example',
      'SRV _ldap._tcp.xn--zrich-kva.example',
    ])
  })

  test.each([
    { comment: 'a label that is too long', domain: `${'a'.repeat(64)}.example` },
    { comment: 'an empty label', domain: 'a..example' },
    { comment: 'one name that looks like another', domain: '\u212alinik.example' },
  ])('a domain that DNS has no name for has nothing, and that is an answer: $comment', async ({ domain }) => {
    const inMemory = ports({})
    const { steps } = await findCertificates({ address: `bob@${domain}`, judge: takingAllBut() }, inMemory)
    expect(marksOf(steps)).toEqual(['failed ldap-not-offered'])
    expect(inMemory.asked).toEqual([])
  })

  test('a certificate of another domain under the name is refused by the judge, and the next place is asked (DISC-4)', async () => {
    const zone = { [`CERT bob.${domain}`]: [cert(bobToo.bytes)], [`CERT ${domain}`]: [cert(bob.bytes)] }
    const { certificates } = await findCertificates({ address, judge: takingAllBut(bobToo) }, ports(zone))
    expect(certificates.map(({ bytes }) => bytes)).toEqual([bob.bytes])
  })
})

describe('what a discovery keeps (DISC-8)', () => {
  const zone = (): Zone => ({ [`CERT bob.${domain}`]: [cert(bob.bytes)] })

  function kept(zone: Zone, ttl = 300) {
    const resolver = resolverOf(zone, ttl)
    let now = bob.notBefore
    const discovery = createDiscovery({ resolver, random: () => 0 }, { clock: () => now })
    const find = (): Promise<Discovered> => discovery.find({ address, judge: takingAllBut() })
    const pass = (ms: number) => {
      now += ms
    }
    return { resolver, find, pass }
  }

  test.each([
    { comment: 'within its time', ttl: 300, ms: 299_999, times: 1 },
    { comment: 'when its time is over', ttl: 300, ms: 300_000, times: 2 },
    { comment: 'never longer than an hour', ttl: 1e9, ms: 3_600_000, times: 2 },
    { comment: 'no time at all', ttl: 0, ms: 0, times: 2 },
  ])('$comment', async ({ ttl, ms, times }) => {
    const { resolver, find, pass } = kept(zone(), ttl)
    await find()
    pass(ms)
    expect((await find()).certificates).toHaveLength(1)
    expect(resolver.asked).toHaveLength(times)
  })

  test('never beyond the end of a certificate', async () => {
    const { resolver, find, pass } = kept(zone(), 3600)
    pass(bob.notAfter - bob.notBefore - 1000)
    await find()
    pass(1000)
    await find()
    expect(resolver.asked).toHaveLength(2)
  })

  test('that there is none, for five minutes; that nobody tells, not at all', async () => {
    const none = kept({}, 3600)
    await none.find()
    none.pass(299_999)
    await none.find()
    expect(none.resolver.asked).toHaveLength(3)
    none.pass(1)
    await none.find()
    expect(none.resolver.asked).toHaveLength(6)
    const silent = kept({ [`CERT bob.${domain}`]: 'silent' })
    await expect(silent.find()).rejects.toBeInstanceOf(DiscoveryError)
    await expect(silent.find()).rejects.toBeInstanceOf(DiscoveryError)
    expect(silent.resolver.asked.filter((question) => question === `CERT bob.${domain}`)).toHaveLength(2)
  })

  test('a verdict is not kept', async () => {
    const { resolver } = kept(zone())
    const discovery = createDiscovery({ resolver, random: () => 0 }, { clock: () => 0 })
    expect((await discovery.find({ address, judge: takingAllBut() })).certificates).toHaveLength(1)
    expect((await discovery.find({ address, judge: takingAllBut(bob) })).certificates).toHaveLength(0)
  })

  test('hundreds who ask for one domain at a time are one question', async () => {
    const resolver = resolverOf({ [`CERT ${domain}`]: [cert(all.bytes)] })
    const discovery = createDiscovery({ resolver, random: () => 0 }, { clock: () => 0 })
    const people = Array.from({ length: 300 }, (_, index) => `p${index}@${domain}`)
    const answers = await Promise.all(people.map((each) => discovery.find({ address: each, judge: takingAllBut() })))
    expect(answers.every(({ certificates }) => certificates.length === 1)).toBe(true)
    expect(resolver.asked.filter((question) => question === `CERT ${domain}`)).toHaveLength(1)
    expect(resolver.asked).toHaveLength(301)
  })
})

describe('what a stranger publishes costs little', () => {
  test('a thousand certificates: eight are used', async () => {
    const many = await Promise.all(
      Array.from({ length: 20 }, (_, index) => issueMailbox(address, { cn: `Bob ${index}`, key: 'k' })),
    )
    const records = Array.from({ length: 1000 }, (_, index) => cert(many[index % 20]!.bytes))
    let judged = 0
    const judge = takingAllBut()
    const counted = (certificate: Certificate) => {
      judged += 1
      return judge(certificate)
    }
    const { certificates } = await findCertificates({ address, judge: counted }, ports({ [`CERT ${domain}`]: records }))
    expect(certificates).toHaveLength(8)
    expect(judged).toBe(20)
  })

  test('a resolver that never answers: the time is over', async () => {
    const resolver = { resolve: () => new Promise<never>(() => undefined) }
    const discovery = createDiscovery({ resolver, random: () => 0 }, { clock: () => 0, timeoutMs: 50 })
    const search = discovery.find({ address, judge: takingAllBut() })
    await expect(search).rejects.toMatchObject({ code: 'ERR_DISCOVERY_FAILED', temporary: true })
  })

  test('whoever aborts hears his own reason', async () => {
    const resolver = { resolve: () => new Promise<never>(() => undefined) }
    const controller = new AbortController()
    const search = findCertificates(
      { address, judge: takingAllBut(), signal: controller.signal },
      { resolver, random: () => 0 },
    )
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(search).rejects.toBe(reason)
  })
})
