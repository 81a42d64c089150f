/** X.509: certificates, names and extensions, read and written, not judged (RFC 5280 §4). */

export { type AccessDescription, accessMethods } from './access-description.js'
export { buildCertificate, type CertificateDraft } from './build-certificate.js'
export {
  buildCertificateList,
  type CertificateListDraft,
  type RevokedCertificateDraft,
} from './build-certificate-list.js'
export {
  buildOcspRefusal,
  buildOcspResponse,
  type OcspResponseDraft,
  type SingleResponseDraft,
} from './build-ocsp-response.js'
export { type CertID, certIdOf, type IssuedCertificate, isCertIdOf } from './cert-id.js'
export { type Certificate, describeCertificate, parseCertificate } from './certificate.js'
export {
  type CertificateList,
  crlExtensionOids,
  type IssuingDistributionPoint,
  parseCertificateList,
} from './certificate-list.js'
export {
  allReasons,
  type DistributionPoint,
  type DistributionPointName,
  distributionPointAt,
  fullNames,
  type ReasonFlag,
} from './distribution-points.js'
export { X509Error, type X509ErrorCode } from './errors.js'
export { type BasicConstraints, type Extension, extensionOids, type KeyUsage } from './extensions.js'
export type { GeneralName } from './general-name.js'
export { type KeyPurpose, keyUsagesFor } from './key-uses.js'
export { type AttributeTypeAndValue, buildName, isBelow, type Name, nameKey, nameText, parseName } from './name.js'
export type { GeneralSubtree, NameConstraints } from './name-constraints.js'
export { ocspOids } from './ocsp-oids.js'
export { buildOcspRequest, type OcspRequest, parseOcspRequest } from './ocsp-request.js'
export {
  type BasicOcspResponse,
  type OcspRefusal,
  type OcspResponse,
  parseOcspResponse,
  type ResponderID,
  type SingleResponse,
} from './ocsp-response.js'
export type { PolicyConstraints, PolicyMapping } from './policies.js'
export type { CrlReason } from './revocation-reasons.js'
export type { RevokedCertificate } from './revoked-certificates.js'
export { type SubjectNames, subjectNames } from './subject-names.js'
