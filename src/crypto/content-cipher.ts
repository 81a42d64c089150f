import { Asn1Error, der, fieldsOf, type Oid, parseAsn1, readOctets, readSmallInteger, tags } from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import {
  aesCbc,
  aesGcm,
  type CipherEngine,
  chacha20Poly1305,
  type KeyedCipher,
  tripleDesCbc,
} from './cipher-engines.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

export type ContentCipherName =
  | 'AES-128-CBC'
  | 'AES-192-CBC'
  | 'AES-256-CBC'
  | 'AES-128-GCM'
  | 'AES-192-GCM'
  | 'AES-256-GCM'
  | 'ChaCha20-Poly1305'
  | '3DES-CBC'

/** A cipher for content. Lengths are in octets. */
export interface ContentCipher {
  readonly name: ContentCipherName
  readonly oid: Oid
  readonly keyLength: number
  /** Of the initialization vector or nonce. */
  readonly ivLength: number
  /** Of what proves that nothing was changed; 0 for a cipher without, whose place is EnvelopedData (RFC 5083 §1). */
  readonly tagLength: number
}

interface CipherRow extends ContentCipher {
  readonly engine: CipherEngine
  /** Octets of a block where content is padded to whole ones. */
  readonly blockLength?: number
  /** @param macLength - of the tag that is there. */
  readonly parse: (parameters: Uint8Array, row: CipherRow, macLength?: number) => CipherParameters | undefined
  readonly write: (iv: Uint8Array, row: CipherRow) => Bytes
}

interface CipherParameters {
  readonly iv: Bytes
  readonly tagLength: number
}

const vector = { parse: parseVector, write: (iv: Uint8Array) => der.encode(der.octetString(iv)) }
const cbc = { ...vector, ivLength: 16, tagLength: 0, engine: aesCbc, blockLength: 16 }
const gcm = { parse: parseGcm, write: writeGcm, ivLength: 12, tagLength: 16, engine: aesGcm }

/** @see RFC 3565 §4.1, RFC 5084 §3.2, RFC 8103 §1.3, RFC 8551 §2.7 (3DES: for old mail) */
const rows: Readonly<Record<ContentCipherName, CipherRow>> = {
  'AES-128-CBC': { name: 'AES-128-CBC', oid: '2.16.840.1.101.3.4.1.2', keyLength: 16, ...cbc },
  'AES-192-CBC': { name: 'AES-192-CBC', oid: '2.16.840.1.101.3.4.1.22', keyLength: 24, ...cbc },
  'AES-256-CBC': { name: 'AES-256-CBC', oid: '2.16.840.1.101.3.4.1.42', keyLength: 32, ...cbc },
  'AES-128-GCM': { name: 'AES-128-GCM', oid: '2.16.840.1.101.3.4.1.6', keyLength: 16, ...gcm },
  'AES-192-GCM': { name: 'AES-192-GCM', oid: '2.16.840.1.101.3.4.1.26', keyLength: 24, ...gcm },
  'AES-256-GCM': { name: 'AES-256-GCM', oid: '2.16.840.1.101.3.4.1.46', keyLength: 32, ...gcm },
  'ChaCha20-Poly1305': {
    name: 'ChaCha20-Poly1305',
    oid: '1.2.840.113549.1.9.16.3.18',
    keyLength: 32,
    ...vector,
    ivLength: 12,
    tagLength: 16,
    engine: chacha20Poly1305,
  },
  '3DES-CBC': {
    name: '3DES-CBC',
    oid: '1.2.840.113549.3.7',
    keyLength: 24,
    ...vector,
    ivLength: 8,
    tagLength: 0,
    engine: tripleDesCbc,
    blockLength: 8,
  },
}

/** Every cipher for content that is known here; which may be used is a question for the policy. */
export const contentCiphers: Readonly<Record<ContentCipherName, ContentCipher>> = rows

/** The cipher that an AlgorithmIdentifier names, or nothing when it is unknown. Its parameters are not looked at. */
export function contentCipherOf(algorithm: AlgorithmIdentifier): ContentCipher | undefined {
  return rowOf(algorithm)
}

function rowOf({ algorithm }: AlgorithmIdentifier): CipherRow | undefined {
  return Object.values(rows).find(({ oid }) => oid === algorithm)
}

export interface EncryptedContent {
  /** With the initialization vector or nonce in its parameters. */
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedContent: Bytes
  /** The tag of an authenticated cipher. It stands beside the content, not behind it (CMS-9). */
  readonly mac?: Bytes
}

/**
 * Encrypts content under a key of the cipher's length, with a fresh initialization vector or nonce.
 *
 * @param authenticatedData - for a cipher with a tag: what the tag proves beside the content. In AuthEnvelopedData the
 *   DER of the authenticated attributes, as a SET OF.
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key has another length, `ERR_CRYPTO_UNSUPPORTED` when the
 *   provider lacks the cipher (Chromium has no AES-192, and browsers no ChaCha20), `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 3565 §2.3.1 (CBC with padding as in RFC 5652 §6.3), RFC 5084, RFC 8103
 */
