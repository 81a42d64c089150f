import { Asn1Error, type DerNode, der, type Oid, parseAsn1 } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type AlgorithmIdentifier, algorithmIdentifier, parseAlgorithmIdentifier } from './algorithm-identifier.js'
import type { CurveName } from './curves.js'
import { CryptoError, importFault } from './errors.js'
import type { CryptoProvider } from './index.js'
import { type DerivationDigest, hkdf, type KeyDerivation, x963 } from './kdf.js'
import { type KeyWrap, type KeyWrapName, keyWrapOf, keyWraps, wrapKey } from './key-wrap.js'
import { narrow } from './narrow.js'
import { type PublicKeyInfo, rawPublicKey } from './public-key.js'

type HkdfSha = 'sha256' | 'sha384' | 'sha512'
type Sha = 'sha1' | 'sha224' | HkdfSha

/** As the standards call them, without the "-scheme" at the end. */
export type KeyAgreementName =
  | `dhSinglePass-stdDH-${Sha}kdf`
  | `dhSinglePass-cofactorDH-${Sha}kdf`
  | `dhSinglePass-stdDH-hkdf-${HkdfSha}`

/** How a key is agreed on with a key of a curve, ephemeral on the sender's side. */
export interface KeyAgreement {
  readonly name: KeyAgreementName
  readonly oid: Oid
  readonly kdf: 'X9.63' | 'HKDF'
  readonly digest: DerivationDigest
  /** The kinds of curves that it is defined for. The prime ones have cofactor 1, so both forms of DH are the same. */
  readonly curves: readonly CurveName[]
}

const prime: readonly CurveName[] = ['P-256', 'P-384', 'P-521']
const all: readonly CurveName[] = [...prime, 'X25519']

/** @see RFC 5753 §7.1.4, RFC 8418 §2.1 */
export const keyAgreements: Readonly<Record<KeyAgreementName, KeyAgreement>> = {
  'dhSinglePass-stdDH-sha1kdf': standard('sha1', '1.3.133.16.840.63.0.2', 'SHA-1'),
  'dhSinglePass-stdDH-sha224kdf': standard('sha224', '1.3.132.1.11.0', 'SHA-224'),
  'dhSinglePass-stdDH-sha256kdf': standard('sha256', '1.3.132.1.11.1', 'SHA-256'),
  'dhSinglePass-stdDH-sha384kdf': standard('sha384', '1.3.132.1.11.2', 'SHA-384'),
  'dhSinglePass-stdDH-sha512kdf': standard('sha512', '1.3.132.1.11.3', 'SHA-512'),
  'dhSinglePass-cofactorDH-sha1kdf': cofactor('sha1', '1.3.133.16.840.63.0.3', 'SHA-1'),
  'dhSinglePass-cofactorDH-sha224kdf': cofactor('sha224', '1.3.132.1.14.0', 'SHA-224'),
  'dhSinglePass-cofactorDH-sha256kdf': cofactor('sha256', '1.3.132.1.14.1', 'SHA-256'),
  'dhSinglePass-cofactorDH-sha384kdf': cofactor('sha384', '1.3.132.1.14.2', 'SHA-384'),
  'dhSinglePass-cofactorDH-sha512kdf': cofactor('sha512', '1.3.132.1.14.3', 'SHA-512'),
  'dhSinglePass-stdDH-hkdf-sha256': withHkdf('sha256', '1.2.840.113549.1.9.16.3.19', 'SHA-256'),
  'dhSinglePass-stdDH-hkdf-sha384': withHkdf('sha384', '1.2.840.113549.1.9.16.3.20', 'SHA-384'),
  'dhSinglePass-stdDH-hkdf-sha512': withHkdf('sha512', '1.2.840.113549.1.9.16.3.21', 'SHA-512'),
}

function standard(sha: Sha, oid: Oid, digest: DerivationDigest): KeyAgreement {
  return { name: `dhSinglePass-stdDH-${sha}kdf`, oid, kdf: 'X9.63', digest, curves: all }
}

function cofactor(sha: Sha, oid: Oid, digest: DerivationDigest): KeyAgreement {
  return { name: `dhSinglePass-cofactorDH-${sha}kdf`, oid, kdf: 'X9.63', digest, curves: prime }
}

function withHkdf(sha: HkdfSha, oid: Oid, digest: DerivationDigest): KeyAgreement {
  return { name: `dhSinglePass-stdDH-hkdf-${sha}`, oid, kdf: 'HKDF', digest, curves: all }
}

const derivations: Readonly<Record<KeyAgreement['kdf'], KeyDerivation>> = { 'X9.63': x963, HKDF: hkdf }

/** A key agreement with the key wrap that its parameters name. */
export interface KeyAgreementWithWrap {
  readonly agreement: KeyAgreement
  readonly wrap: KeyWrap
  /** As received: it goes into the derivation. */
  readonly wrapAlgorithm: AlgorithmIdentifier
}

/**
 * Finds out how a key was agreed on.
 *
 * @returns nothing when the algorithm or its key wrap is unknown or malformed.
 * @see RFC 5753 §7.1.4 and §7.1.5
 */
