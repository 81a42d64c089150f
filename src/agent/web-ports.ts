import { createDiscovery, createDohResolver, type Discovery } from '../discovery/index.js'
import { createRetriever, type Fetch } from '../http/index.js'
import { defaults } from './defaults.js'

export interface WebPortsOptions {
  /** A service of DNS over HTTPS that lets pages of this origin ask it: `https://dns.example/dns-query`. */
  readonly doh: string
  /**
   * Fetches what certificates point to: their servers answer no browser, so that somebody has to fetch for it. Without one,
   * the policy has to say what to do when revocation cannot be looked up.
   */
  readonly relay?: Fetch
  /** For finding the certificates of one recipient, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
}

/** What of the world an agent wants. */
export interface WebPorts {
  readonly discovery: Discovery
  readonly fetch?: Fetch
}

/**
 * What an agent asks of the world, in a browser: certificates of others from DNS, over HTTPS. Directories cannot be asked
 * from there, and the trace says so. Make one for each agent: it keeps what it learns.
 *
 * @example
 * const agent = createAgent({ identities, trust, ...webPorts({ doh: 'https://dns.example/dns-query', relay }) })
 */
export function webPorts({ doh, relay, timeoutMs }: WebPortsOptions): WebPorts {
  const { clock, fetch } = defaults
  const ports = {
    resolver: createDohResolver({ url: doh, retriever: createRetriever({ fetch, clock }), clock }),
    ...(relay && { retriever: createRetriever({ fetch: relay, clock }) }),
    // Chance chooses among directories, of which there are none.
    random: () => 0,
  }
  const discovery = createDiscovery(ports, { clock, ...(timeoutMs !== undefined && { timeoutMs }) })
  return { discovery, ...(relay && { fetch: relay }) }
}
