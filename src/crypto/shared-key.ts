import { CryptoError, importFault } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { keyWrapOf, unwrapKey } from './key-wrap.js'
import { select } from './masks.js'
import { remembered } from './remembered.js'

/**
 * Makes a decrypter of a key that sender and recipient share (KEKRecipientInfo).
 *
 * Decrypting rejects with `ERR_CRYPTO_UNSUPPORTED` for a key wrap that is unknown, that takes a key of another length or
 * that the provider lacks, and with `ERR_CRYPTO_PROVIDER` when the provider fails.
 *
 * @see RFC 5652 §6.2.3, RFC 3394
 */
export function createSharedKeyDecrypter(provider: CryptoProvider, key: Uint8Array): Decrypter {
  const secret = remembered(() => importRejectionSecret(provider, key))
  return {
    async decryptKey({ algorithm, encryptedKey, length, signal }) {
      const wrap = keyWrapOf(algorithm)
      if (wrap?.keyLength !== key.length) {
        throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a key wrap for another key: ${algorithm.algorithm}`)
      }
      signal?.throwIfAborted()
      try {
        const synthetic = await syntheticKey(provider, await secret(), encryptedKey, length, length)
        const { good, message } = await unwrapKey(provider, key, encryptedKey, length)
        return select(good, message, synthetic)
      } catch (cause) {
        throw importFault(cause)
      }
    },
  }
}
