import type { Oid } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

/** A message digest by the name that WebCrypto gives it. MD5 is none of them, whatever the policy. */
export type DigestName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

export interface Digest {
  readonly name: DigestName
  readonly oid: Oid
  /** Octets of the result. */
  readonly length: number
  /** What the `micalg` parameter of multipart/signed calls it (RFC 8551 §3.5.3.2). */
  readonly micalg: string
}

/** Every digest this library computes; which of them may be used is a question for the policy. @see RFC 5754 §2 */
export const digests: Readonly<Record<DigestName, Digest>> = {
  'SHA-1': { name: 'SHA-1', oid: '1.3.14.3.2.26', length: 20, micalg: 'sha-1' },
  'SHA-256': { name: 'SHA-256', oid: '2.16.840.1.101.3.4.2.1', length: 32, micalg: 'sha-256' },
  'SHA-384': { name: 'SHA-384', oid: '2.16.840.1.101.3.4.2.2', length: 48, micalg: 'sha-384' },
  'SHA-512': { name: 'SHA-512', oid: '2.16.840.1.101.3.4.2.3', length: 64, micalg: 'sha-512' },
}

/**
 * The digest that an AlgorithmIdentifier names, or nothing when it is unknown or has parameters other than NULL.
 *
 * @see RFC 5754 §2 (absent parameters and NULL mean the same)
 */
export function digestOf(algorithm: AlgorithmIdentifier): Digest | undefined {
  if (!hasNoParameters(algorithm)) return undefined
  return Object.values(digests).find((digest) => digest.oid === algorithm.algorithm)
}

/**
 * Digests data.
 *
 * @throws CryptoError `ERR_CRYPTO_PROVIDER` when the provider fails.
 */
export async function computeDigest(provider: CryptoProvider, name: DigestName, data: Uint8Array): Promise<Bytes> {
  try {
    return new Uint8Array(await provider.subtle.digest(name, narrow(data)))
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', `the provider could not compute ${name}`, { cause })
  }
}
