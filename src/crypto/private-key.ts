import { Asn1Error, context, der, fieldsOf, parseAsn1, readOctets, readSmallInteger, tags } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type AlgorithmIdentifier, algorithmIdentifier } from './algorithm-identifier.js'
import type { CurveName } from './curves.js'
import { CryptoError } from './errors.js'
import { isRsaKind, keyKindOf, keyOids } from './key-kind.js'
import { narrow } from './narrow.js'
import { curveOf } from './public-key.js'
import { parseRsaPrivateKey, type RsaPrivateKey } from './rsa-key.js'

/** A private key of any kind as PKCS#8 carries it. @see RFC 5958 §2 */
export interface PrivateKeyInfo {
  readonly algorithm: AlgorithmIdentifier
  /** What the OCTET STRING holds: for RSA an RSAPrivateKey, for EC an ECPrivateKey. */
  readonly privateKey: Uint8Array
  /** The whole PrivateKeyInfo, in DER. */
  readonly bytes: Uint8Array
}

/** A private key whose kind is known and whose structure is sound. */
export type CheckedKey =
  | { readonly kind: 'RSA' | 'RSASSA-PSS' | 'RSAES-OAEP'; readonly rsa: RsaPrivateKey; readonly curve?: undefined }
  | {
      readonly kind: 'EC' | 'Ed25519' | 'X25519'
      readonly curve: CurveName
      readonly scalar: Uint8Array
      readonly rsa?: undefined
    }

export function isPrivateKeyInfo(key: PrivateKeyInfo | CryptoKey): key is PrivateKeyInfo {
  return 'privateKey' in key
}

/**
 * Looks at a private key before it is used.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` for a kind or a curve that is unknown, `ERR_CRYPTO_KEY` when the
 *   key is malformed.
 */
export function checkPrivateKey({ algorithm, privateKey }: PrivateKeyInfo): CheckedKey {
  const kind = keyKindOf(algorithm.algorithm)
  if (kind === undefined) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a private key of an unknown kind')
  if (isRsaKind(kind)) return { kind, rsa: parseRsaPrivateKey(privateKey) }
  const curve = curveOf(algorithm)
  if (!curve) throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'a private key of an unknown curve')
  const scalar = kind === 'EC' ? readEcScalar(privateKey) : readCurveKey(privateKey)
  if (!scalar) throw new CryptoError('ERR_CRYPTO_KEY', 'not a private key of its curve')
  return { kind, curve, scalar }
}

/** @see RFC 5915 §3 */
function readEcScalar(bytes: Uint8Array): Uint8Array | undefined {
  return unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(bytes))
    const version = readSmallInteger(fields.next(tags.integer))
    const scalar = readOctets(fields.next(tags.octetString))
    fields.optional(context(0))
    fields.optional(context(1))
    fields.end()
    return version === 1 ? scalar : undefined
  })
}

const curveKeyOctets = 32

/** @see RFC 8410 §7 (CurvePrivateKey) */
function readCurveKey(bytes: Uint8Array): Uint8Array | undefined {
  return unlessThrown(Asn1Error, () => {
    const element = parseAsn1(bytes)
    const scalar = element.tag === tags.octetString ? readOctets(element) : undefined
    return scalar?.length === curveKeyOctets ? scalar : undefined
  })
}

/** The whole key as WebCrypto takes it, which knows of rsaEncryption alone where RSA keys have three kinds. */
export function importablePkcs8({ algorithm, privateKey, bytes }: PrivateKeyInfo): Bytes {
  const kind = keyKindOf(algorithm.algorithm)
  if (!isRsaKind(kind) || kind === 'RSA') return narrow(bytes)
  const plain = algorithmIdentifier({ algorithm: keyOids.RSA, parameters: der.encode(der.nul()) })
  return der.encode(der.sequence(der.integer(0), plain, der.octetString(privateKey)))
}
