import { context, type Element, elementsOf, tags } from '../asn1/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Certificate, parseCertificate, X509Error } from '../x509/index.js'
import { CmsError } from './errors.js'

/** More certificates than any message has. */
const maxCertificatesOfMessage = 128

export interface CertificateSet {
  readonly certificates: readonly Certificate[]
  /** How many more there are that cannot be read, or are of another kind. */
  readonly unreadable: number
}

/**
 * Reads `[0] IMPLICIT CertificateSet`, which may be absent. One bad certificate in the pool does not spoil the others: the one that is needed
 * may be among them.
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` for more than the limit.
 * @see RFC 5652 §10.2.3
 */
export function parseCertificateSet(
  element: Element | undefined,
  maxCertificates: number = maxCertificatesOfMessage,
): CertificateSet {
  const pool = element ? elementsOf(element, context(0)) : []
  if (pool.length > maxCertificates)
    throw new CmsError('ERR_CMS_MALFORMED', `more than ${maxCertificates} certificates`)
  const certificates = pool.flatMap(readableCertificate)
  return { certificates, unreadable: pool.length - certificates.length }
}

function readableCertificate(element: Element): readonly Certificate[] {
  if (element.tag !== tags.sequence) return []
  return unlessThrown(X509Error, () => [parseCertificate(element.bytes)]) ?? []
}
