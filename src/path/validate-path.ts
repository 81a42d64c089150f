import { accept } from '../verdict/index.js'
import { type Certificate, describeCertificate, nameKey } from '../x509/index.js'
import { anchorAuthorityProblem, anchorProblem } from './checks.js'
import type { Evidence } from './evidence.js'
import { pathRevocation } from './path-revocation.js'
import { defaultBudget, type PathPolicy } from './policy.js'
import { PurseEmpty } from './purse.js'
import { type PathProblem, passed, refusal } from './reasons.js'
import { Journal, signerValidator } from './search.js'
import { certificateSignatureProblem } from './signature.js'
import { signaturesBeyond13 } from './signatures-of-13.js'
import type { TrustAnchor } from './trust-anchor.js'
import type { PathVerdict } from './validated-path.js'
import { walkPath } from './walk-path.js'

/**
 * Validates one given path, which need not be looked for.
 *
 * @param path - the end entity first, each issued by the next, the last by the anchor; the anchor is not part of it.
 * @see RFC 5280 §6.1
 */
export async function validatePath(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  evidence: Omit<Evidence, 'anchors'>,
  policy: PathPolicy,
): Promise<PathVerdict> {
  const no = (code: PathProblem, about: Certificate) => ({ ...refusal(code, about), wants: [] })
  const [certificate] = path
  if (!certificate) throw new RangeError('a path has a certificate')
  const unfit = anchorProblem(anchor, evidence.at, policy) ?? anchorAuthorityProblem(anchor)
  if (unfit) return no(unfit, anchor.certificate ?? path.at(-1)!)
  if (policy.endsInAuthority === 'refused' && certificate.basicConstraints?.cA)
    return no('not-an-end-entity', certificate)
  const journal = new Journal(evidence, { ...defaultBudget, ...policy.budget })
  const all = { ...evidence, anchors: [anchor], purse: journal.purse }
  try {
    for (const [index, issued] of path.entries()) {
      const issuer = path[index + 1] ?? { subject: anchor.name, publicKey: anchor.publicKey }
      if (nameKey(issued.issuer) !== nameKey(issuer.subject)) return no('no-path', issued)
      const wrong = await certificateSignatureProblem(issued, issuer.publicKey, all, policy)
      if (wrong) return no(wrong, issued)
    }
    const walked = walkPath(path, anchor, evidence.at, policy, journal.purse)
    if ('code' in walked) return no(walked.code, walked.certificate)
    const validateSigner = signerValidator(anchor, all, policy, journal)
    const revocation = await pathRevocation(path, anchor, undefined, all, policy, validateSigner)
    const { refused, steps, wants, crls, ocspResponses } = revocation
    for (const want of wants) journal.want(want, evidence.tried)
    if (refused) return { ...refused, wants: [...journal.wants.values()] }
    const through = { certificate: describeCertificate(anchor.certificate ?? path.at(-1)!) }
    const validated = { path, anchor, policies: walked.policies, crls, ocspResponses }
    const told = [passed('path-valid', through), ...signaturesBeyond13(path, anchor), ...steps]
    return { ...accept(validated, told), wants: [] }
  } catch (error) {
    if (error instanceof PurseEmpty) return no('budget-exhausted', certificate)
    throw error
  }
}
