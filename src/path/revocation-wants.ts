import { encodeHex } from '../bytes/index.js'
import {
  accessMethods,
  allReasons,
  buildOcspRequest,
  type Certificate,
  certIdOf,
  type GeneralName,
  type ReasonFlag,
} from '../x509/index.js'
import type { Evidence, Want } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { RevocationQuestion } from './revocation.js'

/** Whether a certificate says where its revocation is published. @see AS-20 */
export function hasPointer(certificate: Certificate): boolean {
  return (certificate.cRLDistributionPoints ?? []).length > 0 || respondersOf(certificate).length > 0
}

/**
 * What should be fetched to know more. The sources are asked in the order of the policy, and the next one only when
 * nothing is left to try of the one before.
 *
 * @param covered - the reasons for which a list at hand has answered.
 */
export async function wantsFor(
  question: RevocationQuestion,
  evidence: Evidence,
  policy: PathPolicy,
  covered: ReadonlySet<ReasonFlag>,
): Promise<readonly Want[]> {
  const { tried = new Set() } = evidence
  for (const source of policy.revocation.sources) {
    const all =
      source === 'crl' ? listsWanted(question.certificate, covered, tried) : await responsesWanted(question, evidence)
    const wants = all.filter(({ key }) => !tried.has(key))
    if (wants.length > 0) return wants
  }
  return []
}

/** Of each place one URL that has not been tried; no further place when one is for all reasons. */
function listsWanted(
  { cRLDistributionPoints = [] }: Certificate,
  covered: ReadonlySet<ReasonFlag>,
  tried: ReadonlySet<string>,
): readonly Want[] {
  const wants: Want[] = []
  for (const { distributionPoint, reasons = allReasons } of cRLDistributionPoints) {
    if (!distributionPoint || !('fullName' in distributionPoint)) continue
    if ([...reasons].every((reason) => covered.has(reason))) continue
    const places = urlsOf(distributionPoint.fullName).map((url): Want => ({ kind: 'crl', key: `crl ${url}`, url }))
    const want = places.find(({ key }) => !tried.has(key))
    if (want) wants.push(want)
    if (want && reasons === allReasons) break
  }
  return wants
}

async function responsesWanted(
  { certificate, issuer }: RevocationQuestion,
  { crypto, ocspNonce: nonce }: Evidence,
): Promise<readonly Want[]> {
  const urls = respondersOf(certificate)
  if (urls.length === 0) return []
  const { serialNumber } = certificate
  const id = await certIdOf(crypto, { issuer: certificate.issuer, issuerKey: issuer.publicKey, serialNumber })
  const request = buildOcspRequest({ certIds: [id], ...(nonce && { nonce }) })
  const named = [id.issuerNameHash, id.issuerKeyHash].map(encodeHex).join(' ')
  return urls.map((url): Want => ({ kind: 'ocsp', key: `ocsp ${url} ${named} ${serialNumber}`, url, request }))
}

function respondersOf({ authorityInfoAccess = [] }: Certificate): readonly string[] {
  const descriptions = authorityInfoAccess.filter(({ accessMethod }) => accessMethod === accessMethods.ocsp)
  return urlsOf(descriptions.map(({ accessLocation }) => accessLocation))
}

/** What can be fetched: a directory cannot. */
function urlsOf(names: readonly GeneralName[]): readonly string[] {
  return names.flatMap((name) =>
    name.type === 'uniformResourceIdentifier' && /^https?:/i.test(name.value) ? [name.value] : [],
  )
}
