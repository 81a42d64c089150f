import { CryptoError } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter, EncryptedKey, Signer } from './index.js'
import { fitted, select } from './masks.js'
import type { PublicKeyInfo } from './public-key.js'
import { remembered } from './remembered.js'
import { verifySignature } from './signature.js'
import { signatureSchemeOf } from './signature-scheme.js'
import { type SignerOptions, signingMethod } from './signer.js'

/** A decryption key at the end of a network: a key service, a hardware module behind one. */
export interface RemoteDecryption {
  /**
   * Asks the service. What it returns may have any length.
   *
   * @returns nothing, or an error that {@link isRefusal} knows, when the service says that what it was given is wrong.
   *   Any other error means that the key could not be reached.
   */
  decrypt(request: EncryptedKey): Promise<Uint8Array | undefined>
  /** Whether an error is the service's word for wrong padding, as opposed to an outage. */
  isRefusal?(error: unknown): boolean
  /** Octets that nobody else knows, kept with the key: all processes that share it answer wrong padding alike. */
  readonly rejectionSecret?: Uint8Array
}

const secretOctets = 32

/**
 * Makes a decrypter of a key that lies elsewhere, which keeps what {@link Decrypter} promises although the service
 * speaks of wrong padding: the answer is then what nobody can predict, by HMAC of the ciphertext under a secret of the
 * key. How long the service takes to say so is beyond our reach.
 *
 * Decrypting rejects with `ERR_KEY_UNAVAILABLE`, temporary, for everything else that goes wrong there.
 *
 * @see RFC 3218 §2.3.2
 *
 * @example
 * const key = createRemoteDecrypter(crypto, {
 *   async decrypt({ encryptedKey, signal }) {
 *     const command = new DecryptCommand({ KeyId, CiphertextBlob: encryptedKey, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256' })
 *     return (await kms.send(command, { abortSignal: signal })).Plaintext
 *   },
 *   isRefusal: (error) => error.name === 'InvalidCiphertextException',
 *   rejectionSecret,
 * })
 */
export function createRemoteDecrypter(provider: CryptoProvider, key: RemoteDecryption): Decrypter {
  const octets = key.rejectionSecret ?? provider.getRandomValues(new Uint8Array(secretOctets))
  const secret = remembered(() => importRejectionSecret(provider, octets))
  return {
    async decryptKey(request) {
      const { encryptedKey, length, signal } = request
      signal?.throwIfAborted()
      const synthetic = await syntheticKey(provider, await secret(), encryptedKey, length)
      const answer = await reached(() => key.decrypt(request), signal, key.isRefusal)
      const { octets: message, good } = fitted(answer ?? new Uint8Array(), length)
      return select(good, message, synthetic)
    },
  }
}

/** A signing key at the end of a network. */
export interface RemoteSigning extends SignerOptions {
  /** Of the certificate: it decides which signatures there are. */
  readonly publicKey: PublicKeyInfo
  /** Asks the service to sign data, which it digests, or which is digested before. */
  sign(data: Uint8Array, options: { readonly signal?: AbortSignal }): Promise<Uint8Array>
}

/**
 * Makes a signer of a key that lies elsewhere. What comes back is verified with the public key before anybody sees it:
 * a service that signs with another key, or in another way, is found out here and not by the recipient.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the public key is not one for the scheme or the digest,
 *   `ERR_CRYPTO_UNSUPPORTED` when its kind is unknown. Signing rejects with `ERR_KEY_UNAVAILABLE`, temporary, when the
 *   service fails, and with `ERR_CRYPTO_KEY` when its signature is not of this key.
 */
export function createRemoteSigner(provider: CryptoProvider, key: RemoteSigning): Signer {
  const { publicKey } = key
  if (!publicKey.kind) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a public key of an unknown kind')
  const { parameters } = publicKey.algorithm
  const { digest, signatureAlgorithm } = signingMethod(
    { kind: publicKey.kind, curve: publicKey.curve, parameters },
    key,
  )
  const scheme = signatureSchemeOf(signatureAlgorithm)!
  return {
    digest,
    signatureAlgorithm,
    async sign(data, options = {}) {
      options.signal?.throwIfAborted()
      const signature = await reached(() => key.sign(data, options), options.signal)
      if (signature && (await verifySignature(provider, scheme, publicKey, signature, data))) return signature
      throw new CryptoError('ERR_CRYPTO_KEY', 'a signature that is not of the key of the certificate')
    },
  }
}

/** What a service answers; nothing for a refusal. A caller that gave up is told so, as ever. */
async function reached(
  ask: () => Promise<Uint8Array | undefined>,
  signal: AbortSignal | undefined,
  isRefusal: (error: unknown) => boolean = () => false,
): Promise<Uint8Array | undefined> {
  try {
    return await ask()
  } catch (cause) {
    signal?.throwIfAborted()
    if (isRefusal(cause)) return undefined
    throw new CryptoError('ERR_KEY_UNAVAILABLE', 'a key that could not be reached', { cause, temporary: true })
  }
}
