import { type Bytes, concat } from '../bytes/index.js'
import { CryptoError } from './errors.js'
import { type NodeCrypto, nodeCrypto } from './host.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'
import { decryptCbc, encryptCbc, tripleDes } from './triple-des.js'

/** A cipher with its key. Both ways reject when something is wrong, however the host says so. */
export interface KeyedCipher {
  encrypt(iv: Bytes, content: Bytes, options: SealOptions): Promise<Bytes>
  decrypt(iv: Bytes, sealed: Bytes, options: SealOptions): Promise<Bytes>
}

interface SealOptions {
  /** Octets of the tag, which stands behind the content; 0 without. */
  readonly tagLength: number
  readonly authenticatedData: Bytes
}

/**
 * Takes a key of the right length, so what fails here is the host.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` when it lacks the cipher, `ERR_CRYPTO_PROVIDER` when it fails.
 */
export type CipherEngine = (provider: CryptoProvider, key: Uint8Array) => Promise<KeyedCipher>

export const aesCbc: CipherEngine = webCrypto('AES-CBC', (iv) => ({ name: 'AES-CBC', iv }))

export const aesGcm: CipherEngine = webCrypto('AES-GCM', (iv, { tagLength, authenticatedData }) => ({
  name: 'AES-GCM',
  iv,
  tagLength: tagLength * 8,
  additionalData: authenticatedData,
}))

/** Errors by which a provider says that it does not do keys of this length. */
const lacking: ReadonlySet<string> = new Set(['OperationError', 'NotSupportedError', 'DataError'])

type ParametersOf = (iv: Bytes, options: SealOptions) => AesCbcParams | AesGcmParams

function webCrypto(name: 'AES-CBC' | 'AES-GCM', parametersOf: ParametersOf): CipherEngine {
  return async ({ subtle }, key) => {
    const imported = await importAes(subtle, name, key)
    return {
      async encrypt(iv, content, options) {
        return new Uint8Array(await subtle.encrypt(parametersOf(iv, options), imported, content))
      },
      async decrypt(iv, sealed, options) {
        return new Uint8Array(await subtle.decrypt(parametersOf(iv, options), imported, sealed))
      },
    }
  }
}

async function importAes(subtle: SubtleCrypto, name: string, key: Uint8Array): Promise<CryptoKey> {
  try {
    return await subtle.importKey('raw', narrow(key), name, false, ['encrypt', 'decrypt'])
  } catch (cause) {
    const unsupported = cause instanceof Error && lacking.has(cause.name)
    const wording = `${name} with ${key.length * 8} bits`
    if (unsupported) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `the provider has no ${wording}`, { cause })
    throw new CryptoError('ERR_CRYPTO_PROVIDER', `the provider could not take a key for ${wording}`, { cause })
  }
}

/** What WebCrypto has not, by Node's own. @see RFC 8103, RFC 8439 */
export const chacha20Poly1305: CipherEngine = async (_, key) => {
  const node = nodeCrypto()
  if (!node) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'the host has no ChaCha20-Poly1305')
  const name = 'chacha20-poly1305'
  return {
    async encrypt(iv, content, { tagLength, authenticatedData }) {
      const cipher = node.createCipheriv(name, key, iv, { authTagLength: tagLength })
      cipher.setAAD(authenticatedData)
      return concat([cipher.update(content), cipher.final(), cipher.getAuthTag()])
    },
    async decrypt(iv, sealed, { tagLength, authenticatedData }) {
      const decipher = node.createDecipheriv(name, key, iv, { authTagLength: tagLength })
      const end = sealed.length - tagLength
      decipher.setAAD(authenticatedData)
      decipher.setAuthTag(sealed.subarray(end))
      return concat([decipher.update(sealed.subarray(0, end)), decipher.final()])
    },
  }
}

/** For old mail: Node's own where there is one, and elsewhere ours. @see RFC 3370 §5.1 */
export const tripleDesCbc: CipherEngine = async (_, key) => {
  const node = nodeCrypto()
  return node ? nodeTripleDes(node, key) : ownTripleDes(key)
}

function nodeTripleDes(node: NodeCrypto, key: Uint8Array): KeyedCipher {
  const name = 'des-ede3-cbc'
  return {
    async encrypt(iv, content) {
      const cipher = node.createCipheriv(name, key, iv)
      return concat([cipher.update(content), cipher.final()])
    },
    async decrypt(iv, sealed) {
      const decipher = node.createDecipheriv(name, key, iv)
      return concat([decipher.update(sealed), decipher.final()])
    },
  }
}

function ownTripleDes(key: Uint8Array): KeyedCipher {
  const cipher = tripleDes(key)
  return {
    async encrypt(iv, content) {
      return encryptCbc(cipher, iv, content)
    },
    async decrypt(iv, sealed) {
      const content = decryptCbc(cipher, iv, sealed)
      if (!content) throw new CryptoError('ERR_CRYPTO_DECRYPT', 'the content could not be decrypted')
      return content
    },
  }
}
