import type { Resolver } from '../discovery/index.js'
import { type DnsAnswer, DnsError, type DnsRecord, type Question, recordTypes } from '../dns/index.js'
import { addressProblem } from '../http/index.js'
import type { AllowAddress } from './judged-lookup.js'

export interface AuthorityOptions {
  /** Asks servers at these addresses, one after the other. */
  readonly resolverTo: (addresses: readonly string[]) => Resolver
  /** Lets through what would be refused. Default: nothing. */
  readonly allow?: AllowAddress
}

/** Names that are asked for their servers, from the long to the short, and servers that are asked of one. */
const maxZones = 8
const maxServers = 4

/**
 * Where a resolver has no certificate, asks the servers of the domain themselves: some resolvers do not know the type
 * CERT, and say that nothing is there, or refuse (DISC-30).
 *
 * A stranger chose those servers: they are asked at addresses in the Internet alone. What they have counts; that they
 * have nothing, or are silent, leaves the resolver's answer as it was.
 */
export function askingAuthorities(resolver: Resolver, options: AuthorityOptions): Resolver {
  return {
    async resolve(question, asking = {}) {
      if (!isCertificate(question)) return resolver.resolve(question, asking)
      const first = await orFailure(resolver.resolve(question, asking))
      const isTold = first instanceof DnsError ? first.code !== 'ERR_DNS_SERVER' : first.kind === 'records'
      if (isTold) return orThrown(first)
      asking.signal?.throwIfAborted()
      const direct = await orFailure(askAuthorities(question, resolver, options, asking))
      asking.signal?.throwIfAborted()
      return direct && 'kind' in direct && direct.kind === 'records' ? direct : orThrown(first)
    },
  }
}

function isCertificate({ type }: Question): boolean {
  return type === 'CERT' || type === recordTypes.CERT
}

function orThrown(answer: DnsAnswer | DnsError): DnsAnswer {
  if (answer instanceof DnsError) throw answer
  return answer
}

/** A failure is kept until it is known what the others say. */
async function orFailure<Answer>(answer: Promise<Answer>): Promise<Answer | DnsError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof DnsError) return error
    throw error
  }
}

async function askAuthorities(
  question: Question,
  resolver: Resolver,
  { resolverTo, allow }: AuthorityOptions,
  asking: { readonly signal?: AbortSignal },
): Promise<DnsAnswer | undefined> {
  const hosts = await serversOf(question.name, resolver, asking)
  const found = await Promise.all(hosts.map((host) => addressesOf(host, resolver, asking)))
  const may = found.flatMap((addresses, index) =>
    addresses.filter((address) => isAllowed(hosts[index]!, address, allow)).slice(0, 1),
  )
  return may.length > 0 ? resolverTo(may).resolve(question, asking) : undefined
}

/** The servers of the zone that a name lies in: those of the longest name above it that has some, of two labels or more. */
async function serversOf(
  name: string,
  resolver: Resolver,
  asking: { readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  const labels = name.replace(/\.$/, '').split('.')
  const zones = labels.slice(0, -1).map((_, index) => labels.slice(index).join('.'))
  for (const zone of zones.slice(-maxZones)) {
    const { records } = await resolver.resolve({ name: zone, type: 'NS' }, asking)
    const hosts = records.flatMap((record) => (record.type === 'NS' ? record.target : []))
    if (hosts.length > 0) return hosts.slice(0, maxServers)
  }
  return []
}

async function addressesOf(
  host: string,
  resolver: Resolver,
  asking: { readonly signal?: AbortSignal },
): Promise<readonly string[]> {
  const address = (record: DnsRecord) => ('address' in record ? record.address : [])
  const { records } = await resolver.resolve({ name: host, type: 'A' }, asking)
  if (records.length > 0) return records.flatMap(address)
  return (await resolver.resolve({ name: host, type: 'AAAA' }, asking)).records.flatMap(address)
}

function isAllowed(hostname: string, address: string, allow: AllowAddress | undefined): boolean {
  const problem = addressProblem(address)
  return problem === undefined || allow?.({ hostname, port: 53, address, problem }) === true
}
