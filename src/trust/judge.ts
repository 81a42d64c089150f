import type { Oid } from '../asn1/index.js'
import { buildPath, type Evidence, type PathProblem, type ValidatedPath, type Want } from '../path/index.js'
import { accept, type Reasons, refuse, type Step, stepsFrom, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate, type KeyPurpose, keyUsagesFor } from '../x509/index.js'
import { type Bound, bindsTo } from './binding.js'
import type { TrustPolicy } from './policy.js'

/** What the certificate is to be used for: to verify a signature, or to encrypt to it. */
export type CertificateUse = KeyPurpose

/**
 * Why a certificate is not taken: it does not name the address, it is not fit for the use whoever trusts it, or it leads
 * to no anchor.
 */
export type CertificateProblem = 'not-bound' | 'not-usable' | 'untrusted' | 'revocation-unknown'

export interface JudgedCertificate extends Bound, Pick<ValidatedPath, 'path' | 'anchor' | 'crls' | 'ocspResponses'> {}

/** Whether a certificate speaks for an address and may be used. */
export interface CertificateQuestion {
  readonly certificate: Certificate
  readonly address: string
  readonly use: CertificateUse
}

/** A refusal may turn into another answer when what is wanted is fetched. */
export type CertificateVerdict = Verdict<JudgedCertificate, CertificateProblem> & { readonly wants: readonly Want[] }

type UseReason =
  | 'filtered'
  | 'usable-for-signing'
  | 'usable-for-encryption'
  | 'wrong-key-usage'
  | 'wrong-extended-key-usage'

const reasons: Reasons<UseReason> = {
  filtered: { message: 'The certificate does not pass a rule of this agent.' },
  'usable-for-signing': { message: 'The certificate may be used for signing.', standard: 'AS-21, AS-22' },
  'usable-for-encryption': { message: 'The certificate may be encrypted to.', standard: 'AS-21, AS-22' },
  'wrong-key-usage': {
    message: 'The key of the certificate is meant for another use.',
    remedy: 'Its owner has, or needs, another certificate for this use.',
    standard: 'AS-21',
  },
  'wrong-extended-key-usage': {
    message: 'The certificate is not meant for mail.',
    remedy: 'Its owner needs a certificate with the extended key usage emailProtection.',
    standard: 'AS-22',
  },
}

const { passed, failed } = stepsFrom(reasons)

/** emailProtection and anyExtendedKeyUsage. @see RFC 8550 §4.4.4 */
export const mailKeyPurposes: readonly Oid[] = ['1.3.6.1.5.5.7.3.4', '2.5.29.37.0']

/** Which failures speak against the certificate itself, and which only against those who would trust it. */
const answerTo: Readonly<Record<PathProblem, CertificateProblem>> = {
  'certificate-expired': 'not-usable',
  'certificate-not-yet-valid': 'not-usable',
  'key-not-allowed': 'not-usable',
  'critical-extension-unknown': 'not-usable',
  'not-an-end-entity': 'not-usable',
  'signature-algorithm-not-allowed': 'untrusted',
  'signature-beyond-13': 'untrusted',
  'no-path': 'untrusted',
  'budget-exhausted': 'untrusted',
  'issuer-signature-wrong': 'untrusted',
  'not-a-ca': 'untrusted',
  'issuer-not-usable': 'untrusted',
  'path-too-long': 'untrusted',
  'name-not-allowed': 'untrusted',
  'wrong-purpose': 'untrusted',
  'policy-required': 'untrusted',
  'policy-mapping-not-allowed': 'untrusted',
  'anchor-expired': 'untrusted',
  'certificate-revoked': 'not-usable',
  'issuer-revoked': 'untrusted',
  'revocation-no-pointer': 'not-usable',
  'revocation-unknown': 'revocation-unknown',
}

/**
 * Judges a certificate for an address and a use: whom it names, what its key is for, and whether it leads to an anchor,
 * in this order, ending at the first "no" (AS-12, AS-62).
 *
 * @param evidence - the anchors of the one who is to trust, and whatever certificates may lie between.
 */
export async function judgeCertificate(
  question: CertificateQuestion,
  evidence: Evidence,
  policy: TrustPolicy,
): Promise<CertificateVerdict> {
  const { certificate, address, use } = question
  const binding = bindsTo(certificate, address, policy)
  if (!binding.ok) return { ...refuse('not-bound', binding.explanation.steps), wants: [] }

  const usage = usageStep(certificate, use)
  const steps = [...binding.explanation.steps, usage]
  if (usage.outcome === 'failed') return { ...refuse('not-usable', steps), wants: [] }

  const filter = policy.filters?.find((each) => !each.accepts(question))
  if (filter) {
    const step = failed('filtered', { certificate: describeCertificate(certificate) })
    const named = { ...step, message: `The certificate does not pass a rule of this agent: ${filter.name}.` }
    return { ...refuse('not-usable', [...steps, named]), wants: [] }
  }

  const validated = await buildPath(certificate, evidence, policy)
  const all = [...steps, ...validated.explanation.steps]
  const { wants } = validated
  if (!validated.ok) return { ...refuse(answerTo[validated.code], all, validated.temporary), wants }
  const { path, anchor, crls, ocspResponses } = validated
  return { ...accept({ boundTo: binding.boundTo, path, anchor, crls, ocspResponses }, all), wants }
}

/** An absent extension restricts nothing; a kind of key that is unknown is left to the path, which refuses it. */
function usageStep(certificate: Certificate, use: CertificateUse): Step {
  const { keyUsage, extKeyUsage, publicKey } = certificate
  const about = { certificate: describeCertificate(certificate) }
  const fit = publicKey.kind && keyUsagesFor[publicKey.kind][use]
  if (fit?.length === 0) return failed('wrong-key-usage', about)
  if (fit && keyUsage && !fit.some((usage) => keyUsage.has(usage))) return failed('wrong-key-usage', about)
  if (extKeyUsage && !mailKeyPurposes.some((purpose) => extKeyUsage.includes(purpose))) {
    return failed('wrong-extended-key-usage', about)
  }
  return passed(`usable-for-${use}`, about)
}
