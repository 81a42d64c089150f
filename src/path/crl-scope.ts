import { encodeHex } from '../bytes/index.js'
import {
  allReasons,
  type Certificate,
  type CertificateList,
  type DistributionPoint,
  fullNames,
  type GeneralName,
  nameKey,
  type ReasonFlag,
} from '../x509/index.js'

/**
 * The places where a certificate may be on a list: those it names, and at last the one that is assumed for a list which
 * came without a pointer: its issuer's.
 *
 * @see RFC 5280 §6.3.3
 */
export function distributionPointsOf(certificate: Certificate): readonly DistributionPoint[] {
  const fullName: GeneralName = { type: 'directoryName', name: certificate.issuer }
  return [...(certificate.cRLDistributionPoints ?? []), { distributionPoint: { fullName: [fullName] } }]
}

/**
 * The reasons for which a list speaks of a certificate, when it is the list of this distribution point; none when it is
 * not.
 *
 * @see RFC 5280 §6.3.3 (b), (d)
 */
export function reasonsCovered(
  list: CertificateList,
  certificate: Certificate,
  point: DistributionPoint,
): ReadonlySet<ReasonFlag> {
  const idp = list.issuingDistributionPoint
  if (!isIssuerOf(list, certificate, point)) return none
  if (idp?.onlyContainsAttributeCerts) return none
  const isAuthority = certificate.basicConstraints?.cA ?? false
  if (isAuthority ? idp?.onlyContainsUserCerts : idp?.onlyContainsCACerts) return none
  if (idp?.distributionPoint && !samePlace(fullNames(idp.distributionPoint, list.issuer), namesOf(point, list))) {
    return none
  }
  const { reasons = allReasons } = point
  const { onlySomeReasons = allReasons } = idp ?? {}
  return new Set([...reasons].filter((reason) => onlySomeReasons.has(reason)))
}

const none: ReadonlySet<ReasonFlag> = new Set()

/** Another issuer than the certificate's must be named by the certificate, and must say that its list is indirect. */
export function isIssuerOf(list: CertificateList, certificate: Certificate, { cRLIssuer }: DistributionPoint): boolean {
  if (!cRLIssuer) return nameKey(list.issuer) === nameKey(certificate.issuer)
  const named = cRLIssuer.some((name) => name.type === 'directoryName' && nameKey(name.name) === nameKey(list.issuer))
  return named && list.issuingDistributionPoint?.indirectCRL === true
}

function namesOf({ distributionPoint, cRLIssuer = [] }: DistributionPoint, list: CertificateList) {
  return distributionPoint ? fullNames(distributionPoint, list.issuer) : cRLIssuer
}

function samePlace(one: readonly GeneralName[], other: readonly GeneralName[]): boolean {
  const keys = new Set(one.map(placeKey))
  return other.some((name) => keys.has(placeKey(name)))
}

function placeKey(name: GeneralName): string {
  if (name.type === 'directoryName') return `${name.type} ${nameKey(name.name)}`
  if ('value' in name) return `${name.type} ${name.value}`
  return `${name.type} ${encodeHex('octets' in name ? name.octets : name.bytes)}`
}
