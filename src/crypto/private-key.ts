import { der } from '../asn1/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider, Decrypter, Signer } from './index.js'
import { narrow } from './narrow.js'
import type { PublicKeyInfo } from './public-key.js'
import { remembered } from './remembered.js'
import { hostRawRsa, type RawRsa } from './rsa.js'
import { rsaDecrypter } from './rsa-decrypter.js'
import { parseRsaPrivateKey, type RsaPrivateKey, rsaEncryption } from './rsa-key.js'
import { rsaSignatureOid } from './signature.js'

/** A private key of any kind as PKCS#8 carries it. @see RFC 5958 §2 */
export interface PrivateKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  /** What the OCTET STRING holds: for RSA an RSAPrivateKey. */
  readonly privateKey: Uint8Array
  /** The whole PrivateKeyInfo, in DER. */
  readonly bytes: Uint8Array
}

/**
 * Makes a signer of a private key that lies in memory. The provider imports the key once, at the first signature.
 *
 * @param options - `digest`: SHA-256 unless told otherwise.
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key is malformed, `ERR_CRYPTO_UNSUPPORTED` when it is not RSA.
 *   Signing rejects with `ERR_CRYPTO_PROVIDER` when the provider fails.
 * @see RFC 5754 §3.2
 */
export function createSigner(
  provider: CryptoProvider,
  key: PrivateKeyInfo,
  { digest = 'SHA-256' }: { readonly digest?: DigestName } = {},
): Signer {
  rsaNumbers(key)
  const scheme = { name: 'RSASSA-PKCS1-v1_5', hash: digest }
  const { subtle } = provider
  const imported = remembered(() => subtle.importKey('pkcs8', narrow(key.bytes), scheme, false, ['sign']))
  return {
    digest,
    signatureAlgorithm: { algorithm: rsaSignatureOid(digest), parameters: der.encode(der.nul()) },
    async sign(data, { signal } = {}) {
      signal?.throwIfAborted()
      try {
        return new Uint8Array(await subtle.sign(scheme.name, await imported(), narrow(data)))
      } catch (cause) {
        throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not sign', { cause })
      }
    },
  }
}

/**
 * Makes a decrypter of a private key that lies in memory, for every key transport with RSA.
 *
 * RSAES-PKCS1-v1_5 needs an operation that WebCrypto has not: Node's own is used where there is one, else BigInt
 * arithmetic with blinding, which takes 6 ms with a key of 2048 bits instead of one. Both hold up the thread that long.
 * See {@link Decrypter} for what happens when the padding is wrong.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key is malformed, `ERR_CRYPTO_UNSUPPORTED` when it is not RSA.
 *   Decrypting rejects with `ERR_CRYPTO_UNSUPPORTED` for a key transport that is unknown, and with
 *   `ERR_CRYPTO_PROVIDER` when the provider fails.
 */
export function createDecrypter(provider: CryptoProvider, key: PrivateKeyInfo): Decrypter {
  const numbers = rsaNumbers(key)
  let raw: RawRsa | undefined
  return rsaDecrypter(provider, {
    numbers,
    pkcs8: key.bytes,
    raw: () => (raw ??= hostRawRsa(provider, numbers, key.bytes)),
  })
}

/**
 * Whether a private key is the one that a public key belongs to.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the private key is malformed, `ERR_CRYPTO_UNSUPPORTED` when it is not
 *   RSA.
 */
export function keysMatch(privateKey: PrivateKeyInfo, publicKey: PublicKeyInfo): boolean {
  const { modulus, publicExponent } = rsaNumbers(privateKey)
  return publicKey.rsa?.modulus === modulus && publicKey.rsa.publicExponent === publicExponent
}

function rsaNumbers({ algorithm, privateKey }: PrivateKeyInfo): RsaPrivateKey {
  if (algorithm.algorithm !== rsaEncryption) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'not an RSA private key')
  return parseRsaPrivateKey(privateKey)
}
