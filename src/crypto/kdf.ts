import { type Bytes, concat } from '../bytes/index.js'
import { computeDigest, type DigestName } from './digest.js'
import type { CryptoProvider } from './index.js'
import { sha224 } from './sha-224.js'

/** A digest that keys are derived with: one more than signatures have. */
export type DerivationDigest = DigestName | 'SHA-224'

/** Out of what a key is derived. */
interface DerivationInput {
  readonly digest: DerivationDigest
  /** What was agreed on. */
  readonly secret: Bytes
  /** What both sides know beside it. */
  readonly info: Bytes
  /** Octets wanted. */
  readonly length: number
  /** User keying material, which stands in `info` already. */
  readonly ukm?: Bytes | undefined
}

export type KeyDerivation = (provider: CryptoProvider, input: DerivationInput) => Promise<Bytes>

/** @see SEC 1 §3.6.1 (the function of X9.63), RFC 5753 §7.2 */
export const x963: KeyDerivation = async (provider, { digest, secret, info, length }) => {
  let derived = new Uint8Array()
  for (let counter = 1; derived.length < length; counter++) {
    const input = concat([secret, Uint8Array.of(0, 0, 0, counter), info])
    derived = concat([derived, digest === 'SHA-224' ? sha224(input) : await computeDigest(provider, digest, input)])
  }
  return derived.slice(0, length)
}

/** User keying material is the salt, beside its place in the info. @see RFC 5869, RFC 8418 §2.2 */
export const hkdf: KeyDerivation = async ({ subtle }, { digest: hash, secret, info, length, ukm }) => {
  const key = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash, salt: ukm ?? new Uint8Array(), info }
  return new Uint8Array(await subtle.deriveBits(parameters, key, length * 8))
}
