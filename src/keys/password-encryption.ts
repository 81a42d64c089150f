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
import { concat } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  CryptoError,
  type CryptoProvider,
  contentCiphers,
  decryptContent,
  decryptWithPassword,
} from '../crypto/index.js'
import { asKeyError, KeyError } from './errors.js'
import { bmpPasswords, derivePkcs12Key } from './pkcs12-key-derivation.js'
import { decryptRc2 } from './rc2.js'

/** Bounds on what a file may cost. */
export interface KeyLimits {
  /**
   * Rounds of key derivation for one file, all its encrypted parts and its MAC together. Default 10,000,000, about ten
   * seconds. Files written today ask for some thousands, or for 600,000 in each part.
   */
  readonly maxIterations?: number
}

const defaultMaxIterations = 10_000_000

/** What opens the parts of one file: a password in every form it may have been given to the writer, and its budget. */
export interface Passphrase {
  readonly crypto: CryptoProvider
  readonly text: string
  /** For the old key derivation, the likeliest first. */
  readonly bmp: readonly Uint8Array[]
  /** What to say when nothing opens. */
  readonly wrong: () => KeyError
  /** Takes rounds off the budget. @throws {@link KeyError} `ERR_KEYS_LIMIT` when they are more than it has. */
  readonly spend: (iterations: number) => void
}

export interface PassphraseOptions {
  /** Absent: the empty one is tried, as some files are written with it. */
  readonly password?: string
  readonly crypto: CryptoProvider
  readonly limits?: KeyLimits
}

export function passphraseOf({ password, crypto, limits }: PassphraseOptions): Passphrase {
  const maxIterations = limits?.maxIterations ?? defaultMaxIterations
  let left = maxIterations
  return {
    crypto,
    text: password ?? '',
    bmp: bmpPasswords(password ?? ''),
    wrong: () =>
      password === undefined
        ? new KeyError('ERR_KEYS_ENCRYPTED', 'what was given is encrypted, and no password came with it')
        : new KeyError('ERR_KEYS_PASSWORD', 'the password is wrong, or what was given is damaged'),
    spend(iterations) {
      left -= iterations
      if (left < 0) throw new KeyError('ERR_KEYS_LIMIT', `more than ${maxIterations} rounds of key derivation`)
    },
  }
}

/** How octets become a key and an IV, and those the plain text. */
interface Pbes1 {
  readonly keyLength: number
  readonly decrypt: (crypto: CryptoProvider, key: Uint8Array, iv: Uint8Array, data: Uint8Array) => Promise<Uint8Array>
}

const ivLength = 8

/** The schemes that PKCS#12 brought along; those with RC4 are left out. @see RFC 7292 Appendix C */
const pbes1Schemes: Readonly<Record<Oid, Pbes1>> = {
  '1.2.840.113549.1.12.1.3': { keyLength: 24, decrypt: tripleDes },
  '1.2.840.113549.1.12.1.4': {
    keyLength: 16,
    decrypt: (crypto, key, iv, data) => tripleDes(crypto, concat([key, key.subarray(0, 8)]), iv, data),
  },
  '1.2.840.113549.1.12.1.5': { keyLength: 16, decrypt: async (_, key, iv, data) => rc2(key, 128, iv, data) },
  '1.2.840.113549.1.12.1.6': { keyLength: 5, decrypt: async (_, key, iv, data) => rc2(key, 40, iv, data) },
}

/**
 * Decrypts with a password: PBES2, or one of the old schemes of PKCS#12.
 *
 * @param read - makes something of the plain text. When it throws an Asn1Error, the password was wrong after all: one
 *   time in 256 the padding looks right by chance.
 * @throws {@link KeyError} `ERR_KEYS_PASSWORD` (or `ERR_KEYS_ENCRYPTED`, when no password was given),
 *   `ERR_KEYS_UNSUPPORTED` for another scheme, `ERR_KEYS_LIMIT` beyond the budget.
 * @see RFC 8018 §6.2, RFC 7292 Appendix C
 */
