/** S/MIME: multipart/signed and application/pkcs7-mime entities, made and opened (RFC 8551, 1847). The only place where MIME and CMS meet. */

export { decryptEntity, type DecryptedEntity } from './decrypt-entity.js'
export { encryptEntity } from './encrypt-entity.js'
export { type EnvelopeProblem, type SignedEntityProblem } from './reasons.js'
export { signEntity, type SigningPorts } from './sign-entity.js'
export { verifyEntity, type VerifiedEntity } from './verify-entity.js'
