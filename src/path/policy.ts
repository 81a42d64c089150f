import type { AlgorithmPolicy } from '../crypto/index.js'

/** What a path must keep to beyond the standard. */
export interface PathPolicy {
  /** Digests of the signatures below the anchor, and sizes of every key, the anchor's too (AS-18, AS-19). */
  readonly algorithms: Pick<AlgorithmPolicy, 'digests' | 'minRsaBits' | 'maxRsaBits'>
  /**
   * How far another clock may be ahead of ours before its certificates are called not yet valid, in milliseconds.
   * It softens the beginning of validity, never its end.
   */
  readonly clockSkewMs: number
}
