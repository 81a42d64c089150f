import {
  context,
  type Element,
  fieldsOf,
  type Oid,
  onlyChild,
  readBitString,
  readBoolean,
  readInteger,
  readOctets,
  readSmallInteger,
  readTime,
} from '../asn1/index.js'
import { equal } from '../bytes/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import { DerParts, octetOf, onlyElement } from './der-walker.js'
import {
  type DistributionPoint,
  type DistributionPointName,
  parseDistributionPointName,
  parseDistributionPoints,
  parseReasonFlags,
  type ReasonFlag,
} from './distribution-points.js'
import { reading, X509Error } from './errors.js'
import { type Extension, parseExtensions } from './extensions.js'
import { type Name, parseName } from './name.js'
import { noneRevoked, type RevokedCertificate, revokedCertificates } from './revoked-certificates.js'

/** A CRL as it was received, with what it says in reach. Nothing about it has been judged. @see RFC 5280 §5 */
export interface CertificateList {
  /** The DER of the whole. */
  readonly bytes: Uint8Array
  /** The DER that the issuer signed. */
  readonly tbsCertList: Uint8Array
  readonly issuer: Name
  /** Milliseconds since 1970, UTC. */
  readonly thisUpdate: number
  /** Absent in lists that keep to no profile. */
  readonly nextUpdate?: number
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  readonly extensions: readonly Extension[]
  readonly crlNumber?: bigint
  /** The number of the complete list that this one brings up to date: this is a delta CRL (RFC 5280 §5.2.4). */
  readonly deltaCRLIndicator?: bigint
  readonly issuingDistributionPoint?: IssuingDistributionPoint
  /** The keyIdentifier of that extension; its other two fields are not used. */
  readonly authorityKeyIdentifier?: Uint8Array
  /** Where the delta CRLs of this list are. */
  readonly freshestCRL?: readonly DistributionPoint[]
  /** How many certificates are on it. */
  readonly size: number
  /** Whether an entry has a critical extension that is not understood: such a list decides nothing (RFC 5280 §5.3). */
  readonly criticalUnknown: boolean
  /**
   * Looks a certificate up. The first question makes an index, of eight octets at most for each entry.
   *
   * @param certificateIssuer - the issuer that the certificate names; for an indirect list it decides.
   * @throws X509Error `ERR_X509_MALFORMED` when the entry is malformed inside: only its shape was looked at before;
   *   or when more than 256 entries have its number.
   */
  find(serialNumber: bigint, certificateIssuer: Name): RevokedCertificate | undefined
  /** The entries, each read when it is its turn. @throws as `find` does. */
  entries(): Iterable<RevokedCertificate>
}

/** What a list is for. @see RFC 5280 §5.2.5 */
export interface IssuingDistributionPoint {
  readonly distributionPoint?: DistributionPointName
  readonly onlyContainsUserCerts: boolean
  readonly onlyContainsCACerts: boolean
  /** Absent when the list is for every reason. */
  readonly onlySomeReasons?: ReadonlySet<ReasonFlag>
  /** Holds certificates of other issuers too. */
  readonly indirectCRL: boolean
  readonly onlyContainsAttributeCerts: boolean
}

/** The extensions of a list that this room reads. @see RFC 5280 §5.2 */
export const crlExtensionOids: Readonly<
  Record<'crlNumber' | 'deltaCRLIndicator' | 'issuingDistributionPoint' | 'authorityKeyIdentifier' | 'freshestCRL', Oid>
> = {
  crlNumber: '2.5.29.20',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  authorityKeyIdentifier: '2.5.29.35',
  freshestCRL: '2.5.29.46',
}

/** The largest list read, in octets: about two million certificates. */
const maxBytes = 0x400_0000

/**
 * Reads one CRL in DER. Its entries are walked over, so that all have the right shape, and read when they are asked for:
 * a list of a million certificates takes its own size and the time of one walk.
 *
 * @throws {@link X509Error} `ERR_X509_MALFORMED` when the bytes are no CRL or more than 64 MiB, when an extension is
 *   there twice, when one that this room reads is malformed, or when the two places that name the signature algorithm
 *   differ (RFC 5280 §5.1.1.2).
 */
export function parseCertificateList(bytes: Uint8Array): CertificateList {
  if (bytes.length > maxBytes) throw new X509Error('ERR_X509_MALFORMED', `a list of more than ${maxBytes} bytes`)
  return reading('list of revoked certificates', () => certificateList(bytes))
}

