import { equal } from '../bytes/index.js'
import type { PublicKeyInfo } from '../crypto/index.js'
import { type Refused, refuse, type Step } from '../verdict/index.js'
import { accessMethods, type Certificate, describeCertificate, nameKey } from '../x509/index.js'
import { anchorAuthorityProblem, anchorProblem, authorityProblem, certificateProblem, isForPurpose } from './checks.js'
import type { Evidence, Want } from './evidence.js'
import { pathRevocation } from './path-revocation.js'
import { defaultBudget, type PathBudget, type PathPolicy } from './policy.js'
import { Purse } from './purse.js'
import { failed, type PathProblem, passed, refusal } from './reasons.js'
import type { SignerPurpose, ValidateSigner } from './revocation.js'
import { certificateSignatureProblem, type PaidEvidence } from './signature.js'
import { signaturesBeyond13 } from './signatures-of-13.js'
import { isAnchor, type TrustAnchor } from './trust-anchor.js'
import type { ValidatedPath } from './validated-path.js'
import { walkPath } from './walk-path.js'

interface Found {
  readonly validated: ValidatedPath
  readonly steps: readonly Step[]
}

/** A signature that was looked at, and with whose key. */
interface Link {
  readonly issuerKey: Uint8Array
  readonly problem: PathProblem | undefined
}

/** What a search shares with those for whoever signed a list or a response. */
export class Journal {
  readonly purse: Purse
  readonly wants: Map<string, Want> = new Map()
  /** Signatures that were looked at: a search comes by the same ones again and again. */
  readonly links: Map<Certificate, Link[]> = new Map()
  /** Certificates by the name of their subject. */
  readonly pool: ReadonlyMap<string, readonly Certificate[]>

  constructor({ certificates }: Pick<Evidence, 'certificates'>, budget: PathBudget) {
    this.purse = new Purse(budget)
    this.pool = bySubject(certificates)
  }

  want(want: Want, tried: ReadonlySet<string> | undefined): void {
    if (!tried?.has(want.key) && this.wants.size < maxWants) this.wants.set(want.key, want)
  }
}

/** Things that are fetched for one answer: a stranger chose their number. */
const maxWants = 16

/** A search for a path, with the failure that tells most so far. */
export class Search {
  readonly #evidence: PaidEvidence
  readonly #policy: PathPolicy
  readonly #budget: PathBudget
  readonly #journal: Journal
  /** Whose paths are being looked for at the moment, for the sake of something they signed: nobody vouches for itself. */
  readonly #signers: readonly Certificate[]
  readonly #purpose: SignerPurpose | undefined
  #failure: { readonly refused: Refused<PathProblem>; readonly weight: number } | undefined

  constructor(
    evidence: Evidence,
    policy: PathPolicy,
    within?: { readonly journal: Journal; readonly signers: readonly Certificate[]; readonly purpose: SignerPurpose },
  ) {
    this.#policy = policy
    this.#budget = { ...defaultBudget, ...policy.budget }
    this.#journal = within?.journal ?? new Journal(evidence, this.#budget)
    this.#evidence = { ...evidence, purse: this.#journal.purse }
    this.#signers = within?.signers ?? []
    this.#purpose = within?.purpose
  }

