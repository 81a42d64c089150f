import { context, type Element, elementsOf, tags } from '../asn1/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Certificate, parseCertificate, X509Error } from '../x509/index.js'
import { CmsError } from './errors.js'

/** More certificates than any message has. */
const maxCertificates = 128

/**
 * Reads `[0] IMPLICIT CertificateSet`. One bad certificate in the pool does not spoil the others: the one that is needed
 * may be among them.
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` for more than 128.
 * @see RFC 5652 §10.2.3
 */
export function parseCertificateSet(element: Element): readonly Certificate[] {
  const pool = elementsOf(element, context(0))
  if (pool.length > maxCertificates) throw new CmsError('ERR_CMS_MALFORMED', 'more certificates than a message has')
  return pool.flatMap(readableCertificate)
}

function readableCertificate(element: Element): readonly Certificate[] {
  if (element.tag !== tags.sequence) return []
  return unlessThrown(X509Error, () => [parseCertificate(element.bytes)]) ?? []
}
