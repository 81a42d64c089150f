import {
  context,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  onlyChild,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import type { Certificate, CertificateList, OcspResponse } from '../x509/index.js'
import { type Attribute, parseAttribute } from './attributes.js'
import { type CertificateIdentifier, parseCertificateIdentifier } from './certificate-identifier.js'
import { parseCertificateSet } from './certificate-set.js'
import { contentOf } from './content-info.js'
import { CmsError, reading } from './errors.js'
import { parseRevocationInfos } from './revocation-infos.js'

/** Content with any number of signatures, none verified yet. @see RFC 5652 §5.1 */
export interface SignedData {
  readonly version: number
  readonly encapContentInfo: {
    readonly eContentType: Oid
    /** Absent when the content travels elsewhere: a detached signature. */
    readonly eContent?: Uint8Array
  }
  /** A pool in no order; certificates that cannot be read are left out. No trust comes from being here (CMS-13). */
  readonly certificates: readonly Certificate[]
  /** How many were left out. */
  readonly unreadableCertificates: number
  /** What was sent along about revocation; of what cannot be read nothing is said. No trust comes from being here. */
  readonly crls: readonly CertificateList[]
  readonly ocspResponses: readonly OcspResponse[]
  readonly signerInfos: readonly SignerInfo[]
}

/** One signature. @see RFC 5652 §5.3 */
export interface SignerInfo {
  readonly sid: CertificateIdentifier
  readonly digestAlgorithm: AlgorithmIdentifier
  readonly signedAttrs?: SignedAttributes
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
}

interface SignedAttributes {
  /** The element as received: `[0] IMPLICIT SET OF Attribute`. */
  readonly element: Element
  readonly attributes: readonly Attribute[]
}

/** More signers than any message has; each costs a verification. */
const maxSigners = 16

/**
 * Reads a SignedData inside its ContentInfo, in BER or DER.
 *
 * @param limits - `maxCertificates`: default 128, which is more than a message has; a list of anchors may have more.
 * @throws {@link CmsError} `ERR_CMS_CONTENT_TYPE` when the content is of another type, `ERR_CMS_MALFORMED` when it is
 *   not what it says, or has more than 16 signers, 64 lists, or more certificates than the limit.
 */
export function parseSignedData(bytes: Uint8Array, limits: { readonly maxCertificates?: number } = {}): SignedData {
  return reading('SignedData', () => {
    const fields = fieldsOf(contentOf(bytes, 'signedData').content)
    const version = readSmallInteger(fields.next(tags.integer))
    fields.next(tags.set) // digestAlgorithms: a hint for reading in one pass, which we do not
    const encapContentInfo = parseEncapContentInfo(fields.next(tags.sequence))
    const certificates = fields.optional(context(0))
    const revocationInfos = fields.optional(context(1))
    const signerInfos = elementsOf(fields.next(tags.set), tags.set)
    fields.end()
    if (signerInfos.length > maxSigners) {
      throw new CmsError('ERR_CMS_MALFORMED', 'more signers than a message has')
    }
    const pool = parseCertificateSet(certificates, limits.maxCertificates)
    return {
      version,
      encapContentInfo,
      certificates: pool.certificates,
      unreadableCertificates: pool.unreadable,
      ...parseRevocationInfos(revocationInfos),
      signerInfos: signerInfos.map(parseSignerInfo),
    }
  })
}

function parseEncapContentInfo(element: Element): SignedData['encapContentInfo'] {
  const fields = fieldsOf(element)
  const eContentType = readOid(fields.next(tags.oid))
  const wrapper = fields.optional(context(0))
  if (!wrapper) return { eContentType }
  const content = onlyChild(wrapper)
  // PKCS#7 allowed any type here; then the encoding without its tag and length is the content (RFC 5652 §5.2.1).
  return { eContentType, eContent: content.tag === tags.octetString ? readOctets(content) : content.content }
}

function parseSignerInfo(element: Element): SignerInfo {
  const fields = fieldsOf(element)
  fields.next(tags.integer) // version: says only what the fields say themselves (CMS-4)
  const sid = parseCertificateIdentifier(fields.next())
  const digestAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const signedAttrs = fields.optional(context(0))
  const signatureAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const signature = readOctets(fields.next(tags.octetString))
  fields.optional(context(1)) // unsigned attributes: nobody vouches for them
  fields.end()
  return {
    sid,
    digestAlgorithm,
    ...(signedAttrs && { signedAttrs: parseSignedAttributes(signedAttrs) }),
    signatureAlgorithm,
    signature,
  }
}

function parseSignedAttributes(element: Element): SignedAttributes {
  return { element, attributes: elementsOf(element, context(0)).map(parseAttribute) }
}
