import { createDiscovery, type Discovery } from '../discovery/index.js'
import { createRetriever, type Fetch } from '../http/index.js'
import { createDnsResolver, type DnsOptions } from './dns-transport.js'
import { guardedFetch } from './guarded-fetch.js'
import type { AllowAddress } from './judged-lookup.js'
import { type LdapDirectoryOptions, ldapDirectory } from './ldap-directory.js'

export interface NodePortsOptions {
  /** Default: the host's servers. */
  readonly dns?: DnsOptions
  readonly ldap?: LdapDirectoryOptions
  /** Lets fetches and directories through to the own network. Default: nothing. */
  readonly allow?: AllowAddress
  /** For finding the certificates of one recipient, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
  /** Milliseconds since 1970. Default: the host's. */
  readonly clock?: () => number
}

/** What of the world an agent wants. */
export interface NodePorts {
  readonly discovery: Discovery
  readonly fetch: Fetch
}

/**
 * What an agent asks of the world, on Node: certificates of others from DNS and LDAP, and what certificates point to. Make
 * one for each agent: it keeps what it learns.
 *
 * @example
 * const agent = createAgent({ identities, trust, ...nodePorts() })
 */
export function nodePorts(options: NodePortsOptions = {}): NodePorts {
  const { dns, ldap, allow, timeoutMs, clock = Date.now } = options
  const allowed = allow ? { allow } : {}
  const fetch = guardedFetch(allowed)
  const ports = {
    resolver: createDnsResolver(dns),
    directory: ldapDirectory({ ...allowed, ...ldap }),
    retriever: createRetriever({ fetch, clock }),
    random,
  }
  const discovery = createDiscovery(ports, { clock, ...(timeoutMs !== undefined && { timeoutMs }) })
  return { discovery, fetch }
}

/** From 0, included, to 1, excluded. */
function random(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32
}
