import { decodeUtf8 } from '../bytes/index.js'
import { DnsError } from '../dns/index.js'
import { HttpError } from '../http/index.js'
import { KeyError, loadCertificates } from '../keys/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, X509Error } from '../x509/index.js'
import type { Candidates } from './answer-cache.js'
import { type CertRecord, readCertRecord } from './cert-data.js'
import { DiscoveryError } from './errors.js'
import type { DiscoveryPorts } from './find-certificates.js'
import { certificateAttributes, type LdapConnection, type LdapEntry, type LdapServer } from './ldap.js'
import { failed, passed, skipped, unknown } from './reasons.js'
import type { SrvRecord } from './srv.js'

/** Records of one name that are looked at: a stranger chose their number. */
const maxRecords = 64
const maxUrls = 8

/** Asks DNS for the certificates under one name. @throws {@link DnsError} when DNS does not tell. */
export async function dnsCandidates(name: string, ports: DiscoveryPorts, signal: AbortSignal): Promise<Candidates> {
  const about = { dnsName: name }
  const { kind, records, ttl } = await ports.resolver.resolve({ name, type: 'CERT' }, { signal })
  if (kind !== 'records') return { certificates: [], steps: [failed(`dns-${kind}`, about)], ttl }
  const contents = records.filter(isCert).slice(0, maxRecords).map(readCertRecord)
  const urls = contents.flatMap((content) => (content.kind === 'url' ? content.url : [])).slice(0, maxUrls)
  const fetched = await Promise.all([...new Set(urls)].map((url) => fetchCertificates(url, ports, signal)))
  const direct = contents.flatMap((content) => (content.kind === 'certificate' ? content.certificate : []))
  const fetches = fetched.map(({ step }) => step)
  const steps = contents.flatMap(({ kind }) =>
    kind in passedOver ? skipped(passedOver[kind as PassedOver], about) : [],
  )
  return {
    certificates: [...direct, ...fetched.flatMap(({ certificates }) => certificates)],
    steps: [...fetches, passed('dns-records', about, steps)],
    // What did not come is asked for again.
    ttl: fetches.some(({ outcome }) => outcome === 'unknown') ? 0 : ttl,
  }
}

const passedOver = { 'other-type': 'record-of-other-type', unreadable: 'record-unreadable' } as const
type PassedOver = keyof typeof passedOver

function isCert(record: { readonly type: unknown }): record is CertRecord {
  return record.type === 'CERT'
}

/**
 * Fetches what lies at a URL of a record. What is none, or is not there, is a certificate less; of what does not come,
 * nobody knows.
 */
async function fetchCertificates(
  url: string,
  { retriever }: DiscoveryPorts,
  signal: AbortSignal,
): Promise<{ readonly certificates: readonly Certificate[]; readonly step: Step }> {
  if (!retriever) return { certificates: [], step: skipped('url-not-asked', { url }) }
  try {
    const { bytes } = await retriever.retrieve({ url, signal })
    return { certificates: loadCertificates(bytes), step: passed('url-fetched', { url }) }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HttpError || error instanceof KeyError || error instanceof X509Error)) throw error
    const step = error.temporary ? unknown('url-failed', { url }) : failed('url-useless', { url })
    return { certificates: [], step }
  }
}

/** The directories of a domain, as DNS has them. */
export interface Directories {
  readonly records: readonly SrvRecord[]
  readonly ttl: number
}

/** Asks DNS for the directories of a domain (DISC-40). @throws {@link DnsError} when it does not tell. */
export async function directoriesOf(domain: string, ports: DiscoveryPorts, signal: AbortSignal): Promise<Directories> {
  const question = { name: directoryService(domain), type: 'SRV' } as const
  const { records, ttl } = await ports.resolver.resolve(question, { signal })
  return { records: records.filter((record): record is SrvRecord => record.type === 'SRV'), ttl }
}

export function directoryService(domain: string): string {
  return `_ldap._tcp.${domain}`
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
    (['A', 'AAAA'] as const).map((type) => orFailure(resolver.resolve({ name: host, type }, { signal }))),
  )
  const addresses = answers.flatMap((answer) =>
    answer instanceof DnsError ? [] : answer.records.flatMap((record) => ('address' in record ? record.address : [])),
  )
  if (addresses.length > 0) return addresses
  throw new DnsError('ERR_DNS_SERVER', 'the host of the directory is not found', { temporary: true })
}

/** One kind of address is enough. */
async function orFailure<Answer>(answer: Promise<Answer>): Promise<Answer | DnsError> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof DnsError) return error
    throw error
  }
}

/** Naming contexts of one server that are searched. */
const maxContexts = 8

/** Looks below each of the naming contexts that the server has (DISC-46, DISC-47). */
async function entriesFor(name: string, connection: LdapConnection): Promise<readonly LdapEntry[]> {
  const root = await connection.search({
    base: '',
    scope: 'base',
    filter: { attribute: 'objectClass' },
    attributes: ['namingContexts'],
  })
  const contexts = root.flatMap((entry) => valuesOf(entry, 'namingContexts')).slice(0, maxContexts)
  const found: LdapEntry[] = []
  let failure: DiscoveryError | undefined
  for (const context of contexts) {
    const filter = { attribute: 'mail', value: name }
    const search = { base: decodeUtf8(context), scope: 'sub', filter, attributes: certificateAttributes } as const
    try {
      found.push(...(await connection.search(search)))
    } catch (error) {
      // One may be closed to strangers, and the others not.
      if (!(error instanceof DiscoveryError)) throw error
      failure = error
    }
  }
  if (failure && found.length === 0) throw failure
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
