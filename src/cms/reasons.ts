import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

/** Why a signature does not count. */
export type SignatureProblem =
  | 'content-missing'
  | 'digest-not-allowed'
  | 'signature-algorithm-unknown'
  | 'attributes-malformed'
  | 'content-type-mismatch'
  | 'digest-mismatch'
  | 'signer-certificate-missing'
  | 'key-not-allowed'
  | 'signature-mismatch'
  | 'signing-certificate-mismatch'

/**
 * Why a content stays closed. The first four are written openly in the message; whatever happens once a key is used is
 * `not-decryptable`, one reason for all (RFC 3218, SMIME-13).
 */
export type DecryptionProblem =
  | 'cipher-not-allowed'
  | 'recipient-named-twice'
  | 'no-matching-recipient'
  | 'key-transport-not-allowed'
  | 'not-decryptable'

type CmsReason = SignatureProblem | DecryptionProblem | 'signature-valid' | 'decrypted'

/** Everything this room says, and the rule behind it. */
const reasons: Reasons<CmsReason> = {
  'signature-valid': { message: 'The signature is right.', standard: 'RFC 5652 §5.6' },
  'content-missing': {
    message: 'The signature has no content with it.',
    remedy: 'Verify a detached signature together with what it signs.',
    standard: 'RFC 5652 §5.2',
  },
  'digest-not-allowed': {
    message: 'The digest algorithm of the signature is not known or not allowed.',
    remedy: 'The sender must sign with SHA-256 or stronger.',
    standard: 'AS-58',
  },
  'signature-algorithm-unknown': {
    message: 'The algorithm of the signature is not known, or contradicts its digest algorithm.',
    remedy: 'The sender must sign with RSA PKCS #1 v1.5 and SHA-256, SHA-384 or SHA-512.',
    standard: 'RFC 5754 §3',
  },
  'attributes-malformed': {
    message: 'The signed attributes are not what the standard asks for.',
    standard: 'RFC 5652 §5.3, §11',
  },
  'content-type-mismatch': {
    message: 'The content type that was signed is not that of the content.',
    standard: 'RFC 5652 §11.1',
  },
  'digest-mismatch': {
    message: 'The content is not what was signed: it was changed on its way.',
    remedy: 'Look for a gateway that edits mail after it was signed, such as one that adds a disclaimer.',
    standard: 'RFC 5652 §5.6',
  },
  'signer-certificate-missing': {
    message: 'The certificate of the signer is not with the message.',
    remedy: 'The sender must include its signing certificate.',
    standard: 'AS-54',
  },
  'key-not-allowed': {
    message: 'The key of the signer is of a kind or size that is not allowed.',
    remedy: 'The sender needs an RSA key of at least 2048 bits.',
    standard: 'AS-18',
  },
  'signature-mismatch': { message: 'The signature is wrong.', standard: 'RFC 5652 §5.6' },
  'signing-certificate-mismatch': {
    message: 'The signer names another certificate than the one that made the signature.',
    standard: 'RFC 5035 §5.4',
  },
  decrypted: { message: 'The content was decrypted with a key of the recipient.', standard: 'RFC 5652 §6' },
  'cipher-not-allowed': {
    message: 'The content is encrypted with a cipher that is not known or not allowed.',
    remedy: 'The sender must encrypt with AES in CBC mode.',
    standard: 'AS-58c',
  },
  'recipient-named-twice': {
    message: 'The message carries two encrypted keys for one certificate.',
    standard: 'RFC 5652 §6.2',
  },
  'no-matching-recipient': {
    message: 'The message is encrypted to none of the certificates at hand.',
    remedy: 'Compare the certificate that is published for the address with the keys that are installed.',
    standard: 'RFC 5652 §6.2.1',
  },
  'key-transport-not-allowed': {
    message: 'The content key is encrypted in a way that is not known or not allowed.',
    remedy: 'The sender must encrypt the key with RSA PKCS #1 v1.5 or RSA-OAEP.',
    standard: 'AS-58e',
  },
  'not-decryptable': {
    message: 'The message could not be decrypted.',
    remedy: 'Ask the sender to send it again to the certificate that is published now.',
    standard: 'RFC 5652 §6',
  },
}

const writer: StepWriter<CmsReason> = stepsFrom(reasons)
export const passed: StepWriter<CmsReason>['passed'] = writer.passed
export const failed: StepWriter<CmsReason>['failed'] = writer.failed
