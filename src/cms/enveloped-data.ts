import {
  context,
  der,
  type Element,
  elementsOf,
  type Fields,
  fieldsOf,
  type Oid,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { type Attribute, parseAttribute } from './attributes.js'
import { parseCertificateSet } from './certificate-set.js'
import { contentOf } from './content-info.js'
import { CmsError, reading } from './errors.js'
import { parseRecipientInfo, type RecipientInfo } from './recipient-info.js'

/**
 * Encrypted content and, for each recipient, the key to it under that recipient's own key: an EnvelopedData, or an
 * AuthEnvelopedData, whose content cannot be changed without the key.
 *
 * @see RFC 5652 §6.1, RFC 5083 §2.1
 */
export interface EnvelopedData {
  /** Which of the two it is. */
  readonly type: 'envelopedData' | 'authEnvelopedData'
  readonly version: number
  /** Certificates that senders of key agreement may name; trusted by nobody. */
  readonly originatorCertificates: readonly Certificate[]
  readonly recipientInfos: readonly RecipientInfo[]
  readonly encryptedContentInfo: EncryptedContentInfo
  /** Of AuthEnvelopedData: what the tag proves beside the content. */
  readonly authAttrs?: AuthenticatedAttributes
  /** Of AuthEnvelopedData: the tag of the cipher. */
  readonly mac?: Uint8Array
}

/** @see RFC 5652 §6.1 */
export interface EncryptedContentInfo {
  readonly contentType: Oid
  readonly contentEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedContent: Uint8Array
}

export interface AuthenticatedAttributes {
  /** What the cipher authenticates: their DER, as a SET OF (RFC 5083 §2.2). */
  readonly bytes: Uint8Array
  readonly attributes: readonly Attribute[]
}

/** More recipients than a message has: each is compared with each of our certificates. */
const maxRecipients = 2000

/**
 * Reads an EnvelopedData or an AuthEnvelopedData inside its ContentInfo, in BER or DER. Nothing is decrypted.
 *
 * @throws {@link CmsError} `ERR_CMS_CONTENT_TYPE` when the content is of another type, `ERR_CMS_MALFORMED` when it is
 *   not what it says, has no encrypted content, or more than 2,000 recipients.
 */
export function parseEnvelopedData(bytes: Uint8Array): EnvelopedData {
  return reading('EnvelopedData', () => {
    const { type, content } = contentOf(bytes, 'envelopedData', 'authEnvelopedData')
    const fields = fieldsOf(content)
    const version = readSmallInteger(fields.next(tags.integer))
    const originatorInfo = fields.optional(context(0))
    const recipientInfos = elementsOf(fields.next(tags.set), tags.set)
    const encryptedContentInfo = parseEncryptedContentInfo(fields.next(tags.sequence))
    const authenticity = type === 'authEnvelopedData' ? parseAuthenticity(fields) : undefined
    if (!authenticity) fields.optional(context(1)) // unprotected attributes: nobody vouches for them
    fields.end()
    const parsed = recipientInfos.map(parseRecipientInfo)
    const keys = parsed.reduce(
      (sum, info) => sum + (info.type === 'keyAgree' ? info.recipientEncryptedKeys.length : 1),
      0,
    )
    if (keys > maxRecipients) throw new CmsError('ERR_CMS_MALFORMED', `more than ${maxRecipients} recipients`)
    return {
      type,
      version,
      originatorCertificates: originatorInfo ? originatorCertificates(originatorInfo) : [],
      recipientInfos: parsed,
      encryptedContentInfo,
      ...authenticity,
    }
  })
}

function parseEncryptedContentInfo(element: Element): EncryptedContentInfo {
  const fields = fieldsOf(element)
  return {
    contentType: readOid(fields.next(tags.oid)),
    contentEncryptionAlgorithm: parseAlgorithmIdentifier(fields.next(tags.sequence)),
    encryptedContent: readOctets(fields.next(context(0))),
  }
}

function parseAuthenticity(fields: Fields): Pick<EnvelopedData, 'authAttrs' | 'mac'> {
  const authAttrs = fields.optional(context(1))
  const mac = readOctets(fields.next(tags.octetString))
  fields.optional(context(2)) // unauthenticated attributes: nobody vouches for them
  return { mac, ...(authAttrs && { authAttrs: parseAuthenticatedAttributes(authAttrs) }) }
}

function parseAuthenticatedAttributes(element: Element): AuthenticatedAttributes {
  const members = elementsOf(element, context(1))
  const bytes = der.encode(der.setOf(members.map((member) => member.bytes)))
  return { bytes, attributes: members.map(parseAttribute) }
}

/** OriginatorInfo; its CRLs are left alone. */
function originatorCertificates(element: Element): readonly Certificate[] {
  const certificates = fieldsOf(element, context(0)).optional(context(0))
  return parseCertificateSet(certificates).certificates
}
