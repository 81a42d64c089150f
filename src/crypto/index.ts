/** Crypto: AlgorithmIdentifier and public keys, one table for each family of algorithms, `Signer` and `Decrypter`, and what WebCrypto lacks (RFC 8017, 3565, 5754). */

export { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
export {
  type ContentCipher,
  type ContentCipherName,
  contentCipherOf,
  contentCiphers,
  decryptContent,
  type EncryptedContent,
  encryptContent,
} from './content-cipher.js'
export { computeDigest, type Digest, type DigestName, digestOf, digests } from './digest.js'
export { CryptoError, type CryptoErrorCode } from './errors.js'
export { hostCrypto } from './host.js'
export {
  encryptKey,
  type KeyTransport,
  type KeyTransportName,
  keyTransportOf,
  keyTransports,
  type TransportedKey,
} from './key-transport.js'
export type { OaepParameters } from './oaep.js'
export { type AlgorithmPolicy, type PublicKeyWeakness, publicKeyWeakness } from './policy.js'
export { createDecrypter, createSigner, keysMatch, type PrivateKeyInfo } from './private-key.js'
export { type PublicKeyInfo, parsePublicKeyInfo } from './public-key.js'
export { type RsaPublicKey, rsaEncryption } from './rsa-key.js'
export { type SignatureScheme, signatureSchemeOf, verifySignature } from './signature.js'

/** What this library asks of a WebCrypto implementation: the platform's own, or one that is passed in. */
export type CryptoProvider = Pick<Crypto, 'subtle' | 'getRandomValues'>

/**
 * A signing key that acts: in this process, in a hardware module, or at the end of a network.
 *
 * It is given the DER of the signed attributes, a few hundred bytes whatever the size of the message (RFC 5652 §5.4).
 */
export interface Signer {
  /** Digests the content, and what {@link sign} is given. */
  readonly digest: DigestName
  /** What SignerInfo says of the signature. */
  readonly signatureAlgorithm: AlgorithmIdentifier
  /** @returns the signature value. Throws when the key cannot be reached. */
  sign(data: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Uint8Array>
}

/** A content key as a RecipientInfo carries it. */
export interface EncryptedKey {
  /** keyEncryptionAlgorithm with its parameters. */
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
  /** How long the content key must be, in bytes. */
  readonly length: number
  readonly signal?: AbortSignal
}

/**
 * A decryption key that acts.
 *
 * It returns exactly `length` bytes, whatever the padding under the encryption says: when the padding is wrong, or the
 * key inside has another length, bytes that nobody can predict, always the same for the same input (implicit rejection,
 * RFC 3218 §2.3.2, RFC 8017 §7.2). It throws only when the key cannot be reached, or for an algorithm it does not know,
 * which the message says openly.
 */
export interface Decrypter {
  decryptKey(request: EncryptedKey): Promise<Uint8Array>
}

import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import type { DigestName } from './digest.js'
