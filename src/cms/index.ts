/** CMS: signed-data and enveloped-data, read, verified, decrypted and written (RFC 5652). */

export { type Attribute, readSigningTime } from './attributes.js'
export { buildEnvelopedData, type EnvelopedDataDraft, type RecipientDraft } from './build-enveloped-data.js'
export { buildSignedData, type SignedDataDraft, type SignerDraft } from './build-signed-data.js'
export { type CertificateIdentifier, identifies } from './certificate-identifier.js'
export { type ContentInfo, contentTypes, parseContentInfo } from './content-info.js'
export { type DecryptionPorts, decryptEnvelopedData, type Recipient } from './decrypt.js'
export {
  type EnvelopedData,
  type KeyTransRecipientInfo,
  type OtherRecipientInfo,
  parseEnvelopedData,
  type RecipientInfo,
} from './enveloped-data.js'
export { CmsError, type CmsErrorCode } from './errors.js'
export type { DecryptionProblem, SignatureProblem } from './reasons.js'
export { parseSignedData, type SignedData, type SignerInfo } from './signed-data.js'
export { type VerificationPorts, type VerifiedSigner, verifySignedData } from './verify.js'
