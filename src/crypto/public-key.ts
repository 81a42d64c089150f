import { Asn1Error, der, type Element, fieldsOf, parseAsn1, readBitString, readOid, tags } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import { type CurveName, primeCurveOf, primeCurves, readPoint } from './curves.js'
import type { CryptoProvider } from './index.js'
import { isRsaKind, type KeyKind, keyKindOf, keyOids } from './key-kind.js'
import { narrow } from './narrow.js'
import { bitLength, parseRsaPublicKey, type RsaPublicKey, rsaPublicJwk } from './rsa-key.js'

/** A public key of any kind, as a certificate carries it. It is read here and judged elsewhere. */
export interface PublicKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  /** The whole SubjectPublicKeyInfo, which is what WebCrypto calls `spki`. */
  readonly bytes: Uint8Array
  /** What the BIT STRING holds: what a key identifier digests (RFC 5280 §4.2.1.2). */
  readonly keyBytes: Uint8Array
  /** Absent for a kind that is unknown here. */
  readonly kind: KeyKind | undefined
  /** Length of the RSA modulus; absent for a key of another kind and for one that is malformed. */
  readonly bits: number | undefined
  /** The numbers of an RSA key; absent as `bits` is. */
  readonly rsa: RsaPublicKey | undefined
  /** Absent for RSA, and for a curve that is unknown or spelled out. Whether the key is a point of it is not asked. */
  readonly curve: CurveName | undefined
}

/**
 * Reads a SubjectPublicKeyInfo. A kind of key that is unknown here, or a key that is malformed inside, is not an error:
 * {@link publicKeyWeakness} tells.
 *
 * @throws Asn1Error when it has another shape.
 * @see RFC 5280 §4.1.2.7
 */
export function parsePublicKeyInfo(element: Element): PublicKeyInfo {
  const fields = fieldsOf(element)
  const algorithm = parseAlgorithmIdentifier(fields.next())
  const keyBytes = readBitString(fields.next(tags.bitString)).octets
  fields.end()
  const kind = keyKindOf(algorithm.algorithm)
  const rsa = isRsaKind(kind) ? parseRsaPublicKey(keyBytes) : undefined
  const bits = rsa && bitLength(rsa.modulus)
  return { algorithm, bytes: element.bytes, keyBytes, kind, bits, rsa, curve: curveOf(algorithm) }
}

/** The curve of a key, public or private, by its algorithm. */
export function curveOf({ algorithm, parameters }: AlgorithmIdentifier): CurveName | undefined {
  const kind = keyKindOf(algorithm)
  if (kind === 'Ed25519' || kind === 'X25519') return kind
  if (kind !== 'EC' || !parameters) return undefined
  return unlessThrown(Asn1Error, () => {
    const element = parseAsn1(parameters)
    return element.tag === tags.oid ? primeCurveOf(readOid(element))?.name : undefined
  })
}

const montgomeryOctets = 32

/**
 * The public key of a curve as WebCrypto takes it raw: a point, whole and on its curve, or 32 octets.
 *
 * @returns nothing when it is neither.
 */
export function rawPublicKey(curve: CurveName, keyBytes: Uint8Array): Bytes | undefined {
  if (curve !== 'Ed25519' && curve !== 'X25519') return readPoint(primeCurves[curve], keyBytes)
  return keyBytes.length === montgomeryOctets ? narrow(keyBytes) : undefined
}

/**
 * Imports an RSA key of any kind as one of rsaEncryption, which is all that WebCrypto knows.
 *
 * By its numbers first: Node takes five times as long for a SubjectPublicKeyInfo. A key that a provider does not take so is
 * shown to it in that form, and what it says then counts: Chromium tells no malformed numbers from a fault of its own.
 *
 * @throws whatever the provider throws.
 */
export async function importRsaKey(
  { subtle }: CryptoProvider,
  { kind, bytes, keyBytes }: PublicKeyInfo,
  parameters: RsaHashedImportParams,
  use: 'encrypt' | 'verify',
): Promise<CryptoKey> {
  try {
    return await subtle.importKey('jwk', rsaPublicJwk(keyBytes), parameters, false, [use])
  } catch {
    const spki = kind === 'RSA' ? narrow(bytes) : rsaSpki(keyBytes)
    return subtle.importKey('spki', spki, parameters, false, [use])
  }
}

function rsaSpki(keyBytes: Uint8Array): Bytes {
  const algorithm = algorithmIdentifier({ algorithm: keyOids.RSA, parameters: der.encode(der.nul()) })
  return der.encode(der.sequence(algorithm, der.bitString(keyBytes)))
}
