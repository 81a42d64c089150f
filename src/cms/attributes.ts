import {
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  readOctets,
  readOid,
  readTime,
  tags,
} from '../asn1/index.js'
import { type Digest, digestOf, digests, parseAlgorithmIdentifier } from '../crypto/index.js'
import { CmsError } from './errors.js'

/** An attribute, signed or not. @see RFC 5652 §5.3 */
export interface Attribute {
  readonly type: Oid
  readonly values: readonly Element[]
}

/** The attributes this room reads and writes. @see RFC 5652 §11, RFC 5035 §3, RFC 8551 §2.5 */
export const attributeTypes: Readonly<
  Record<
    | 'contentType'
    | 'messageDigest'
    | 'signingTime'
    | 'smimeCapabilities'
    | 'signingCertificate'
    | 'signingCertificateV2',
    Oid
  >
> = {
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  smimeCapabilities: '1.2.840.113549.1.9.15',
  signingCertificate: '1.2.840.113549.1.9.16.2.12',
  signingCertificateV2: '1.2.840.113549.1.9.16.2.47',
}

export function parseAttribute(element: Element): Attribute {
  const fields = fieldsOf(element)
  const type = readOid(fields.next(tags.oid))
  return { type, values: elementsOf(fields.next(tags.set), tags.set) }
}

export function attribute(type: keyof typeof attributeTypes, value: DerNode): DerNode {
  return der.sequence(der.oid(attributeTypes[type]), der.setOf([value]))
}

/**
 * The one value of an attribute that must be there at most once and hold exactly one.
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` when it is there twice, or with another number of values (RFC 5652 §11).
 */
export function singleValue(attributes: readonly Attribute[], type: keyof typeof attributeTypes): Element | undefined {
  const found = attributes.filter((candidate) => candidate.type === attributeTypes[type])
  if (found.length === 0) return undefined
  const values = found.flatMap(({ values }) => values)
  if (found.length > 1 || values.length !== 1) {
    throw new CmsError('ERR_CMS_MALFORMED', 'an attribute that has not exactly one value')
  }
  return values[0]
}

/**
 * When the signer says that it signed, in milliseconds since 1970: a claim, not a proof.
 *
 * @throws {@link CmsError} `ERR_CMS_MALFORMED` when the attribute is there twice; Asn1Error when it holds no time.
 * @see RFC 5652 §11.3
 */
export function readSigningTime(attributes: readonly Attribute[]): number | undefined {
  const value = singleValue(attributes, 'signingTime')
  return value && readTime(value)
}

/** What the signer says of the certificate it signed with: its digest. @see RFC 5035 §3 and §4 */
export interface SigningCertificate {
  /** `undefined` for a digest that is not known. */
  readonly digest: Digest | undefined
  readonly certHash: Uint8Array
}

/** The first ESSCertID or ESSCertIDv2, which is the signer's own; those that follow limit the path. */
export function readSigningCertificate(attributes: readonly Attribute[]): SigningCertificate | undefined {
  const v2 = singleValue(attributes, 'signingCertificateV2')
  if (v2) {
    const fields = fieldsOf(firstCertId(v2))
    const algorithm = fields.optional(tags.sequence)
    const digest = algorithm ? digestOf(parseAlgorithmIdentifier(algorithm)) : digests['SHA-256']
    return { digest, certHash: readOctets(fields.next(tags.octetString)) }
  }
  const v1 = singleValue(attributes, 'signingCertificate')
  return v1 && { digest: digests['SHA-1'], certHash: readOctets(fieldsOf(firstCertId(v1)).next(tags.octetString)) }
}

function firstCertId(value: Element): Element {
  return fieldsOf(fieldsOf(value).next(tags.sequence)).next(tags.sequence)
}