function certificateList(bytes: Uint8Array): CertificateList {
  const whole = new DerParts(bytes, 0, bytes.length)
  const { contentStart, end } = whole.next(octetOf.sequence)
  whole.end()
  const outer = new DerParts(bytes, contentStart, end)
  const tbs = outer.next(octetOf.sequence)
  const algorithm = outer.next(octetOf.sequence).element()
  const signature = readBitString(outer.next(octetOf.bitString).element())
  outer.end()

  const parts = new DerParts(bytes, tbs.contentStart, tbs.end)
  const version = parts.optional(octetOf.integer)
  const innerAlgorithm = parts.next(octetOf.sequence).element()
  const issuer = parseName(parts.next(octetOf.sequence).element())
  const thisUpdate = readTime(parts.next(octetOf.utcTime, octetOf.generalizedTime).element())
  const nextUpdate = parts.optional(octetOf.utcTime, octetOf.generalizedTime)
  const entries = parts.optional(octetOf.sequence)
  const extensionList = parts.optional(octetOf.context0)
  parts.end()

  if (version && readSmallInteger(version.element()) !== 1) {
    throw new X509Error('ERR_X509_MALFORMED', 'a list of a version that is not known')
  }
  if (!equal(algorithm.bytes, innerAlgorithm.bytes)) {
    throw new X509Error('ERR_X509_MALFORMED', 'a list that names two signature algorithms')
  }
  const extensions = extensionList ? parseExtensions(onlyChild(extensionList.element())) : []
  const revoked = entries ? revokedCertificates(bytes, entries.contentStart, entries.end, issuer) : noneRevoked
  return {
    bytes,
    tbsCertList: bytes.subarray(contentStart, tbs.end),
    issuer,
    thisUpdate,
    ...(nextUpdate && { nextUpdate: readTime(nextUpdate.element()) }),
    signatureAlgorithm: parseAlgorithmIdentifier(algorithm),
    signature: signature.octets,
    extensions,
    ...extensionValues(extensions),
    ...revoked,
  }
}

/** What each extension of a list means. */
const extensionReaders = {
  crlNumber: integer,
  deltaCRLIndicator: integer,
  issuingDistributionPoint: (value: Uint8Array) => issuingDistributionPoint(sequence(value)),
  authorityKeyIdentifier: (value: Uint8Array) => {
    const keyIdentifier = fieldsOf(sequence(value)).optional(context(0))
    return keyIdentifier && readOctets(keyIdentifier)
  },
  freshestCRL: (value: Uint8Array) => parseDistributionPoints(sequence(value)),
} satisfies Readonly<Record<keyof typeof crlExtensionOids, (value: Uint8Array) => unknown>>

type ExtensionValues = {
  readonly [Name in keyof typeof extensionReaders]?: NonNullable<ReturnType<(typeof extensionReaders)[Name]>>
}

/** An absent extension is an absent property. */
function extensionValues(extensions: readonly Extension[]): ExtensionValues {
  const names = Object.keys(extensionReaders) as (keyof typeof extensionReaders)[]
  const values = names.flatMap((name) => {
    const extension = extensions.find(({ oid }) => oid === crlExtensionOids[name])
    const value = extension && extensionReaders[name](extension.value)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(values)
}

function integer(value: Uint8Array): bigint {
  return readInteger(onlyElement(value, octetOf.integer))
}

function sequence(value: Uint8Array): Element {
  return onlyElement(value, octetOf.sequence)
}

function issuingDistributionPoint(element: Element): IssuingDistributionPoint {
  const fields = fieldsOf(element)
  const name = fields.optional(context(0))
  const flag = (number: number) => {
    const field = fields.optional(context(number))
    return field !== undefined && readBoolean(field)
  }
  const onlyContainsUserCerts = flag(1)
  const onlyContainsCACerts = flag(2)
  const reasons = fields.optional(context(3))
  const indirectCRL = flag(4)
  const onlyContainsAttributeCerts = flag(5)
  fields.end()
  return {
    ...(name && { distributionPoint: parseDistributionPointName(onlyChild(name)) }),
    onlyContainsUserCerts,
    onlyContainsCACerts,
    ...(reasons && { onlySomeReasons: parseReasonFlags(reasons) }),
    indirectCRL,
    onlyContainsAttributeCerts,
  }
}
