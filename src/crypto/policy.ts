import type { ContentCipherName } from './content-cipher.js'
import type { DigestName } from './digest.js'
import type { KeyTransportName } from './key-transport.js'
import type { PublicKeyInfo } from './public-key.js'
import { rsaEncryption } from './rsa-key.js'

/** Which algorithms and sizes may be used. */
export interface AlgorithmPolicy {
  readonly digests: readonly DigestName[]
  /** Length of an RSA modulus, both ends included. */
  readonly minRsaBits: number
  readonly maxRsaBits: number
  readonly contentCiphers: readonly ContentCipherName[]
  readonly keyTransports: readonly KeyTransportName[]
}

export type PublicKeyWeakness = 'key-unknown' | 'key-malformed' | 'key-too-small' | 'key-too-large'

const maxExponent = 0x1_0000_0000n

/**
 * Says what is wrong with a public key, or nothing.
 *
 * A large key is refused like a small one, and so is a public exponent above 2^32: whoever sends it decides how long
 * the receiver computes. An exponent that is even or below 3, or an even modulus, is no RSA key at all.
 *
 * @see AS-18
 */
export function publicKeyWeakness(
  { algorithm, bits, rsa }: PublicKeyInfo,
  policy: Pick<AlgorithmPolicy, 'minRsaBits' | 'maxRsaBits'>,
): PublicKeyWeakness | undefined {
  if (algorithm.algorithm !== rsaEncryption) return 'key-unknown'
  if (!rsa || bits === undefined) return 'key-malformed'
  const { modulus, publicExponent } = rsa
  if (modulus % 2n === 0n || publicExponent % 2n === 0n || publicExponent < 3n) return 'key-malformed'
  if (publicExponent > maxExponent) return 'key-malformed'
  if (bits < policy.minRsaBits) return 'key-too-small'
  if (bits > policy.maxRsaBits) return 'key-too-large'
  return undefined
}
