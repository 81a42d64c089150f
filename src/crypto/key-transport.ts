import { der } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { type DigestName, digests } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'
import { type OaepParameters, oaepAlgorithm, parseOaepParameters, rsaesOaep } from './oaep.js'
import { padPkcs1 } from './pkcs1-padding.js'
import { publicKeyWeakness } from './policy.js'
import type { PublicKeyInfo } from './public-key.js'
import { i2osp, os2ip, publicOperation } from './rsa.js'
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

/** What arithmetic is done with at all; which key is good enough is for the policy. */
const arithmeticBounds = { minRsaBits: 0, maxRsaBits: 16_384 }

/**
 * Encrypts a content key to a public key.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for a key that is not RSA, `ERR_CRYPTO_KEY` for one that is
 *   malformed, too short for the content key or of more than 16,384 bits, `ERR_CRYPTO_PROVIDER` when the provider fails.
 * @see RFC 8017 §7.1.1, §7.2.1
 */
export async function encryptKey(
  provider: CryptoProvider,
  name: KeyTransportName,
  publicKey: PublicKeyInfo,
  contentKey: Uint8Array,
): Promise<TransportedKey> {
  const weakness = publicKeyWeakness(publicKey, arithmeticBounds)
  if (weakness === 'key-unknown') throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'not an RSA key')
  if (weakness || !publicKey.rsa) throw new CryptoError('ERR_CRYPTO_KEY', 'not an RSA key that can be used')
  const digest = keyTransports[name].oaep?.digest
  if (digest === undefined) {
    return { algorithm: pkcs1Algorithm(), encryptedKey: encryptPkcs1(provider, publicKey.rsa, contentKey) }
  }
  if (modulusOctets(publicKey.rsa) < contentKey.length + 2 * digests[digest].length + 2) {
    throw new CryptoError('ERR_CRYPTO_KEY', `an RSA key too short for ${name}`)
  }
  return { algorithm: oaepAlgorithm(digest), encryptedKey: await encryptOaep(provider, digest, publicKey, contentKey) }
}

function pkcs1Algorithm(): AlgorithmIdentifier {
  return { algorithm: rsaEncryption, parameters: der.encode(der.nul()) }
}

function encryptPkcs1(provider: CryptoProvider, key: RsaPublicKey, contentKey: Uint8Array): Bytes {
  const octets = modulusOctets(key)
  return i2osp(publicOperation(key, os2ip(padPkcs1(provider, contentKey, octets))), octets)
}

async function encryptOaep(
  { subtle }: CryptoProvider,
  hash: DigestName,
  { bytes }: PublicKeyInfo,
  contentKey: Uint8Array,
): Promise<Bytes> {
  try {
    const key = await subtle.importKey('spki', narrow(bytes), { name: 'RSA-OAEP', hash }, false, ['encrypt'])
    return new Uint8Array(await subtle.encrypt({ name: 'RSA-OAEP' }, key, narrow(contentKey)))
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not encrypt a content key', { cause })
  }
}
