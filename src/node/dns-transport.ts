import { getServers } from 'node:dns'
import { type DnsTransport, type Resolver, resolverOver } from '../discovery/index.js'
import { DnsError, type DnsReading } from '../dns/index.js'
import { askingAuthorities } from './dns-authorities.js'
import { askOverTcp, askOverUdp, type Endpoint, endpointOf, type Read } from './dns-exchange.js'
import type { AllowAddress } from './judged-lookup.js'

export interface DnsOptions {
  /** Servers, each an address or `address:port` (of IPv6 `[address]:port`), tried in this order. Default: the host's. */
  readonly servers?: readonly string[]
  /** For one try at one server, in milliseconds. Default 2,000. */
  readonly timeoutMs?: number
  /** How often the whole list is gone through. Default 2. */
  readonly attempts?: number
  /** `tcp` asks over TCP from the start. Default `udp`. */
  readonly protocol?: 'udp' | 'tcp'
  /** For one question with all its tries and aliases, in milliseconds. Default 20,000. */
  readonly deadlineMs?: number
  /**
   * Where the servers have no certificate, asks those of the domain itself, on port 53: some resolvers do not know the type
   * (DISC-30). Addresses of the own network are refused, save those that `allow` lets through. Default: nobody else is
   * asked.
   */
  readonly authorities?: { readonly allow?: AllowAddress }
}

/**
 * A resolver over UDP, and over TCP where an answer has no room or UDP does not get through (DISC-28).
 *
 * Each question leaves from a port of its own that the system picks, with a number at random; what is no answer to it is
 * passed over (RFC 5452).
 */
export function createDnsResolver(options: DnsOptions = {}): Resolver {
  const { deadlineMs = 20_000, authorities } = options
  const resolver = resolverOver(dnsTransport(options), randomId)
  if (!authorities) return withDeadline(resolver, deadlineMs)
  const resolverTo = (servers: readonly string[]) => resolverOver(dnsTransport({ ...options, servers }), randomId)
  return withDeadline(askingAuthorities(resolver, { ...authorities, resolverTo }), deadlineMs)
}

function randomId(): number {
  return crypto.getRandomValues(new Uint16Array(1))[0]!
}

function withDeadline(resolver: Resolver, deadlineMs: number): Resolver {
  return {
    async resolve(question, { signal } = {}) {
      const late = new AbortController()
      const error = new DnsError('ERR_DNS_TIMEOUT', `no answer within ${deadlineMs} ms`, { temporary: true })
      const timer = setTimeout(() => late.abort(error), deadlineMs)
      try {
        const either = signal ? AbortSignal.any([signal, late.signal]) : late.signal
        return await resolver.resolve(question, { signal: either })
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

function dnsTransport({ servers, timeoutMs = 2000, attempts = 2, protocol = 'udp' }: DnsOptions): DnsTransport {
  return {
    async exchange(query, read, { signal }) {
      let failure = new DnsError('ERR_DNS_NETWORK', 'no DNS server is known', { temporary: true })
      for (let attempt = 0; attempt < attempts; attempt++) {
        for (const server of (servers ?? getServers()).map(endpointOf)) {
          signal?.throwIfAborted()
          const reading = await asked(server, query, read, { protocol, timeoutMs, ...(signal && { signal }) })
          if (!(reading instanceof DnsError)) return reading
          failure = reading
        }
      }
      throw failure
    },
  }
}

interface Try {
  readonly protocol: 'udp' | 'tcp'
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** The answer of one server, or why there is none. UDP that fails is tried again over TCP: something may be in its way. */
async function asked(server: Endpoint, query: Uint8Array, read: Read, how: Try): Promise<DnsReading | DnsError> {
  const { protocol, signal } = how
  const ways = protocol === 'udp' ? [askOverUdp, askOverTcp] : [askOverTcp]
  let failure = new DnsError('ERR_DNS_NETWORK', 'the DNS server cannot be reached', { temporary: true })
  for (const way of ways) {
    try {
      const reading = await way(server, query, read, { timeoutMs: how.timeoutMs, ...(signal && { signal }) })
      if (reading.kind === 'truncated') continue
      if (reading.kind !== 'failed') return reading
      return new DnsError('ERR_DNS_SERVER', `the server answers with code ${reading.responseCode}`, { temporary: true })
    } catch (cause) {
      signal?.throwIfAborted()
      if (!(cause instanceof DnsError)) throw cause
      failure = cause
    }
  }
  return failure
}
