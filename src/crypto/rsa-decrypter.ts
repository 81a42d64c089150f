import type { Bytes } from '../bytes/index.js'
import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { i2osp, os2ip } from './integers.js'
import { type KeyTransport, keyTransportOf } from './key-transport.js'
import { fitted, type Mask, select } from './masks.js'
import { narrow } from './narrow.js'
import { type OaepParameters, unpadOaep } from './oaep.js'
import { type Unpadded, unpadPkcs1 } from './pkcs1-padding.js'
import { remembered } from './remembered.js'
import type { AsyncRawRsa, RawRsa } from './rsa.js'
import { modulusOctets, type RsaPrivateKey } from './rsa-key.js'

/** An RSA key in the forms that decrypting needs. */
export interface RsaDecryptionKey {
  /** Octets of the modulus. */
  readonly octets: number
  /** Absent for a key that the host does not show. */
  readonly modulus?: bigint
  /** The private operation without padding, made at first use; nothing where the host keeps it to itself. */
  raw(): AsyncRawRsa | undefined
  /** The key for RSA-OAEP with this digest; nothing when it is bound to another. */
  oaep(digest: DigestName): Promise<CryptoKey> | undefined
  rejectionSecret(): Promise<CryptoKey>
  /** Whether the key is for this transport. */
  allows(transport: KeyTransport): boolean
}

/** A key that lies in memory. */
export function rsaDecryptionKey(
  provider: CryptoProvider,
  numbers: RsaPrivateKey,
  pkcs8: Bytes,
  raw: () => RawRsa,
): RsaDecryptionKey {
  const octets = modulusOctets(numbers)
  return {
    octets,
    modulus: numbers.modulus,
    raw,
    oaep: remembered((hash: DigestName) =>
      provider.subtle.importKey('pkcs8', pkcs8, { name: 'RSA-OAEP', hash }, false, ['decrypt']),
    ),
    // The octets from which OpenSSL derives as well.
    rejectionSecret: remembered(() => importRejectionSecret(provider, i2osp(numbers.privateExponent, octets))),
    allows: () => true,
  }
}

/** A ciphertext in the length and range that the private operation takes, and whether it came in them. */
interface Representative {
  readonly octets: Bytes
  readonly good: Mask
  /** What was received, cut or padded to the length of the modulus. */
  readonly received: Bytes
}

/**
 * A decrypter that never says whether the padding was right.
 *
 * Every ciphertext takes the same way: the synthetic key is derived, the private operation is done, the padding is
 * looked at octet by octet without a branch, and the one or the other key is taken through a mask. A ciphertext that
 * the operation cannot take is replaced by one that it can.
 */
export function rsaDecrypter(provider: CryptoProvider, key: RsaDecryptionKey): Decrypter {
  return {
    async decryptKey({ algorithm, encryptedKey, length, signal }) {
      const transport = keyTransportOf(algorithm)
      const unpad = transport && key.allows(transport) && unpadder(provider, key, transport)
      if (!unpad)
        throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a key transport that cannot be done: ${algorithm.algorithm}`)
      signal?.throwIfAborted()
      const ciphertext = representative(encryptedKey, key)
      try {
        const secret = await key.rejectionSecret()
        // Side by side: the provider has other threads than the private operation.
        const [synthetic, { good, message }] = await Promise.all([
          syntheticKey(provider, secret, ciphertext.received, length),
          unpad(ciphertext.octets, length, signal),
        ])
        return select(good & ciphertext.good, message, synthetic)
      } catch (cause) {
        // Of a key that lies elsewhere: it has said what it means.
        if (cause instanceof CryptoError) throw cause
        signal?.throwIfAborted()
        throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not use a private key', { cause })
      }
    },
  }
}

/** Both conditions are about what everybody can see. A key that hides its modulus has the host ask the second. */
export function representative(
  ciphertext: Uint8Array,
  { octets, modulus }: Pick<RsaDecryptionKey, 'octets' | 'modulus'>,
): Representative {
  const received = fitted(ciphertext, octets)
  if (modulus === undefined) return { octets: received.octets, good: received.good, received: received.octets }
  const value = os2ip(received.octets)
  const inRange = value < modulus ? 0xff : 0
  return { octets: i2osp(value % modulus, octets), good: received.good & inRange, received: received.octets }
}

type Unpad = (ciphertext: Bytes, length: number, signal?: AbortSignal) => Promise<Unpadded>

/** How a transport is undone with this key; nothing when it cannot. */
function unpadder(provider: CryptoProvider, key: RsaDecryptionKey, { oaep }: KeyTransport): Unpad | undefined {
  const byProvider = oaep && oaep.digest === oaep.maskDigest ? key.oaep(oaep.digest) : undefined
  if (oaep && byProvider) return unpadderByProvider(provider, byProvider, oaep)
  const raw = key.raw()
  if (!raw) return undefined
  return async (ciphertext, length, signal) => {
    const encoded = await raw(ciphertext, signal)
    return oaep ? unpadOaep(provider, encoded, oaep, length) : unpadPkcs1(encoded, length)
  }
}

function unpadderByProvider({ subtle }: CryptoProvider, key: Promise<CryptoKey>, { label }: OaepParameters): Unpad {
  return async (ciphertext, length) => {
    const parameters = { name: 'RSA-OAEP', label: narrow(label) }
    const message = await subtle.decrypt(parameters, await key, ciphertext).catch(() => new ArrayBuffer(0))
    // A key is never empty, so a failure has the wrong length like any other that does not fit.
    if (message.byteLength !== length) return { good: 0, message: new Uint8Array(length) }
    return { good: 0xff, message: new Uint8Array(message) }
  }
}
