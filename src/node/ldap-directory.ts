import { DiscoveryError, type LdapConnection, type LdapDirectory, type LdapServer } from '../discovery/index.js'
import { addressProblem } from '../http/index.js'
import type { AllowAddress } from './judged-lookup.js'
import { bindRequest, resultCodes, searchRequest, startTlsRequest } from './ldap-messages.js'
import { encryptSocket, type LdapEndpoint, LdapSession, openSocket, type SessionLimits } from './ldap-session.js'

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
  /** Entries of one answer. Default 64. */
  readonly maxEntries?: number
  /** All that a server may send, in bytes. Default 4,194,304 (4 MiB). */
  readonly maxBytes?: number
  /**
   * Encrypts the connection (StartTLS). The server has to prove its name, to these authorities in PEM or to those that
   * Node knows; one that cannot is not asked. Default: what is public goes in the clear. On port 636 it is encrypted always.
   */
  readonly startTls?: { readonly ca?: string }
}

/** The ports of directories, below those that anybody may listen on. */
const knownPorts: ReadonlySet<number> = new Set([389, 636])
const encryptedPort = 636

/** Addresses of one host that are tried. */
const maxAddresses = 4

/**
 * Directories over LDAP: asked as nobody, one connection for each question, and no referral is followed, for those would
 * lead to hosts that nobody has judged (DISC-45, DISC-54).
 *
 * @see RFC 4511
 */
export function ldapDirectory(options: LdapDirectoryOptions = {}): LdapDirectory {
  const { connectTimeoutMs = 10_000, timeoutMs = 5000, maxEntries = 64, maxBytes = 4 * 1024 * 1024 } = options
  return {
    async connect(server, { signal }) {
      const limits = { connectTimeoutMs, timeoutMs, maxEntries, maxBytes, ...(signal && { signal }) }
      const endpoints = judgedEndpoints(server, options)
      let failure: DiscoveryError | undefined
      for (const endpoint of endpoints) {
        try {
          return connectionOver(await openSession(endpoint, options.startTls !== undefined, limits), limits)
        } catch (error) {
          if (!(error instanceof DiscoveryError)) throw error
          failure = error
        }
      }
      throw failure ?? refused()
    },
  }
}

/** The addresses that may be connected to. */
function judgedEndpoints(
  { host, addresses, port }: LdapServer,
  { allow = () => false, startTls }: LdapDirectoryOptions,
): readonly LdapEndpoint[] {
  const isKnownPort = port >= 1024 || knownPorts.has(port)
  const may = addresses.filter((address) => {
    const problem = addressProblem(address) ?? (isKnownPort ? undefined : 'reserved')
    return problem === undefined || allow({ hostname: host, address, port, problem })
  })
  const ca = startTls?.ca
  return may.slice(0, maxAddresses).map((address) => ({ address, port, host, ...(ca !== undefined && { ca }) }))
}

/** Whether it likes to be asked by nobody is not looked at: some answer searches all the same. */
async function openSession(endpoint: LdapEndpoint, startTls: boolean, limits: SessionLimits): Promise<LdapSession> {
  const isEncrypted = endpoint.port === encryptedPort
  const session = new LdapSession(await openSocket(endpoint, isEncrypted, limits), limits)
  const whole = startTls && !isEncrypted ? await encrypted(session, endpoint, limits) : session
  await whole.ask(bindRequest)
  return whole
}

async function encrypted(plain: LdapSession, endpoint: LdapEndpoint, limits: SessionLimits): Promise<LdapSession> {
  const { resultCode } = await plain.ask(startTlsRequest)
  if (resultCode === resultCodes.success) {
    return new LdapSession(await encryptSocket(plain.release(), endpoint, limits), limits)
  }
  plain.close()
  throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'the directory does not encrypt', { temporary: true })
}

function connectionOver(session: LdapSession, { maxEntries, timeoutMs }: SessionLimits): LdapConnection {
  const asked = { entries: maxEntries, seconds: Math.ceil(timeoutMs / 1000) }
  return {
    async search(search) {
      const { resultCode, entries } = await session.ask((id) => searchRequest(id, search, asked))
      // A base that is not there has nothing below it.
      if (resultCode === resultCodes.noSuchObject) return []
      if (resultCode === resultCodes.success || resultCode === resultCodes.sizeLimitExceeded) return entries
      throw new DiscoveryError('ERR_DISCOVERY_LDAP', `the directory answers with code ${resultCode}`, {
        temporary: true,
      })
    },
    async close() {
      session.close()
    },
  }
}

function refused(): DiscoveryError {
  return new DiscoveryError('ERR_DISCOVERY_LDAP', 'the directory lies at an address that is not connected to')
}
