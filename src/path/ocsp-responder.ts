import type { Oid } from '../asn1/index.js'
import { equal } from '../bytes/index.js'
import { computeDigest } from '../crypto/index.js'
import { type BasicOcspResponse, type Certificate, nameKey, ocspOids, type ResponderID } from '../x509/index.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { Issuer, RevocationQuestion, ValidateSigner } from './revocation.js'
import type { RevocationProblem } from './revocation-reasons.js'
import { signatureProblem } from './signature.js'

/** id-kp-OCSPSigning */
const ocspSigning: Oid = '1.3.6.1.5.5.7.3.9'

/** Certificates that are tried as that of the responder. */
const maxCandidates = 4

/** Whether the issuer asks that the certificate of a responder not be checked. @see RFC 6960 §4.2.2.2.1 */
export function asksNotToBeChecked({ extensions }: Certificate): boolean {
  return extensions.some(({ oid }) => oid === ocspOids.nocheck)
}

/**
 * Whether whoever signed a response may speak of the certificate: its issuer, or somebody to whom the issuer itself, with
 * the same key, gave a certificate for it. Nobody is believed because his own path is right.
 *
 * @see RFC 6960 §4.2.2.2
 */
export async function responderProblem(
  response: BasicOcspResponse,
  { issuer }: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  validateSigner: ValidateSigner,
): Promise<RevocationProblem | undefined> {
  const { responderID, signatureAlgorithm, signature, tbsResponseData: data } = response
  const signedBy = async ({ publicKey }: Pick<Issuer, 'publicKey'>) =>
    !(await signatureProblem({ signatureAlgorithm, signature, data }, publicKey, evidence, policy))
  let problem: RevocationProblem = 'ocsp-responder-not-authorised'
  if (await isResponder(issuer, responderID, evidence)) {
    if (await signedBy(issuer)) return undefined
    problem = 'ocsp-signature-wrong'
  }
  let left = maxCandidates
  for (const certificate of [...response.certificates, ...evidence.certificates]) {
    const { subject: name, publicKey } = certificate
    if (!certificate.extKeyUsage?.includes(ocspSigning)) continue
    if (!(await isResponder({ name, publicKey }, responderID, evidence))) continue
    if (left-- === 0) break
    if (!(await isIssuedBy(certificate, issuer, evidence, policy))) continue
    if (!(await signedBy(certificate))) problem = 'ocsp-signature-wrong'
    else if (await validateSigner(certificate, 'ocsp')) return undefined
  }
  return problem
}

async function isResponder({ name, publicKey }: Issuer, id: ResponderID, { crypto }: Evidence): Promise<boolean> {
  if ('byName' in id) return nameKey(id.byName) === nameKey(name)
  return equal(id.byKey, await computeDigest(crypto, 'SHA-1', publicKey.keyBytes))
}

async function isIssuedBy(
  certificate: Certificate,
  issuer: Issuer,
  evidence: Evidence,
  policy: PathPolicy,
): Promise<boolean> {
  if (nameKey(certificate.issuer) !== nameKey(issuer.name)) return false
  const { signatureAlgorithm, signature, tbsCertificate: data } = certificate
  return !(await signatureProblem({ signatureAlgorithm, signature, data }, issuer.publicKey, evidence, policy))
}
