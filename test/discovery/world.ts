import {
  DiscoveryError,
  type DiscoveryQuestion,
  type LdapDirectory,
  type LdapEntry,
  type Resolver,
} from '../../src/discovery/index.js'
import type { DnsAnswer, DnsRecord } from '../../src/dns/index.js'
import { DnsError } from '../../src/dns/index.js'
import { accept, refuse, type Step } from '../../src/verdict/index.js'
import type { Certificate } from '../../src/x509/index.js'

/** Records by type and name: `CERT bob.direct.example`. What throws says that nobody tells. */
export type Zone = Readonly<Record<string, readonly Partial<DnsRecord>[] | 'silent'>>

/** A resolver in memory, and what it was asked. */
export function resolverOf(zone: Zone, ttl = 300): Resolver & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async resolve({ name, type }, { signal } = {}): Promise<DnsAnswer> {
      signal?.throwIfAborted()
      asked.push(`${type} ${name}`)
      const found = zone[`${type} ${name}`]
      if (found === 'silent') throw new DnsError('ERR_DNS_TIMEOUT', 'nobody tells', { temporary: true })
      if (!found) return { kind: 'no-name', records: [], ttl }
      return { kind: 'records', records: found.map((record) => ({ name, ttl, type, ...record }) as DnsRecord), ttl }
    },
  }
}

export function cert(data: Uint8Array | string, certificateType = 1): Partial<DnsRecord> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data
  return { certificateType, keyTag: 7, algorithm: 5, data: bytes } as Partial<DnsRecord>
}

export function srv(target: string, port = 389, priority = 0, weight = 0): Partial<DnsRecord> {
  return { priority, weight, port, target } as Partial<DnsRecord>
}

/** Attributes of the one entry for each mail, by the host of the server; a host that is not here is away. */
export type Hosts = Readonly<Record<string, Readonly<Record<string, LdapEntry['attributes']>>>>

/** Directories in memory, and what they were asked. */
export function directoryOf(hosts: Hosts): LdapDirectory & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    async connect({ host, port }) {
      asked.push(`connect ${host}:${port}`)
      const entries = hosts[host]
      if (!entries) throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'away', { temporary: true })
      return {
        async search({ base, scope, filter }) {
          if (scope === 'base') return [{ attributes: { namingContexts: [new TextEncoder().encode('o=Directory')] } }]
          asked.push(`${base} ${filter.attribute}=${filter.value}`)
          const attributes = Object.entries(entries).find(
            ([mail]) => mail.toLowerCase() === filter.value?.toLowerCase(),
          )
          return attributes ? [{ attributes: attributes[1] }] : []
        },
        async close() {
          asked.push('close')
        },
      }
    },
  }
}

/** Takes all but these. */
export function takingAllBut(...refused: readonly Certificate[]): DiscoveryQuestion['judge'] {
  return async ({ bytes }) =>
    refused.some((other) => String(other.bytes) === String(bytes)) ? refuse('no', []) : accept({}, [])
}

/** The codes of a trace, with marks, those underneath behind a colon. */
export function marksOf(steps: readonly Step[]): readonly string[] {
  return steps.flatMap(({ code, outcome, steps: below = [] }) => [
    `${outcome} ${code}`,
    ...marksOf(below).map((mark) => `: ${mark}`),
  ])
}