export async function decryptWithPassphrase<Result>(
  passphrase: Passphrase,
  algorithm: AlgorithmIdentifier,
  data: Uint8Array,
  read: (plain: Uint8Array) => Result,
): Promise<Result> {
  for (const attempt of attemptsOf(passphrase, algorithm, data)) {
    try {
      return read(await attempt())
    } catch (error) {
      const wrong = error instanceof Asn1Error || (error instanceof CryptoError && error.code === 'ERR_CRYPTO_DECRYPT')
      if (!wrong) throw asKeyError(error)
    }
  }
  throw passphrase.wrong()
}

type Attempt = () => Promise<Uint8Array>

/** One for each form that the password may have. */
function attemptsOf(passphrase: Passphrase, algorithm: AlgorithmIdentifier, data: Uint8Array): readonly Attempt[] {
  const { crypto, text, bmp, spend } = passphrase
  const scheme = Object.hasOwn(pbes1Schemes, algorithm.algorithm) ? pbes1Schemes[algorithm.algorithm] : undefined
  if (!scheme) {
    spend(iterationsOfPbes2(algorithm))
    return [() => decryptWithPassword(crypto, algorithm, text, data, { maxIterations: Number.POSITIVE_INFINITY })]
  }
  const { salt, iterations } = parsePbes1Parameters(algorithm)
  return bmp.map((password) => async () => {
    spend(iterations)
    const derivation = { digest: 'SHA-1', salt, iterations } as const
    const key = derivePkcs12Key(password, { ...derivation, purpose: 'key', length: scheme.keyLength })
    const iv = derivePkcs12Key(password, { ...derivation, purpose: 'iv', length: ivLength })
    return scheme.decrypt(crypto, key, iv, data)
  })
}

/** @see RFC 7292 Appendix C (pkcs-12PbeParams) */
function parsePbes1Parameters({ parameters }: AlgorithmIdentifier) {
  const fields = fieldsOf(parseAsn1(parameters ?? new Uint8Array()))
  const salt = readOctets(fields.next(tags.octetString))
  const iterations = readIterations(fields.next(tags.integer))
  fields.end()
  return { salt, iterations }
}

/** What PBKDF2 asks for; nothing when the parameters are of another kind, which the decryption will refuse. */
function iterationsOfPbes2({ parameters }: AlgorithmIdentifier): number {
  const [derivation] = parameters ? parseAsn1(parameters).children : []
  const [, derivationParameters] = derivation?.children ?? []
  const [, iterations] = derivationParameters?.children ?? []
  return iterations?.tag === tags.integer ? readIterations(iterations) : 0
}

/** @throws {@link KeyError} `ERR_KEYS_LIMIT` for a number beyond any budget, `ERR_KEYS_MALFORMED` for zero. */
export function readIterations(element: Element): number {
  // More than four octets are more than any budget, and more than a small integer is.
  if (element.content.length > 4) throw new KeyError('ERR_KEYS_LIMIT', 'a key derivation in more rounds than 2^31')
  const iterations = readSmallInteger(element)
  if (iterations === 0) throw new KeyError('ERR_KEYS_MALFORMED', 'a key derivation in no rounds')
  return iterations
}

async function tripleDes(crypto: CryptoProvider, key: Uint8Array, iv: Uint8Array, data: Uint8Array) {
  const parameters = der.encode(der.octetString(iv))
  return decryptContent(crypto, { algorithm: contentCiphers['3DES-CBC'].oid, parameters }, key, data)
}

function rc2(key: Uint8Array, effectiveBits: number, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const padded = data.length % ivLength === 0 ? decryptRc2(key, effectiveBits, iv, data) : new Uint8Array()
  const padding = padded.at(-1) ?? 0
  const plain = padded.subarray(0, padded.length - padding)
  const good = padding >= 1 && padding <= ivLength && padded.subarray(plain.length).every((octet) => octet === padding)
  if (!good) throw new CryptoError('ERR_CRYPTO_DECRYPT', 'the content could not be decrypted')
  return plain
}
