import { Asn1Error, der, type Oid, parseAsn1, readOctets, tags } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

export type ContentCipherName = 'AES-128-CBC' | 'AES-192-CBC' | 'AES-256-CBC'

/** A cipher for content. Lengths are in octets. */
export interface ContentCipher {
  readonly name: ContentCipherName
  readonly oid: Oid
  readonly keyLength: number
  readonly ivLength: number
}

/** @see RFC 3565 §4.1 */
export const contentCiphers: Readonly<Record<ContentCipherName, ContentCipher>> = {
  'AES-128-CBC': { name: 'AES-128-CBC', oid: '2.16.840.1.101.3.4.1.2', keyLength: 16, ivLength: 16 },
  'AES-192-CBC': { name: 'AES-192-CBC', oid: '2.16.840.1.101.3.4.1.22', keyLength: 24, ivLength: 16 },
  'AES-256-CBC': { name: 'AES-256-CBC', oid: '2.16.840.1.101.3.4.1.42', keyLength: 32, ivLength: 16 },
}

/** Octets of an AES block. */
const blockLength = 16

/** The cipher that an AlgorithmIdentifier names, or nothing when it is unknown. Its parameters are not looked at. */
export function contentCipherOf(algorithm: AlgorithmIdentifier): ContentCipher | undefined {
  return Object.values(contentCiphers).find((cipher) => cipher.oid === algorithm.algorithm)
}

export interface EncryptedContent {
  /** With the initialization vector as parameters. */
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedContent: Bytes
}

/**
 * Encrypts content under a key of the cipher's length, with a fresh initialization vector.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key has another length, `ERR_CRYPTO_UNSUPPORTED` when the
 *   provider lacks the cipher (Chromium has no AES-192), `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 3565 §2.3.1 (CBC with padding as in RFC 5652 §6.3)
 */
export async function encryptContent(
  provider: CryptoProvider,
  name: ContentCipherName,
  key: Uint8Array,
  content: Uint8Array,
): Promise<EncryptedContent> {
  const { oid, keyLength, ivLength } = contentCiphers[name]
  if (key.length !== keyLength) throw new CryptoError('ERR_CRYPTO_KEY', `${name} takes a key of ${keyLength} octets`)
  const aes = await importAes(provider, name, key)
  try {
    const iv = provider.getRandomValues(new Uint8Array(ivLength))
    const encryptedContent = new Uint8Array(
      await provider.subtle.encrypt({ name: 'AES-CBC', iv }, aes, narrow(content)),
    )
    return { algorithm: { algorithm: oid, parameters: der.encode(der.octetString(iv)) }, encryptedContent }
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', `the provider could not encrypt with ${name}`, { cause })
  }
}

/**
 * Decrypts content.
 *
 * Whatever is wrong, a vector of the wrong length, a cut block, the key or the padding, is one and the same error: CBC
 * gives its content away to anyone who can tell them apart (RFC 3218). Nothing here proves that the content is what was
 * encrypted.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_DECRYPT`; `ERR_CRYPTO_UNSUPPORTED` for a cipher that is unknown or that the
 *   provider lacks (Chromium has no AES-192), and `ERR_CRYPTO_PROVIDER` when the provider takes no key at all: neither
 *   depends on the key or the content.
 */
export async function decryptContent(
  provider: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  key: Uint8Array,
  encryptedContent: Uint8Array,
): Promise<Bytes> {
  const cipher = contentCipherOf(algorithm)
  if (!cipher) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `an unknown content cipher: ${algorithm.algorithm}`)
  const iv = readIv(algorithm, cipher)
  const whole = encryptedContent.length > 0 && encryptedContent.length % blockLength === 0
  if (!iv || !whole || key.length !== cipher.keyLength) throw undecryptable()
  const aes = await importAes(provider, cipher.name, key)
  try {
    return new Uint8Array(await provider.subtle.decrypt({ name: 'AES-CBC', iv }, aes, narrow(encryptedContent)))
  } catch {
    throw undecryptable()
  }
}

/** Errors by which a provider says that it does not do keys of this length. */
const lacking: ReadonlySet<string> = new Set(['OperationError', 'NotSupportedError', 'DataError'])

/** Takes a key of the right length, so what fails here is the provider. */
async function importAes({ subtle }: CryptoProvider, name: ContentCipherName, key: Uint8Array): Promise<CryptoKey> {
  try {
    return await subtle.importKey('raw', narrow(key), 'AES-CBC', false, ['encrypt', 'decrypt'])
  } catch (cause) {
    const unsupported = cause instanceof Error && lacking.has(cause.name)
    if (unsupported) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `the provider has no ${name}`, { cause })
    throw new CryptoError('ERR_CRYPTO_PROVIDER', `the provider could not take a key for ${name}`, { cause })
  }
}

function readIv({ parameters }: AlgorithmIdentifier, { ivLength }: ContentCipher): Bytes | undefined {
  return unlessThrown(Asn1Error, () => {
    const element = parameters && parseAsn1(parameters)
    if (element?.tag !== tags.octetString) return undefined
    const iv = readOctets(element)
    return iv.length === ivLength ? narrow(iv) : undefined
  })
}

function undecryptable(): CryptoError {
  return new CryptoError('ERR_CRYPTO_DECRYPT', 'the content could not be decrypted')
}
