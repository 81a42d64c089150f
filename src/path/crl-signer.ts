import { equal } from '../bytes/index.js'
import { type Certificate, type CertificateList, nameKey } from '../x509/index.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { Issuer, RevocationQuestion, ValidateSigner } from './revocation.js'
import type { RevocationProblem } from './revocation-reasons.js'
import { signatureProblem } from './signature.js'

/** Certificates that are tried for one list, beside those of the path: a stranger may send many. */
const maxCandidates = 4

/** Whoever may have signed a list, and whether a path to them is still to be found. */
interface Candidate {
  readonly issuer: Issuer
  readonly stranger?: Certificate
}

/**
 * Finds out who signed a list: the issuer of the certificate, an authority above it, the anchor, or somebody of the name
 * of the list's issuer with a path of their own to the same anchor.
 *
 * @returns what is wrong, if nobody did.
 * @see RFC 5280 §6.3.3 (f), (g)
 */
export async function listSigner(
  list: CertificateList,
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<Issuer | RevocationProblem> {
  const candidates = candidatesFor(list, question, evidence)
  let problem: RevocationProblem = 'crl-issuer-unknown'
  for (const { issuer, stranger } of candidates) {
    const wrong = await listProblem(list, issuer, evidence, policy)
    if (!wrong && (!stranger || (await validateSigner(stranger, 'crl')))) return issuer
    problem = wrong ?? 'crl-issuer-unknown'
  }
  return problem
}

/** What is wrong with the signature on a list, given whoever should have signed it. */
export async function listProblem(
  list: CertificateList,
  { publicKey }: Issuer,
  evidence: Evidence,
  policy: PathPolicy,
): Promise<'crl-signature-wrong' | undefined> {
  const { signatureAlgorithm, signature, tbsCertList: data } = list
  const problem = await signatureProblem({ signatureAlgorithm, signature, data }, publicKey, evidence, policy)
  return problem && 'crl-signature-wrong'
}

function candidatesFor(list: CertificateList, question: RevocationQuestion, { certificates }: Evidence) {
  const { certificate, issuer, path, anchor, purpose } = question
  const name = nameKey(list.issuer)
  const above = path.slice(path.findIndex(({ bytes }) => equal(bytes, certificate.bytes)) + 1)
  // Whoever issues lists may be on a list of their own, when the authority that named them says so: nobody else is asked
  // about their certificate then (NIST PKITS 4.14.30).
  const itself = purpose === 'crl' && certificate === path[0] ? [asIssuer(certificate)] : []
  const known: readonly Issuer[] = [issuer, ...above.map(asIssuer), anchor, ...itself]
  const strangers = certificates
    .filter(({ bytes, subject }) => nameKey(subject) === name && !path.some((one) => equal(one.bytes, bytes)))
    .map((stranger): Candidate => ({ issuer: asIssuer(stranger), stranger }))
  return [...known.map((one): Candidate => ({ issuer: one })), ...inOrderOfKeys(strangers, list)]
    .filter((candidate) => nameKey(candidate.issuer.name) === name && maySignLists(candidate.issuer))
    .slice(0, known.length + maxCandidates)
}

function asIssuer(certificate: Certificate): Issuer {
  return { name: certificate.subject, publicKey: certificate.publicKey, certificate }
}

function maySignLists({ certificate }: Issuer): boolean {
  return certificate?.keyUsage?.has('cRLSign') ?? true
}

/** Those first whose key the list names, if it names one. */
function inOrderOfKeys(candidates: readonly Candidate[], { authorityKeyIdentifier: wanted }: CertificateList) {
  if (!wanted) return candidates
  const isNamed = ({ stranger }: Candidate) =>
    stranger?.subjectKeyIdentifier !== undefined && equal(stranger.subjectKeyIdentifier, wanted)
  return [...candidates.filter(isNamed), ...candidates.filter((candidate) => !isNamed(candidate))]
}
