import { context, type DerNode, der, type Element, fieldsOf, readInteger, readOctets, tags } from '../asn1/index.js'
import { equal } from '../bytes/index.js'
import { type Certificate, type Name, nameKey, parseName } from '../x509/index.js'
import { CmsError } from './errors.js'

/** How a signer or a recipient is named: SignerIdentifier and RecipientIdentifier. @see RFC 5652 §5.3, §6.2.1 */
export type CertificateIdentifier =
  | { readonly type: 'issuerAndSerialNumber'; readonly issuer: Name; readonly serialNumber: bigint }
  | { readonly type: 'subjectKeyIdentifier'; readonly subjectKeyIdentifier: Uint8Array }

export function parseCertificateIdentifier(element: Element): CertificateIdentifier {
  if (element.tag === context(0)) {
    return { type: 'subjectKeyIdentifier', subjectKeyIdentifier: readOctets(element) }
  }
  const fields = fieldsOf(element)
  const issuer = parseName(fields.next(tags.sequence))
  return { type: 'issuerAndSerialNumber', issuer, serialNumber: readInteger(fields.next(tags.integer)) }
}

/** Which of the two names is written. */
export type IdentifierType = CertificateIdentifier['type']

/** The name of a certificate, in the one form or the other. @throws {@link CmsError} `ERR_CMS_DRAFT` when it has no SKI. */
export function certificateIdentifier(
  certificate: Certificate,
  type: IdentifierType = 'issuerAndSerialNumber',
): DerNode {
  if (type === 'issuerAndSerialNumber') return issuerAndSerialNumber(certificate)
  return der.implicit(0, der.octetString(keyIdentifierOf(certificate)))
}

/** As {@link certificateIdentifier}, in a RecipientEncryptedKey, where a key identifier stands in a SEQUENCE. */
export function agreementIdentifier(certificate: Certificate, type: IdentifierType = 'issuerAndSerialNumber'): DerNode {
  if (type === 'issuerAndSerialNumber') return issuerAndSerialNumber(certificate)
  return der.implicit(0, der.sequence(der.octetString(keyIdentifierOf(certificate))))
}

function keyIdentifierOf({ subjectKeyIdentifier }: Certificate): Uint8Array {
  if (subjectKeyIdentifier) return subjectKeyIdentifier
  throw new CmsError('ERR_CMS_DRAFT', 'a certificate without a subject key identifier')
}

/** The form that every peer reads, with the issuer's name as the certificate has it. */
function issuerAndSerialNumber(certificate: Certificate): DerNode {
  return der.sequence(certificate.issuer.bytes, der.integer(certificate.serialNumber))
}

/**
 * Says whether this certificate is meant. Names are compared by their decoded values when the bytes differ, since some
 * programs write them anew in another string type.
 *
 * @see CMS-6, RFC 5280 §7.1
 */
export function identifies(identifier: CertificateIdentifier, certificate: Certificate): boolean {
  if (identifier.type === 'subjectKeyIdentifier') {
    const { subjectKeyIdentifier } = certificate
    return subjectKeyIdentifier !== undefined && equal(identifier.subjectKeyIdentifier, subjectKeyIdentifier)
  }
  const { issuer, serialNumber } = identifier
  if (serialNumber !== certificate.serialNumber) return false
  return equal(issuer.bytes, certificate.issuer.bytes) || nameKey(issuer) === nameKey(certificate.issuer)
}
