import { type Bytes, concat } from '../bytes/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import { openCbc } from './content-cipher.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'

/** A cipher in CBC mode without padding, for whole blocks: what wraps keys, and what WebCrypto has not. */
export interface BlockCipher {
  readonly blockLength: number
  /** As the algorithm names it. */
  readonly iv: Bytes
  encrypt(iv: Bytes, blocks: Bytes): Promise<Bytes>
  decrypt(iv: Bytes, blocks: Bytes): Promise<Bytes>
}

/**
 * Makes one of the same cipher with padding: the block of padding is cut off what was encrypted, and made anew for what
 * is decrypted.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` when the algorithm is no such cipher or its vector is malformed,
 *   or the provider lacks it.
 */
export async function blockCipher(
  provider: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  key: Uint8Array,
): Promise<BlockCipher> {
  const opened = await openCbc(provider, algorithm, key)
  if (!opened) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a key wrap that is malformed')
  const { cipher, iv, blockLength } = opened
  const options = { tagLength: 0, authenticatedData: new Uint8Array() }
  return {
    blockLength,
    iv,
    async encrypt(vector, blocks) {
      return (await cipher.encrypt(vector, blocks, options)).slice(0, blocks.length)
    },
    async decrypt(vector, blocks) {
      const padding = await cipher.encrypt(blocks.slice(-blockLength), new Uint8Array(), options)
      return cipher.decrypt(vector, concat([blocks, padding]), options)
    },
  }
}
