import {
  Asn1Error,
  der,
  type Element,
  fieldsOf,
  type Oid,
  parseAsn1,
  readOctets,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  hasNoParameters,
  parseAlgorithmIdentifier,
} from './algorithm-identifier.js'
import {
  type ContentCipherName,
  contentCipherOf,
  contentCiphers,
  decryptContent,
  encryptContent,
} from './content-cipher.js'
import type { DigestName } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

const pbkdf2: Oid = '1.2.840.113549.1.5.12'
const pbes2: Oid = '1.2.840.113549.1.5.13'

/** The pseudo-random functions, by digest. @see RFC 8018 B.1 */
const hmacs: Readonly<Record<DigestName, Oid>> = {
  'SHA-1': '1.2.840.113549.2.7',
  'SHA-256': '1.2.840.113549.2.9',
  'SHA-384': '1.2.840.113549.2.10',
  'SHA-512': '1.2.840.113549.2.11',
}

/** A password as text, which is taken as UTF-8, or as the octets it is. */
export type Password = string | Uint8Array

/** Bounds for numbers that a file or message chooses and its reader computes. */
export interface PasswordLimits {
  /** Iterations of PBKDF2: some seconds at the default of 10,000,000. */
  readonly maxIterations?: number
}

const defaultMaxIterations = 10_000_000

/** How the password becomes a key when something is encrypted. */
export interface PasswordDraft {
  /** Default AES-256-CBC. */
  readonly cipher?: ContentCipherName
  /** Default SHA-256. */
  readonly digest?: DigestName
  /** Default 600,000. */
  readonly iterations?: number
}

const defaultIterations = 600_000
const saltLength = 16

interface Pbkdf2Parameters {
  readonly salt: Uint8Array
  readonly iterations: number
  readonly keyLength: number | undefined
  readonly digest: DigestName
}

/** @see RFC 8018 A.2 */
function parsePbkdf2({ algorithm, parameters }: AlgorithmIdentifier): Pbkdf2Parameters | undefined {
  if (algorithm !== pbkdf2 || !parameters) return undefined
  return unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(parameters))
    const salt = readOctets(fields.next(tags.octetString))
    const iterations = readSmallInteger(fields.next(tags.integer))
    const keyLength = fields.optional(tags.integer)
    const digest = hmacIn(fields.optional(tags.sequence))
    fields.end()
    return digest && { salt, iterations, keyLength: keyLength && readSmallInteger(keyLength), digest }
  })
}

function hmacIn(field: Element | undefined): DigestName | undefined {
  if (!field) return 'SHA-1'
  const prf = parseAlgorithmIdentifier(field)
  if (!hasNoParameters(prf)) return undefined
  return (Object.keys(hmacs) as DigestName[]).find((digest) => hmacs[digest] === prf.algorithm)
}

/**
 * Derives a key from a password, as an AlgorithmIdentifier of PBKDF2 says.
 *
 * @param length - octets wanted; parameters that name another length are refused.
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for another algorithm or malformed parameters,
 *   `ERR_CRYPTO_LIMIT` for more iterations than allowed, `ERR_CRYPTO_PROVIDER` when the provider fails.
 * @see RFC 8018 §5.2
 */
export async function deriveFromPassword(
  { subtle }: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  password: Password,
  length: number,
  { maxIterations = defaultMaxIterations }: PasswordLimits = {},
): Promise<Bytes> {
  const parameters = parsePbkdf2(algorithm)
  if (!parameters || parameters.iterations < 1 || (parameters.keyLength ?? length) !== length) {
    throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a key derivation that is unknown or malformed')
  }
  const { salt, iterations, digest: hash } = parameters
  if (iterations > maxIterations) throw new CryptoError('ERR_CRYPTO_LIMIT', `more than ${maxIterations} iterations`)
  try {
    const octets = typeof password === 'string' ? encodeUtf8(password) : narrow(password)
    const key = await subtle.importKey('raw', octets, 'PBKDF2', false, ['deriveBits'])
    const derived = await subtle.deriveBits({ name: 'PBKDF2', hash, salt: narrow(salt), iterations }, key, length * 8)
    return new Uint8Array(derived)
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not derive a key', { cause })
  }
}

/** PBKDF2 with a fresh salt. NULL stands behind the pseudo-random function, as everybody writes it. */
export function pbkdf2Algorithm(
  provider: CryptoProvider,
  { digest = 'SHA-256', iterations = defaultIterations }: PasswordDraft,
): AlgorithmIdentifier {
  const salt = provider.getRandomValues(new Uint8Array(saltLength))
  const prf = algorithmIdentifier({ algorithm: hmacs[digest], parameters: der.encode(der.nul()) })
  const parameters = der.sequence(der.octetString(salt), der.integer(iterations), ...(digest === 'SHA-1' ? [] : [prf]))
  return { algorithm: pbkdf2, parameters: der.encode(parameters) }
}

/** What a password protects, with how. */
export interface PasswordEncrypted {
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedData: Bytes
}

/**
 * Decrypts what a password protects: PBES2 with PBKDF2 and a cipher in CBC mode, as PKCS#8 and PKCS#12 use it.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_DECRYPT` for the wrong password and for data that was changed, which cannot be
 *   told apart; `ERR_CRYPTO_UNSUPPORTED` for another algorithm or malformed parameters; `ERR_CRYPTO_LIMIT` for more
 *   iterations than allowed; `ERR_CRYPTO_PROVIDER` when the provider fails.
 * @see RFC 8018 §6.2
 */
export async function decryptWithPassword(
  provider: CryptoProvider,
  algorithm: AlgorithmIdentifier,
  password: Password,
  encryptedData: Uint8Array,
  limits: PasswordLimits = {},
): Promise<Bytes> {
  const parameters = parsePbes2(algorithm)
  const cipher = parameters && contentCipherOf(parameters.encryption)
  if (!parameters || !cipher || cipher.tagLength > 0) {
    throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'an encryption with a password that is unknown or malformed')
  }
  const key = await deriveFromPassword(provider, parameters.derivation, password, cipher.keyLength, limits)
  return decryptContent(provider, parameters.encryption, key, encryptedData)
}

/**
 * Encrypts with a password: PBES2 with PBKDF2.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for a cipher with a tag, which PBES2 has no place for, or one that
 *   the provider lacks; `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 8018 §6.2.1
 */
export async function encryptWithPassword(
  provider: CryptoProvider,
  password: Password,
  data: Uint8Array,
  draft: PasswordDraft = {},
): Promise<PasswordEncrypted> {
  const { name, keyLength, tagLength } = contentCiphers[draft.cipher ?? 'AES-256-CBC']
  if (tagLength > 0) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'PBES2 has no place for a tag')
  const derivation = pbkdf2Algorithm(provider, draft)
  const limits = { maxIterations: Number.POSITIVE_INFINITY }
  const key = await deriveFromPassword(provider, derivation, password, keyLength, limits)
  const { algorithm: encryption, encryptedContent } = await encryptContent(provider, name, key, data)
  const parameters = der.encode(der.sequence(algorithmIdentifier(derivation), algorithmIdentifier(encryption)))
  return { algorithm: { algorithm: pbes2, parameters }, encryptedData: encryptedContent }
}

function parsePbes2({ algorithm, parameters }: AlgorithmIdentifier) {
  if (algorithm !== pbes2 || !parameters) return undefined
  return unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(parameters))
    const derivation = parseAlgorithmIdentifier(fields.next(tags.sequence))
    const encryption = parseAlgorithmIdentifier(fields.next(tags.sequence))
    fields.end()
    return { derivation, encryption }
  })
}
