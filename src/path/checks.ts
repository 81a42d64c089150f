import type { Oid } from '../asn1/index.js'
import { publicKeyWeakness } from '../crypto/index.js'
import { type Certificate, extensionOids, nameKey } from '../x509/index.js'
import type { PathPolicy } from './policy.js'
import type { PathProblem } from './reasons.js'
import type { TrustAnchor } from './trust-anchor.js'

/** Says that a responder need not be asked about. @see RFC 6960 §4.2.2.2.1 */
const ocspNoCheck: Oid = '1.3.6.1.5.5.7.48.1.5'

/** Extensions whose meaning is taken into account; any other that is critical ends the path. */
const understood: ReadonlySet<Oid> = new Set([...Object.values(extensionOids), ocspNoCheck])

/** Whether a certificate names itself as issuer, as one does that an authority issues to itself for another key. */
export function isSelfIssued({ subject, issuer }: Certificate): boolean {
  return nameKey(subject) === nameKey(issuer)
}

/** What is wrong with a certificate by itself: its dates, its key, extensions that are not understood. */
export function certificateProblem(certificate: Certificate, at: number, policy: PathPolicy): PathProblem | undefined {
  const outside = dateProblem(certificate, at, policy)
  if (outside) return outside
  if (publicKeyWeakness(certificate.publicKey, policy.algorithms)) return 'key-not-allowed'
  const isStrange = certificate.extensions.some(({ oid, critical }) => critical && !understood.has(oid))
  return isStrange ? 'critical-extension-unknown' : undefined
}

function dateProblem(
  { notBefore, notAfter }: Certificate,
  at: number,
  { clockSkewMs }: PathPolicy,
): 'certificate-expired' | 'certificate-not-yet-valid' | undefined {
  // Asked this way round, a time that is no number is never inside.
  if (!(at <= notAfter)) return 'certificate-expired'
  return at + clockSkewMs >= notBefore ? undefined : 'certificate-not-yet-valid'
}

/** An anchor is a name and a key: of its certificate, the dates count when the policy says so (RFC 5280 §6.1.1, PKIX-5). */
export function anchorProblem(
  { certificate, publicKey }: TrustAnchor,
  at: number,
  policy: PathPolicy,
): PathProblem | undefined {
  const outside = certificate && policy.anchorValidity === 'checked' && dateProblem(certificate, at, policy)
  if (outside) return outside === 'certificate-expired' ? 'anchor-expired' : outside
  return publicKeyWeakness(publicKey, policy.algorithms) ? 'key-not-allowed' : undefined
}

/** What keeps a certificate from issuing others. @see RFC 5280 §6.1.4 (k), (n) */
export function authorityProblem({ basicConstraints, keyUsage }: Certificate): PathProblem | undefined {
  return basicConstraints?.cA && mayIssue(keyUsage) ? undefined : 'not-a-ca'
}

/**
 * An anchor of a version that has no extensions is an authority because somebody said so. Of version 3 it must say so
 * itself: else a mailbox whose certificate was made an anchor could issue others (AS-63).
 */
export function anchorAuthorityProblem({ certificate }: TrustAnchor): PathProblem | undefined {
  if (!certificate) return undefined
  const isAuthority = certificate.basicConstraints?.cA ?? certificate.version < 3
  return isAuthority && mayIssue(certificate.keyUsage) ? undefined : 'not-a-ca'
}

function mayIssue(keyUsage: Certificate['keyUsage']): boolean {
  return !keyUsage || keyUsage.has('keyCertSign')
}

/** Extended key usages restrict what lies below them, by the custom of all who validate paths for mail. */
export function isForPurpose({ extKeyUsage }: Certificate, { extKeyUsages }: PathPolicy): boolean {
  return !extKeyUsage || !extKeyUsages || extKeyUsages.some((purpose) => extKeyUsage.includes(purpose))
}
