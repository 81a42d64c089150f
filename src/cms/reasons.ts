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
 * Why a content stays closed. All but the last are written openly in the message, or said by a key without using it;
 * whatever happens once a key is used is `not-decryptable`, one reason for all (RFC 3218, SMIME-13).
 */
export type DecryptionProblem =
  | 'cipher-not-allowed'
  | 'several-passwords'
  | 'no-matching-recipient'
  | 'key-transport-not-allowed'
  | 'key-agreement-not-allowed'
  | 'key-wrap-not-allowed'
  | 'originator-missing'
  | 'key-cannot-open-it'
  | 'password-too-costly'
  | 'not-decryptable'

/** Why a compressed content stays as it is. */
export type CompressionProblem = 'compression-unknown' | 'not-decompressible' | 'content-too-large'

type CmsReason =
  | SignatureProblem
  | DecryptionProblem
  | CompressionProblem
  | 'signature-valid'
  | 'decrypted'
  | 'decompressed'

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
    remedy: 'The sender must sign with RSA, ECDSA or Ed25519, and SHA-256, SHA-384 or SHA-512.',
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
    remedy: 'The sender needs an RSA key of at least 2048 bits, or a key of a curve that is allowed.',
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
    remedy: 'The sender must encrypt with AES.',
    standard: 'AS-58c',
  },
  'several-passwords': {
    message: 'The message is encrypted under several passwords, and nothing says which is whose.',
    remedy: 'Ask the sender for a message that is encrypted under one password alone.',
    standard: 'RFC 5652 §6.2.4',
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
  'key-agreement-not-allowed': {
    message: 'The content key is agreed on in a way that is not known or not allowed.',
    remedy: 'The sender must agree on the key with ephemeral-static ECDH and SHA-2.',
    standard: 'RFC 5753 §3.1',
  },
  'key-wrap-not-allowed': {
    message: 'The content key is wrapped in a way that is not known or not allowed.',
    remedy: 'The sender must wrap the key with AES.',
    standard: 'RFC 5652 §12.3.3',
  },
  'originator-missing': {
    message: 'The sender agreed on a key with a certificate that is not with the message.',
    remedy: 'The sender must use a key made for this message, or send the certificate along.',
    standard: 'RFC 5652 §6.2.2',
  },
  'key-cannot-open-it': {
    message: 'The key of the recipient cannot open what is encrypted in this way.',
    remedy: 'Ask the sender to use RSA-OAEP, or move the key to a service that opens RSA PKCS #1 v1.5.',
    standard: 'RFC 5652 §6.2',
  },
  'password-too-costly': {
    message: 'To try the password takes more work than is allowed.',
    remedy: 'Raise the limit on iterations if the sender is known.',
    standard: 'RFC 8018 §4.2',
  },
  'not-decryptable': {
    message: 'The message could not be decrypted.',
    remedy: 'Ask the sender to send it again to the certificate that is published now.',
    standard: 'RFC 5652 §6',
  },
  decompressed: { message: 'The content was decompressed.', standard: 'RFC 3274 §1.1' },
  'compression-unknown': {
    message: 'The content is compressed with an algorithm that is not known.',
    remedy: 'The sender must compress with ZLIB.',
    standard: 'RFC 3274 §2',
  },
  'not-decompressible': {
    message: 'The compressed content is damaged.',
    remedy: 'Ask the sender to send it again.',
    standard: 'RFC 3274 §1.1',
  },
  'content-too-large': {
    message: 'The compressed content is larger than is allowed once it is decompressed.',
    remedy: 'Raise the limit if the sender is known; else take it for an attack.',
    standard: 'RFC 8551 §6',
  },
}

const writer: StepWriter<CmsReason> = stepsFrom(reasons)
export const passed: StepWriter<CmsReason>['passed'] = writer.passed
export const failed: StepWriter<CmsReason>['failed'] = writer.failed
