import type { PublicKeyInfo } from '../crypto/index.js'
import type { Step } from '../verdict/index.js'
import {
  allReasons,
  type Certificate,
  type CertificateList,
  describeCertificate,
  type Name,
  type OcspResponse,
} from '../x509/index.js'
import { askLists } from './crl.js'
import type { Evidence, Want } from './evidence.js'
import { askResponses } from './ocsp.js'
import { asksNotToBeChecked } from './ocsp-responder.js'
import type { PathPolicy } from './policy.js'
import { isRevoked } from './revocation-finding.js'
import { failed, passed, skipped, unknown } from './revocation-reasons.js'
import { hasPointer, wantsFor } from './revocation-wants.js'
import type { TrustAnchor } from './trust-anchor.js'

/** Whoever issued a certificate: an authority of a path that held, or the anchor. */
export interface Issuer {
  readonly name: Name
  readonly publicKey: PublicKeyInfo
  readonly certificate?: Certificate
}

export interface RevocationQuestion {
  readonly certificate: Certificate
  readonly issuer: Issuer
  /** The path that holds, from its end towards the anchor; the certificate is one of it. */
  readonly path: readonly Certificate[]
  readonly anchor: TrustAnchor
  /** What the certificate at the end of the path signed, when it is that of a list's issuer or a responder. */
  readonly purpose?: SignerPurpose
}

export type SignerPurpose = 'crl' | 'ocsp'

/**
 * Whether a path leads from somebody who signed a list or a response to the anchor of the path in question, with no
 * certificate on it revoked.
 */
export type ValidateSigner = (signer: Certificate, purpose: SignerPurpose) => Promise<boolean>

export interface RevocationAnswer {
  /**
   * `no-pointer`: nothing at hand tells, and the certificate does not say where to ask. `unknown`: it could not be found
   * out, or not yet, if there are wants.
   */
  readonly status: 'good' | 'revoked' | 'unknown' | 'no-pointer'
  readonly steps: readonly Step[]
  /** What might turn `unknown` into another answer. */
  readonly wants: readonly Want[]
  readonly used: { readonly crls: readonly CertificateList[]; readonly ocspResponses: readonly OcspResponse[] }
}

/**
 * Finds out whether a certificate was revoked at the time that is asked about, from the lists and responses at hand.
 *
 * All of them are heard: one that says revoked outweighs any number that say good, unless a newer one ends a hold. Good is
 * a certificate that an OCSP responder calls so, or that is on none of the lists that together cover every reason.
 *
 * @see AS-67, AS-68, RFC 5280 §6.3, RFC 6960 §3.2
 */
export async function revocationOf(
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<RevocationAnswer> {
  const { certificate, purpose } = question
  const about = { certificate: describeCertificate(certificate) }
  if (purpose === 'ocsp' && certificate === question.path[0] && asksNotToBeChecked(certificate)) {
    return answer('good', [skipped('responder-not-checked', about)])
  }
  const responses = await askResponses(question, evidence, policy, validateSigner)
  const lists = await askLists(question, evidence, policy, validateSigner)
  const findings = [...responses.findings, ...lists.findings]
  const inside = [...responses.steps, ...lists.steps]
  const used = findings.flatMap((finding) => finding.used)

  if (isRevoked(findings)) return answer('revoked', [failed('status-revoked', about, inside)], used)
  const good = findings.filter((finding) => !finding.revoked)
  const covered = new Set(good.flatMap(({ reasons }) => [...reasons]))
  if ([...allReasons].every((reason) => covered.has(reason)))
    return answer('good', [passed('status-good', about, inside)], used)
  if (!hasPointer(certificate)) return answer('no-pointer', [unknown('status-without-pointer', about, inside)], used)
  const wants = await wantsFor(question, evidence, policy, covered)
  return { ...answer('unknown', [unknown('status-unknown', about, inside)], used), wants }
}

function answer(
  status: RevocationAnswer['status'],
  steps: readonly Step[],
  used: readonly (CertificateList | OcspResponse)[] = [],
): RevocationAnswer {
  return {
    status,
    steps,
    wants: [],
    used: {
      crls: used.filter((one) => 'tbsCertList' in one),
      ocspResponses: used.filter((one) => 'responseStatus' in one),
    },
  }
}
