import type { ContentCipherName } from './content-cipher.js'
import type { CurveName } from './curves.js'
import type { DigestName } from './digest.js'
import type { KeyAgreementName } from './key-agreement.js'
import type { KeyKind } from './key-kind.js'
import type { KeyTransportName } from './key-transport.js'
import type { KeyWrapName } from './key-wrap.js'
import { parseOaepParameters } from './oaep.js'
import { parsePssParameters } from './pss.js'
import { type PublicKeyInfo, rawPublicKey } from './public-key.js'
import type { SignatureName } from './signature-scheme.js'

/** Which algorithms and sizes are accepted in what others made. */
export interface AlgorithmPolicy {
  readonly digests: readonly DigestName[]
  readonly signatures: readonly SignatureName[]
  /** Length of an RSA modulus, both ends included. */
  readonly minRsaBits: number
  readonly maxRsaBits: number
  /** Of every key that is none of RSA. */
  readonly curves: readonly CurveName[]
  readonly contentCiphers: readonly ContentCipherName[]
  readonly keyTransports: readonly KeyTransportName[]
  readonly keyAgreements: readonly KeyAgreementName[]
  /** Of key agreement, and of keys that both sides have. */
  readonly keyWraps: readonly KeyWrapName[]
}

/** Which algorithms are used in what we make. */
export interface SendingAlgorithms {
  readonly cipher: ContentCipherName
  /** To an RSA key that does not ask for another. */
  readonly keyTransport: KeyTransportName
  /** To a key of a curve. */
  readonly keyAgreement: KeyAgreementName
  readonly keyWrap: KeyWrapName
}

export type PublicKeyWeakness =
  | 'key-unknown'
  | 'key-malformed'
  | 'key-too-small'
  | 'key-too-large'
  | 'curve-not-allowed'

type KeyPolicy = Pick<AlgorithmPolicy, 'minRsaBits' | 'maxRsaBits' | 'curves'>
type Judge = (key: PublicKeyInfo, policy: KeyPolicy) => PublicKeyWeakness | undefined

const judges: Readonly<Record<KeyKind, Judge>> = {
  RSA: rsaWeakness,
  'RSASSA-PSS': boundRsaWeakness(parsePssParameters),
  'RSAES-OAEP': boundRsaWeakness(parseOaepParameters),
  EC: curveWeakness,
  Ed25519: curveWeakness,
  X25519: curveWeakness,
}

/**
 * Says what is wrong with a public key, or nothing.
 *
 * A large RSA key is refused like a small one, and so is a public exponent above 2^32: whoever sends it decides how long
 * the receiver computes. An exponent that is even or below 3, or an even modulus, is no RSA key at all, and what is no
 * point of its curve is no key either.
 *
 * @see AS-18, RFC 4055 §3.1 and §4.1, RFC 5480 §2.1.1
 */
export function publicKeyWeakness(key: PublicKeyInfo, policy: KeyPolicy): PublicKeyWeakness | undefined {
  return key.kind ? judges[key.kind](key, policy) : 'key-unknown'
}

const maxExponent = 0x1_0000_0000n

function rsaWeakness({ bits, rsa }: PublicKeyInfo, policy: KeyPolicy): PublicKeyWeakness | undefined {
  if (!rsa || bits === undefined) return 'key-malformed'
  const { modulus, publicExponent } = rsa
  if (modulus % 2n === 0n || publicExponent % 2n === 0n || publicExponent < 3n) return 'key-malformed'
  if (publicExponent > maxExponent) return 'key-malformed'
  if (bits < policy.minRsaBits) return 'key-too-small'
  if (bits > policy.maxRsaBits) return 'key-too-large'
  return undefined
}

/** A key whose parameters nobody can read is bound to nobody knows what. */
function boundRsaWeakness(read: (parameters: Uint8Array) => object | undefined): Judge {
  return (key, policy) => {
    const { parameters } = key.algorithm
    return parameters && !read(parameters) ? 'key-malformed' : rsaWeakness(key, policy)
  }
}

function curveWeakness({ curve, keyBytes }: PublicKeyInfo, { curves }: KeyPolicy): PublicKeyWeakness | undefined {
  if (!curve) return 'key-unknown'
  if (!curves.includes(curve)) return 'curve-not-allowed'
  return rawPublicKey(curve, keyBytes) ? undefined : 'key-malformed'
}
