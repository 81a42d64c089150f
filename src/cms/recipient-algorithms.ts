import {
  type AlgorithmIdentifier,
  type ContentCipherName,
  type CurveName,
  type KeyAgreementName,
  type KeyKind,
  type KeyTransportName,
  keyTransportOf,
  type SendingAlgorithms,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import type { KeyAgreementDraft, KeyTransportDraft } from './build-recipient-info.js'
import { certificateCapabilities, cipherCapabilities } from './smime-capabilities.js'

/** How a message is encrypted to one certificate. */
export interface RecipientAlgorithms {
  /** Recipients of one cipher can share a message; those of another need one of their own. */
  readonly cipher: ContentCipherName
  readonly draft: KeyTransportDraft | KeyAgreementDraft
}

type Draft = (certificate: Certificate, sending: SendingAlgorithms) => RecipientAlgorithms['draft'] | undefined

const drafts: Readonly<Record<KeyKind, Draft>> = {
  RSA: (certificate, { keyTransport }) => ({ certificate, keyTransport }),
  'RSAES-OAEP': (certificate, sending) => ({ certificate, keyTransport: oaepFor(certificate, sending) }),
  EC: agreement,
  X25519: agreement,
  'RSASSA-PSS': () => undefined,
  Ed25519: () => undefined,
}

/**
 * Decides how to encrypt to a certificate: the key says what can be done, the policy what is wanted, and the recipient's
 * own words, if there are some, what it reads.
 *
 * An RSA key gets the key transport of the policy, one for RSAES-OAEP alone what its parameters ask for, a key of a curve
 * a key agreement as strong as the curve. Of ciphers the policy's own is taken unless the recipient names others and not
 * that one; then the recipient's first, 3DES never.
 *
 * @param capabilities - what a signature of the recipient said (readSmimeCapabilities). Default: what the certificate says.
 * @returns nothing for a key that does not encrypt, or is of a kind that is unknown.
 * @see RFC 8551 §2.3, §2.7.1, RFC 4262
 */
export function recipientAlgorithms(
  certificate: Certificate,
  sending: SendingAlgorithms,
  capabilities: readonly AlgorithmIdentifier[] = certificateCapabilities(certificate),
): RecipientAlgorithms | undefined {
  const { kind } = certificate.publicKey
  const draft = kind && drafts[kind](certificate, sending)
  return draft && { cipher: cipherFor(sending, cipherCapabilities(capabilities)), draft }
}

function cipherFor({ cipher }: SendingAlgorithms, known: readonly ContentCipherName[]): ContentCipherName {
  return known.includes(cipher) ? cipher : (known.find((name) => name !== '3DES-CBC') ?? cipher)
}

/** Parameters of a key are binding, and encryptKey takes the mask and the label from them (RFC 4055 §4.1). */
function oaepFor({ publicKey }: Certificate, { keyTransport }: SendingAlgorithms): KeyTransportName {
  if (publicKey.algorithm.parameters) return keyTransportOf(publicKey.algorithm)?.name ?? 'RSAES-OAEP-SHA-256'
  return keyTransport === 'RSAES-PKCS1-v1_5' ? 'RSAES-OAEP-SHA-256' : keyTransport
}

/** A digest as strong as the curve, where that of the policy is for P-256 (RFC 5753 §8, RFC 8418 §2.1, RFC 8551 §2.3). */
const agreements: Readonly<Partial<Record<CurveName, KeyAgreementName>>> = {
  'P-384': 'dhSinglePass-stdDH-sha384kdf',
  'P-521': 'dhSinglePass-stdDH-sha512kdf',
  X25519: 'dhSinglePass-stdDH-hkdf-sha256',
}

function agreement(
  certificate: Certificate,
  { keyAgreement, keyWrap }: SendingAlgorithms,
): KeyAgreementDraft | undefined {
  const { curve } = certificate.publicKey
  return curve && { certificate, keyAgreement: agreements[curve] ?? keyAgreement, keyWrap }
}
