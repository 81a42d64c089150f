import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider, Signer } from './index.js'
import type { PublicKeyInfo } from './public-key.js'
import { reached, type Waiting, waiting } from './reached.js'
import { verifySignature } from './signature.js'
import { type SignatureName, signatureSchemeOf } from './signature-scheme.js'
import { type SignerOptions, signingMethod } from './signer.js'

/** A signing key at the end of a network. */
export interface RemoteSigning extends SignerOptions {
  /** Of the certificate: it decides which signatures there are. */
  readonly publicKey: PublicKeyInfo
  /** What an ECDSA signature comes as: a SEQUENCE (the default), or r and s side by side, as in JOSE and PKCS #11. */
  readonly ecdsaFormat?: 'DER' | 'P1363'
  /** Asks the service to sign data, which it digests, or which is digested before. */
  sign(data: Uint8Array, options: RemoteSigningRequest): Promise<Uint8Array | undefined>
}

/** How it is to be signed: what follows from the public key and the options. */
export interface RemoteSigningRequest extends Waiting {
  readonly scheme: SignatureName
  readonly digest: DigestName
}

/**
 * Makes a signer of a key that lies elsewhere. What comes back is verified with the public key before anybody sees it:
 * a service that signs with another key, or in another way, is found out here and not by the recipient.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the public key is not one for the scheme or the digest,
 *   `ERR_CRYPTO_UNSUPPORTED` when its kind is unknown. Signing rejects with `ERR_KEY_UNAVAILABLE`, temporary, when the
 *   service fails, and with `ERR_CRYPTO_KEY` when its signature is not of this key. A {@link CryptoError} that is thrown
 *   there stays as it is.
 */
export function createRemoteSigner(provider: CryptoProvider, key: RemoteSigning): Signer {
  const { publicKey, ecdsaFormat = 'DER' } = key
  if (!publicKey.kind) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a public key of an unknown kind')
  const { parameters } = publicKey.algorithm
  const { scheme, digest, signatureAlgorithm, write } = signingMethod(
    { kind: publicKey.kind, curve: publicKey.curve, parameters },
    key,
  )
  const verified = signatureSchemeOf(signatureAlgorithm)!
  return {
    digest,
    signatureAlgorithm,
    async sign(data, { signal } = {}) {
      signal?.throwIfAborted()
      const answer = await reached(() => key.sign(data, { scheme, digest, ...waiting(signal) }), signal)
      const signature = ecdsaFormat === 'P1363' ? write(answer) : answer
      if (await verifySignature(provider, verified, publicKey, signature, data)) return signature
      throw new CryptoError('ERR_CRYPTO_KEY', 'a signature that is not of the key of the certificate')
    },
  }
}
