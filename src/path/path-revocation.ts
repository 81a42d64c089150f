import { type Refused, refuse, type Step } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import type { Evidence, Want } from './evidence.js'
import type { PathPolicy, RevocationPolicy } from './policy.js'
import { failed, type PathProblem, skipped, unknown } from './reasons.js'
import { type RevocationAnswer, revocationOf, type SignerPurpose, type ValidateSigner } from './revocation.js'
import type { TrustAnchor } from './trust-anchor.js'
import type { ValidatedPath } from './validated-path.js'

export interface PathRevocation extends Pick<ValidatedPath, 'crls' | 'ocspResponses'> {
  readonly refused?: Refused<PathProblem>
  readonly steps: readonly Step[]
  readonly wants: readonly Want[]
}

/**
 * Looks whether any certificate of a path that holds otherwise was revoked, and weighs the answers by the policy (AS-67).
 *
 * All of them are looked at, so that everything that is wanted can be fetched at once. What was revoked is told before what
 * could not be found out.
 *
 * @param purpose - what the end of the path signed, when that is a list or a response.
 */
export async function pathRevocation(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  purpose: SignerPurpose | undefined,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<PathRevocation> {
  if (policy.revocation.mode === 'off') {
    const steps = [skipped('revocation-not-checked', { certificate: describeCertificate(path[0]!) })]
    return { steps, wants: [], crls: [], ocspResponses: [] }
  }
  const answers = await Promise.all(
    path.map(async (certificate, index) => {
      const above = path[index + 1]
      const issuer = above ? { name: above.subject, publicKey: above.publicKey, certificate: above } : anchor
      const question = { certificate, issuer, path, anchor, ...(purpose && { purpose }) }
      const answer = await revocationOf(question, evidence, policy, validateSigner)
      return { certificate, answer, problem: problemOf(answer, index === 0, policy.revocation) }
    }),
  )
  const steps = answers.flatMap(({ answer }) => answer.steps)
  const found = {
    steps,
    wants: answers.flatMap(({ answer }) => answer.wants),
    crls: answers.flatMap(({ answer }) => answer.used.crls),
    ocspResponses: answers.flatMap(({ answer }) => answer.used.ocspResponses),
  }
  const worst = order.flatMap((code) => answers.find(({ problem }) => problem === code) ?? [])[0]
  if (!worst?.problem) return found
  const about = { certificate: describeCertificate(worst.certificate) }
  const isTemporary = worst.problem === 'revocation-unknown'
  const step = (isTemporary ? unknown : failed)(worst.problem, about, worst.answer.steps)
  return { ...found, refused: refuse(worst.problem, [step], isTemporary) }
}

/** The worst first. */
const order: readonly PathProblem[] = [
  'certificate-revoked',
  'issuer-revoked',
  'revocation-no-pointer',
  'revocation-unknown',
]

function problemOf(
  { status }: RevocationAnswer,
  isEnd: boolean,
  { mode, withoutPointer }: RevocationPolicy,
): PathProblem | undefined {
  if (status === 'revoked') return isEnd ? 'certificate-revoked' : 'issuer-revoked'
  if (status === 'no-pointer') return withoutPointer === 'refused' ? 'revocation-no-pointer' : undefined
  return status === 'unknown' && mode === 'required' ? 'revocation-unknown' : undefined
}
