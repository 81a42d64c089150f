/** Node: what a host with sockets and files adds: DNS, LDAP and HTTP that are safe to aim at strangers' addresses. */

export { createDnsResolver, type DnsOptions } from './dns-transport.js'
export { type GuardedFetchOptions, guardedFetch } from './guarded-fetch.js'
export type { AllowAddress, JudgedAddress, LookupHost } from './judged-lookup.js'
export { type LdapDirectoryOptions, ldapDirectory } from './ldap-directory.js'
export { type NodePorts, type NodePortsOptions, nodePorts } from './node-ports.js'
export { publishEvents } from './publish-events.js'
export { type SqliteTracking, sqliteTracking } from './sqlite-tracking.js'
