import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

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
  | 'constraints-not-supported'
  | 'signature-algorithm-not-allowed'
  | 'key-not-allowed'
  | 'certificate-not-yet-valid'
  | 'certificate-expired'
  | 'anchor-expired'

type PathReason = PathProblem | 'path-valid' | 'is-anchor' | 'revocation-not-checked'

/** Everything this room says, and the rule behind it. */
const reasons: Reasons<PathReason> = {
  'path-valid': { message: 'The certificate leads to an anchor.', standard: 'RFC 5280 §6.1' },
  'is-anchor': { message: 'The certificate is itself an anchor.', standard: 'AS-63' },
  'revocation-not-checked': {
    message: 'Whether the certificate was revoked has not been checked.',
    remedy: 'This version reads no revocation lists: keep revoked certificates out of the directory.',
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
  'constraints-not-supported': {
    message: 'A certification authority in the path constrains names, which this version cannot judge.',
    remedy: 'Trust the constrained authority itself as an anchor, if it deserves it.',
    standard: 'RFC 5280 §4.2.1.10',
  },
  'signature-algorithm-not-allowed': {
    message: 'The certificate is signed with an algorithm that is not known or too weak, such as SHA-1.',
    remedy: 'Its owner needs a certificate signed with SHA-256 or stronger.',
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
