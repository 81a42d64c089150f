import { equal } from '../bytes/index.js'
import type { Step } from '../verdict/index.js'
import {
  allReasons,
  type BasicOcspResponse,
  type Extension,
  isCertIdOf,
  type OcspResponse,
  ocspOids,
  type SingleResponse,
} from '../x509/index.js'
import type { Found } from './crl.js'
import type { Evidence } from './evidence.js'
import { responderProblem } from './ocsp-responder.js'
import type { PathPolicy } from './policy.js'
import type { RevocationQuestion, ValidateSigner } from './revocation.js'
import { type Finding, revokedBy, timeProblem } from './revocation-finding.js'
import { type RevocationProblem, stepOf, unknown } from './revocation-reasons.js'

type Successful = Extract<OcspResponse, BasicOcspResponse>

/** Responses that are looked at for one certificate, the newest: a message may bring many. */
const maxResponses = 16

/** What OCSP responders said of a certificate, as far as the responses are at hand. @see RFC 6960 §3.2 */
export async function askResponses(
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<Found> {
  const findings: Finding[] = []
  const steps: Step[] = []
  for (const { response, single } of await responsesFor(question, evidence)) {
    const problem =
      contentProblem(response, single, evidence) ??
      timeProblem(single, question.certificate, evidence, policy) ??
      (await responderProblem(response, question, evidence, policy, validateSigner)) ??
      (single.certStatus === 'unknown' ? 'ocsp-status-unknown' : undefined)
    if (problem) steps.push(unknown(problem))
    else {
      const finding = whatItSays(response, single, evidence)
      findings.push(finding)
      steps.push(stepOf(finding))
    }
  }
  return { findings, steps }
}

/** Each thing that was said of the certificate, the newest first. */
async function responsesFor({ certificate, issuer }: RevocationQuestion, evidence: Evidence) {
  const { crypto, ocspResponses = [] } = evidence
  const { serialNumber } = certificate
  const id = { issuer: certificate.issuer, issuerKey: issuer.publicKey, serialNumber }
  const found: { readonly response: Successful; readonly single: SingleResponse }[] = []
  for (const response of ocspResponses) {
    if (response.responseStatus !== 'successful') continue
    for (const single of response.responses) {
      if (await isCertIdOf(crypto, single.certID, id)) found.push({ response, single })
    }
  }
  return found.sort((one, other) => other.single.thisUpdate - one.single.thisUpdate).slice(0, maxResponses)
}

function contentProblem(
  response: Successful,
  single: SingleResponse,
  { ocspNonce }: Evidence,
): RevocationProblem | undefined {
  const isUnknown = ({ critical, oid }: Extension) => critical && oid !== ocspOids.nonce
  if (response.extensions.some(isUnknown) || single.extensions.some(({ critical }) => critical)) {
    return 'revocation-extension-unknown'
  }
  // A responder who prepares its answers repeats no nonce; the dates must do then (RFC 6960 §4.4.1, RFC 5019 §4).
  const wrong = ocspNonce && response.nonce && !equal(ocspNonce, response.nonce)
  return wrong ? 'ocsp-nonce' : undefined
}

function whatItSays(response: Successful, single: SingleResponse, { at }: Evidence): Finding {
  const { thisUpdate, revocationTime, revocationReason: reason = 'unspecified' } = single
  const revoked =
    revocationTime === undefined ? undefined : revokedBy({ reason, revocationDate: revocationTime }, thisUpdate, at)
  return { source: 'ocsp', used: [response], thisUpdate, reasons: allReasons, ...(revoked && { revoked }) }
}
