import { type DerNode, der } from '../asn1/index.js'
import {
  agreeKey,
  algorithmIdentifier,
  type CryptoProvider,
  encryptKey,
  encryptKeyWithPassword,
  type KeyAgreementName,
  type KeyTransportName,
  type KeyWrapName,
  type Password,
  type PasswordDraft,
  wrapKey,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { agreementIdentifier, certificateIdentifier, type IdentifierType } from './certificate-identifier.js'

/** Somebody to encrypt to, and how. */
export type RecipientDraft = KeyTransportDraft | KeyAgreementDraft | SharedKeyDraft | PasswordRecipientDraft

/** To an RSA key. */
export interface KeyTransportDraft {
  readonly certificate: Certificate
  readonly keyTransport: KeyTransportName
  /** Default: by issuer and serial number, which every peer reads. */
  readonly identifiedBy?: IdentifierType
}

/** To a key of a curve. */
export interface KeyAgreementDraft {
  readonly certificate: Certificate
  readonly keyAgreement: KeyAgreementName
  readonly keyWrap: KeyWrapName
  /** User keying material, which nobody needs: the ephemeral key is another each time. */
  readonly ukm?: Uint8Array
  readonly identifiedBy?: IdentifierType
}

/** To a key that both sides have. */
export interface SharedKeyDraft {
  readonly sharedKey: Uint8Array
  readonly keyIdentifier: Uint8Array
  readonly keyWrap: KeyWrapName
}

/** To a password. */
export interface PasswordRecipientDraft extends PasswordDraft {
  readonly password: Password
}

/** A RecipientInfo that is to be written. */
export interface WrittenRecipient {
  readonly node: DerNode
  readonly version: number
  readonly isPassword: boolean
}

/**
 * Encrypts a content key to a recipient.
 *
 * @throws CryptoError as {@link encryptKey}, {@link agreeKey}, {@link wrapKey} and {@link encryptKeyWithPassword} do.
 * @see RFC 5652 §6.2
 */
export function buildRecipientInfo(
  draft: RecipientDraft,
  contentKey: Uint8Array,
  crypto: CryptoProvider,
): Promise<WrittenRecipient> {
  if ('keyTransport' in draft) return keyTransRecipientInfo(draft, contentKey, crypto)
  if ('keyAgreement' in draft) return keyAgreeRecipientInfo(draft, contentKey, crypto)
  return 'sharedKey' in draft
    ? kekRecipientInfo(draft, contentKey, crypto)
    : passwordRecipientInfo(draft, contentKey, crypto)
}

async function keyTransRecipientInfo(
  { certificate, keyTransport, identifiedBy }: KeyTransportDraft,
  contentKey: Uint8Array,
  crypto: CryptoProvider,
): Promise<WrittenRecipient> {
  const { algorithm, encryptedKey } = await encryptKey(crypto, keyTransport, certificate.publicKey, contentKey)
  const version = identifiedBy === 'subjectKeyIdentifier' ? 2 : 0
  const node = der.sequence(
    der.integer(version),
    certificateIdentifier(certificate, identifiedBy),
    algorithmIdentifier(algorithm),
    der.octetString(encryptedKey),
  )
  return { node, version, isPassword: false }
}

async function keyAgreeRecipientInfo(
  { certificate, keyAgreement, keyWrap, ukm, identifiedBy }: KeyAgreementDraft,
  contentKey: Uint8Array,
  crypto: CryptoProvider,
): Promise<WrittenRecipient> {
  const { publicKey } = certificate
  const draft = { agreement: keyAgreement, wrap: keyWrap, publicKey, contentKey, ...(ukm && { ukm }) }
  const { algorithm, originator, encryptedKey } = await agreeKey(crypto, draft)
  const originatorKey = der.sequence(algorithmIdentifier(originator.algorithm), der.bitString(originator.keyBytes))
  const recipientEncryptedKey = der.sequence(
    agreementIdentifier(certificate, identifiedBy),
    der.octetString(encryptedKey),
  )
  const version = 3
  const info = der.sequence(
    der.integer(version),
    der.explicit(0, der.implicit(1, originatorKey)),
    ...(ukm ? [der.explicit(1, der.octetString(ukm))] : []),
    algorithmIdentifier(algorithm),
    der.sequence(recipientEncryptedKey),
  )
  return { node: der.implicit(1, info), version, isPassword: false }
}

async function kekRecipientInfo(
  { sharedKey, keyIdentifier, keyWrap }: SharedKeyDraft,
  contentKey: Uint8Array,
  crypto: CryptoProvider,
): Promise<WrittenRecipient> {
  const { algorithm, encryptedKey } = await wrapKey(crypto, keyWrap, sharedKey, contentKey)
  const version = 4
  const info = der.sequence(
    der.integer(version),
    der.sequence(der.octetString(keyIdentifier)),
    algorithmIdentifier(algorithm),
    der.octetString(encryptedKey),
  )
  return { node: der.implicit(2, info), version, isPassword: false }
}

async function passwordRecipientInfo(
  { password, ...draft }: PasswordRecipientDraft,
  contentKey: Uint8Array,
  crypto: CryptoProvider,
): Promise<WrittenRecipient> {
  const encrypted = await encryptKeyWithPassword(crypto, password, contentKey, draft)
  const version = 0
  const info = der.sequence(
    der.integer(version),
    der.implicit(0, algorithmIdentifier(encrypted.derivation)),
    algorithmIdentifier(encrypted.algorithm),
    der.octetString(encrypted.encryptedKey),
  )
  return { node: der.implicit(3, info), version, isPassword: true }
}
