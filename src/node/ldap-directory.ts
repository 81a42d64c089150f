import { isIP } from 'node:net'
import type { Client } from 'ldapts'
import { DiscoveryError, type LdapConnection, type LdapDirectory, type LdapServer } from '../discovery/index.js'
import { addressProblem } from '../http/index.js'
import type { AllowAddress } from './judged-lookup.js'

export interface LdapDirectoryOptions {
  /**
   * Lets through addresses of the own network, and ports below 1024 other than 389 and 636, which are refused otherwise:
   * strangers choose what is connected to. Default: nothing.
   */
  readonly allow?: AllowAddress
  /** To connect, in milliseconds. Default 10,000 (DISC-54). */
  readonly connectTimeoutMs?: number
  /** For each answer, in milliseconds. Default 5,000. */
  readonly timeoutMs?: number
  /** Entries of one search. Default 64. */
  readonly sizeLimit?: number
  /** Encrypts the connection with StartTLS, verified by these authorities in PEM; without it what is public goes in the clear. */
  readonly startTls?: { readonly ca?: string }
}

/** The ports of directories, below those that anybody may listen on. */
const knownPorts: ReadonlySet<number> = new Set([389, 636])

/**
 * Directories over LDAP: anonymous, one connection for each question, and no referral is followed, for those would lead to
 * hosts that nobody has judged (DISC-45, DISC-54).
 */
export function ldapDirectory(options: LdapDirectoryOptions = {}): LdapDirectory {
  const { connectTimeoutMs = 10_000, timeoutMs = 5000, sizeLimit = 64, startTls } = options
  return {
    async connect(server, { signal }) {
      const { Client } = await import('ldapts')
      const address = judgedAddress(server, options.allow)
      const host = isIP(address) === 6 ? `[${address}]` : address
      const url = `${server.port === 636 ? 'ldaps' : 'ldap'}://${host}:${server.port}`
      const tlsOptions = { servername: server.host, ...(startTls?.ca !== undefined && { ca: startTls.ca }) }
      const client = new Client({
        url,
        timeout: timeoutMs,
        connectTimeout: connectTimeoutMs,
        strictDN: false,
        ...(server.port === 636 && { tlsOptions }),
      })
      const connection = connectionOver(client, sizeLimit, signal)
      if (startTls && server.port !== 636) await connection.ask(() => client.startTLS(tlsOptions))
      return connection
    },
  }
}

/** The first address that may be connected to. @throws {@link DiscoveryError} when there is none. */
function judgedAddress({ host: hostname, addresses, port }: LdapServer, allow: AllowAddress = () => false): string {
  const isKnownPort = port >= 1024 || knownPorts.has(port)
  const may = addresses.find((address) => {
    const problem = addressProblem(address) ?? (isKnownPort ? undefined : 'reserved')
    return problem === undefined || allow({ hostname, address, port, problem })
  })
  if (may !== undefined) return may
  throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'the directory lies at an address that is not connected to')
}

function connectionOver(client: Client, sizeLimit: number, signal: AbortSignal | undefined) {
  async function ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    const stop = () => void client.unbind().catch(() => undefined)
    signal?.throwIfAborted()
    signal?.addEventListener('abort', stop, { once: true })
    try {
      return await question()
    } catch (cause) {
      signal?.throwIfAborted()
      throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'the directory does not answer', { cause, temporary: true })
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }
  const connection: LdapConnection & { readonly ask: typeof ask } = {
    ask,
    async search({ base, scope, filter, attributes }) {
      const found = await ask(() =>
        client.search(base, {
          scope,
          filter,
          attributes: [...attributes],
          sizeLimit,
          explicitBufferAttributes: [...attributes],
        }),
      )
      return found.searchEntries.map((entry) => ({ attributes: octetsOf(entry) }))
    },
    async close() {
      await client.unbind().catch(() => undefined)
    },
  }
  return connection
}

function octetsOf(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, readonly Uint8Array[]>> {
  const attributes = Object.entries(entry).filter(([name]) => name !== 'dn')
  return Object.fromEntries(attributes.map(([name, values]) => [name, [values].flat().flatMap(octets)]))
}

function octets(value: unknown): readonly Uint8Array[] {
  if (typeof value === 'string') return [new TextEncoder().encode(value)]
  return value instanceof Uint8Array ? [Uint8Array.from(value)] : []
}
