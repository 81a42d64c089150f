/** CMS: signed-data, enveloped-data, authEnveloped-data and compressed-data, read, verified, decrypted and written (RFC 5652, 5083, 5084, 5753, 3274). */

export { type Attribute, readSigningTime } from './attributes.js'
export { buildEnvelopedData, type EnvelopedDataDraft } from './build-enveloped-data.js'
export type {
  KeyAgreementDraft,
  KeyTransportDraft,
  PasswordRecipientDraft,
  RecipientDraft,
  SharedKeyDraft,
} from './build-recipient-info.js'
export { buildCertificatesOnly, buildSignedData, type SignedDataDraft, type SignerDraft } from './build-signed-data.js'
export { type CertificateIdentifier, type IdentifierType, identifies } from './certificate-identifier.js'
export {
  buildCompressedData,
  type CompressedData,
  type DecompressionLimits,
  decompress,
  parseCompressedData,
} from './compressed-data.js'
export { type ContentInfo, type ContentTypeName, contentTypes, parseContentInfo } from './content-info.js'
export { type DecryptionPorts, decryptEnvelopedData } from './decrypt.js'
export {
  type AuthenticatedAttributes,
  type EncryptedContentInfo,
  type EnvelopedData,
  parseEnvelopedData,
} from './enveloped-data.js'
export { CmsError, type CmsErrorCode } from './errors.js'
export { keysFor, type NamedKey, type Recipient } from './match-recipients.js'
export type { CompressionProblem, DecryptionProblem, SignatureProblem } from './reasons.js'
export { type RecipientAlgorithms, recipientAlgorithms } from './recipient-algorithms.js'
export type {
  KekRecipientInfo,
  KeyAgreeRecipientInfo,
  KeyTransRecipientInfo,
  OriginatorIdentifierOrKey,
  PasswordRecipientInfo,
  RecipientEncryptedKey,
  RecipientInfo,
} from './recipient-info.js'
export { parseSignedData, type SignedData, type SignerInfo } from './signed-data.js'
export { cipherCapabilities, readSmimeCapabilities } from './smime-capabilities.js'
export { type VerificationPorts, type VerifiedSigner, verifySignedData } from './verify.js'
