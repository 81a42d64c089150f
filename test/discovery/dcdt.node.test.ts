import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent, policies } from '../../src/agent/index.js'
import { hostCrypto } from '../../src/crypto/index.js'
import {
  certRecord,
  createDiscovery,
  type Discovery,
  DiscoveryError,
  type DiscoveryPorts,
  findCertificates,
  ldifEntry,
} from '../../src/discovery/index.js'
import { createRetriever } from '../../src/http/index.js'
import { loadIdentity } from '../../src/keys/index.js'
import { createDnsResolver, guardedFetch, ldapDirectory } from '../../src/node/index.js'
import { anchorOf, createPathCaches } from '../../src/path/index.js'
import { judgeWithRetrieval } from '../../src/trust/index.js'
import {
  accessMethods,
  buildCertificateList,
  buildName,
  type Certificate,
  distributionPointAt,
} from '../../src/x509/index.js'
import { type DirectoryServer, directoryBase, startDirectory } from '../helpers/directory.node.js'
import { freePort } from '../helpers/free-port.node.js'
import { issue, issueAuthority, issueMailbox, keyPair, now } from '../helpers/issue.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'

// The cases of ONC's Direct Certificate Discovery Tool, each with a domain of its own, against real servers. Whoever
// writes must use the certificate that is called right, or send nothing at all.

const expired = { notBefore: Date.UTC(2025, 0, 1), notAfter: Date.UTC(2025, 11, 31) }
const key = 'shared by all recipients'

const forAddress = (address: string, draft = {}) => issueMailbox(address, { cn: address, by: 'CA', key, ...draft })
const forDomain = (domain: string, draft = {}) =>
  issue({
    cn: domain,
    by: 'CA',
    key,
    keyUsage: ['digitalSignature', 'keyEncipherment'],
    subjectAltName: [{ type: 'dNSName', value: domain }],
    ...draft,
  })

/** What is published for one domain. */
interface Published {
  /** Certificates in DNS; the owner's name is that of the address or of the domain. */
  readonly dns?: readonly { readonly for: string; readonly certificate: Certificate }[]
  /** Directories in the order of the SRV records. */
  readonly ldap?: readonly {
    readonly priority?: number
    readonly weight?: number
    /** Absent: nobody listens there. */
    readonly entries?: readonly { readonly for: string; readonly certificate: Certificate }[]
  }[]
}

interface Case {
  readonly id: string
  readonly comment: string
  /** As it is written to; the domain of the case is put behind. */
  readonly local?: string
  readonly make: (
    address: string,
    domain: string,
    web: Web,
  ) => Promise<{ readonly published: Published; readonly right?: Certificate }>
}

/** A server for what certificates point to. */
interface Web {
  at(path: string): string
  /** What lies there. */
  readonly pages: Map<string, Uint8Array>
}

