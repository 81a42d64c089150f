import { der } from '../asn1/index.js'
import { agreementDecrypter } from './agreement-decrypter.js'
import { type AlgorithmIdentifier, algorithmIdentifier } from './algorithm-identifier.js'
import { type CurveName, primeCurves } from './curves.js'
import { CryptoError } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter, EncryptedKey } from './index.js'
import { os2ip } from './integers.js'
import { type KeyTransportName, keyAllowsTransport, keyTransportOf } from './key-transport.js'
import { fitted, select } from './masks.js'
import type { PublicKeyInfo } from './public-key.js'
import { reached, type Waiting, waiting } from './reached.js'
import { remembered } from './remembered.js'
import { publicOperation } from './rsa.js'
import { representative, rsaDecrypter } from './rsa-decrypter.js'
import { modulusOctets, type RsaPublicKey } from './rsa-key.js'

/** What is said of every decryption key at the end of a network: a key service, a hardware module. */
interface RemoteKey {
  /** Of the certificate. */
  readonly publicKey: PublicKeyInfo
  /** Octets that nobody else knows, kept with the key: all processes that share it answer what is wrong alike. */
  readonly rejectionSecret?: Uint8Array
}

/** A service that decrypts and takes the padding away. */
export interface RemoteKeyTransport<Name> extends RemoteKey {
  /**
   * What it can do, and what it calls it. OAEP is meant with the mask of its own digest and without a label; whatever
   * else a message has is `ERR_CRYPTO_UNSUPPORTED`, and the service is not asked.
   */
  readonly transports: Readonly<Partial<Record<KeyTransportName, Name>>>
  /**
   * Asks the service. What it is given is as long as the modulus and below it; what it returns may have any length.
   *
   * @returns nothing, or an error that {@link isRefusal} knows, when the service says that the padding is wrong. Any
   *   other error means that the key could not be reached.
   */
  decrypt(request: EncryptedKey, name: Name): Promise<Uint8Array | undefined>
  /** Whether an error is the service's word for wrong padding, as opposed to an outage. */
  isRefusal?(error: unknown): boolean
}

/** A module that does RSA without padding: it opens every key transport, and cannot tell whether the padding was right. */
export interface RemoteRawRsa extends RemoteKey {
  /** Takes and returns as many octets as the modulus has; zeros at the start may be missing from what it returns. */
  rawRsa(input: Uint8Array, options: Waiting): Promise<Uint8Array | undefined>
}

/** A service that agrees on a secret, of which the wrapping key is derived here. */
export interface RemoteKeyAgreement extends RemoteKey {
  /**
   * @param sender - a key on the curve of ours: the point (or 32 octets of X25519) is `keyBytes`, SubjectPublicKeyInfo `bytes`.
   * @returns the secret as it is, without any derivation: the x coordinate.
   */
  agree(sender: Pick<PublicKeyInfo, 'bytes' | 'keyBytes'>, options: Waiting): Promise<Uint8Array | undefined>
}

const secretOctets = 32

/**
 * Makes a decrypter of a key that lies elsewhere, which keeps what {@link Decrypter} promises.
 *
 * Where the service speaks of wrong padding, the answer is what nobody can predict, by HMAC of the ciphertext under a
 * secret of the key. How long the service takes to say so is beyond our reach; one that does the bare operation does not
 * look at the padding at all.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the public key is none for it. Decrypting rejects with
 *   `ERR_CRYPTO_UNSUPPORTED` for an algorithm that the service or the key cannot do, and with `ERR_KEY_UNAVAILABLE`,
 *   temporary, for whatever goes wrong there. A {@link CryptoError} that is thrown there stays as it is.
 * @see RFC 3218 §2.3.2
 *
 * @example
 * const key = createRemoteDecrypter(crypto, {
 *   publicKey: certificate.publicKey,
 *   rejectionSecret,
 *   transports: { 'RSAES-OAEP-SHA-256': 'RSAES_OAEP_SHA_256' },
 *   decrypt: ({ encryptedKey, signal }, algorithm) => service.decrypt(keyId, algorithm, encryptedKey, signal),
 *   isRefusal: (error) => error instanceof Error && error.name === 'InvalidCiphertextException',
 * })
 */
