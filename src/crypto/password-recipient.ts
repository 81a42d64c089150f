import { Asn1Error, der, type Oid, parseAsn1 } from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { type BlockCipher, blockCipher } from './block-cipher.js'
import { contentCipherOf, contentCiphers } from './content-cipher.js'
import { CryptoError, importFault } from './errors.js'
import { importRejectionSecret, syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { fitted, isZero, type Mask, select } from './masks.js'
import {
  deriveFromPassword,
  type Password,
  type PasswordDraft,
  type PasswordLimits,
  pbkdf2Algorithm,
} from './password.js'
import type { Unpadded } from './pkcs1-padding.js'

/** id-alg-PWRI-KEK: the key wrap for keys that come from a password. @see RFC 3211 §2.3 */
const pwriKek: Oid = '1.2.840.113549.1.9.16.3.9'

/** Octets before the content key: its length, and three of it inverted. */
const head = 4

export interface PasswordEncryptedKey {
  /** keyDerivationAlgorithm of the RecipientInfo. */
  readonly derivation: AlgorithmIdentifier
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedKey: Bytes
}

/**
 * Encrypts a content key under a password.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for a cipher that is not in CBC mode or that the provider lacks,
 *   `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 5652 §6.2.4, RFC 3211 §2.3.1
 */
export async function encryptKeyWithPassword(
  provider: CryptoProvider,
  password: Password,
  contentKey: Uint8Array,
  draft: PasswordDraft = {},
): Promise<PasswordEncryptedKey> {
  const cipher = contentCiphers[draft.cipher ?? 'AES-256-CBC']
  if (cipher.tagLength > 0) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a cipher that is not in CBC mode')
  const derivation = pbkdf2Algorithm(provider, draft)
  const iv = provider.getRandomValues(new Uint8Array(cipher.ivLength))
  const limits = { maxIterations: Number.POSITIVE_INFINITY }
  const key = await deriveFromPassword(provider, derivation, password, cipher.keyLength, limits)
  const encryption = { algorithm: cipher.oid, parameters: der.encode(der.octetString(iv)) }
  const block = await blockCipher(provider, encryption, key)
  const padded = provider.getRandomValues(new Uint8Array(paddedLength(contentKey.length, block)))
  padded.set([contentKey.length, ...contentKey.subarray(0, head - 1).map((octet) => octet ^ 0xff), ...contentKey])
  const inner = await block.encrypt(block.iv, padded)
  const encryptedKey = await block.encrypt(inner.slice(-block.blockLength), inner)
  return {
    derivation,
    algorithm: { algorithm: pwriKek, parameters: der.encode(algorithmIdentifier(encryption)) },
    encryptedKey,
  }
}

/** Whole blocks, two at least. */
function paddedLength(length: number, { blockLength }: BlockCipher): number {
  return Math.max(2, Math.ceil((head + length) / blockLength)) * blockLength
}

/**
 * Makes a decrypter of a password. What a message asks in iterations is bounded, since a stranger chose it.
 *
 * Decrypting rejects with `ERR_CRYPTO_UNSUPPORTED` for algorithms that are unknown and `ERR_CRYPTO_LIMIT` above the
 * bound, which all stand openly in the message. See {@link Decrypter} for what happens when the password is another.
 *
 * @see RFC 3211 §2.3.2
 */
export function createPasswordDecrypter(
  provider: CryptoProvider,
  password: Password,
  limits: PasswordLimits = {},
): Decrypter {
  return {
    async decryptKey({ algorithm, derivation, encryptedKey, length, signal }) {
      const encryption = encryptionOf(algorithm)
      const cipher = encryption && contentCipherOf(encryption)
      if (!encryption || !cipher || cipher.tagLength > 0 || !derivation) {
        throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a key wrap that is unknown: ${algorithm.algorithm}`)
      }
      signal?.throwIfAborted()
      try {
        const key = await deriveFromPassword(provider, derivation, password, cipher.keyLength, limits)
        const block = await blockCipher(provider, encryption, key)
        const received = fitted(encryptedKey, paddedLength(length, block))
        const secret = await importRejectionSecret(provider, key)
        const synthetic = await syntheticKey(provider, secret, encryptedKey, length, length)
        const { good, message } = unpad(await unwrap(block, received.octets), length)
        return select(good & received.good, message, synthetic)
      } catch (cause) {
        throw importFault(cause)
      }
    },
  }
}

function encryptionOf({ algorithm, parameters }: AlgorithmIdentifier): AlgorithmIdentifier | undefined {
  if (algorithm !== pwriKek || !parameters) return undefined
  return unlessThrown(Asn1Error, () => parseAlgorithmIdentifier(parseAsn1(parameters)))
}

/** The last block was encrypted under the one before it, and what comes out is the vector of all others. */
async function unwrap(block: BlockCipher, wrapped: Bytes): Promise<Bytes> {
  const { blockLength, iv, decrypt } = block
  const last = wrapped.length - blockLength
  const outerIv = await decrypt(wrapped.slice(last - blockLength, last), wrapped.slice(last))
  const inner = await decrypt(outerIv, wrapped.slice(0, last))
  return decrypt(iv, concat([inner, outerIv]))
}

function unpad(padded: Uint8Array, length: number): Unpadded {
  const message = padded.subarray(head, head + length)
  let wrong = padded[0]! ^ length
  for (let at = 0; at < head - 1; at++) wrong |= padded[1 + at]! ^ message[at]! ^ 0xff
  const good: Mask = isZero(wrong)
  return { good, message }
}
