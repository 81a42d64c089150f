import { isIP } from 'node:net'
import {
  certificateList,
  createDiscovery,
  createDohResolver,
  type Discovery,
  type Resolver,
} from '../discovery/index.js'
import type { DnsAnswer } from '../dns/index.js'
import { createRetriever, type Fetch, type Retriever } from '../http/index.js'
import { loadCertificates } from '../keys/index.js'
import { type AllowAddress, createDnsResolver, guardedFetch, ldapDirectory } from '../node/index.js'
import { type Given, type Options, type Terminal, UsageError } from './command.js'
import { fileAt } from './files.js'

/** Where certificates of others are looked for. */
export const lookupOptions: Options = {
  directory: {
    type: 'string',
    multiple: true,
    value: 'FILE',
    help: 'look among these certificates (PEM, DER or PKCS#7), and in no network',
  },
  dns: { type: 'string', multiple: true, value: 'SERVER', help: 'ask this DNS server: an address, or address:port' },
  doh: { type: 'string', value: 'URL', help: 'ask DNS over HTTPS' },
  ldap: { type: 'string', value: 'HOST[:PORT]', help: 'ask this directory instead of those that DNS names' },
}

export const ownNetworkOption: Options = {
  'own-network': { type: 'boolean', help: 'connect to addresses of the own network, too' },
}

/** How that is fetched which certificates point to. */
export const fetchOptions: Options = {
  ...ownNetworkOption,
  offline: { type: 'boolean', help: 'fetch nothing: no revocation, no issuers' },
}

/** What is fetched with; nothing when all is to be done offline. */
export function fetchOf(given: Given): Fetch | undefined {
  return given.has('offline') ? undefined : guardedFetch({ allow: allowOf(given) })
}

/** The same within limits. It keeps what it got: one for each call. */
export function retrieverOf(given: Given, terminal: Terminal): Retriever | undefined {
  return given.has('offline') ? undefined : onlineRetrieverOf(given, terminal)
}

/** For commands that are of no use offline. */
export function onlineRetrieverOf(given: Given, { clock }: Terminal): Retriever {
  return createRetriever({ fetch: guardedFetch({ allow: allowOf(given) }), clock })
}

/** Finds certificates: in files, or in DNS and LDAP. */
export function discoveryOf(given: Given, terminal: Terminal): Discovery {
  const files = given.texts('directory')
  const isAsked = ['dns', 'doh', 'ldap'].some((name) => given.has(name))
  if (files.length > 0) {
    if (isAsked) throw new UsageError('either --directory, or DNS and LDAP')
    return certificateList(loadCertificates(files.map(fileAt)))
  }
  const retriever = retrieverOf(given, terminal)
  if (!retriever) throw new UsageError('--offline wants --directory')
  const directory = directoryOf(given)
  const resolver = resolverOf(given, terminal)
  const ports = {
    resolver: directory ? withDirectory(resolver, directory) : resolver,
    directory: ldapDirectory({ allow: allowOf(given) }),
    retriever,
    random: () => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32,
  }
  return createDiscovery(ports, { clock: terminal.clock })
}

/** What the caller of the command named, no stranger chose. */
function allowOf(given: Given): AllowAddress {
  const directory = directoryOf(given)
  return ({ hostname }) => given.has('own-network') || hostname === directory?.host
}

function resolverOf(given: Given, { clock }: Terminal): Resolver {
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

function directoryOf(given: Given): Place | undefined {
  const text = given.text('ldap')
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
