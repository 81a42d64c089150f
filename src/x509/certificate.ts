import {
  context,
  type Element,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readBitString,
  readInteger,
  readSmallInteger,
  readTime,
  tags,
} from '../asn1/index.js'
import { equal } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  type PublicKeyInfo,
  parseAlgorithmIdentifier,
  parsePublicKeyInfo,
} from '../crypto/index.js'
import { reading, X509Error } from './errors.js'
import { type Extension, type ExtensionValues, parseExtensions, readExtensions } from './extensions.js'
import { type Name, nameText, parseName } from './name.js'

/** A certificate as it was received, with what it says in reach. Nothing about it has been judged. */
export interface Certificate extends Partial<ExtensionValues> {
  /** The DER of the whole. */
  readonly bytes: Uint8Array
  /** The DER that the issuer signed. */
  readonly tbsCertificate: Uint8Array
  readonly version: 1 | 2 | 3
  /** Signed: negative ones occur in the field, and more than 20 octets. */
  readonly serialNumber: bigint
  readonly issuer: Name
  readonly subject: Name
  /** Milliseconds since 1970, UTC; both ends included (RFC 5280 §4.1.2.5). */
  readonly notBefore: number
  readonly notAfter: number
  readonly publicKey: PublicKeyInfo
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  readonly extensions: readonly Extension[]
}

/** Real certificates have one or two thousand bytes; many names or a key of the future may make them larger. */
const limits = { maxBytes: 0x10_0000, maxElements: 50_000 }

/**
 * Reads one certificate in DER.
 *
 * @throws {@link X509Error} `ERR_X509_MALFORMED` when the bytes are no certificate or more than 1 MiB, when an extension
 *   is there twice, when one that this room reads is malformed, or when the two places that name the signature algorithm
 *   differ (RFC 5280 §4.1.1.2).
 */
export function parseCertificate(bytes: Uint8Array): Certificate {
  return reading('certificate', () => certificateOf(parseAsn1(bytes, { rules: 'der', limits })))
}

function certificateOf(element: Element): Certificate {
  const outer = fieldsOf(element)
  const tbs = outer.next(tags.sequence)
  const algorithm = outer.next(tags.sequence)
  const signature = readBitString(outer.next(tags.bitString))
  outer.end()

  const fields = fieldsOf(tbs)
  const version = fields.optional(context(0))
  const serialNumber = fields.next(tags.integer)
  const innerAlgorithm = fields.next(tags.sequence)
  const issuer = fields.next(tags.sequence)
  const validity = fieldsOf(fields.next(tags.sequence))
  const subject = fields.next(tags.sequence)
  const publicKey = fields.next(tags.sequence)
  fields.optional(context(1)) // issuerUniqueID and subjectUniqueID: nobody uses them
  fields.optional(context(2))
  const extensionList = fields.optional(context(3))
  fields.end()

  if (!equal(algorithm.bytes, innerAlgorithm.bytes)) {
    throw new X509Error('ERR_X509_MALFORMED', 'a certificate that names two signature algorithms')
  }
  const extensions = extensionList ? parseExtensions(onlyChild(extensionList)) : []
  const [notBefore, notAfter] = [readTime(validity.next()), readTime(validity.next())]
  validity.end()
  return {
    bytes: element.bytes,
    tbsCertificate: tbs.bytes,
    version: versionOf(version),
    serialNumber: readInteger(serialNumber),
    issuer: parseName(issuer),
    subject: parseName(subject),
    notBefore,
    notAfter,
    publicKey: parsePublicKeyInfo(publicKey),
    signatureAlgorithm: parseAlgorithmIdentifier(algorithm),
    signature: signature.octets,
    extensions,
    ...readExtensions(extensions),
  }
}

function versionOf(element: Element | undefined): 1 | 2 | 3 {
  const version = element ? readSmallInteger(onlyChild(element)) + 1 : 1
  if (version !== 1 && version !== 2 && version !== 3) {
    throw new X509Error('ERR_X509_MALFORMED', 'a certificate of a version that is not known')
  }
  return version
}

/** What an explanation says of a certificate: its names, and its serial number in hex. */
export function describeCertificate(certificate: Certificate): {
  readonly subject: string
  readonly issuer: string
  readonly serialNumber: string
} {
  const { subject, issuer, serialNumber } = certificate
  return { subject: nameText(subject), issuer: nameText(issuer), serialNumber: serialNumber.toString(16) }
}
