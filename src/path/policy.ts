import type { AlgorithmPolicy } from '../crypto/index.js'

/** What a path must keep to beyond the standard. */
export interface PathPolicy {
  /** Signatures below the anchor and their digests; sizes and curves of every key, the anchor's too (AS-18, AS-19). */
  readonly algorithms: Pick<AlgorithmPolicy, 'digests' | 'signatures' | 'minRsaBits' | 'maxRsaBits' | 'curves'>
  /**
   * How far another clock may be ahead of ours before its certificates are called not yet valid, in milliseconds.
   * It softens the beginning of validity, never its end.
   */
  readonly clockSkewMs: number
}