export function createRemoteDecrypter<Name>(
  provider: CryptoProvider,
  key: RemoteKeyTransport<Name> | RemoteRawRsa | RemoteKeyAgreement,
): Decrypter {
  const octets = key.rejectionSecret ?? provider.getRandomValues(new Uint8Array(secretOctets))
  const secret = remembered(() => importRejectionSecret(provider, octets))
  if ('agree' in key) return remoteAgreement(provider, key, secret)
  const { rsa } = key.publicKey
  if (!rsa) throw new CryptoError('ERR_CRYPTO_KEY', 'not an RSA key')
  return 'rawRsa' in key ? remoteRawRsa(provider, key, rsa, secret) : remoteTransport(provider, key, rsa, secret)
}

function remoteTransport<Name>(
  provider: CryptoProvider,
  key: RemoteKeyTransport<Name>,
  rsa: RsaPublicKey,
  secret: () => Promise<CryptoKey>,
): Decrypter {
  const numbers = { octets: modulusOctets(rsa), modulus: rsa.modulus }
  return {
    async decryptKey(request) {
      const { algorithm, encryptedKey, length, signal } = request
      const name = serviceName(key, algorithm)
      if (name === undefined) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a key transport of another kind')
      signal?.throwIfAborted()
      const ciphertext = representative(encryptedKey, numbers)
      const synthetic = await syntheticKey(provider, await secret(), ciphertext.received, length)
      const given = { ...request, encryptedKey: ciphertext.octets }
      const answer = await reached(() => answerOrNothing(key, given, name), signal)
      const { octets: message, good } = fitted(answer, length)
      return select(good & ciphertext.good, message, synthetic)
    },
  }
}

/** A key is never empty, so a refusal has the wrong length like any other answer that does not fit. */
async function answerOrNothing<Name>(
  key: RemoteKeyTransport<Name>,
  request: EncryptedKey,
  name: Name,
): Promise<Uint8Array> {
  try {
    return (await key.decrypt(request, name)) ?? new Uint8Array()
  } catch (error) {
    if (key.isRefusal?.(error)) return new Uint8Array()
    throw error
  }
}

function serviceName<Name>(
  { transports, publicKey }: RemoteKeyTransport<Name>,
  algorithm: AlgorithmIdentifier,
): Name | undefined {
  const transport = keyTransportOf(algorithm)
  if (!transport || !keyAllowsTransport(publicKey.algorithm, transport)) return undefined
  const { name, oaep } = transport
  return !oaep || (oaep.maskDigest === oaep.digest && oaep.label.length === 0) ? transports[name] : undefined
}

function remoteRawRsa(
  provider: CryptoProvider,
  key: RemoteRawRsa,
  rsa: RsaPublicKey,
  rejectionSecret: () => Promise<CryptoKey>,
): Decrypter {
  const octets = modulusOctets(rsa)
  return rsaDecrypter(provider, {
    octets,
    modulus: rsa.modulus,
    raw: () => async (input, signal) => {
      const answer = await reached(() => key.rawRsa(input, waiting(signal)), signal)
      const { octets: output } = fitted(answer, octets)
      if (publicOperation(rsa, os2ip(output)) === os2ip(input)) return output
      throw new CryptoError('ERR_CRYPTO_KEY', 'an answer that is not of the key of the certificate')
    },
    oaep: () => undefined,
    rejectionSecret,
    allows: (transport) => keyAllowsTransport(key.publicKey.algorithm, transport),
  })
}

function remoteAgreement(
  provider: CryptoProvider,
  key: RemoteKeyAgreement,
  rejectionSecret: () => Promise<CryptoKey>,
): Decrypter {
  const { algorithm, curve, kind } = key.publicKey
  if (!curve || kind === 'Ed25519') throw new CryptoError('ERR_CRYPTO_KEY', 'not a key that agrees')
  const octets = secretLength(curve)
  return agreementDecrypter(provider, {
    curve,
    async agree(point, signal) {
      const spki = der.encode(der.sequence(algorithmIdentifier(algorithm), der.bitString(point)))
      const answer = await reached(() => key.agree({ bytes: spki, keyBytes: point }, waiting(signal)), signal)
      return { octets: fitted(answer, octets).octets, good: 0xff }
    },
    rejectionSecret,
  })
}

/** Octets of a coordinate. */
function secretLength(curve: CurveName): number {
  return curve === 'X25519' || curve === 'Ed25519' ? 32 : primeCurves[curve].octets
}
