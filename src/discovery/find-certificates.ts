import { DnsError } from '../dns/index.js'
import type { Retriever } from '../http/index.js'
import { domainOf } from '../mime/index.js'
import type { Step } from '../verdict/index.js'
import { AnswerCache, type CacheOptions, type Candidates } from './answer-cache.js'
import { DiscoveryError } from './errors.js'
import type { Discovered, Discovery, DiscoveryQuestion } from './index.js'
import { judgeCandidates } from './judge-candidates.js'
import type { LdapDirectory } from './ldap.js'
import { certificateOwnerNames, directoryNames } from './owner-names.js'
import { type Directories, directoriesOf, directoryService, dnsCandidates, ldapCandidates } from './places.js'
import { failed, passed, skipped, unknown } from './reasons.js'
import type { Resolver } from './resolver.js'
import { inSrvOrder, type SrvRecord } from './srv.js'

/** What a search asks. */
export interface DiscoveryPorts {
  readonly resolver: Resolver
  /** Without one, certificates that are in a directory alone are not found, and the trace says so. */
  readonly directory?: LdapDirectory
  /** Fetches certificates that a record only names the place of. */
  readonly retriever?: Retriever
  /** From 0, included, to 1, excluded: chooses among directories of one priority. */
  readonly random: () => number
}

export interface DiscoveryOptions extends CacheOptions {
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** For one recipient, in milliseconds. Default 30,000. */
  readonly timeoutMs?: number
}

/**
 * Finds the certificates of Direct addresses where their owners publish them: in DNS under the address, in DNS under the
 * domain, in the directories of the domain under the address and under the domain. The first place that has one which may
 * be used ends the search (DISC-1 to DISC-5).
 *
 * It keeps what it learns for as long as it lives: make one for each agent.
 */
export function createDiscovery(ports: DiscoveryPorts, options: DiscoveryOptions): Discovery {
  const kept = keepsWith(options.clock, options)
  return { find: (question) => search(question, ports, kept, options.timeoutMs ?? 30_000) }
}

/** One search, of which nothing is kept. */
export function findCertificates(question: DiscoveryQuestion, ports: DiscoveryPorts): Promise<Discovered> {
  return search(
    question,
    ports,
    keepsWith(() => 0),
    30_000,
  )
}

/** What is known of places, and of where the directories of domains are. */
interface Kept {
  readonly candidates: AnswerCache<Candidates>
  readonly directories: AnswerCache<Directories>
}

function keepsWith(clock: () => number, options?: CacheOptions): Kept {
  return { candidates: new AnswerCache(clock, options), directories: new AnswerCache(clock, options) }
}

async function search(
  { address, judge, signal }: DiscoveryQuestion,
  ports: DiscoveryPorts,
  kept: Kept,
  timeoutMs: number,
): Promise<Discovered> {
  const within = signal ? AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) : AbortSignal.timeout(timeoutMs)
  const trail: Step[] = []
  for await (const place of placesOf(address, ports, kept, within)) {
    signal?.throwIfAborted()
    const { certificates, steps } = await judgeCandidates(place.certificates, judge)
    trail.push(...withJudgements(place.steps, steps))
    if (certificates.length > 0) return { certificates, steps: trail }
  }
  signal?.throwIfAborted()
  if (!trail.some(({ outcome }) => outcome === 'unknown')) return { certificates: [], steps: trail }
  throw new DiscoveryError('ERR_DISCOVERY_FAILED', 'nothing was found, and not every place could be asked', {
    temporary: true,
    steps: trail,
  })
}

/** What the last step found is judged below it. */
function withJudgements(steps: readonly Step[], judgements: readonly Step[]): readonly Step[] {
  const last = steps.at(-1)
  if (!last || judgements.length === 0) return steps
  return [...steps.slice(0, -1), { ...last, steps: [...(last.steps ?? []), ...judgements] }]
}

type Place = Pick<Candidates, 'certificates' | 'steps'>

/** The places in their order, each asked when those before it had nothing. */
async function* placesOf(
  address: string,
  ports: DiscoveryPorts,
  kept: Kept,
  signal: AbortSignal,
): AsyncGenerator<Place> {
  for (const { name } of certificateOwnerNames(address)) {
    const ask = (ends: AbortSignal) => dnsCandidates(name, ports, ends)
    yield await told(() => kept.candidates.get(`dns ${name}`, ask, signal), unknown('dns-failed', { dnsName: name }))
  }
  const servers = await serversOf(domainOf(address), ports, kept, signal)
  yield { certificates: [], steps: [servers.step] }
  for (const server of servers.records) {
    for (const { name } of directoryNames(address)) {
      const ask = (ends: AbortSignal) => ldapCandidates(name, server, ports, ends)
      const url = `ldap://${server.target}:${server.port}`
      yield await told(
        () => kept.candidates.get(`${url} ${name}`, ask, signal),
        unknown('ldap-failed', { address: name, url }),
      )
    }
  }
}

/** Servers that are asked. */
const maxServers = 8

async function serversOf(
  domain: string,
  ports: DiscoveryPorts,
  { directories }: Kept,
  signal: AbortSignal,
): Promise<{ readonly records: readonly SrvRecord[]; readonly step: Step }> {
  const about = { dnsName: directoryService(domain) }
  // What is no name in DNS has no directory, and asking for it again would not change that.
  if (certificateOwnerNames(domain).length === 0) return { records: [], step: failed('ldap-not-offered', about) }
  try {
    const found = await directories.get(domain, (ends) => directoriesOf(domain, ports, ends), signal)
    const records = inSrvOrder(found.records, ports.random).slice(0, maxServers)
    if (records.length === 0) return { records, step: failed('ldap-not-offered', about) }
    if (!ports.directory) return { records: [], step: skipped('ldap-not-asked', about) }
    return { records, step: passed('ldap-servers', about) }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { records: [], step: unknown('dns-failed', about) }
  }
}

/** What a place says; that it says nothing is told, and the next one is asked. */
async function told(ask: () => Promise<Candidates>, otherwise: Step): Promise<Place> {
  try {
    return await ask()
  } catch (error) {
    if (!isFailure(error)) throw error
    return { certificates: [], steps: [otherwise] }
  }
}

/** A place that could not be asked, or not in time; anything else is a fault of ours. */
function isFailure(error: unknown): boolean {
  const isTimeout = error instanceof DOMException && (error.name === 'TimeoutError' || error.name === 'AbortError')
  return isTimeout || error instanceof DnsError || error instanceof DiscoveryError
}
