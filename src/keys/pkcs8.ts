import {
  context,
  der,
  type Element,
  fieldsOf,
  onlyChild,
  readBitString,
  readOctets,
  readOid,
  readSmallInteger,
  tags,
} from '../asn1/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type PrivateKeyInfo,
  parseAlgorithmIdentifier,
  rsaEncryption,
} from '../crypto/index.js'
import { KeyError } from './errors.js'

/** The kind of key that an elliptic curve has, with the curve as parameter. @see RFC 5480 §2.1.1 */
const ecPublicKey = '1.2.840.10045.2.1'

/**
 * Reads a PrivateKeyInfo, or an RSAPrivateKey or ECPrivateKey outside of one.
 *
 * The result is written anew in the plainest form, since hosts differ in what they take: attributes and the public key
 * of the newer version are left out, and so is BER.
 *
 * @throws Asn1Error when it is none of them; {@link KeyError} `ERR_KEYS_UNSUPPORTED`.
 * @see RFC 5958 §2, RFC 8017 A.1.2, RFC 5915 §3
 */
export function parsePlainKey(element: Element): PrivateKeyInfo {
  const [, second] = element.children
  // PKCS#1 has a number, and SEC 1 the key, where PKCS#8 has its algorithm.
  if (second?.tag === tags.integer) return privateKeyInfo({ algorithm: rsaEncryption }, element.bytes)
  if (second?.tag === tags.octetString) return parseEcPrivateKey(element)
  return parsePkcs8(element)
}

/** @see RFC 5958 §2 */
export function parsePkcs8(element: Element): PrivateKeyInfo {
  const fields = fieldsOf(element)
  if (readSmallInteger(fields.next(tags.integer)) > 1) {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'a private key in a version of PKCS#8 that is unknown')
  }
  const algorithm = parseAlgorithmIdentifier(fields.next())
  return privateKeyInfo(algorithm, readOctets(fields.next(tags.octetString)))
}

/** An ECPrivateKey that stands alone has to name its curve; inside PKCS#8 the algorithm does. @see RFC 5915 §3 */
function parseEcPrivateKey(element: Element): PrivateKeyInfo {
  const fields = fieldsOf(element)
  const version = fields.next(tags.integer)
  const privateKey = fields.next(tags.octetString)
  const curve = fields.optional(context(0))
  const publicKey = fields.optional(context(1))
  fields.end()
  const namedCurve = curve && onlyChild(curve)
  if (namedCurve?.tag !== tags.oid) {
    throw new KeyError('ERR_KEYS_UNSUPPORTED', 'an elliptic curve key that does not name its curve')
  }
  const inner = der.sequence(
    der.integer(readSmallInteger(version)),
    der.octetString(readOctets(privateKey)),
    ...(publicKey ? [der.explicit(1, der.bitString(readBitString(onlyChild(publicKey)).octets))] : []),
  )
  const parameters = der.encode(der.oid(readOid(namedCurve)))
  return privateKeyInfo({ algorithm: ecPublicKey, parameters }, der.encode(inner))
}

function privateKeyInfo(given: AlgorithmIdentifier, privateKey: Uint8Array): PrivateKeyInfo {
  // Some writers leave the NULL out, and some hosts insist on it.
  const parameters = der.encode(der.nul())
  const algorithm = given.algorithm === rsaEncryption ? { algorithm: rsaEncryption, parameters } : given
  const node = der.sequence(der.integer(0), algorithmIdentifier(algorithm), der.octetString(privateKey))
  return { algorithm, privateKey, bytes: der.encode(node) }
}

/**
 * A key for RSA in general whose certificate is for one scheme alone becomes one for that scheme: some writers name the
 * scheme in the certificate only.
 *
 * @see RFC 4055 §1.2
 */
export function restrictedTo(algorithm: AlgorithmIdentifier, key: PrivateKeyInfo): PrivateKeyInfo {
  const narrower = key.algorithm.algorithm === rsaEncryption && algorithm.algorithm !== rsaEncryption
  return narrower ? privateKeyInfo(algorithm, key.privateKey) : key
}

/** A private key under a password. @see RFC 5958 §3 */
export interface EncryptedPrivateKey {
  readonly algorithm: AlgorithmIdentifier
  readonly encryptedData: Uint8Array
}

/** Whether this is an EncryptedPrivateKeyInfo: it alone begins with an algorithm. */
export function isEncryptedPrivateKey({ children: [first, second] }: Element): boolean {
  return first?.tag === tags.sequence && second?.tag === tags.octetString
}

export function parseEncryptedPrivateKey(element: Element): EncryptedPrivateKey {
  const fields = fieldsOf(element)
  const algorithm = parseAlgorithmIdentifier(fields.next(tags.sequence))
  const encryptedData = readOctets(fields.next(tags.octetString))
  fields.end()
  return { algorithm, encryptedData }
}
