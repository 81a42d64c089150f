import { encodeBase64 } from '../bytes/index.js'
import { type Certificate, subjectNames, X509Error } from '../x509/index.js'
import { certificateOwnerNames, directoryNames } from './owner-names.js'

export interface CertRecordOptions {
  /** Whom the record is for: an address or a domain. Default: the first address, else the first domain, of the certificate. */
  readonly for?: string
  /** In seconds. Default: that of the zone. */
  readonly ttl?: number
}

/**
 * The line of a zone file that publishes a certificate.
 *
 * @throws {@link X509Error} `ERR_X509_DRAFT` when the certificate names nobody, or nobody whom DNS has a name for.
 * @see RFC 4398 §2.2
 *
 * @example
 * certRecord(certificate, { ttl: 3600 })
 * // 'ann.direct.clinic.example. 3600 IN CERT PKIX 0 0 MIID…'
 */
export function certRecord(certificate: Certificate, options: CertRecordOptions = {}): string {
  const owner = options.for ?? ownerOf(certificate) ?? ''
  const kind = owner.includes('@') ? 'address' : 'domain'
  const name = certificateOwnerNames(owner).find((each) => each.for === kind)?.name
  if (name === undefined) throw new X509Error('ERR_X509_DRAFT', 'nobody in the certificate whom DNS has a name for')
  const ttl = options.ttl === undefined ? [] : [options.ttl]
  return [`${name}.`, ...ttl, 'IN', 'CERT', 'PKIX', 0, 0, encodeBase64(certificate.bytes)].join(' ')
}

export interface LdifEntryOptions {
  /** Where the entry is to stand: `ou=Certificates,o=Clinic`. */
  readonly base: string
  /** Whom it is for. Default: as for {@link certRecord}. */
  readonly for?: string
}

/**
 * The LDIF that publishes certificates of one address or domain in a directory.
 *
 * @throws {@link X509Error} `ERR_X509_DRAFT` when the first certificate names nobody.
 * @see RFC 2849, RFC 2798 §3, RFC 4523 §4.1
 */
export function ldifEntry(certificates: readonly Certificate[], { base, ...options }: LdifEntryOptions): string {
  const owner = options.for ?? (certificates[0] && ownerOf(certificates[0]))
  if (owner === undefined) throw new X509Error('ERR_X509_DRAFT', 'nobody to publish a certificate for')
  const mail = directoryNames(owner)[0]!.name
  // Between its brackets, what a distinguished name would take for something else is written in hex (RFC 4514 §2.4).
  const cn = mail.replace(/[^\w@.-]/g, (character) => Array.from(new TextEncoder().encode(character), hex).join(''))
  const lines = [
    text('dn', `cn=${cn},${base}`),
    'objectClass: inetOrgPerson',
    ...[`cn`, `sn`, `mail`].map((name) => text(name, mail)),
    ...certificates.map(({ bytes }) => `userCertificate;binary:: ${encodeBase64(bytes)}`),
  ]
  return `${lines.map(folded).join('\n')}\n`
}

function hex(octet: number): string {
  return `\\${octet.toString(16).padStart(2, '0')}`
}

/** A value that could be taken for something else goes in base64. @see RFC 2849 */
function text(name: string, value: string): string {
  const isSafe = /^[!-9;=-~][ -~]*$/.test(value)
  return isSafe ? `${name}: ${value}` : `${name}:: ${encodeBase64(new TextEncoder().encode(value))}`
}

/** Lines of 76 characters; what goes on begins with a blank. */
function folded(line: string): string {
  const pieces = [line.slice(0, 76), ...(line.slice(76).match(/.{1,75}/g) ?? [])]
  return pieces.join('\n ')
}

function ownerOf(certificate: Certificate): string | undefined {
  const { rfc822Names, dNSNames } = subjectNames(certificate)
  return rfc822Names[0] ?? dNSNames[0]
}
