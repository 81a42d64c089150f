/** S/MIME: multipart/signed and application/pkcs7-mime entities, made and opened (RFC 8551, 1847). The only place where MIME and CMS meet. */

export { compressEntity, decompressEntity } from './compress-entity.js'
export { type DecryptedEntity, decryptEntity } from './decrypt-entity.js'
export { encryptEntity } from './encrypt-entity.js'
export { type Layer, type LayerLimits, type LayerPorts, type OpenedLayers, openLayers } from './open-layers.js'
export type { CompressedEntityProblem, EnvelopeProblem, LayerProblem, SignedEntityProblem } from './reasons.js'
export { type SigningPorts, type SignOptions, signEntity } from './sign-entity.js'
export { type VerifiedEntity, verifyEntity } from './verify-entity.js'
