import {
  type DerNode,
  der,
  type Element,
  fieldsOf,
  type Oid,
  parseAsn1,
  readOctets,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type CryptoProvider,
  type DigestName,
  deriveFromPassword,
  digestOf,
  digests,
  parseAlgorithmIdentifier,
} from '../crypto/index.js'
import { KeyError } from './errors.js'
import { type Passphrase, readIterations } from './password-encryption.js'
import { bmpPassword, derivePkcs12Key } from './pkcs12-key-derivation.js'

/** What vouches for a file and its password. @see RFC 7292 §4 */
export interface MacData {
  readonly algorithm: AlgorithmIdentifier
  readonly mac: Uint8Array
  readonly salt: Uint8Array
  readonly iterations: number
}

export function parseMacData(element: Element): MacData {
  const fields = fieldsOf(element)
  const digestInfo = fieldsOf(fields.next(tags.sequence))
  const algorithm = parseAlgorithmIdentifier(digestInfo.next(tags.sequence))
  const mac = readOctets(digestInfo.next(tags.octetString))
  digestInfo.end()
  const salt = readOctets(fields.next(tags.octetString))
  const iterations = fields.optional(tags.integer)
  fields.end()
  return { algorithm, mac, salt, iterations: iterations ? readIterations(iterations) : 1 }
}

const pbmac1: Oid = '1.2.840.113549.1.5.14'

/** @see RFC 8018 B.1.1, B.1.2 */
const hmacs: Readonly<Record<Oid, DigestName>> = {
  '1.2.840.113549.2.7': 'SHA-1',
  '1.2.840.113549.2.9': 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
}

/**
 * Finds the form of the password under which the MAC is right.
 *
 * @returns the passphrase with that form alone, when the MAC tells: with PBMAC1 it does not.
 * @throws {@link KeyError} `ERR_KEYS_PASSWORD` (or `ERR_KEYS_ENCRYPTED`, when no password was given) when it is right
 *   under none, `ERR_KEYS_UNSUPPORTED` for an algorithm that is left out, `ERR_KEYS_LIMIT`.
 * @see RFC 7292 §5.1, RFC 9879
 */
export async function checkMac(passphrase: Passphrase, macData: MacData, content: Uint8Array): Promise<Passphrase> {
  const { algorithm, mac, salt, iterations } = macData
  if (algorithm.algorithm === pbmac1) {
    const { digest, key } = await derivePbmac1Key(passphrase, algorithm)
    if (await verifyHmac(passphrase.crypto, digest, key, mac, content)) return passphrase
    throw passphrase.wrong()
  }
  const digest = digestOf(algorithm)
  if (!digest) throw new KeyError('ERR_KEYS_UNSUPPORTED', `a MAC with ${algorithm.algorithm}`)
  for (const password of passphrase.bmp) {
    passphrase.spend(iterations)
    const key = derivePkcs12Key(password, {
      digest: digest.name,
      purpose: 'mac',
      salt,
      iterations,
      length: digest.length,
    })
    if (await verifyHmac(passphrase.crypto, digest.name, key, mac, content)) return { ...passphrase, bmp: [password] }
  }
  throw passphrase.wrong()
}

/** In octets: shorter keys are guessed, and longer ones than the block of any digest serve nothing. */
const keyLengths = { min: 20, max: 128 } as const

/** @see RFC 8018 A.5, RFC 9879 A.6 (the length of the key must be there) */
async function derivePbmac1Key({ crypto, text, spend }: Passphrase, { parameters }: AlgorithmIdentifier) {
  const fields = fieldsOf(parseAsn1(parameters ?? new Uint8Array()))
  const derivation = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const scheme = parseAlgorithmIdentifier(fields.next(tags.sequence))
  fields.end()
  const digest = Object.hasOwn(hmacs, scheme.algorithm) ? hmacs[scheme.algorithm] : undefined
  if (!digest) throw new KeyError('ERR_KEYS_UNSUPPORTED', `a MAC with ${scheme.algorithm}`)
  const pbkdf2 = fieldsOf(parseAsn1(derivation.parameters ?? new Uint8Array()))
  pbkdf2.next(tags.octetString)
  spend(readIterations(pbkdf2.next(tags.integer)))
  const keyLength = pbkdf2.optional(tags.integer)
  const length = keyLength ? readSmallInteger(keyLength) : 0
  if (length < keyLengths.min || length > keyLengths.max) {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a PBMAC1 whose key has no length, or one out of bounds')
  }
  const maxIterations = Number.POSITIVE_INFINITY
  return { digest, key: await deriveFromPassword(crypto, derivation, text, length, { maxIterations }) }
}

async function verifyHmac(
  crypto: CryptoProvider,
  hash: DigestName,
  key: Bytes,
  mac: Uint8Array,
  content: Uint8Array,
): Promise<boolean> {
  const imported = await importHmac(crypto, hash, key, 'verify')
  return crypto.subtle.verify('HMAC', imported, Uint8Array.from(mac), Uint8Array.from(content))
}

const written = digests['SHA-256']
const saltLength = 16

/** Vouches for the content with HMAC-SHA-256 under a key derived in the way of PKCS#12, which every reader knows. */
export async function buildMacData(
  crypto: CryptoProvider,
  password: string,
  iterations: number,
  content: Uint8Array,
): Promise<DerNode> {
  const salt = crypto.getRandomValues(new Uint8Array(saltLength))
  const derivation = { digest: written.name, purpose: 'mac', salt, iterations, length: written.length } as const
  const key = derivePkcs12Key(bmpPassword(password), derivation)
  const imported = await importHmac(crypto, written.name, key, 'sign')
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', imported, Uint8Array.from(content)))
  const algorithm = algorithmIdentifier({ algorithm: written.oid, parameters: der.encode(der.nul()) })
  const digestInfo = der.sequence(algorithm, der.octetString(mac))
  return der.sequence(digestInfo, der.octetString(salt), der.integer(iterations))
}

function importHmac({ subtle }: CryptoProvider, hash: DigestName, key: Bytes, use: 'sign' | 'verify') {
  return subtle.importKey('raw', key, { name: 'HMAC', hash }, false, [use])
}
