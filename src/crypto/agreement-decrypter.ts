import { Asn1Error, parseAsn1 } from '../asn1/index.js'
import { type Bytes, concat, decodeHex } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { hasNoParameters } from './algorithm-identifier.js'
import { type CurveName, primeCurves, spellsOut } from './curves.js'
import { CryptoError, importFault } from './errors.js'
import { syntheticKey } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { agreementParameters, deriveWrappingKey, keyAgreementOf, type OriginatorPublicKey } from './key-agreement.js'
import { keyKindOf } from './key-kind.js'
import { unwrapKey } from './key-wrap.js'
import { type Mask, select } from './masks.js'
import { curveOf, rawPublicKey } from './public-key.js'

/** A key of a curve in the forms that decrypting needs. */
export interface AgreementKey {
  readonly curve: CurveName
  /** The shared secret with a point of the curve. */
  agree(point: Bytes, signal?: AbortSignal): Promise<Judged>
  rejectionSecret(): Promise<CryptoKey>
}

/** u = 9, the base point (RFC 7748 §4.1). */
const x25519Base = Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? 9 : 0))

/**
 * A decrypter that never says whether the key inside was whole.
 *
 * Every message takes the same way: the synthetic key is derived, a key agreed on, the content key unwrapped, and the
 * one or the other taken through a mask. A sender's key that is no point of the curve is replaced by one that is.
 *
 * @see RFC 5753 §3.1.3, RFC 8418 §3
 */
export function agreementDecrypter(
  provider: CryptoProvider,
  { curve, agree, rejectionSecret }: AgreementKey,
): Decrypter {
  return {
    async decryptKey({ algorithm, originator, encryptedKey, length, signal }) {
      const named = keyAgreementOf(algorithm)
      if (!named?.agreement.curves.includes(curve) || !originator) {
        throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', `a key agreement that is unknown: ${algorithm.algorithm}`)
      }
      signal?.throwIfAborted()
      const { octets, good } = originatorPoint(originator.publicKey, curve)
      try {
        const received = concat([originator.publicKey.keyBytes, encryptedKey])
        const synthetic = await syntheticKey(provider, await rejectionSecret(), received, length, length)
        const shared = await agree(octets, signal)
        const wrapping = await deriveWrappingKey(provider, named, shared.octets, originator.ukm)
        const unwrapped = await unwrapKey(provider, wrapping, encryptedKey, length)
        return select(unwrapped.good & good & shared.good, unwrapped.message, synthetic)
      } catch (cause) {
        signal?.throwIfAborted()
        throw importFault(cause)
      }
    },
  }
}

/** Octets, and whether they are what they should be. */
interface Judged {
  readonly octets: Bytes
  readonly good: Mask
}

/** All of this stands openly in the message. */
function originatorPoint({ algorithm, keyBytes }: OriginatorPublicKey, curve: CurveName): Judged {
  const point = namesCurve(algorithm, curve) ? rawPublicKey(curve, keyBytes) : undefined
  return point ? { octets: point, good: 0xff } : { octets: standIn(curve), good: 0 }
}

/** Parameters are mostly absent (RFC 5753 §7.1.2); those that are there must name the curve of the recipient, or spell it out. */
function namesCurve(algorithm: OriginatorPublicKey['algorithm'], curve: CurveName): boolean {
  const own = curve === 'X25519' ? curve : 'EC'
  if (keyKindOf(algorithm.algorithm) !== own) return false
  if (hasNoParameters(algorithm) || curveOf(algorithm) === curve) return true
  const { parameters } = algorithm
  if (!parameters || curve === 'X25519' || curve === 'Ed25519') return false
  return unlessThrown(Asn1Error, () => spellsOut(primeCurves[curve], parseAsn1(parameters))) ?? false
}

function standIn(curve: CurveName): Bytes {
  return curve === 'X25519' || curve === 'Ed25519' ? x25519Base : decodeHex(primeCurves[curve].generator)
}

/**
 * The agreement with a key of the provider. X25519 gives nothing but zeros for a few points of the sender's choice, which
 * WebCrypto refuses (RFC 7748 §6.1).
 */
export function agreementByProvider(
  { subtle }: CryptoProvider,
  curve: CurveName,
  key: () => Promise<CryptoKey>,
): AgreementKey['agree'] {
  const parameters = agreementParameters(curve)
  return async (point) => {
    const privateKey = await key()
    const publicKey = await subtle.importKey('raw', point, parameters, false, [])
    try {
      const agreed = await subtle.deriveBits({ name: parameters.name, public: publicKey }, privateKey, null)
      return { octets: new Uint8Array(agreed), good: 0xff }
    } catch (cause) {
      if (curve !== 'X25519') throw cause
      return { octets: new Uint8Array(x25519Base.length), good: 0 }
    }
  }
}
