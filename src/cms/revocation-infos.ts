import { context, type Element, elementsOf, fieldsOf, type Oid, readOid, tags } from '../asn1/index.js'
import { unlessThrown } from '../errors/index.js'
import {
  type CertificateList,
  type OcspResponse,
  parseCertificateList,
  parseOcspResponse,
  X509Error,
} from '../x509/index.js'
import { CmsError } from './errors.js'

/** More lists and responses than any message has. */
const maxRevocationInfos = 64

/** id-ri-ocsp-response. @see RFC 5940 §2.1 */
const ocspResponse: Oid = '1.3.6.1.5.5.7.16.2'

/** What a sender sent along to show that nothing was revoked. In no order, trusted by nobody. */
export interface RevocationInfos {
  readonly crls: readonly CertificateList[]
  readonly ocspResponses: readonly OcspResponse[]
}

/**
 * Reads `[1] IMPLICIT RevocationInfoChoices`, which may be absent: lists, and responses of OCSP responders. What is of
 * another kind, or cannot be read, is left out: revocation does not rest on it alone.
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` for more than 64.
 * @see RFC 5652 §10.2.1, RFC 5940 §2
 */
export function parseRevocationInfos(element: Element | undefined): RevocationInfos {
  const pool = element ? elementsOf(element, context(1)) : []
  if (pool.length > maxRevocationInfos) throw new CmsError('ERR_CMS_MALFORMED', 'more lists than a message has')
  return { crls: pool.flatMap(listOf), ocspResponses: pool.flatMap(responseOf) }
}

function listOf({ tag, bytes }: Element): readonly CertificateList[] {
  if (tag !== tags.sequence) return []
  return unlessThrown(X509Error, () => [parseCertificateList(bytes)]) ?? []
}

function responseOf(element: Element): readonly OcspResponse[] {
  if (element.tag !== context(1)) return []
  const fields = fieldsOf(element, context(1))
  if (readOid(fields.next(tags.oid)) !== ocspResponse) return []
  const { bytes } = fields.next()
  return unlessThrown(X509Error, () => [parseOcspResponse(bytes)]) ?? []
}
