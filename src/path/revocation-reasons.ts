import { type Reasons, type Step, type StepWriter, stepsFrom } from '../verdict/index.js'
import type { Finding } from './revocation-finding.js'

/** Why a list or a response that might have told something tells nothing. */
export type RevocationProblem =
  | 'revocation-too-old'
  | 'revocation-too-new'
  | 'revocation-unreadable'
  | 'revocation-extension-unknown'
  | 'crl-scope'
  | 'crl-without-base'
  | 'crl-issuer-unknown'
  | 'crl-signature-wrong'
  | 'ocsp-nonce'
  | 'ocsp-responder-not-authorised'
  | 'ocsp-signature-wrong'
  | 'ocsp-status-unknown'

type RevocationReason =
  | RevocationProblem
  | 'crl-good'
  | 'crl-revoked'
  | 'ocsp-good'
  | 'ocsp-revoked'
  | 'status-good'
  | 'status-revoked'
  | 'status-unknown'
  | 'status-without-pointer'
  | 'responder-not-checked'

const reasons: Reasons<RevocationReason> = {
  'status-good': { message: 'The certificate has not been revoked.', standard: 'AS-67' },
  'status-revoked': {
    message: 'The certificate has been revoked.',
    remedy: 'Its owner must publish a new one, and take this one out of the directory.',
    standard: 'AS-67; RFC 5280 §6.3',
  },
  'status-unknown': {
    message: 'Whether the certificate has been revoked could not be found out.',
    remedy: 'Try again later; if it stays so, tell the certification authority that its revocation server fails.',
    standard: 'AS-67',
  },
  'status-without-pointer': {
    message: 'The certificate does not say where its revocation would be published.',
    remedy: 'Its owner needs a certificate with the address of a revocation list or an OCSP responder.',
    standard: 'AS-20',
  },
  'responder-not-checked': {
    message: 'The issuer vouches for the responder itself: its certificate asks not to be checked.',
    standard: 'RFC 6960 §4.2.2.2.1',
  },
  'crl-revoked': { message: 'The certificate is on the revocation list.', standard: 'RFC 5280 §6.3.3' },
  'ocsp-revoked': { message: 'The responder says that the certificate is revoked.', standard: 'RFC 6960 §2.2' },
  'crl-good': { message: 'The certificate is not on the revocation list.', standard: 'RFC 5280 §6.3.3' },
  'ocsp-good': { message: 'The responder says that the certificate is good.', standard: 'RFC 6960 §2.2' },
  'revocation-too-old': {
    message: 'Revocation information was out of date.',
    remedy: 'Tell the certification authority, if it publishes nothing newer.',
    standard: 'AS-68; RFC 6960 §3.2',
  },
  'revocation-too-new': {
    message: 'Revocation information was of a later time than it can be believed for.',
    remedy: 'Check the clocks on both sides.',
    standard: 'RFC 6960 §3.2',
  },
  'revocation-unreadable': {
    message: 'Revocation information names the certificate in a way that cannot be read.',
    standard: 'RFC 5280 §5.3',
  },
  'revocation-extension-unknown': {
    message: 'Revocation information carries a critical extension that is not understood.',
    standard: 'RFC 5280 §5.2, §5.3; RFC 6960 §4.4',
  },
  'crl-scope': {
    message: 'A revocation list of the issuer is for other certificates, or other reasons.',
    standard: 'RFC 5280 §6.3.3 (b)',
  },
  'crl-without-base': {
    message: 'A delta list was there without the list that it brings up to date.',
    standard: 'RFC 5280 §5.2.4',
  },
  'crl-issuer-unknown': {
    message: 'Nobody who may sign the revocation list is known.',
    remedy: 'Ask the other side to send the certificate of the list’s issuer, with the usage cRLSign.',
    standard: 'AS-68; RFC 5280 §6.3.3 (f)',
  },
  'crl-signature-wrong': {
    message: 'The revocation list was not signed with the key of its issuer, or with an algorithm that is too weak.',
    standard: 'AS-68; RFC 5280 §6.3.3 (g)',
  },
  'ocsp-nonce': {
    message: 'The response of the OCSP responder belongs to another question.',
    standard: 'RFC 6960 §4.4.1',
  },
  'ocsp-responder-not-authorised': {
    message: 'The OCSP response was signed by somebody whom the issuer of the certificate has not authorised.',
    standard: 'RFC 6960 §4.2.2.2',
  },
  'ocsp-signature-wrong': {
    message: 'The signature on the OCSP response is wrong, or made with an algorithm that is too weak.',
    standard: 'RFC 6960 §3.2',
  },
  'ocsp-status-unknown': {
    message: 'The OCSP responder does not know the certificate.',
    standard: 'RFC 6960 §2.2',
  },
}

const writer: StepWriter<RevocationReason> = stepsFrom(reasons)
export const passed: StepWriter<RevocationReason>['passed'] = writer.passed
export const failed: StepWriter<RevocationReason>['failed'] = writer.failed
export const unknown: StepWriter<RevocationReason>['unknown'] = writer.unknown
export const skipped: StepWriter<RevocationReason>['skipped'] = writer.skipped

/** The step of a finding: of a certificate that was revoked, also when and why. */
export function stepOf({ source, revoked }: Finding): Step {
  if (!revoked) return passed(`${source}-good`)
  const step = failed(`${source}-revoked`)
  const date = new Date(revoked.at).toISOString().slice(0, 10)
  return { ...step, message: step.message.replace(/\.$/, ` since ${date} (${revoked.reason}).`) }
}
