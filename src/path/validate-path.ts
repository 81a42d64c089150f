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
 * the path that came furthest; "no path" is said only when nothing else can be.
 */
export async function validatePath(
  certificate: Certificate,
  evidence: Evidence,
  policy: PathPolicy,
): Promise<Verdict<ValidatedPath, PathProblem>> {
  const problem = certificateProblem(certificate, 'end-entity', evidence.at, policy)
  if (problem) return no(problem, certificate)
  const search = new Search(evidence, policy)
  const self = search.anchorItself(certificate)
  if (self) return yes([certificate], self, 'is-anchor')
  if (certificate.basicConstraints?.cA) return no('not-an-end-entity', certificate)
  const found = await search.from([certificate])
  return found ? yes(found.path, found.anchor, 'path-valid') : search.refusal(certificate)
}

/** The state of one search: what it may still spend, and the failure that tells most so far. */
class Search {
  readonly #evidence: Evidence
  readonly #policy: PathPolicy
  #signaturesLeft = maxSignatures
  #failure: { readonly refused: Refused<PathProblem>; readonly weight: number } | undefined

  constructor(evidence: Evidence, policy: PathPolicy) {
    this.#evidence = evidence
    this.#policy = policy
  }

  /** The anchor that this certificate is, when it may still be used. */
  anchorItself(certificate: Certificate): TrustAnchor | undefined {
    const same = this.#evidence.anchors.filter((anchor) => isAnchor(certificate, anchor))
    return same.find((anchor) => this.#usable(anchor.certificate, 'anchor', 0))
  }

  async from(path: readonly Certificate[]): Promise<ValidatedPath | undefined> {
    const last = path.at(-1)!
    const issuer = nameKey(last.issuer)
    for (const anchor of this.#evidence.anchors) {
      if (nameKey(anchor.name) !== issuer) continue
      if (await this.#isIssuer(anchor.certificate, 'anchor', path)) return { path, anchor }
    }
    for (const next of this.#evidence.certificates) {
      if (nameKey(next.subject) !== issuer || path.some(sameCertificate(next))) continue
      const found = (await this.#isIssuer(next, 'authority', path)) && (await this.from([...path, next]))
      if (found) return found
    }
    this.#fail(no('no-path', last), path.length)
    return undefined
  }

  refusal(certificate: Certificate): Refused<PathProblem> {
    return this.#failure?.refused ?? no('no-path', certificate)
  }

  /** Whether this certificate may issue others and issued the last of the path. The signature is looked at last. */
  async #isIssuer(issuer: Certificate, place: 'authority' | 'anchor', path: readonly Certificate[]): Promise<boolean> {
    const last = path.at(-1)!
    if (place === 'authority' && path.length >= maxPathLength)
      return this.#fail(no('path-too-long', issuer), path.length)
    if (!this.#usable(issuer, place, path.length)) return false
    const problem = issuerProblem(issuer, place, path)
    if (problem) return this.#fail(no(problem, issuer), path.length)
    if (this.#signaturesLeft-- <= 0) return this.#fail(no('budget-exhausted', last), path.length)
    const wrong = await signatureProblem(last, issuer.publicKey, this.#policy, this.#evidence.crypto)
    return wrong ? this.#fail(no(wrong, last), path.length) : true
  }

  #usable(issuer: Certificate, place: 'authority' | 'anchor', length: number): boolean {
    const problem = certificateProblem(issuer, place, this.#evidence.at, this.#policy)
    if (!problem) return true
    if (problem === 'anchor-expired' || problem === 'constraints-not-supported')
      return this.#fail(no(problem, issuer), length)
    const about = { certificate: describeCertificate(issuer) }
    const steps = [failed('issuer-not-usable', about, [failed(problem, about)])]
    return this.#fail(refuse('issuer-not-usable', steps), length)
  }

  /** Keeps the failure that tells most: a search given up before any other, one that came further before others. */
  #fail(refused: Refused<PathProblem>, length: number): false {
    const weight = (weights[refused.code] ?? 100) + length
    if (!this.#failure || weight > this.#failure.weight) this.#failure = { refused, weight }
    return false
  }
}

/** All others weigh 100; a path has at most {@link maxPathLength} certificates. */
const weights: Readonly<Partial<Record<PathProblem, number>>> = { 'no-path': 0, 'budget-exhausted': 200 }

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