export function keyAgreementOf({ algorithm, parameters }: AlgorithmIdentifier): KeyAgreementWithWrap | undefined {
  const agreement = Object.values(keyAgreements).find(({ oid }) => oid === algorithm)
  if (!agreement || !parameters) return undefined
  const wrapAlgorithm = unlessThrown(Asn1Error, () => parseAlgorithmIdentifier(parseAsn1(parameters)))
  const wrap = wrapAlgorithm && keyWrapOf(wrapAlgorithm)
  return wrap && { agreement, wrap, wrapAlgorithm }
}

/** The sender's half of a key agreement: an OriginatorPublicKey, or what a certificate holds. */
export type OriginatorPublicKey = Pick<PublicKeyInfo, 'algorithm' | 'keyBytes'>

export interface AgreedKey {
  readonly algorithm: AlgorithmIdentifier
  /** The ephemeral key of this message. */
  readonly originator: OriginatorPublicKey
  readonly encryptedKey: Bytes
}

export interface KeyAgreementDraft {
  readonly agreement: KeyAgreementName
  readonly wrap: KeyWrapName
  readonly publicKey: PublicKeyInfo
  readonly contentKey: Uint8Array
  /** User keying material: sent along, and part of the derivation. */
  readonly ukm?: Uint8Array
}

/** What is asked of WebCrypto for the agreement on a curve. */
export function agreementParameters(curve: CurveName): Algorithm | EcKeyImportParams {
  return curve === 'X25519' ? { name: curve } : { name: 'ECDH', namedCurve: curve }
}

/**
 * Encrypts a content key to a key of a curve: an ephemeral key is made, a key agreed on, and the content key wrapped
 * under it.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` when the key is none of a curve that this agreement is for, or the
 *   provider lacks the curve or the key wrap; `ERR_CRYPTO_KEY` when it is no point of its curve; `ERR_CRYPTO_PROVIDER`
 *   when the provider fails.
 * @see RFC 5753 §3.1.1, RFC 8418 §3
 */
export async function agreeKey(provider: CryptoProvider, draft: KeyAgreementDraft): Promise<AgreedKey> {
  const { kind, curve, algorithm, keyBytes } = draft.publicKey
  const agreement = keyAgreements[draft.agreement]
  const wrap = keyWraps[draft.wrap]
  if (!curve || kind === 'Ed25519' || !agreement.curves.includes(curve)) {
    throw new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'not a key for this key agreement')
  }
  const recipient = rawPublicKey(curve, keyBytes)
  if (!recipient) throw new CryptoError('ERR_CRYPTO_KEY', 'not a point of its curve')
  const { secret, ephemeral } = await agreeWith(provider, curve, recipient)
  const wrapAlgorithm = { algorithm: wrap.oid }
  const key = await deriveWrappingKey(provider, { agreement, wrap, wrapAlgorithm }, secret, draft.ukm)
  const { encryptedKey } = await wrapKey(provider, wrap.name, key, draft.contentKey)
  const parameters = der.encode(algorithmIdentifier(wrapAlgorithm))
  return {
    algorithm: { algorithm: agreement.oid, parameters },
    // Without the curve, which is that of the recipient's certificate (RFC 5753 §3.1.1).
    originator: { algorithm: { algorithm: algorithm.algorithm }, keyBytes: ephemeral },
    encryptedKey,
  }
}

async function agreeWith({ subtle }: CryptoProvider, curve: CurveName, recipient: Bytes) {
  const parameters = agreementParameters(curve)
  try {
    const publicKey = await subtle.importKey('raw', recipient, parameters, false, [])
    const pair = (await subtle.generateKey(parameters, true, ['deriveBits'])) as CryptoKeyPair
    const ephemeral = new Uint8Array(await subtle.exportKey('raw', pair.publicKey))
    const agreed = await subtle.deriveBits({ name: parameters.name, public: publicKey }, pair.privateKey, null)
    return { ephemeral, secret: new Uint8Array(agreed) }
  } catch (cause) {
    throw importFault(cause)
  }
}

/** Makes the key that wraps the content key. @see RFC 5753 §7.2 (ECC-CMS-SharedInfo) */
export function deriveWrappingKey(
  provider: CryptoProvider,
  { agreement, wrap, wrapAlgorithm }: KeyAgreementWithWrap,
  secret: Bytes,
  given: Uint8Array | undefined,
): Promise<Bytes> {
  const bits = wrap.keyLength * 8
  const ukm = given && narrow(given)
  // An empty entityUInfo where there is no ukm would be another derivation than the peers'.
  const entityUInfo: readonly DerNode[] = ukm ? [der.explicit(0, der.octetString(ukm))] : []
  const suppPubInfo = der.explicit(2, der.octetString(Uint8Array.of(0, 0, bits >> 8, bits & 0xff)))
  const info = der.encode(der.sequence(algorithmIdentifier(wrapAlgorithm), ...entityUInfo, suppPubInfo))
  return derivations[agreement.kdf](provider, { digest: agreement.digest, secret, info, length: wrap.keyLength, ukm })
}