export async function encryptContent(
  provider: CryptoProvider,
  name: ContentCipherName,
  key: Uint8Array,
  content: Uint8Array,
  authenticatedData: Uint8Array = new Uint8Array(),
): Promise<EncryptedContent> {
  const row = rows[name]
  const { oid, keyLength, ivLength, tagLength, engine } = row
  if (key.length !== keyLength) throw new CryptoError('ERR_CRYPTO_KEY', `${name} takes a key of ${keyLength} octets`)
  const cipher = await engine(provider, key)
  try {
    const iv = provider.getRandomValues(new Uint8Array(ivLength))
    const algorithm = { algorithm: oid, parameters: row.write(iv, row) }
    const sealed = await cipher.encrypt(iv, narrow(content), {
      tagLength,
      authenticatedData: narrow(authenticatedData),
    })
    if (tagLength === 0) return { algorithm, encryptedContent: sealed }
    const end = sealed.length - tagLength
    return { algorithm, encryptedContent: sealed.subarray(0, end), mac: sealed.slice(end) }
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', `the provider could not encrypt with ${name}`, { cause })
  }
}

/** What stands beside content under an authenticated cipher. */
export interface Authenticity {
  readonly mac: Uint8Array
  /** See {@link encryptContent}. */
  readonly authenticatedData?: Uint8Array
}

/**
 * Decrypts content.
 *
 * Whatever is wrong, a vector of the wrong length, a cut block, the key, the padding or the tag, is one and the same
 * error: CBC gives its content away to anyone who can tell them apart (RFC 3218). Without a tag nothing here proves that
 * the content is what was encrypted.
 *
 * @param authenticity - for a cipher with a tag, and for no other.
 * @throws {@link CryptoError} `ERR_CRYPTO_DECRYPT`; `ERR_CRYPTO_UNSUPPORTED` for a cipher that is unknown or that the
 *   provider lacks (Chromium has no AES-192), and `ERR_CRYPTO_PROVIDER` when the provider takes no key at all: neither
 *   depends on the key or the content.
 */
export async function decryptContent(
  provider: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  key: Uint8Array,
  encryptedContent: Uint8Array,
  authenticity?: Authenticity,
): Promise<Bytes> {
  const row = rowOf(algorithm)
  if (!row) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `an unknown content cipher: ${algorithm.algorithm}`)
  const parameters = algorithm.parameters && row.parse(algorithm.parameters, row, authenticity?.mac.length)
  const sealed = parameters && sealedContent(row, parameters, encryptedContent, authenticity)
  if (!parameters || !sealed || key.length !== row.keyLength) throw undecryptable()
  const cipher = await row.engine(provider, key)
  const { iv, tagLength } = parameters
  const authenticatedData = narrow(authenticity?.authenticatedData ?? new Uint8Array())
  try {
    return await cipher.decrypt(iv, sealed, { tagLength, authenticatedData })
  } catch {
    throw undecryptable()
  }
}

/** A cipher in CBC mode by its algorithm, with its vector. Nothing for any other, and when the vector is malformed. */
export async function openCbc(
  provider: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  key: Uint8Array,
): Promise<{ readonly cipher: KeyedCipher; readonly iv: Bytes; readonly blockLength: number } | undefined> {
  const row = rowOf(algorithm)
  if (!row?.blockLength || !algorithm.parameters || key.length !== row.keyLength) return undefined
  const parameters = row.parse(algorithm.parameters, row)
  return parameters && { cipher: await row.engine(provider, key), iv: parameters.iv, blockLength: row.blockLength }
}

/** The content with its tag behind it, as WebCrypto takes it. Nothing when the two do not go together. */
function sealedContent(
  { blockLength }: CipherRow,
  { tagLength }: CipherParameters,
  encryptedContent: Uint8Array,
  authenticity: Authenticity | undefined,
): Bytes | undefined {
  if ((authenticity?.mac.length ?? 0) !== tagLength) return undefined
  if (!blockLength) return authenticity && concat([encryptedContent, authenticity.mac])
  if (authenticity || encryptedContent.length === 0 || encryptedContent.length % blockLength !== 0) return undefined
  return narrow(encryptedContent)
}

function parseVector(parameters: Uint8Array, { ivLength, tagLength }: CipherRow): CipherParameters | undefined {
  return unlessThrown(Asn1Error, () => {
    const element = parseAsn1(parameters)
    const iv = element.tag === tags.octetString ? readOctets(element) : undefined
    return iv?.length === ivLength ? { iv: narrow(iv), tagLength } : undefined
  })
}

const minTagLength = 12
/** Octets of a nonce. Twelve are what everybody writes (RFC 5084 §3.2); WebCrypto takes longer ones. */
const nonceLengths = { min: 12, max: 16 } as const

/**
 * GCMParameters. Bent: a length that is left out means 12 octets (RFC 5084 §3.2), yet a tag of another length stands beside
 * it now and then, in the sample of RFC 8551 for one; then it is the length of that.
 */
function parseGcm(
  parameters: Uint8Array,
  { tagLength: maxTagLength }: CipherRow,
  macLength: number = minTagLength,
): CipherParameters | undefined {
  return unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(parameters))
    const iv = readOctets(fields.next(tags.octetString))
    const icvLength = fields.optional(tags.integer)
    fields.end()
    const tagLength = icvLength ? readSmallInteger(icvLength) : macLength
    if (iv.length < nonceLengths.min || iv.length > nonceLengths.max) return undefined
    if (tagLength < minTagLength || tagLength > maxTagLength) return undefined
    return { iv: narrow(iv), tagLength }
  })
}

function writeGcm(iv: Uint8Array, { tagLength }: CipherRow): Bytes {
  return der.encode(der.sequence(der.octetString(iv), der.integer(tagLength)))
}

function undecryptable(): CryptoError {
  return new CryptoError('ERR_CRYPTO_DECRYPT', 'the content could not be decrypted')
}
