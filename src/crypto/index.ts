/** Crypto: AlgorithmIdentifier and public keys, one table for each family of algorithms, `Signer` and `Decrypter`, and what WebCrypto lacks (RFC 8017, 8018, 3394, 3565, 5753, 5754). */

export { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
export {
  type Authenticity,
  type ContentCipher,
  type ContentCipherName,
  contentCipherOf,
  contentCiphers,
  decryptContent,
  type EncryptedContent,
  encryptContent,
} from './content-cipher.js'
export type { CurveName } from './curves.js'
export { createDecrypter, type DecrypterOptions } from './decrypter.js'
export { computeDigest, type Digest, type DigestName, digestOf, digests } from './digest.js'
export { CryptoError, type CryptoErrorCode } from './errors.js'
export { hostCrypto } from './host.js'
export {
  type AgreedKey,
  agreeKey,
  type KeyAgreement,
  type KeyAgreementDraft,
  type KeyAgreementName,
  type KeyAgreementWithWrap,
  keyAgreementOf,
  keyAgreements,
  type OriginatorPublicKey,
} from './key-agreement.js'
export { type KeyKind, keyKindOf, keyOids } from './key-kind.js'
export {
  encryptKey,
  type KeyTransport,
  type KeyTransportName,
  keyAllowsTransport,
  keyTransportOf,
  keyTransports,
  type TransportedKey,
} from './key-transport.js'
export { type KeyWrap, type KeyWrapName, keyWrapOf, keyWraps, type WrappedKey, wrapKey } from './key-wrap.js'
export { keysMatch } from './keys-match.js'
export type { OaepParameters } from './oaep.js'
export {
  decryptWithPassword,
  deriveFromPassword,
  encryptWithPassword,
  type Password,
  type PasswordDraft,
  type PasswordEncrypted,
  type PasswordLimits,
} from './password.js'
export { createPasswordDecrypter, encryptKeyWithPassword, type PasswordEncryptedKey } from './password-recipient.js'
export { type AlgorithmPolicy, type PublicKeyWeakness, publicKeyWeakness, type SendingAlgorithms } from './policy.js'
export type { PrivateKeyInfo } from './private-key.js'
export type { PssParameters } from './pss.js'
export { type PublicKeyInfo, parsePublicKeyInfo } from './public-key.js'
export {
  createRemoteDecrypter,
  type RemoteKeyAgreement,
  type RemoteKeyTransport,
  type RemoteRawRsa,
} from './remote-decrypter.js'
export { createRemoteSigner, type RemoteSigning, type RemoteSigningOptions } from './remote-signer.js'
export { type RsaPublicKey, rsaEncryption } from './rsa-key.js'
export { createSharedKeyDecrypter } from './shared-key.js'
export { type ImportedKeys, verifySignature } from './signature.js'
export { type SignatureName, type SignatureScheme, signatureSchemeOf } from './signature-scheme.js'
export { createSigner, type SignerOptions } from './signer.js'

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
  /** For key agreement: the sender's half, and the user keying material that stands beside it. */
  readonly originator?: { readonly publicKey: OriginatorPublicKey; readonly ukm?: Uint8Array }
  /** For a password: keyDerivationAlgorithm with its parameters. */
  readonly derivation?: AlgorithmIdentifier
  readonly signal?: AbortSignal
}

/**
 * A decryption key that acts.
 *
 * It returns exactly `length` bytes, whatever the padding under the encryption says: when the padding is wrong, or the
 * key inside has another length, bytes that nobody can predict, always the same for the same input (implicit rejection,
 * RFC 3218 §2.3.2, RFC 8017 §7.2). It throws only when the key cannot be reached, or for an algorithm it does not know,
 * which the message says openly. One that lies elsewhere throws `ERR_KEY_UNAVAILABLE` for the former.
 */
export interface Decrypter {
  decryptKey(request: EncryptedKey): Promise<Uint8Array>
}

import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import type { DigestName } from './digest.js'
import type { OriginatorPublicKey } from './key-agreement.js'
