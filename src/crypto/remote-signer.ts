import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider, Signer } from './index.js'
import type { PublicKeyInfo } from './public-key.js'
import { reached, type Waiting, waiting } from './reached.js'
import { verifySignature } from './signature.js'
import { type SignatureName, signatureSchemeOf } from './signature-scheme.js'
import { type SignerOptions, signingMethod } from './signer.js'

/** A signing key at the end of a network. */
export interface RemoteSigning<Name> extends SignerOptions {
  /** Of the certificate: it decides which signatures there are. */
  readonly publicKey: PublicKeyInfo
  /** How it can sign, and what it calls that. */
  readonly signatures: Readonly<Partial<Record<SignatureName, Name>>>
  /** What an ECDSA signature comes as: a SEQUENCE (the default), or r and s side by side, as in JOSE and PKCS #11. */
  readonly ecdsaFormat?: 'DER' | 'P1363'
  /** Asks the service to sign data, which it digests, or which is digested before. */
  sign(data: Uint8Array, name: Name, options: RemoteSigningOptions): Promise<Uint8Array | undefined>
}

/** What else is to be said to a service. */
export interface RemoteSigningOptions extends Waiting {
  /** What follows from the public key, unless it was chosen. */
  readonly digest: DigestName
}

/**
 * Makes a signer of a key that lies elsewhere. What comes back is verified with the public key before anybody sees it:
 * a service that signs with another key, or in another way, is found out here and not by the recipient.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the public key is not one for the scheme or the digest,
 *   `ERR_CRYPTO_UNSUPPORTED` when its kind is unknown or the service does not sign in that scheme. Signing rejects with
 *   `ERR_KEY_UNAVAILABLE`, temporary, when the service fails, and with `ERR_CRYPTO_KEY` when its signature is not of this
 *   key. A {@link CryptoError} that is thrown there stays as it is.
 *
 * @example
 * const key = createRemoteSigner(crypto, {
 *   publicKey: certificate.publicKey,
 *   signatures: { 'RSASSA-PKCS1-v1_5': 'RS' },
 *   sign: (data, name, { digest, signal }) => service.sign(keyId, `${name}${digest.slice(4)}`, data, signal),
 * })
 */
export function createRemoteSigner<Name>(provider: CryptoProvider, key: RemoteSigning<Name>): Signer {
  const { publicKey, ecdsaFormat = 'DER' } = key
  if (!publicKey.kind) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a public key of an unknown kind')
  const { parameters } = publicKey.algorithm
  const { scheme, digest, signatureAlgorithm, write } = signingMethod(
    { kind: publicKey.kind, curve: publicKey.curve, parameters },
    key,
  )
  const name = key.signatures[scheme]
  if (name === undefined) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a service without ${scheme}`)
  const verified = signatureSchemeOf(signatureAlgorithm)!
  return {
    digest,
    signatureAlgorithm,
    async sign(data, { signal } = {}) {
      signal?.throwIfAborted()
      const answer = await reached(() => key.sign(data, name, { digest, ...waiting(signal) }), signal)
      const signature = ecdsaFormat === 'P1363' ? write(answer) : answer
      if (await verifySignature(provider, verified, publicKey, signature, data)) return signature
      throw new CryptoError('ERR_CRYPTO_KEY', 'a signature that is not of the key of the certificate')
    },
  }
}
