import { type Reasons, type Refused, refuse, type StepWriter, stepsFrom } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'

/** Why no path holds. */
export type PathProblem =
  | 'no-path'
  | 'budget-exhausted'
  | 'issuer-signature-wrong'
  | 'not-a-ca'
  | 'not-an-end-entity'
  | 'issuer-not-usable'
  | 'path-too-long'
  | 'critical-extension-unknown'
  | 'name-not-allowed'
  | 'wrong-purpose'
  | 'policy-required'
  | 'policy-mapping-not-allowed'
  | 'signature-algorithm-not-allowed'
  | 'signature-beyond-13'
  | 'key-not-allowed'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'anchor-expired'
  | 'certificate-revoked'
  | 'issuer-revoked'
  | 'revocation-no-pointer'
  | 'revocation-unknown'

type PathReason = PathProblem | 'path-valid' | 'is-anchor' | 'revocation-not-checked'

/** Everything this room says, and the rule behind it. */
const reasons: Reasons<PathReason> = {
  'path-valid': { message: 'The certificate leads to an anchor.', standard: 'RFC 5280 §6.1' },
  'is-anchor': { message: 'The certificate is itself an anchor.', standard: 'AS-63' },
  'revocation-not-checked': {
    message: 'Whether the certificate was revoked has not been checked.',
    remedy: 'The policy does not ask for it: keep revoked certificates out of the directory.',
    standard: 'AS-67',
  },
  'certificate-revoked': {
    message: 'The certificate has been revoked.',
    remedy: 'Its owner must use, and publish, a new one.',
    standard: 'AS-67',
  },
  'issuer-revoked': {
    message: 'The certificate of an authority in the path has been revoked.',
    remedy: 'The owner of the certificate needs one of another authority.',
    standard: 'AS-67',
  },
  'revocation-no-pointer': {
    message:
      'A certificate in the path does not say where its revocation would be published, and the policy asks for it.',
    remedy: 'Its owner needs a certificate with the address of a revocation list or an OCSP responder.',
    standard: 'AS-20, AS-67',
  },
  'revocation-unknown': {
    message: 'Whether a certificate in the path has been revoked could not be found out.',
    remedy:
      'Try again later; if it stays so, the revocation server of the authority fails, or cannot be reached from here.',
    standard: 'AS-67',
  },
  'no-path': {
    message: 'No anchor is reached from this certificate.',
    remedy:
      'Add the anchor of its issuer if it deserves trust, or ask the other side to send its intermediate certificates.',
    standard: 'AS-63',
  },
  'budget-exhausted': {
    message: 'The search for a path was given up: there are too many certificates of the same name.',
    standard: 'RFC 5280 §6.1',
  },
  'issuer-signature-wrong': {
    message: 'The certificate was not signed with the key of the issuer it names.',
    remedy: 'Look for another certificate of the same issuer: it may have changed its key.',
    standard: 'RFC 5280 §6.1.3 (a)(1)',
  },
  'not-a-ca': {
    message: 'The issuer of the certificate is not a certification authority.',
    standard: 'RFC 5280 §6.1.4 (k), (n); AS-23',
  },
  'not-an-end-entity': {
    message: 'The certificate is that of a certification authority, which sends no messages.',
    standard: 'AS-23',
  },
  'issuer-not-usable': {
    message: 'A certification authority in the path may not be used any more, or not yet, or not by us.',
    remedy: 'Look for a newer certificate of the same authority.',
    standard: 'AS-62',
  },
  'path-too-long': {
    message: 'The path is longer than a certification authority in it allows.',
    standard: 'RFC 5280 §6.1.4 (l), (m)',
  },
  'critical-extension-unknown': {
    message: 'The certificate carries a critical extension that is not understood.',
    standard: 'RFC 5280 §4.2',
  },
  'name-not-allowed': {
    message: 'The certificate names somebody to whom an authority above it may not give certificates.',
    remedy: 'Its owner needs a certificate of an authority that may name it.',
    standard: 'RFC 5280 §6.1.3 (b), (c)',
  },
  'wrong-purpose': {
    message: 'A certificate in the path was made for another purpose than mail.',
    remedy: 'Its owner needs a certificate whose issuers may issue for mail.',
    standard: 'RFC 5280 §4.2.1.12; AS-22',
  },
  'policy-required': {
    message: 'The path is not valid under a certificate policy, and one is required.',
    remedy: 'Its owner needs a certificate under a policy that is accepted.',
    standard: 'RFC 5280 §6.1.3 (f), §6.1.5 (g)',
  },
  'policy-mapping-not-allowed': {
    message: 'A certification authority takes any policy for another one, which it may not.',
    standard: 'RFC 5280 §6.1.4 (a)',
  },
  'signature-algorithm-not-allowed': {
    message: 'The certificate is signed with an algorithm that is not known or too weak, such as SHA-1.',
    remedy: 'Its owner needs a certificate signed with SHA-256 or stronger.',
    standard: 'AS-19',
  },
  'signature-beyond-13': {
    message: 'The certificate is signed with an algorithm that version 1.3 does not name.',
    remedy: 'Its owner needs a certificate signed with RSA or, on P-256 or P-384, ECDSA.',
    standard: 'AS-19',
  },
  'key-not-allowed': {
    message: 'The key in the certificate is of a kind or size that is not allowed.',
    remedy: 'Its owner needs an RSA key of at least 2048 bits.',
    standard: 'AS-18',
  },
  'certificate-not-yet-valid': {
    message: 'The certificate is not valid yet.',
    remedy: 'Check the clocks on both sides.',
    standard: 'RFC 5280 §6.1.3 (a)(2)',
  },
  'certificate-expired': {
    message: 'The certificate has expired.',
    remedy: 'Its owner must publish a new one.',
    standard: 'RFC 5280 §6.1.3 (a)(2)',
  },
  'anchor-expired': {
    message: 'The anchor has expired.',
    remedy: 'Replace it by the one that its owner publishes now.',
    standard: 'PKIX-5',
  },
}

const writer: StepWriter<PathReason> = stepsFrom(reasons)
export const passed: StepWriter<PathReason>['passed'] = writer.passed
export const failed: StepWriter<PathReason>['failed'] = writer.failed
export const skipped: StepWriter<PathReason>['skipped'] = writer.skipped
export const unknown: StepWriter<PathReason>['unknown'] = writer.unknown

/** A refusal for the sake of one certificate. */
export function refusal(code: PathProblem, certificate: Certificate): Refused<PathProblem> {
  return refuse(code, [failed(code, { certificate: describeCertificate(certificate) })])
}
