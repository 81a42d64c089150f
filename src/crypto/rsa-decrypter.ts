import type { Bytes } from '../bytes/index.js'
import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { type KeyTransport, keyTransportOf } from './key-transport.js'
import { type Mask, select } from './masks.js'
import { narrow } from './narrow.js'
import { unpadOaep } from './oaep.js'
import { type Unpadded, unpadPkcs1 } from './pkcs1-padding.js'
import { remembered } from './remembered.js'
import { i2osp, os2ip, type RawRsa } from './rsa.js'
import { modulusOctets, type RsaPrivateKey } from './rsa-key.js'

/** An RSA key in the forms that decrypting needs. */
export interface RsaDecryptionKey {
  readonly numbers: RsaPrivateKey
  readonly pkcs8: Uint8Array
  /** The private operation without padding, made at first use. */
  raw(): RawRsa
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
  const secret = remembered(() => importRejectionSecret(provider, key.numbers))
  const unpadWith = unpadder(provider, key)
  return {
    async decryptKey({ algorithm, encryptedKey, length, signal }) {
      const transport = keyTransportOf(algorithm)
      if (!transport)
        throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a key transport that is unknown: ${algorithm.algorithm}`)
      signal?.throwIfAborted()
      const ciphertext = representative(encryptedKey, key.numbers)
      try {
        const synthetic = await syntheticKey(provider, await secret(), ciphertext.received, length)
        const { good, message } = await unpadWith(transport, ciphertext.octets, length)
        return select(good & ciphertext.good, message, synthetic)
      } catch (cause) {
        throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not use a private key', { cause })
      }
    },
  }
}

/** Both conditions are about what everybody can see. */
function representative(ciphertext: Uint8Array, key: RsaPrivateKey): Representative {
  const octets = modulusOctets(key)
  const received = new Uint8Array(octets)
  const tail = ciphertext.subarray(Math.max(0, ciphertext.length - octets))
  received.set(tail, octets - tail.length)
  const value = os2ip(received)
  const good = ciphertext.length === octets && value < key.modulus
  return { octets: i2osp(value % key.modulus, octets), good: good ? 0xff : 0, received }
}

type Unpad = (transport: KeyTransport, ciphertext: Bytes, length: number) => Promise<Unpadded>

function unpadder(provider: CryptoProvider, key: RsaDecryptionKey): Unpad {
  const { subtle } = provider
  const oaepKey = remembered((hash: DigestName) =>
    subtle.importKey('pkcs8', narrow(key.pkcs8), { name: 'RSA-OAEP', hash }, false, ['decrypt']),
  )
  return async ({ oaep }, ciphertext, length) => {
    if (!oaep) return unpadPkcs1(key.raw()(ciphertext), length)
    if (oaep.digest !== oaep.maskDigest) return unpadOaep(provider, key.raw()(ciphertext), oaep, length)
    const cryptoKey = await oaepKey(oaep.digest)
    const parameters = { name: 'RSA-OAEP', label: narrow(oaep.label) }
    const message = await subtle.decrypt(parameters, cryptoKey, ciphertext).catch(() => new ArrayBuffer(0))
    // A key is never empty, so a failure has the wrong length like any other that does not fit.
    if (message.byteLength !== length) return { good: 0, message: new Uint8Array(length) }
    return { good: 0xff, message: new Uint8Array(message) }
  }
}