/** Everything expired where it must not be taken from. */
const cases: readonly Case[] = [
  {
    id: 'D1',
    comment: 'DNS, address: the valid one',
    make: async (address, domain) => {
      const right = await forAddress(address)
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      const other = { for: address, certificate: await forAddress(`other@${domain}`) }
      return {
        published: { dns: [{ for: address, certificate: right }, other, old], ldap: [{ entries: [old] }] },
        right,
      }
    },
  },
  {
    id: 'D2',
    comment: 'DNS, domain: the one of the address has expired',
    make: async (address, domain) => {
      const right = await forDomain(domain)
      const old = { for: address, certificate: await forAddress(address, expired) }
      const other = { for: domain, certificate: await forDomain('other.example') }
      return {
        published: { dns: [old, other, { for: domain, certificate: right }], ldap: [{ entries: [old] }] },
        right,
      }
    },
  },
  {
    id: 'D3',
    comment: 'LDAP, address',
    make: async (address, domain) => {
      const right = await forAddress(address)
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      return { published: { ldap: [{ entries: [{ for: address, certificate: right }, old] }] }, right }
    },
  },
  {
    id: 'D4',
    comment: 'LDAP, domain',
    make: async (_, domain) => {
      const right = await forDomain(domain)
      return { published: { ldap: [{ entries: [{ for: domain, certificate: right }] }] }, right }
    },
  },
  {
    id: 'D5',
    comment: 'DNS, address, expired: nothing',
    make: async (address) => ({
      published: { dns: [{ for: address, certificate: await forAddress(address, expired) }] },
    }),
  },
  {
    id: 'D6',
    comment: 'DNS, domain, expired: nothing',
    make: async (_, domain) => ({
      published: { dns: [{ for: domain, certificate: await forDomain(domain, expired) }] },
    }),
  },
  {
    id: 'D7',
    comment: 'LDAP, address, expired: nothing',
    make: async (address) => ({
      published: { ldap: [{ entries: [{ for: address, certificate: await forAddress(address, expired) }] }] },
    }),
  },
  {
    id: 'D8',
    comment: 'LDAP, domain, expired: nothing',
    make: async (_, domain) => ({
      published: { ldap: [{ entries: [{ for: domain, certificate: await forDomain(domain, expired) }] }] },
    }),
  },
  {
    id: 'D9',
    comment: 'DNS, address: a valid and an expired one in one set',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return { published: { dns: [old, right].map((certificate) => ({ for: address, certificate })) }, right }
    },
  },
  {
    id: 'D10',
    comment: 'LDAP: the first server is away, the second has it',
    make: async (address) => {
      const right = await forAddress(address)
      const second = { priority: 1, entries: [{ for: address, certificate: right }] }
      return { published: { ldap: [{ priority: 0 }, second] }, right }
    },
  },
  { id: 'D11', comment: 'no CERT, no SRV: nothing', make: async () => ({ published: {} }) },
  {
    id: 'D12',
    comment: 'no CERT, the only server is away: nothing',
    make: async () => ({ published: { ldap: [{}] } }),
  },
  {
    id: 'D13',
    comment: 'no CERT, the directory is empty: nothing',
    make: async () => ({ published: { ldap: [{ entries: [] }] } }),
  },
  {
    id: 'D14',
    comment: 'DNS, address: larger than UDP carries',
    make: async (address) => {
      const extensions = [{ oid: '1.2.3.4', critical: false, value: new Uint8Array(2000) }]
      const right = await forAddress(address, { extensions })
      return { published: { dns: [{ for: address, certificate: right }] }, right }
    },
  },
  {
    id: 'D15',
    comment: 'LDAP: two servers, the first has the valid one',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return {
        published: {
          ldap: [
            { priority: 1, entries: [{ for: address, certificate: old }] },
            { priority: 0, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'D16',
    comment: 'LDAP: of one priority the server with the weight is asked first',
    make: async (address) => {
      const right = await forAddress(address)
      const other = await forAddress(address)
      return {
        published: {
          ldap: [
            { weight: 0, entries: [{ for: address, certificate: other }] },
            { weight: 100, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'D17',
    comment: 'DNS, address: two that were revoked, and the valid one',
    make: async (address, domain, web) => {
      const cRLDistributionPoints = [distributionPointAt(web.at('/d17.crl'))]
      const [revoked, right, revokedToo] = await Promise.all(
        [1, 2, 3].map(() => forAddress(address, { cRLDistributionPoints })),
      )
      const list = {
        issuer: buildName([['CN', 'CA']]),
        thisUpdate: now - 3_600_000,
        nextUpdate: now + 3_600_000,
        revoked: [revoked!, revokedToo!].map(({ serialNumber }) => ({ serialNumber, revocationDate: now - 3_600_000 })),
      }
      web.pages.set('/d17.crl', await buildCertificateList(list, (await keyPair('CA')).signer()))
      const dns = [revoked!, right!, revokedToo!].map((certificate) => ({ for: address, certificate }))
      const old = { for: domain, certificate: await forDomain(domain, expired) }
      return { published: { dns: [...dns, old] }, right: right! }
    },
  },
  {
    id: 'D18',
    comment: 'DNS, address: the issuer is found where the certificate points to',
    make: async (address, _, web) => {
      const issuing = await issueAuthority({ cn: 'Issuing', by: 'CA' })
      web.pages.set('/issuing.cer', issuing.bytes)
      const accessLocation = { type: 'uniformResourceIdentifier', value: web.at('/issuing.cer') } as const
      const authorityInfoAccess = [{ accessMethod: accessMethods.caIssuers, accessLocation }]
      const right = await forAddress(address, { by: 'Issuing', authorityInfoAccess })
      return { published: { dns: [{ for: address, certificate: right }] }, right }
    },
  },
  {
    id: 'DTS 517',
    comment: 'LDAP: the first server has an expired one, the second a valid one',
    make: async (address) => {
      const right = await forAddress(address)
      const old = await forAddress(address, expired)
      return {
        published: {
          ldap: [
            { priority: 0, entries: [{ for: address, certificate: old }] },
            { priority: 1, entries: [{ for: address, certificate: right }] },
          ],
        },
        right,
      }
    },
  },
  {
    id: 'DTS 573',
    comment: 'DNS: the address in other letters',
    local: 'Bob',
    make: async (address) => {
      const right = await forAddress(address.toLowerCase())
      return { published: { dns: [{ for: address.toLowerCase(), certificate: right }] }, right }
    },
  },
  {
    id: 'DTS 557',
    comment: 'LDAP: the address in other letters',
    local: 'BOB',
    make: async (address) => {
      const right = await forAddress(address.toLowerCase())
      return { published: { ldap: [{ entries: [{ for: address.toLowerCase(), certificate: right }] }] }, right }
    },
  },
  {
    id: 'DTS 577',
    comment: 'LDAP: entries of others alone: nothing',
    make: async (_, domain) => ({
      published: {
        ldap: [{ entries: [{ for: `other@${domain}`, certificate: await forAddress(`other@${domain}`) }] }],
      },
    }),
  },
]

describe.skipIf(!needs('bind') || !needs('slapd'))('the cases of the discovery tool', () => {
  const stops: (() => Promise<void>)[] = []
  const made = new Map<string, { readonly address: string; readonly right?: Certificate }>()
  let bind: NameServer
  let root: Certificate
  let ports: DiscoveryPorts
  let discovery: Discovery
  const own = { allow: ({ address }: { readonly address: string }) => address === '127.0.0.1' }
  const fetch = guardedFetch(own)
  const retriever = createRetriever({ fetch, clock: () => now })

  beforeAll(async () => {
    root = await issueAuthority({ cn: 'CA' })
    const web = await startWeb()
    const zones: Record<string, string> = {}
    for (const { id, local = 'bob', make } of cases) {
      const domain = `${id.toLowerCase().replace(' ', '')}.hospital.example`
      const address = `${local}@${domain}`
      const { published, right } = await make(address, domain, web)
      made.set(id, { address, ...(right && { right }) })
      const servers = await Promise.all((published.ldap ?? []).map(startServer))
      const records = (published.dns ?? []).map(({ for: owner, certificate }) =>
        certRecord(certificate, { for: owner }),
      )
      const srv = (published.ldap ?? []).map(
        ({ priority = 0, weight = 0 }, index) => `_ldap._tcp SRV ${priority} ${weight} ${servers[index]} ldap${index}`,
      )
      const hosts = servers.map((_, index) => `ldap${index} A 127.0.0.1`)
      zones[domain] = [...records, ...srv, ...hosts].join('\n')
    }
    bind = await startNameServer(zones)
    stops.push(bind.stop)
    const resolver = createDnsResolver({ servers: [bind.server], timeoutMs: 2000 })
    // The draw that falls on the server with the weight.
    const random = () => 0.5
    ports = { resolver, directory: ldapDirectory(own), retriever, random }
    discovery = createDiscovery(ports, { clock: () => now })
  }, 120_000)

  afterAll(async () => {
    await Promise.all(stops.map((stop) => stop()))
  })

  async function startWeb(): Promise<Web> {
    const pages: Web['pages'] = new Map()
    const server = createServer(({ url = '' }, response) => {
      const page = pages.get(url)
      response.writeHead(page ? 200 : 404).end(page)
    })
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    stops.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
    return { pages, at: (path) => `http://127.0.0.1:${port}${path}` }
  }

  async function startServer({ entries }: NonNullable<Published['ldap']>[number]): Promise<number> {
    if (!entries) return freePort()
    const ldif = entries.map(({ for: owner, certificate }) =>
      ldifEntry([certificate], { base: directoryBase, for: owner }),
    )
    const server: DirectoryServer = await startDirectory(ldif.join('\n'))
    stops.push(server.stop)
    return server.port
  }

  test.each(cases)('$id: $comment: as found', async ({ id }) => {
    const { address, right } = made.get(id)!
    const evidence = {
      crypto: hostCrypto(),
      at: now,
      anchors: [anchorOf(root)],
      certificates: [],
      caches: createPathCaches(),
    }
    const judge = (certificate: Certificate) =>
      judgeWithRetrieval({ certificate, address, use: 'encryption' }, evidence, policies.direct.trust, { retriever })
    const search = findCertificates({ address, judge }, ports)
    if (id === 'D12') return expect(search).rejects.toBeInstanceOf(DiscoveryError)
    const { certificates } = await search
    expect(certificates.map(({ serialNumber }) => serialNumber)).toEqual(right ? [right.serialNumber] : [])
  })

  test.each(cases)('$id: $comment: as sealed', async ({ id }) => {
    const { address, right } = made.get(id)!
    const { pkcs8 } = await keyPair('Ann')
    const certificate = await issueMailbox('ann@direct.clinic.example', { cn: 'Ann', by: 'CA' })
    const identity = await loadIdentity({ certificate: certificate.bytes, privateKey: pkcs8 })
    const agent = createAgent({ identities: [identity], trust: [root], discovery, fetch, clock: () => now })
    const sealed = await agent.seal({ from: 'ann@direct.clinic.example', to: address, text: 'Fine.' })
    if (!right) {
      expect(sealed.messages).toEqual([])
      const code = { D12: 'lookup-failed', D11: 'no-certificate', D13: 'no-certificate', 'DTS 577': 'no-certificate' }[
        id
      ]
      expect(sealed.rejected).toMatchObject([{ code: code ?? 'no-usable-certificate', temporary: id === 'D12' }])
      return
    }
    expect(sealed.accepted.flatMap(({ certificates }) => certificates.map(({ serialNumber }) => serialNumber))).toEqual(
      [right.serialNumber],
    )
    const bob = await loadIdentity({ certificate: right.bytes, privateKey: (await keyPair(key)).pkcs8 })
    const hospital = createAgent({ identities: [bob], trust: [root], discovery: [], clock: () => now })
    expect(await hospital.open(sealed.messages[0]!.raw)).toMatchObject({ kind: 'message' })
  })

  const shell = (command: string, ...options: readonly string[]) => execFileSync(command, options).toString()
  const inBase64 = ({ bytes }: Certificate) => Buffer.from(bytes).toString('base64')

  test.each([
    { id: 'H1', comment: 'DNS, address', of: 'D1' },
    { id: 'H2', comment: 'DNS, domain', of: 'D2' },
  ])('$id: what is published here is found by dig: $comment', ({ id, of }) => {
    const { address, right } = made.get(of)!
    const name = id === 'H1' ? address.replace('@', '.') : address.slice(address.indexOf('@') + 1)
    const answer = shell('dig', '@127.0.0.1', '-p', bind.server.split(':')[1]!, '+tcp', '+short', 'CERT', name)
    expect(answer.replace(/\s/g, '')).toContain(inBase64(right!))
  })

  test.each([
    { id: 'H3', comment: 'LDAP, address', of: 'D3' },
    { id: 'H4', comment: 'LDAP, domain', of: 'D4' },
  ])('$id: what is published here is found by ldapsearch: $comment', ({ id, of }) => {
    const { address, right } = made.get(of)!
    const domain = address.slice(address.indexOf('@') + 1)
    const srv = shell('dig', '@127.0.0.1', '-p', bind.server.split(':')[1]!, '+short', 'SRV', `_ldap._tcp.${domain}`)
    const url = `ldap://127.0.0.1:${srv.split(' ')[2]}`
    const filter = `(&(mail=${id === 'H3' ? address : domain})(|(userCertificate;binary=*)(userCertificate=*)))`
    const answer = shell('ldapsearch', '-x', '-LLL', '-o', 'ldif-wrap=no', '-H', url, '-b', directoryBase, filter)
    expect(answer).toContain(`userCertificate;binary:: ${inBase64(right!)}`)
  })
})
