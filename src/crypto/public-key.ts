import { type Element, fieldsOf, readBitString, tags } from '../asn1/index.js'
import { type AlgorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { bitLength, parseRsaPublicKey, type RsaPublicKey, rsaEncryption } from './rsa-key.js'

/** A public key of any kind, as a certificate carries it. It is read here and judged elsewhere. */
export interface PublicKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  /** The whole SubjectPublicKeyInfo, which is what WebCrypto calls `spki`. */
  readonly bytes: Uint8Array
  /** What the BIT STRING holds: what a key identifier digests (RFC 5280 §4.2.1.2). */
  readonly keyBytes: Uint8Array
  /** Length of the RSA modulus; absent for a key of another kind and for one that is malformed. */
  readonly bits: number | undefined
  /** The numbers of an RSA key; absent as `bits` is. */
  readonly rsa: RsaPublicKey | undefined
}

/**
 * Reads a SubjectPublicKeyInfo. A kind of key that is unknown here, or an RSA key that is malformed inside, is not an
 * error: {@link publicKeyWeakness} tells.
 *
 * @throws Asn1Error when it has another shape.
 * @see RFC 5280 §4.1.2.7
 */
export function parsePublicKeyInfo(element: Element): PublicKeyInfo {
  const fields = fieldsOf(element)
  const algorithm = parseAlgorithmIdentifier(fields.next())
  const keyBytes = readBitString(fields.next(tags.bitString)).octets
  fields.end()
  const rsa = algorithm.algorithm === rsaEncryption ? parseRsaPublicKey(keyBytes) : undefined
  return { algorithm, bytes: element.bytes, keyBytes, bits: rsa && bitLength(rsa.modulus), rsa }
}