  get wants(): readonly Want[] {
    return [...this.#journal.wants.values()]
  }

  /** The anchor that this certificate is, when it may still be used. */
  anchorItself(certificate: Certificate): TrustAnchor | undefined {
    const same = this.#evidence.anchors.filter((anchor) => isAnchor(certificate, anchor))
    return same.find((anchor) => this.#holds(anchor, anchorProblem(anchor, this.#evidence.at, this.#policy), 0))
  }

  /** @throws {@link PurseEmpty} */
  from(certificate: Certificate): Promise<Found | undefined> {
    return this.#extend([certificate])
  }

  /** Why there is no path: the failure that tells most. */
  failure(certificate: Certificate): Refused<PathProblem> {
    return this.#failure?.refused ?? refusal('no-path', certificate)
  }

  async #extend(path: readonly Certificate[]): Promise<Found | undefined> {
    const last = path.at(-1)!
    const issuer = nameKey(last.issuer)
    for (const anchor of this.#evidence.anchors) {
      if (nameKey(anchor.name) !== issuer) continue
      const found = await this.#complete(path, anchor)
      if (found) return found
    }
    for (const next of inOrder(this.#journal.pool.get(issuer) ?? [], last)) {
      if (path.some((other) => isSameLink(other, next))) continue
      this.#journal.purse.pay('candidates')
      const found = (await this.#isIssuer(next, path)) && (await this.#extend([...path, next]))
      if (found) return found
    }
    for (const url of issuerUrls(last)) {
      this.#journal.want({ kind: 'certificates', key: `certificates ${url}`, url }, this.#evidence.tried)
    }
    this.#fail(refusal('no-path', last), path.length)
    return undefined
  }

  /** Whether this certificate may issue others and issued the last of the path. The signature is looked at last. */
  async #isIssuer(issuer: Certificate, path: readonly Certificate[]): Promise<boolean> {
    const { length } = path
    if (length >= this.#budget.pathLength) return this.#fail(refusal('path-too-long', issuer), length)
    const problem = certificateProblem(issuer, this.#evidence.at, this.#policy)
    if (problem) return this.#fail(issuerNotUsable(problem, issuer), length)
    const notAuthority = authorityProblem(issuer)
    if (notAuthority) return this.#fail(refusal(notAuthority, issuer), length)
    if (!isForPurpose(issuer, this.#policy)) return this.#fail(refusal('wrong-purpose', issuer), length)
    return this.#isSigned(path.at(-1)!, issuer.publicKey, length)
  }

  /** The path, when it holds as a whole and ends at this anchor. */
  async #complete(path: readonly Certificate[], anchor: TrustAnchor): Promise<Found | undefined> {
    const { length } = path
    const unfit = anchorProblem(anchor, this.#evidence.at, this.#policy) ?? anchorAuthorityProblem(anchor)
    if (!this.#holds(anchor, unfit, length)) return undefined
    if (!(await this.#isSigned(path.at(-1)!, anchor.publicKey, length))) return undefined
    const walked = walkPath(path, anchor, this.#evidence.at, this.#policy, this.#journal.purse)
    if ('code' in walked) {
      this.#fail(refusal(walked.code, walked.certificate), length + 1)
      return undefined
    }
    const [evidence, policy] = [this.#evidence, this.#policy]
    const validateSigner = signerValidator(anchor, evidence, policy, this.#journal, this.#signers)
    const revocation = await pathRevocation(path, anchor, this.#purpose, evidence, policy, validateSigner)
    for (const want of revocation.wants) this.#journal.want(want, this.#evidence.tried)
    if (revocation.refused) {
      this.#fail(revocation.refused, length + 1)
      return undefined
    }
    const { crls, ocspResponses, steps } = revocation
    const through = { certificate: describeCertificate(anchor.certificate ?? path.at(-1)!) }
    return {
      validated: { path, anchor, policies: walked.policies, crls, ocspResponses },
      steps: [passed('path-valid', through), ...signaturesBeyond13(path, anchor), ...steps],
    }
  }

  async #isSigned(certificate: Certificate, issuerKey: PublicKeyInfo, length: number): Promise<boolean> {
    const wrong = await this.#linkProblem(certificate, issuerKey)
    return wrong ? this.#fail(refusal(wrong, certificate), length) : true
  }

  async #linkProblem(certificate: Certificate, issuerKey: PublicKeyInfo): Promise<PathProblem | undefined> {
    const { links } = this.#journal
    const those = links.get(certificate) ?? []
    const known = those.find((link) => equal(link.issuerKey, issuerKey.bytes))
    if (known) return known.problem
    const problem = await certificateSignatureProblem(certificate, issuerKey, this.#evidence, this.#policy)
    links.set(certificate, [...those, { issuerKey: issuerKey.bytes, problem }])
    return problem
  }

  #holds({ certificate }: TrustAnchor, problem: PathProblem | undefined, length: number): boolean {
    if (!problem) return true
    if (!certificate) return this.#fail(refuse(problem, [failed(problem)]), length)
    const isOwn = problem === 'anchor-expired' || problem === 'not-a-ca'
    return this.#fail(isOwn ? refusal(problem, certificate) : issuerNotUsable(problem, certificate), length)
  }

  /** Keeps the failure that tells most: a search given up before any other, one that came further before others. */
  #fail(refused: Refused<PathProblem>, length: number): false {
    const weight = (weights[refused.code] ?? 100) + length
    if (!this.#failure || weight > this.#failure.weight) this.#failure = { refused, weight }
    return false
  }
}

/**
 * Says whether somebody who signed a list or a response may do so: it must lead to the anchor of the path in question
 * (RFC 5280 §6.3.3 (f)).
 */
export function signerValidator(
  anchor: TrustAnchor,
  evidence: Evidence,
  policy: PathPolicy,
  journal: Journal,
  signers: readonly Certificate[] = [],
): ValidateSigner {
  return async (signer, purpose) => {
    if (signers.includes(signer)) return true
    const within = { journal, signers: [...signers, signer], purpose }
    const search = new Search({ ...evidence, anchors: [anchor] }, signerPolicy(policy), within)
    return (await search.from(signer)) !== undefined
  }
}

/** All others weigh 100, and one more for each certificate that the path had. */
const weights: Readonly<Partial<Record<PathProblem, number>>> = {
  'no-path': 0,
  'revocation-unknown': 200,
  'revocation-no-pointer': 300,
  'certificate-revoked': 400,
  'issuer-revoked': 400,
}

/** Who signs lists and responses is an authority, or was made for nothing else; no policy of messages binds it. */
function signerPolicy({ algorithms, clockSkewMs, anchorValidity, revocation, budget }: PathPolicy): PathPolicy {
  return {
    algorithms,
    clockSkewMs,
    anchorValidity,
    signaturesBeyond13: 'warning',
    endsInAuthority: 'allowed',
    revocation,
    ...(budget && { budget }),
  }
}

/** Where the issuers of a certificate may be found (AS-65). */
function issuerUrls({ authorityInfoAccess = [] }: Certificate): readonly string[] {
  return authorityInfoAccess
    .filter(({ accessMethod }) => accessMethod === accessMethods.caIssuers)
    .flatMap(({ accessLocation }) => (accessLocation.type === 'uniformResourceIdentifier' ? accessLocation.value : []))
    .filter((url) => /^https?:\/\//i.test(url))
}

function bySubject(certificates: readonly Certificate[]): ReadonlyMap<string, readonly Certificate[]> {
  const pool = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const name = nameKey(certificate.subject)
    const same = pool.get(name)
    if (!same) pool.set(name, [certificate])
    else if (!same.some(({ bytes }) => equal(bytes, certificate.bytes))) same.push(certificate)
  }
  return pool
}

/** Those whose key identifier is the one asked for come first. It is a hint: nobody vouches for either. */
function inOrder(
  candidates: readonly Certificate[],
  { authorityKeyIdentifier: wanted }: Certificate,
): readonly Certificate[] {
  if (!wanted || candidates.length < 2) return candidates
  const rank = ({ subjectKeyIdentifier: own }: Certificate) => (own && equal(own, wanted) ? 0 : own ? 2 : 1)
  return [...candidates].sort((one, other) => rank(one) - rank(other))
}

/** The same name and key again lead nowhere new. */
function isSameLink(one: Certificate, other: Certificate): boolean {
  return equal(one.publicKey.bytes, other.publicKey.bytes) && nameKey(one.subject) === nameKey(other.subject)
}

function issuerNotUsable(problem: PathProblem, issuer: Certificate): Refused<PathProblem> {
  const about = { certificate: describeCertificate(issuer) }
  return refuse('issuer-not-usable', [failed('issuer-not-usable', about, [failed(problem, about)])])
}
