import type { Oid } from '../asn1/index.js'
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
  /** Whether the dates of the anchor's own certificate count, where the standard leaves the choice (PKIX-5). */
  readonly anchorValidity: 'checked' | 'ignored'
  /**
   * Signatures that are allowed here and that version 1.3 does not name, on certificates below the anchor: said in the
   * explanation, or refused (AS-19).
   */
  readonly signaturesBeyond13: 'warning' | 'refused'
  /**
   * Extended key usages of which every certificate below the anchor that has any must have one, authorities too: an
   * authority that was made for servers issues nothing for mail. Default: none is asked for.
   */
  readonly extKeyUsages?: readonly Oid[]
  /** Whether an authority's own certificate may be asked about; it sends no messages (AS-23). */
  readonly endsInAuthority: 'refused' | 'allowed'
  readonly revocation: RevocationPolicy
  /** Certificate policies of which a path must have one. Default: none is asked for. @see RFC 5280 §6.1.1 (c) */
  readonly initialPolicySet?: readonly Oid[]
  /** @see RFC 5280 §6.1.1 (e), (f), (g) */
  readonly initialPolicyMappingInhibit?: boolean
  readonly initialExplicitPolicy?: boolean
  readonly initialAnyPolicyInhibit?: boolean
  /** What one search may cost. Default: {@link defaultBudget}. */
  readonly budget?: Partial<PathBudget>
}

/** How it is made sure that a certificate was not revoked. @see AS-67 */
export interface RevocationPolicy {
  /**
   * `required`: what cannot be found out is refused, for the time being. `best-effort`: it is accepted, and told. `off`:
   * nothing is looked at, and that is told. Revoked is revoked in the first two.
   */
  readonly mode: 'required' | 'best-effort' | 'off'
  /** What is said of a certificate that does not tell where its revocation is published (AS-20). */
  readonly withoutPointer: 'warning' | 'refused'
  /** What is asked for, in this order, until one answers. What is at hand counts whatever it is. */
  readonly sources: readonly ('crl' | 'ocsp')[]
  /** The age at which evidence that names no end of its own is no longer believed, in milliseconds. */
  readonly maxAgeMs: number
}

/** What one search may cost: a stranger chose the certificates. */
export interface PathBudget {
  /** Signatures that are verified. */
  readonly signatures: number
  /** Certificates that are looked at as issuers. */
  readonly candidates: number
  /** Names that are compared with constraints, and policies with each other. */
  readonly comparisons: number
  /** Certificates below the anchor. */
  readonly pathLength: number
}

export const defaultBudget: PathBudget = {
  signatures: 128,
  candidates: 4096,
  comparisons: 250_000,
  pathLength: 16,
}
