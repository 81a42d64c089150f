import { Asn1Error, der, type Element, fieldsOf, parseAsn1, readOctets, readSmallInteger, tags } from '../asn1/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type PrivateKeyInfo,
  parseAlgorithmIdentifier,
  rsaEncryption,
} from '../crypto/index.js'
import { KeyError } from './errors.js'
import { decodePem, isDer, type PemBlock } from './pem.js'

/** What to do with a block, by its label. Others are skipped: certificates, parameters of curves. */
const privateKeyBlocks: Readonly<Record<string, (block: PemBlock) => PrivateKeyInfo>> = {
  'PRIVATE KEY': ({ bytes }) => parseDer(bytes),
  'RSA PRIVATE KEY': (block) => {
    if (block.headers.some((line) => line.startsWith('Proc-Type:') && line.includes('ENCRYPTED'))) throw encrypted()
    return parseDer(block.bytes)
  },
  'ENCRYPTED PRIVATE KEY': () => {
    throw encrypted()
  },
  'EC PRIVATE KEY': () => {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'an elliptic curve key in its own form; convert it to PKCS#8')
  },
}

/**
 * Reads a private key: PKCS#8 or PKCS#1, in DER or PEM. Of a PEM text with several keys it is the first.
 *
 * The result is written anew in the plainest form, since hosts differ in what they take: attributes and the public key
 * of the newer version are left out, and so is BER.
 *
 * @throws {@link KeyError} `ERR_KEYS_MALFORMED`; `ERR_KEYS_MISSING` when a PEM text holds no private key;
 *   `ERR_KEYS_ENCRYPTED` when it must be decrypted first: `openssl pkcs8 -in key.pem -out plain.pem`;
 *   `ERR_KEYS_UNSUPPORTED` for an elliptic curve key outside PKCS#8.
 * @see RFC 5958 §2, RFC 8017 A.1.2, RFC 7468 §10 and §11
 */
export function parsePrivateKey(input: Uint8Array | string): PrivateKeyInfo {
  if (isDer(input)) return parseDer(input)
  for (const block of decodePem(input)) {
    const read = Object.hasOwn(privateKeyBlocks, block.label) ? privateKeyBlocks[block.label] : undefined
    if (read) return read(block)
  }
  throw new KeyError('ERR_KEYS_MISSING', 'no private key in what was given')
}

function parseDer(bytes: Uint8Array): PrivateKeyInfo {
  try {
    const element = parseAsn1(bytes)
    const [first, second] = element.children
    // EncryptedPrivateKeyInfo begins with an algorithm, PKCS#1 has a number where PKCS#8 has its algorithm.
    if (first?.tag === tags.sequence && second?.tag === tags.octetString) throw encrypted()
    if (second?.tag === tags.integer) return privateKeyInfo({ algorithm: rsaEncryption }, element.bytes)
    return readPkcs8(element)
  } catch (error) {
    if (error instanceof Asn1Error) throw new KeyError('ERR_KEYS_MALFORMED', 'not a private key', { cause: error })
    throw error
  }
}

function readPkcs8(element: Element): PrivateKeyInfo {
  const fields = fieldsOf(element)
  if (readSmallInteger(fields.next(tags.integer)) > 1) {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a private key in a version of PKCS#8 that is unknown')
  }
  const algorithm = parseAlgorithmIdentifier(fields.next())
  return privateKeyInfo(algorithm, readOctets(fields.next(tags.octetString)))
}

function privateKeyInfo(given: AlgorithmIdentifier, privateKey: Uint8Array): PrivateKeyInfo {
  // Some writers leave the NULL out, and some hosts insist on it.
  const parameters = der.encode(der.nul())
  const algorithm = given.algorithm === rsaEncryption ? { algorithm: rsaEncryption, parameters } : given
  const node = der.sequence(der.integer(0), algorithmIdentifier(algorithm), der.octetString(privateKey))
  return { algorithm, privateKey, bytes: der.encode(node) }
}

function encrypted(): KeyError {
  return new KeyError('ERR_KEYS_ENCRYPTED', 'the private key is encrypted; decrypt it before it is loaded')
}
