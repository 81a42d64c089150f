/** Discovery: finding the certificates of a Direct address, with a judge passed in (Discovery IG). */

import type { Step, Verdict } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'

export type { CacheOptions } from './answer-cache.js'
export { certificateList } from './certificate-list.js'
export { createDohResolver, type DohOptions } from './doh.js'
export { DiscoveryError, type DiscoveryErrorCode } from './errors.js'
export {
  createDiscovery,
  type DiscoveryOptions,
  type DiscoveryPorts,
  findCertificates,
} from './find-certificates.js'
export {
  type LdapConnection,
  type LdapDirectory,
  type LdapEntry,
  type LdapFilter,
  type LdapSearch,
  type LdapServer,
  ldapFilterText,
} from './ldap.js'
export { certificateOwnerNames, type OwnerName } from './owner-names.js'
export { type CertRecordOptions, certRecord, type LdifEntryOptions, ldifEntry } from './publish.js'
export { type DnsTransport, type ExchangeOptions, type Resolver, resolverOver } from './resolver.js'

/** What is asked: whose certificates, and who says which of them may be used. */
export interface DiscoveryQuestion {
  readonly address: string
  /** A certificate it refuses counts as not found, and the search goes on to the next place (DISC-2). */
  readonly judge: (certificate: Certificate) => Promise<Verdict<object, string>>
  readonly signal?: AbortSignal
}

export interface Discovered {
  /** Those the judge accepted, all from the first place that had one (DISC-3, DISC-5). */
  readonly certificates: readonly Certificate[]
  /** What was asked, what came, and why it was or was not taken. */
  readonly steps: readonly Step[]
}

/**
 * Finds certificates. DNS and LDAP, a directory service or a fixed list are objects of this shape.
 *
 * To find nothing is an answer. To throw says that a place could not be asked: the recipient is then rejected for the
 * time being, and may be asked for again (DISC-7).
 */
export interface Discovery {
  find(question: DiscoveryQuestion): Promise<Discovered>
}
