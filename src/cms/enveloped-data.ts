import {
  context,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from '../crypto/index.js'
import { type CertificateIdentifier, parseCertificateIdentifier } from './certificate-identifier.js'
import { contentOf } from './content-info.js'
import { CmsError, reading } from './errors.js'

/** Encrypted content and, for each recipient, the key to it under that recipient's own key. @see RFC 5652 §6.1 */
export interface EnvelopedData {
  readonly version: number
  readonly recipientInfos: readonly RecipientInfo[]
  readonly encryptedContentInfo: {
    readonly contentType: Oid
    readonly contentEncryptionAlgorithm: AlgorithmIdentifier
    readonly encryptedContent: Uint8Array
  }
}

export type RecipientInfo = KeyTransRecipientInfo | OtherRecipientInfo

/** The content key under a public key of the recipient. @see RFC 5652 §6.2.1 */
export interface KeyTransRecipientInfo {
  readonly type: 'keyTrans'
  readonly rid: CertificateIdentifier
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
}

/** A kind of recipient that this room does not open: key agreement, a shared key, a password. @see RFC 5652 §6.2 */
export interface OtherRecipientInfo {
  readonly type: 'keyAgree' | 'kek' | 'password' | 'other'
}

/** More recipients than a message has: each is compared with each of our certificates. */
const maxRecipients = 2000

/**
 * Reads an EnvelopedData inside its ContentInfo, in BER or DER. Nothing is decrypted.
 *
 * @throws {@link CmsError} `ERR_CMS_CONTENT_TYPE` when the content is of another type, `ERR_CMS_MALFORMED` when it is
 *   not what it says, has no encrypted content, or more than 2,000 recipients.
 */
export function parseEnvelopedData(bytes: Uint8Array): EnvelopedData {
  return reading('EnvelopedData', () => {
    const fields = fieldsOf(contentOf(bytes, 'envelopedData'))
    const version = readSmallInteger(fields.next(tags.integer))
    fields.optional(context(0)) // originatorInfo: certificates for key agreement
    const recipientInfos = elementsOf(fields.next(tags.set), tags.set)
    const contentInfo = fieldsOf(fields.next(tags.sequence))
    fields.optional(context(1)) // unprotected attributes
    fields.end()
    if (recipientInfos.length > maxRecipients) {
      throw new CmsError('ERR_CMS_MALFORMED', `more than ${maxRecipients} recipients`)
    }
    return {
      version,
      recipientInfos: recipientInfos.map(parseRecipientInfo),
      encryptedContentInfo: {
        contentType: readOid(contentInfo.next(tags.oid)),
        contentEncryptionAlgorithm: parseAlgorithmIdentifier(contentInfo.next(tags.sequence)),
        encryptedContent: readOctets(contentInfo.next(context(0))),
      },
    }
  })
}

const otherTypes: Readonly<Record<number, OtherRecipientInfo['type']>> = {
  [context(1)]: 'keyAgree',
  [context(2)]: 'kek',
  [context(3)]: 'password',
}

function parseRecipientInfo(element: Element): RecipientInfo {
  if (element.tag !== tags.sequence) return { type: otherTypes[element.tag] ?? 'other' }
  const fields = fieldsOf(element)
  fields.next(tags.integer) // version: follows from the kind of identifier (CMS-5)
  const rid = parseCertificateIdentifier(fields.next())
  const keyEncryptionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encryptedKey = readOctets(fields.next(tags.octetString))
  fields.end()
  return { type: 'keyTrans', rid, keyEncryptionAlgorithm, encryptedKey }
}
