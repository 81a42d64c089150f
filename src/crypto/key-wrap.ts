import type { Oid } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { CryptoError, importFault } from './errors.js'
import type { CryptoProvider } from './index.js'
import { fitted } from './masks.js'
import { narrow } from './narrow.js'
import type { Unpadded } from './pkcs1-padding.js'

export type KeyWrapName = 'AES-128-KW' | 'AES-192-KW' | 'AES-256-KW'

/** How a content key is encrypted under another key that both sides have. */
export interface KeyWrap {
  readonly name: KeyWrapName
  readonly oid: Oid
  /** Octets of the key that wraps. */
  readonly keyLength: number
}

/** @see RFC 3565 §2.3.2 */
export const keyWraps: Readonly<Record<KeyWrapName, KeyWrap>> = {
  'AES-128-KW': { name: 'AES-128-KW', oid: '2.16.840.1.101.3.4.1.5', keyLength: 16 },
  'AES-192-KW': { name: 'AES-192-KW', oid: '2.16.840.1.101.3.4.1.25', keyLength: 24 },
  'AES-256-KW': { name: 'AES-256-KW', oid: '2.16.840.1.101.3.4.1.45', keyLength: 32 },
}

/** The key wrap that an AlgorithmIdentifier names, or nothing when it is unknown or has parameters other than NULL. */
export function keyWrapOf(algorithm: AlgorithmIdentifier): KeyWrap | undefined {
  if (!hasNoParameters(algorithm)) return undefined
  return Object.values(keyWraps).find(({ oid }) => oid === algorithm.algorithm)
}

export interface WrappedKey {
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedKey: Bytes
}

/** Octets that wrapping adds. */
const overhead = 8
/** What WebCrypto unwraps to: a key that may be read again and has any length. */
const carrier = { name: 'HMAC', hash: 'SHA-256' }

/**
 * Encrypts a content key under a key that the recipient has.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key has not the length of the algorithm, or the content key is
 *   not of whole blocks of eight octets, two at least; `ERR_CRYPTO_UNSUPPORTED` when the provider lacks the algorithm
 *   (Chromium has no AES-192); `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 3394 §2.2.1, RFC 5652 §6.2.3
 */
export async function wrapKey(
  { subtle }: CryptoProvider,
  name: KeyWrapName,
  key: Uint8Array,
  contentKey: Uint8Array,
): Promise<WrappedKey> {
  const { oid, keyLength } = keyWraps[name]
  if (key.length !== keyLength) throw new CryptoError('ERR_CRYPTO_KEY', `${name} takes a key of ${keyLength} octets`)
  if (contentKey.length < 16 || contentKey.length % 8 !== 0) {
    throw new CryptoError('ERR_CRYPTO_KEY', 'a content key that cannot be wrapped')
  }
  const wrapping = await importWrap(subtle, key, 'wrapKey')
  try {
    const content = await subtle.importKey('raw', narrow(contentKey), carrier, true, ['sign'])
    const encryptedKey = new Uint8Array(await subtle.wrapKey('raw', content, wrapping, 'AES-KW'))
    return { algorithm: { algorithm: oid }, encryptedKey }
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not wrap a content key', { cause })
  }
}

/**
 * Takes a key of known length out, in the same steps whatever is inside: what does not unwrap is only marked.
 *
 * @param key - of the length of the algorithm.
 * @throws {@link CryptoError} when the provider does not take the key, whatever is wrapped.
 * @see RFC 3394 §2.2.2
 */
export async function unwrapKey(
  { subtle }: CryptoProvider,
  key: Uint8Array,
  encryptedKey: Uint8Array,
  length: number,
): Promise<Unpadded> {
  const wrapping = await importWrap(subtle, key, 'unwrapKey')
  const standIn = await subtle.importKey('raw', new Uint8Array(length), carrier, true, ['sign'])
  const received = fitted(encryptedKey, length + overhead)
  const unwrapped = await subtle
    .unwrapKey('raw', received.octets, wrapping, 'AES-KW', carrier, true, ['sign'])
    .catch(() => undefined)
  const message = new Uint8Array(await subtle.exportKey('raw', unwrapped ?? standIn))
  return { good: unwrapped ? received.good : 0, message }
}

const lacking = 'the provider has no such key wrap'

/** Takes a key of the right length, so what fails here is the provider. */
async function importWrap(subtle: SubtleCrypto, key: Uint8Array, usage: 'wrapKey' | 'unwrapKey'): Promise<CryptoKey> {
  try {
    return await subtle.importKey('raw', narrow(key), 'AES-KW', false, [usage])
  } catch (cause) {
    // Chromium says OperationError of 192 bits.
    if (cause instanceof Error && cause.name === 'OperationError') {
      throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', lacking, { cause })
    }
    throw importFault(cause)
  }
}
