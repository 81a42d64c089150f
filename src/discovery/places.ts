import { DnsError } from '../dns/index.js'
import { HttpError } from '../http/index.js'
import { KeyError, loadCertificates } from '../keys/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, X509Error } from '../x509/index.js'
import type { Candidates } from './candidate-cache.js'
import { type CertRecord, readCertRecord } from './cert-data.js'
import { DiscoveryError } from './errors.js'
import type { DiscoveryPorts } from './find-certificates.js'
import {
  certificateAttributes,
  certificateFilter,
  type LdapConnection,
  type LdapEntry,
  type LdapServer,
} from './ldap.js'
import { failed, passed, skipped, unknown } from './reasons.js'
import { inSrvOrder, type SrvRecord } from './srv.js'

/** Records of one name that are looked at: a stranger chose their number. */
const maxRecords = 64
const maxUrls = 8

/** Asks DNS for the certificates under one name. @throws {@link DnsError} when DNS does not tell. */
export async function dnsCandidates(name: string, ports: DiscoveryPorts, signal: AbortSignal): Promise<Candidates> {
  const about = { dnsName: name }
  const { kind, records, ttl } = await ports.resolver.resolve({ name, type: 'CERT' }, { signal })
  if (kind !== 'records') return { certificates: [], steps: [failed(`dns-${kind}`, about)], ttl }
  const contents = records.filter(isCert).slice(0, maxRecords).map(readCertRecord)
  const steps: Step[] = []
  const fetches: Step[] = []
  const certificates: Certificate[] = []
  for (const content of contents) {
    if (content.kind === 'certificate') certificates.push(content.certificate)
    else if (content.kind === 'other-type') steps.push(skipped('record-of-other-type', about))
    else if (content.kind === 'unreadable') steps.push(skipped('record-unreadable', about))
    else if (fetches.length < maxUrls) {
      const fetched = await fetchCertificates(content.url, ports, signal)
      certificates.push(...fetched.certificates)
      fetches.push(fetched.step)
    }
  }
  const isWhole = fetches.every(({ outcome }) => outcome === 'passed')
  return { certificates, steps: [...fetches, passed('dns-records', about, steps)], ttl: isWhole ? ttl : 0 }
}

function isCert(record: { readonly type: unknown }): record is CertRecord {
  return record.type === 'CERT'
}

/** Fetches what lies at a URL of a record. What does not come, or is none, is a certificate that is not there. */
async function fetchCertificates(
  url: string,
  { retriever }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<{ readonly certificates: readonly Certificate[]; readonly step: Step }> {
  try {
    if (!retriever) return { certificates: [], step: unknown('url-failed', { url }) }
    const { bytes } = await retriever.retrieve({ url, signal })
    return { certificates: loadCertificates(bytes), step: passed('url-fetched', { url }) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HttpError || error instanceof KeyError || error instanceof X509Error)) throw error
    return { certificates: [], step: unknown('url-failed', { url }) }
  }
}

/** Servers that are tried. */
const maxServers = 8

/** The directories of a domain, in the order in which they are asked (DISC-40 to DISC-44). */
export async function ldapServers(
  domain: string,
  { resolver, random }: DiscoveryPorts,
  signal: AbortSignal | undefined,
): Promise<readonly SrvRecord[]> {
  const question = { name: `_ldap._tcp.${domain}`, type: 'SRV' } as const
  const { records } = await resolver.resolve(question, signal ? { signal } : {})
  const servers = records.filter((record): record is SrvRecord => record.type === 'SRV')
  return inSrvOrder(servers, random).slice(0, maxServers)
}

/** How long what a directory said is believed, in seconds: it does not say so itself. */
const ldapTtl = 300

/**
 * Asks one directory for the certificates under one name.
 *
 * @throws {@link DiscoveryError} `ERR_DISCOVERY_LDAP` when it does not tell, {@link DnsError} when its host is not found.
 */
export async function ldapCandidates(
  name: string,
  { target, port }: SrvRecord,
  ports: DiscoveryPorts,
  signal: AbortSignal,
): Promise<Candidates> {
  const about = { address: name, url: `ldap://${target}:${port}` }
  if (!ports.directory) throw new DiscoveryError('ERR_DISCOVERY_LDAP', 'no directory can be asked', { temporary: true })
  const server: LdapServer = { host: target, addresses: await addressesOf(target, ports, signal), port }
  const connection = await ports.directory.connect(server, { signal })
  try {
    const entries = await entriesFor(name, connection)
    const values = entries.flatMap(certificateValues).slice(0, maxRecords)
    const read = values.map(readValue)
    const steps = read.flatMap((certificates) => (certificates ? [] : skipped('record-unreadable', about)))
    const certificates = read.flatMap((certificates) => certificates ?? [])
    const step = values.length > 0 ? passed('ldap-entries', about, steps) : failed('ldap-no-entry', about)
    return { certificates, steps: [step], ttl: ldapTtl }
  } finally {
    await connection.close()
  }
}

async function addressesOf(
  host: string,
  { resolver }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const answers = await Promise.all(
    (['A', 'AAAA'] as const).map((type) => resolver.resolve({ name: host, type }, { signal })),
  )
  const addresses = answers.flatMap(({ records }) =>
    records.flatMap((record) => ('address' in record ? record.address : [])),
  )
  if (addresses.length > 0) return addresses
  throw new DnsError('ERR_DNS_SERVER', 'the host of the directory is not found', { temporary: true })
}

/** Looks below each of the naming contexts that the server has (DISC-46, DISC-47). */
async function entriesFor(name: string, connection: LdapConnection): Promise<readonly LdapEntry[]> {
  const root = await connection.search({
    base: '',
    scope: 'base',
    filter: '(objectClass=*)',
    attributes: ['namingContexts'],
  })
  const contexts = root.flatMap((entry) => valuesOf(entry, 'namingContexts')).slice(0, maxServers)
  const found: LdapEntry[] = []
  for (const context of contexts) {
    const base = new TextDecoder().decode(context)
    const search = { base, scope: 'sub', filter: certificateFilter(name), attributes: certificateAttributes } as const
    found.push(...(await connection.search(search)))
  }
  return found
}

function certificateValues(entry: LdapEntry): readonly Uint8Array[] {
  return certificateAttributes.flatMap((name) => valuesOf(entry, name))
}

/** Attribute names have no case. */
function valuesOf({ attributes }: LdapEntry, name: string): readonly Uint8Array[] {
  return Object.entries(attributes).flatMap(([own, values]) => (own.toLowerCase() === name.toLowerCase() ? values : []))
}

/** One certificate, or the set of a PKCS#7 (DISC-49); nothing when it is neither. */
function readValue(value: Uint8Array): readonly Certificate[] | undefined {
  try {
    return loadCertificates(value)
  } catch (error) {
    if (error instanceof KeyError || error instanceof X509Error) return undefined
    throw error
  }
}
