import { equal } from '../bytes/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import { accept, type Refused, refuse, type Step, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate, nameKey } from '../x509/index.js'
import { certificateProblem, issuerProblem, signatureProblem } from './checks.js'
import type { PathPolicy } from './policy.js'
import { failed, type PathProblem, passed, skipped } from './reasons.js'
import { isAnchor, type TrustAnchor } from './trust-anchor.js'

/** All that a verdict rests on; nothing else is asked. */
export interface Evidence {
  readonly crypto: CryptoProvider
  /** The instant that validity is judged at, in milliseconds since 1970. */
  readonly at: number
  readonly anchors: readonly TrustAnchor[]
  /** Certificates that may lie between: those of the message, those that were fetched. In any order, trusted by nobody. */
  readonly certificates: readonly Certificate[]
}

export interface ValidatedPath {
  /** From the certificate asked about towards the anchor; the anchor is not part of it unless it is that certificate. */
  readonly path: readonly Certificate[]
  readonly anchor: TrustAnchor
}

/** Signatures that one search may cost, and certificates below the anchor. */
const maxSignatures = 64
const maxPathLength = 8

/**
 * Looks for a path from a certificate to one of the anchors and judges it.
 *
 * This is the short form of RFC 5280 §6.1: names, signatures, dates, key sizes, the CA flag, keyCertSign, the length of
 * the path. A certification authority that constrains names, and any critical extension not understood, ends the path:
 * what cannot be judged is not accepted. Revocation is not looked at, and the explanation says so.
 *
 * When no path holds, the reason given is that of the certificate itself if something is wrong with it, else the one of
 * the path that came furthest.
 */
export async function validatePath(
  certificate: Certificate,
  evidence: Evidence,
  policy: PathPolicy,
): Promise<Verdict<ValidatedPath, PathProblem>> {
  const problem = certificateProblem(certificate, 'end-entity', evidence.at, policy)
  if (problem) return no(problem, certificate)
  const self = evidence.anchors.find((anchor) => isAnchor(certificate, anchor))
  if (self) return yes([certificate], self, 'is-anchor')
  if (certificate.basicConstraints?.cA) return no('not-an-end-entity', certificate)
  return new Search(evidence, policy).from([certificate])
}

/** The state of one search: what it may still spend, and the failure that tells most so far. */
class Search {
  readonly #evidence: Evidence
  readonly #policy: PathPolicy
  #signaturesLeft = maxSignatures

  constructor(evidence: Evidence, policy: PathPolicy) {
    this.#evidence = evidence
    this.#policy = policy
  }

  async from(path: readonly Certificate[]): Promise<Verdict<ValidatedPath, PathProblem>> {
    const last = path.at(-1)!
    let best: Refused<PathProblem> = no('no-path', last)
    for (const anchor of this.#evidence.anchors) {
      if (nameKey(anchor.name) !== nameKey(last.issuer)) continue
      const verdict = await this.#tryAnchor(path, anchor)
      if (verdict.ok) return verdict
      best = moreTelling(best, verdict)
    }
    for (const issuer of this.#evidence.certificates) {
      if (nameKey(issuer.subject) !== nameKey(last.issuer) || path.some(sameCertificate(issuer))) continue
      const verdict = await this.#tryIssuer(path, issuer)
      if (verdict.ok) return verdict
      best = moreTelling(best, verdict)
    }
    return best
  }

  async #tryAnchor(path: readonly Certificate[], anchor: TrustAnchor): Promise<Verdict<ValidatedPath, PathProblem>> {
    const last = path.at(-1)!
    const problem =
      certificateProblem(anchor.certificate, 'anchor', this.#evidence.at, this.#policy) ??
      issuerProblem(anchor.certificate, 'anchor', path)
    if (problem) return no(problem, anchor.certificate)
    return (await this.#signatureFailure(last, anchor.certificate)) ?? yes(path, anchor, 'path-valid')
  }

  async #tryIssuer(path: readonly Certificate[], issuer: Certificate): Promise<Verdict<ValidatedPath, PathProblem>> {
    if (path.length >= maxPathLength) return no('path-too-long', issuer)
    const problem =
      certificateProblem(issuer, 'authority', this.#evidence.at, this.#policy) ??
      issuerProblem(issuer, 'authority', path)
    if (problem) return no(problem, issuer)
    return (await this.#signatureFailure(path.at(-1)!, issuer)) ?? this.from([...path, issuer])
  }

  async #signatureFailure(certificate: Certificate, issuer: Certificate): Promise<Refused<PathProblem> | undefined> {
    if (this.#signaturesLeft-- <= 0) return no('budget-exhausted', certificate)
    const problem = await signatureProblem(certificate, issuer.publicKey, this.#policy, this.#evidence.crypto)
    return problem && no(problem, certificate)
  }
}

/** A path that came further says more; "no path" says least. */
function moreTelling(best: Refused<PathProblem>, other: Refused<PathProblem>): Refused<PathProblem> {
  return best.code === 'no-path' ? other : best
}

function sameCertificate(one: Certificate): (other: Certificate) => boolean {
  return (other) => equal(one.bytes, other.bytes)
}

function yes(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  code: 'path-valid' | 'is-anchor',
): Verdict<ValidatedPath, never> {
  const about = { certificate: describeCertificate(path[0]!) }
  const through = { certificate: describeCertificate(anchor.certificate) }
  const steps: Step[] = [passed(code, through), skipped('revocation-not-checked', about)]
  return accept({ path, anchor }, steps)
}

function no(code: PathProblem, certificate: Certificate): Refused<PathProblem> {
  return refuse(code, [failed(code, { certificate: describeCertificate(certificate) })])
}
