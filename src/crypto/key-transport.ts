import { der } from '../asn1/index.js'
import { type Bytes, equal } from '../bytes/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { type DigestName, digests } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { i2osp, os2ip } from './integers.js'
import { narrow } from './narrow.js'
import { type OaepParameters, oaepAlgorithm, padOaep, parseOaepParameters, rsaesOaep } from './oaep.js'
import { padPkcs1 } from './pkcs1-padding.js'
import { publicKeyWeakness } from './policy.js'
import { importRsaKey, type PublicKeyInfo } from './public-key.js'
import { publicOperation } from './rsa.js'
import { modulusOctets, type RsaPublicKey, rsaEncryption } from './rsa-key.js'

export type KeyTransportName = 'RSAES-PKCS1-v1_5' | `RSAES-OAEP-${DigestName}`

/** How a content key is encrypted to an RSA key. */
export interface KeyTransport {
  readonly name: KeyTransportName
  /** Absent for RSAES-PKCS1-v1_5. */
  readonly oaep?: OaepParameters
}

/** What this library encrypts with. It reads every other combination of OAEP's parameters as well. */
export const keyTransports: Readonly<Record<KeyTransportName, KeyTransport>> = {
  'RSAES-PKCS1-v1_5': { name: 'RSAES-PKCS1-v1_5' },
  'RSAES-OAEP-SHA-1': oaep('SHA-1'),
  'RSAES-OAEP-SHA-256': oaep('SHA-256'),
  'RSAES-OAEP-SHA-384': oaep('SHA-384'),
  'RSAES-OAEP-SHA-512': oaep('SHA-512'),
}

function oaep(digest: DigestName, maskDigest: DigestName = digest, label: Uint8Array = new Uint8Array()): KeyTransport {
  return { name: `RSAES-OAEP-${digest}`, oaep: { digest, maskDigest, label } }
}

/**
 * Finds out how a content key was encrypted. The name tells OAEP's digest; its mask generation may use another.
 *
 * @returns nothing when the algorithm is unknown or its parameters are malformed: they are never taken for those of
 *   another algorithm.
 * @see CMS-10, RFC 3560 §3, RFC 8017 A.2.1
 */
export function keyTransportOf(algorithm: AlgorithmIdentifier): KeyTransport | undefined {
  if (algorithm.algorithm === rsaEncryption) {
    return hasNoParameters(algorithm) ? keyTransports['RSAES-PKCS1-v1_5'] : undefined
  }
  if (algorithm.algorithm !== rsaesOaep) return undefined
  const parameters = parseOaepParameters(algorithm.parameters)
  return parameters && oaep(parameters.digest, parameters.maskDigest, parameters.label)
}

export interface TransportedKey {
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedKey: Bytes
}

/**
 * The one transport that a key for RSAES-OAEP alone allows, when it has parameters: they are binding.
 *
 * @returns `undefined` when there is no such limit; `'malformed'` when nobody can say.
 * @see RFC 4055 §4.1
 */
function boundTransport({ algorithm, parameters }: AlgorithmIdentifier): KeyTransport | 'malformed' | undefined {
  if (algorithm !== rsaesOaep || !parameters) return undefined
  return keyTransportOf({ algorithm, parameters }) ?? 'malformed'
}

/** Whether a key is for a transport: one for RSAES-OAEP alone is not for RSAES-PKCS1-v1_5, nor for other parameters. */
export function keyAllowsTransport(key: AlgorithmIdentifier, { oaep: wanted }: KeyTransport): boolean {
  if (key.algorithm !== rsaesOaep) return key.algorithm === rsaEncryption
  const bound = boundTransport(key)
  if (!wanted || bound === 'malformed') return false
  const own = bound?.oaep
  if (!own) return true
  return own.digest === wanted.digest && own.maskDigest === wanted.maskDigest && equal(own.label, wanted.label)
}

/** What arithmetic is done with at all; which key is good enough is for the policy. */
const arithmeticBounds = { minRsaBits: 0, maxRsaBits: 16_384, curves: [] }

/**
 * Encrypts a content key to an RSA key. A key for RSAES-OAEP alone that has parameters is used as they say, whatever
 * the mask and the label.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for a key that is not RSA or not for this transport,
 *   `ERR_CRYPTO_KEY` for one that is malformed, too short for the content key or of more than 16,384 bits,
 *   `ERR_CRYPTO_PROVIDER` when the provider fails.
 * @see RFC 8017 §7.1.1, §7.2.1
 */
export async function encryptKey(
  provider: CryptoProvider,
  name: KeyTransportName,
  publicKey: PublicKeyInfo,
  contentKey: Uint8Array,
): Promise<TransportedKey> {
  const bound = boundTransport(publicKey.algorithm)
  const transport = typeof bound === 'object' && bound.name === name ? bound : keyTransports[name]
  if (!keyAllowsTransport(publicKey.algorithm, transport)) {
    throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'not an RSA key for this key transport')
  }
  const weakness = publicKeyWeakness(publicKey, arithmeticBounds)
  if (weakness || !publicKey.rsa) throw new CryptoError('ERR_CRYPTO_KEY', 'not an RSA key that can be used')
  const { oaep: parameters } = transport
  if (!parameters)
    return { algorithm: pkcs1Algorithm(), encryptedKey: encryptPkcs1(provider, publicKey.rsa, contentKey) }
  if (modulusOctets(publicKey.rsa) < contentKey.length + 2 * digests[parameters.digest].length + 2) {
    throw new CryptoError('ERR_CRYPTO_KEY', `an RSA key too short for ${name}`)
  }
  const encryptedKey = await encryptOaep(provider, parameters, publicKey, publicKey.rsa, contentKey)
  return { algorithm: oaepAlgorithm(parameters), encryptedKey }
}

function pkcs1Algorithm(): AlgorithmIdentifier {
  return { algorithm: rsaEncryption, parameters: der.encode(der.nul()) }
}

function encryptPkcs1(provider: CryptoProvider, key: RsaPublicKey, contentKey: Uint8Array): Bytes {
  const octets = modulusOctets(key)
  return i2osp(publicOperation(key, os2ip(padPkcs1(provider, contentKey, octets))), octets)
}

async function encryptOaep(
  provider: CryptoProvider,
  parameters: OaepParameters,
  publicKey: PublicKeyInfo,
  numbers: RsaPublicKey,
  contentKey: Uint8Array,
): Promise<Bytes> {
  const { digest: hash, maskDigest, label } = parameters
  const { subtle } = provider
  try {
    if (hash !== maskDigest) {
      const octets = modulusOctets(numbers)
      return i2osp(publicOperation(numbers, os2ip(await padOaep(provider, contentKey, parameters, octets))), octets)
    }
    const key = await importRsaKey(provider, publicKey, { name: 'RSA-OAEP', hash }, 'encrypt')
    return new Uint8Array(await subtle.encrypt({ name: 'RSA-OAEP', label: narrow(label) }, key, narrow(contentKey)))
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not encrypt a content key', { cause })
  }
}
