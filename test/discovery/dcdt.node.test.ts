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
import type { Certificate } from '../../src/x509/index.js'
import { type DirectoryServer, directoryBase, startDirectory } from '../helpers/directory.node.js'
import { freePort } from '../helpers/free-port.node.js'
import { issueAuthority, issueMailbox, keyPair, now } from '../helpers/issue.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'
import { cases, key, type Published, type Web, writtenCases } from './dcdt-cases.node.js'

const all = [...cases, ...writtenCases()]

/** What is said of a recipient for whom nothing is sent, where it is not that the certificates are of no use. */
const codes: Readonly<Record<string, string>> = {
  D11: 'no-certificate',
  D12: 'lookup-failed',
  D13: 'no-certificate',
  'DTS 577': 'no-certificate',
}

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
    for (const { id, local = 'bob', make } of all) {
      const domain = `${id.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.hospital.example`
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

  test.each(all)('$id: $comment: as found', async ({ id }) => {
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

  test.each(all)('$id: $comment: as sealed', async ({ id }) => {
    const { address, right } = made.get(id)!
    const { pkcs8 } = await keyPair('Ann')
    const certificate = await issueMailbox('ann@direct.clinic.example', { cn: 'Ann', by: 'CA' })
    const identity = await loadIdentity({ certificate: certificate.bytes, privateKey: pkcs8 })
    const agent = createAgent({ identities: [identity], trust: [root], discovery, fetch, clock: () => now })
    const sealed = await agent.seal({ from: 'ann@direct.clinic.example', to: address, text: 'Fine.' })
    if (!right) {
      expect(sealed.messages).toEqual([])
      const wanted = codes[id.replace(/.*, /, '')] ?? 'no-usable-certificate'
      expect(sealed.rejected).toMatchObject([{ code: wanted, temporary: wanted === 'lookup-failed' }])
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
