import { decodeLatin1 } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  type CryptoProvider,
  computeDigest,
  type ImportedKeys,
  type PublicKeyInfo,
} from '../crypto/index.js'

/**
 * What an agent remembers of the signatures it has verified. It may be shared between all paths: a proof stands under the
 * whole of what it proves, and failures are not kept.
 */
export interface PathCaches {
  /** Imported keys, by their SubjectPublicKeyInfo and what they are for. */
  readonly keys: ImportedKeys
  /** Signatures that are right. */
  readonly proofs: Proofs
}

interface Proofs {
  get(proof: string): true | undefined
  set(proof: string, holds: true): void
}

/**
 * Makes caches for one agent, which keep what was used last.
 *
 * @param options.maxEntries - of each. Default 1,000.
 */
export function createPathCaches({ maxEntries = 1000 }: { readonly maxEntries?: number } = {}): PathCaches {
  return { keys: lastUsed(maxEntries), proofs: lastUsed(maxEntries) }
}

function lastUsed<Value>(maxEntries: number) {
  const entries = new Map<string, Value>()
  return {
    get(key: string): Value | undefined {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key: string, value: Value): void {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value!)
    },
    delete(key: string): void {
      entries.delete(key)
    },
  }
}

/** A signature, and what it is to be over. */
export interface Signed {
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly signature: Uint8Array
  readonly data: Uint8Array
}

/** The whole of what a signature proves: whose key, the algorithm with its parameters, over what, and the signature. */
export async function proofOf(
  { signatureAlgorithm, signature, data }: Signed,
  { bytes }: PublicKeyInfo,
  crypto: CryptoProvider,
): Promise<string> {
  const { algorithm, parameters = new Uint8Array(0) } = signatureAlgorithm
  const over = data.length <= maxSpelledOut ? data : await computeDigest(crypto, 'SHA-256', data)
  const lengths = [bytes, parameters, data, signature].map(({ length }) => length)
  return [algorithm, ...lengths, [bytes, parameters, over, signature].map(decodeLatin1).join('')].join(' ')
}

/** Octets of data that stand in a proof as they are, which costs less than their digest; a list stands there as that. */
const maxSpelledOut = 2048
