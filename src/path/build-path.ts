import { accept, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import { certificateProblem } from './checks.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import { PurseEmpty } from './purse.js'
import { passed, refusal, skipped } from './reasons.js'
import { Search } from './search.js'
import type { TrustAnchor } from './trust-anchor.js'
import type { PathVerdict, ValidatedPath } from './validated-path.js'

/**
 * Looks for a path from a certificate to one of the anchors, and validates it by RFC 5280 §6.
 *
 * The search goes up from the certificate, tries every issuer of the right name, and turns back where a rule is broken; it
 * ends when it has spent its budget. When no path holds, the reason is that of the certificate itself if something is wrong
 * with it, else that of the path that came furthest; "no path" is said only when nothing else can be.
 *
 * @see RFC 4158 for the search, AS-62, AS-63
 */
export async function buildPath(
  certificate: Certificate,
  evidence: Evidence,
  policy: PathPolicy,
): Promise<PathVerdict> {
  const problem = certificateProblem(certificate, evidence.at, policy)
  if (problem) return { ...refusal(problem, certificate), wants: [] }
  const search = new Search(evidence, policy)
  const self = search.anchorItself(certificate)
  if (self) return { ...itself(certificate, self), wants: [] }
  if (policy.endsInAuthority === 'refused' && certificate.basicConstraints?.cA) {
    return { ...refusal('not-an-end-entity', certificate), wants: [] }
  }
  try {
    const found = await search.from(certificate)
    if (found) return { ...accept(found.validated, found.steps), wants: [] }
    return { ...search.failure(certificate), wants: search.wants }
  } catch (error) {
    if (error instanceof PurseEmpty) return { ...refusal('budget-exhausted', certificate), wants: [] }
    throw error
  }
}

function itself(certificate: Certificate, anchor: TrustAnchor): Verdict<ValidatedPath, never> {
  const about = { certificate: describeCertificate(certificate) }
  const validated = { path: [certificate], anchor, policies: [], crls: [], ocspResponses: [] }
  return accept(validated, [passed('is-anchor', about), skipped('revocation-not-checked', about)])
}
