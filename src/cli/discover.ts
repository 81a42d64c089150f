import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { policies } from '../agent/index.js'
import { hostCrypto } from '../crypto/index.js'
import {
  createDohResolver,
  type Discovered,
  DiscoveryError,
  type DiscoveryQuestion,
  findCertificates,
  type Resolver,
} from '../discovery/index.js'
import type { DnsAnswer } from '../dns/index.js'
import { createRetriever, type Retriever } from '../http/index.js'
import { encodePem, loadCertificates } from '../keys/index.js'
import { addressKey } from '../mime/index.js'
import { createDnsResolver, guardedFetch, ldapDirectory } from '../node/index.js'
import { anchorOf, createPathCaches, type TrustAnchor } from '../path/index.js'
import { judgeWithRetrieval } from '../trust/index.js'
import { accept, explain } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'

/** `discover ADDRESS`: every place that was asked, what came, and why it was or was not taken. */
export const discover: Command = {
  summary: 'finds the certificates of a Direct address, and tells where it looked',
  operands: 'ADDRESS',
  options: {
    dns: { type: 'string', multiple: true, value: 'SERVER', help: 'ask this DNS server: an address, or address:port' },
    doh: { type: 'string', value: 'URL', help: 'ask DNS over HTTPS' },
    ldap: { type: 'string', value: 'HOST[:PORT]', help: 'ask this directory instead of those that DNS names' },
    trust: { type: 'string', value: 'FILE', help: 'take only what leads to these anchors (PEM, DER or PKCS#7)' },
    'own-network': { type: 'boolean', help: 'connect to addresses of the own network, too' },
    pem: { type: 'boolean', help: 'print the certificates that were taken, and nothing else' },
  },
  exitCodes: { 0: 'found', 1: 'not found', 2: 'the lookup failed: ask again later' },
  async run(given, terminal) {
    const [address, ...others] = given.operands
    if (address === undefined || others.length > 0) throw new UsageError('one address, please')
    const answer = await search(address, given, terminal)
    if (given.has('json')) terminal.print(`${JSON.stringify({ address, ...asJson(answer) }, null, 2)}\n`)
    else if (given.has('pem'))
      terminal.print(answer.certificates.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join(''))
    else terminal.print(asText(address, answer))
    return { found: 0, 'not-found': 1, 'lookup-failed': 2 }[answer.outcome]
  },
}

interface Answer extends Discovered {
  readonly outcome: 'found' | 'not-found' | 'lookup-failed'
}

async function search(address: string, given: Given, { clock }: Terminal): Promise<Answer> {
  const directory = directoryOf(given.text('ldap'))
  const allow = ({ hostname }: { readonly hostname: string }) =>
    given.has('own-network') || hostname === directory?.host
  const fetch = guardedFetch({ allow })
  const retriever = createRetriever({ fetch, clock })
  const resolver = resolverOf(given, clock)
  const ports = {
    resolver: directory ? withDirectory(resolver, directory) : resolver,
    directory: ldapDirectory({ allow }),
    retriever,
    random: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  }
  const trust = given.text('trust')
  const anchors = trust === undefined ? [] : loadCertificates(await fileAt(trust)).map(anchorOf)
  const judge = judgeOf({ address, anchors, anyone: trust === undefined, retriever, at: clock() })
  try {
    const found = await findCertificates({ address, judge }, ports)
    return { ...found, outcome: found.certificates.length > 0 ? 'found' : 'not-found' }
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error
    return { certificates: [], steps: error.steps, outcome: 'lookup-failed' }
  }
}

async function fileAt(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new UsageError(`the file ${path} cannot be read`, { cause })
  }
}

interface Judging {
  readonly address: string
  readonly anchors: readonly TrustAnchor[]
  /** Nobody said whom to trust: a certificate that lacks nothing else is taken. */
  readonly anyone: boolean
  readonly retriever: Retriever
  readonly at: number
}

function judgeOf({ address, anchors, anyone, retriever, at }: Judging): DiscoveryQuestion['judge'] {
  const evidence = { crypto: hostCrypto(), at, anchors, certificates: [], caches: createPathCaches() }
  return async (certificate) => {
    const question = { certificate, address, use: 'encryption' } as const
    const ports = anyone ? {} : { retriever }
    const verdict = await judgeWithRetrieval(question, evidence, policies.direct.trust, ports)
    if (verdict.ok || !anyone || verdict.code !== 'untrusted') return verdict
    return accept(
      {},
      verdict.explanation.steps.filter(({ outcome }) => outcome === 'passed'),
    )
  }
}

function resolverOf(given: Given, clock: () => number): Resolver {
  const [doh, dns] = [given.text('doh'), given.texts('dns')]
  if (doh !== undefined && dns.length > 0) throw new UsageError('either --dns or --doh')
  if (doh !== undefined) {
    // Whoever calls the command chose this service, and no stranger.
    const retriever = createRetriever({ fetch: guardedFetch({ allow: () => true }), clock })
    return createDohResolver({ url: doh, retriever, clock })
  }
  if (!dns.every((server) => isIP(server) || isIP(placeOf(server)?.host ?? ''))) {
    throw new UsageError('a DNS server is ADDRESS, ADDRESS:PORT or [ADDRESS]:PORT')
  }
  return createDnsResolver(dns.length > 0 ? { servers: dns } : {})
}

interface Place {
  readonly host: string
  readonly port?: number
}

function placeOf(text: string): Place | undefined {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain
  return host === undefined ? undefined : { host, ...(port !== undefined && { port: Number(port) }) }
}

function directoryOf(text: string | undefined): Place | undefined {
  if (text === undefined) return undefined
  const place = placeOf(text)
  if (!place) throw new UsageError('a directory is HOST, HOST:PORT or [ADDRESS]:PORT')
  return place
}

/** DNS that names this directory for every domain. */
function withDirectory(resolver: Resolver, { host, port = 389 }: Place): Resolver {
  const answer = (records: DnsAnswer['records']): DnsAnswer => ({ kind: 'records', records, ttl: 0 })
  const family = { 4: 'A', 6: 'AAAA' }[isIP(host)]
  return {
    async resolve(question, options) {
      const { name, type } = question
      const owned = { name, ttl: 0 }
      if (type === 'SRV') return answer([{ ...owned, type, priority: 0, weight: 0, port, target: host }])
      if (name !== host || family === undefined) return resolver.resolve(question, options)
      return answer(
        type === 'A' || type === 'AAAA' ? [{ ...owned, type, address: host }].filter(() => type === family) : [],
      )
    },
  }
}

const words: Readonly<Record<Answer['outcome'], string>> = {
  found: 'found',
  'not-found': 'not found',
  'lookup-failed': 'the lookup failed; ask again later',
}

function asText(address: string, { outcome, certificates, steps }: Answer): string {
  const found = certificates.map((certificate) => {
    const { subject, issuer, serialNumber } = describeCertificate(certificate)
    return `  ${subject}, issued by ${issuer}, serial ${serialNumber}, until ${new Date(certificate.notAfter).toISOString()}`
  })
  const trace = explain({ code: outcome, steps })
  return [trace, '', `${addressKey(address)}: ${words[outcome]}`, ...found, ''].join('\n')
}

function asJson({ outcome, certificates, steps }: Answer): object {
  return { outcome, certificates: certificates.map(certificateJson), steps }
}

function certificateJson(certificate: Certificate): object {
  return {
    ...describeCertificate(certificate),
    notBefore: new Date(certificate.notBefore).toISOString(),
    notAfter: new Date(certificate.notAfter).toISOString(),
    pem: encodePem('CERTIFICATE', certificate.bytes),
  }
}
