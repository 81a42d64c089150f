import type { Oid } from '../asn1/index.js'
import { unlessThrown } from '../errors/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, type CertificateList, crlExtensionOids, type ReasonFlag, X509Error } from '../x509/index.js'
import { isDeltaOf } from './crl-delta.js'
import { distributionPointsOf, isIssuerOf, reasonsCovered } from './crl-scope.js'
import { listProblem, listSigner } from './crl-signer.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { RevocationQuestion, ValidateSigner } from './revocation.js'
import { type Finding, revokedBy, timeProblem } from './revocation-finding.js'
import { type RevocationProblem, stepOf, unknown } from './revocation-reasons.js'

/** Lists that are looked at for one certificate, the newest: a message may bring many. */
const maxLists = 16

/** What the lists say, and what was not believed. */
export interface Found {
  readonly findings: readonly Finding[]
  readonly steps: readonly Step[]
}

/**
 * Asks the lists at hand about a certificate. Unlike the procedure of the standard, which ends as soon as every reason is
 * covered, this goes through all of them: who is revoked by one is revoked.
 *
 * @see RFC 5280 §6.3.3
 */
export async function askLists(
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<Found> {
  const { complete, deltas } = listsFor(question.certificate, evidence)
  const findings: Finding[] = []
  const steps: Step[] = []
  for (const list of complete) {
    const answer = await askList(list, deltas, question, evidence, policy, validateSigner)
    if (typeof answer === 'string') steps.push(unknown(answer))
    else {
      findings.push(answer)
      steps.push(stepOf(answer))
    }
  }
  if (complete.length === 0 && deltas.length > 0) steps.push(unknown('crl-without-base'))
  return { findings, steps }
}

/** The lists of those who may speak of the certificate, the newest first. */
function listsFor(certificate: Certificate, { crls = [] }: Evidence) {
  const points = distributionPointsOf(certificate)
  const own = crls
    .filter((list) => points.some((point) => isIssuerOf(list, certificate, point)))
    .sort((one, other) => other.thisUpdate - one.thisUpdate)
  const isDelta = ({ deltaCRLIndicator }: CertificateList) => deltaCRLIndicator !== undefined
  return {
    complete: own.filter((list) => !isDelta(list)).slice(0, maxLists),
    deltas: own.filter(isDelta).slice(0, maxLists),
  }
}

async function askList(
  list: CertificateList,
  deltas: readonly CertificateList[],
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<Finding | RevocationProblem> {
  const { certificate } = question
  const points = distributionPointsOf(certificate)
  const reasons = new Set(points.flatMap((point) => [...reasonsCovered(list, certificate, point)]))
  if (reasons.size === 0) return 'crl-scope'
  const unfit = (one: CertificateList) => extensionProblem(one) ?? timeProblem(one, certificate, evidence, policy)
  const problem = unfit(list)
  if (problem) return problem
  const signer = await listSigner(list, question, evidence, policy, validateSigner)
  if (typeof signer === 'string') return signer
  for (const delta of deltas) {
    if (!isDeltaOf(delta, list) || unfit(delta) || (await listProblem(delta, signer, evidence, policy))) continue
    return whatListsSay([delta, list], certificate, reasons, evidence)
  }
  return whatListsSay([list], certificate, reasons, evidence)
}

const understood: ReadonlySet<Oid> = new Set(Object.values(crlExtensionOids))

function extensionProblem({ extensions, criticalUnknown }: CertificateList): RevocationProblem | undefined {
  const unknownOne = extensions.some(({ oid, critical }) => critical && !understood.has(oid))
  return unknownOne || criticalUnknown ? 'revocation-extension-unknown' : undefined
}

/** The first list that has an entry decides: a delta list before the one that it brings up to date. */
function whatListsSay(
  lists: readonly CertificateList[],
  { serialNumber, issuer }: Certificate,
  reasons: ReadonlySet<ReasonFlag>,
  { at }: Evidence,
): Finding | RevocationProblem {
  const read = unlessThrown(X509Error, () => lists.map((list) => list.find(serialNumber, issuer)))
  if (!read) return 'revocation-unreadable'
  const entry = read.find((found) => found !== undefined)
  const { thisUpdate } = lists[0]!
  const revoked = entry && revokedBy({ ...entry, reason: entry.reason ?? 'unspecified' }, thisUpdate, at)
  return { source: 'crl', used: lists, thisUpdate, reasons, ...(revoked && { revoked }) }
}
