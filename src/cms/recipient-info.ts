import {
  context,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readBitString,
  readOctets,
  type Tag,
  tags,
} from '../asn1/index.js'
import { type AlgorithmIdentifier, type OriginatorPublicKey, parseAlgorithmIdentifier } from '../crypto/index.js'
import { type CertificateIdentifier, parseCertificateIdentifier } from './certificate-identifier.js'

/** The content key for one recipient, or for several who agree on a key with the sender in one go. @see RFC 5652 §6.2 */
export type RecipientInfo =
  | KeyTransRecipientInfo
  | KeyAgreeRecipientInfo
  | KekRecipientInfo
  | PasswordRecipientInfo
  | { readonly type: 'other' }

/** The content key under a public key of the recipient. @see RFC 5652 §6.2.1 */
export interface KeyTransRecipientInfo {
  readonly type: 'keyTrans'
  readonly rid: CertificateIdentifier
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
}

/** The content key under a key that sender and recipient agree on. @see RFC 5652 §6.2.2 */
export interface KeyAgreeRecipientInfo {
  readonly type: 'keyAgree'
  readonly originator: OriginatorIdentifierOrKey
  /** User keying material. */
  readonly ukm?: Uint8Array
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly recipientEncryptedKeys: readonly RecipientEncryptedKey[]
}

/** The sender's half: the key itself, made for this message, or the name of a certificate. */
export type OriginatorIdentifierOrKey =
  | CertificateIdentifier
  | { readonly type: 'originatorKey'; readonly publicKey: OriginatorPublicKey }

export interface RecipientEncryptedKey {
  readonly rid: CertificateIdentifier
  readonly encryptedKey: Uint8Array
}

/** The content key under a key that sender and recipient share. @see RFC 5652 §6.2.3 */
export interface KekRecipientInfo {
  readonly type: 'kek'
  readonly keyIdentifier: Uint8Array
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
}

/** The content key under a password. @see RFC 5652 §6.2.4 */
export interface PasswordRecipientInfo {
  readonly type: 'password'
  /** Absent when the key that wraps is had in another way. */
  readonly keyDerivationAlgorithm?: AlgorithmIdentifier
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
}

const readers: Readonly<Record<Tag, (element: Element) => RecipientInfo>> = {
  [tags.sequence]: parseKeyTrans,
  [context(1)]: parseKeyAgree,
  [context(2)]: parseKek,
  [context(3)]: parsePassword,
}

/** Reads a RecipientInfo. A kind that is unknown here is for somebody else. */
export function parseRecipientInfo(element: Element): RecipientInfo {
  return readers[element.tag]?.(element) ?? { type: 'other' }
}

// The versions are not looked at: they follow from the kind of recipient and identifier (CMS-5).

function parseKeyTrans(element: Element): RecipientInfo {
  const fields = fieldsOf(element)
  fields.next(tags.integer)
  const rid = parseCertificateIdentifier(fields.next())
  const keyEncryptionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encryptedKey = readOctets(fields.next(tags.octetString))
  fields.end()
  return { type: 'keyTrans', rid, keyEncryptionAlgorithm, encryptedKey }
}

function parseKeyAgree(element: Element): RecipientInfo {
  const fields = fieldsOf(element, context(1))
  fields.next(tags.integer)
  const originator = parseOriginator(onlyChild(fields.next(context(0))))
  const ukm = fields.optional(context(1))
  const keyEncryptionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const keys = elementsOf(fields.next(tags.sequence), tags.sequence)
  fields.end()
  return {
    type: 'keyAgree',
    originator,
    ...(ukm && { ukm: readOctets(onlyChild(ukm)) }),
    keyEncryptionAlgorithm,
    recipientEncryptedKeys: keys.map(parseRecipientEncryptedKey),
  }
}

function parseOriginator(element: Element): OriginatorIdentifierOrKey {
  if (element.tag !== context(1)) return parseCertificateIdentifier(element)
  const fields = fieldsOf(element, context(1))
  const algorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const keyBytes = readBitString(fields.next(tags.bitString)).octets
  fields.end()
  return { type: 'originatorKey', publicKey: { algorithm, keyBytes } }
}

function parseRecipientEncryptedKey(element: Element): RecipientEncryptedKey {
  const fields = fieldsOf(element)
  const rid = parseAgreementIdentifier(fields.next())
  const encryptedKey = readOctets(fields.next(tags.octetString))
  fields.end()
  return { rid, encryptedKey }
}

/** As for key transport, save that a key identifier stands in a SEQUENCE, where a date may follow it. */
function parseAgreementIdentifier(element: Element): CertificateIdentifier {
  if (element.tag !== context(0)) return parseCertificateIdentifier(element)
  const subjectKeyIdentifier = readOctets(fieldsOf(element, context(0)).next(tags.octetString))
  return { type: 'subjectKeyIdentifier', subjectKeyIdentifier }
}

function parseKek(element: Element): RecipientInfo {
  const fields = fieldsOf(element, context(2))
  fields.next(tags.integer)
  const keyIdentifier = readOctets(fieldsOf(fields.next(tags.sequence)).next(tags.octetString))
  const keyEncryptionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encryptedKey = readOctets(fields.next(tags.octetString))
  fields.end()
  return { type: 'kek', keyIdentifier, keyEncryptionAlgorithm, encryptedKey }
}

function parsePassword(element: Element): RecipientInfo {
  const fields = fieldsOf(element, context(3))
  fields.next(tags.integer)
  const derivation = fields.optional(context(0))
  const keyEncryptionAlgorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encryptedKey = readOctets(fields.next(tags.octetString))
  fields.end()
  return {
    type: 'password',
    ...(derivation && { keyDerivationAlgorithm: parseAlgorithmIdentifier(asSequence(derivation)) }),
    keyEncryptionAlgorithm,
    encryptedKey,
  }
}

/** What an implicit tag took the tag of: the same element as the SEQUENCE that it is. */
function asSequence(element: Element): Element {
  return parseAsn1(der.encode(der.sequence(...element.children.map(({ bytes }) => bytes))))
}
