import { type DerNode, der } from '../asn1/index.js'
import { type Bytes, concat } from '../bytes/index.js'
import { algorithmIdentifier, type Signer } from '../crypto/index.js'
import { crlExtensionOids, type IssuingDistributionPoint } from './certificate-list.js'
import {
  type DistributionPoint,
  distributionPointName,
  distributionPoints,
  writeReasonFlags,
} from './distribution-points.js'
import { type CrlReason, crlReasons, entryExtensionOids } from './revocation-reasons.js'

/** What a CRL is to say. Names are DER. Times are in milliseconds since 1970, written in whole seconds. */
export interface CertificateListDraft {
  readonly issuer: DerNode
  readonly thisUpdate: number
  readonly nextUpdate?: number
  readonly revoked?: Iterable<RevokedCertificateDraft>
  readonly crlNumber?: bigint
  /** The number of the complete list that this one brings up to date. */
  readonly deltaCRLIndicator?: bigint
  readonly issuingDistributionPoint?: Partial<IssuingDistributionPoint>
  readonly authorityKeyIdentifier?: Uint8Array
  readonly freshestCRL?: readonly DistributionPoint[]
  /** Further extensions, each an Extension in DER. */
  readonly extensions?: readonly DerNode[]
}

export interface RevokedCertificateDraft {
  readonly serialNumber: bigint
  readonly revocationDate: number
  readonly reason?: CrlReason
  readonly invalidityDate?: number
  /** A Name in DER: the issuer of this certificate and of those that follow. In indirect lists alone. */
  readonly certificateIssuer?: DerNode
  /** Further extensions, each an Extension in DER. */
  readonly extensions?: readonly DerNode[]
}

/**
 * Writes a CRL of version 2 and has it signed.
 *
 * @param signer - the key of the list's issuer.
 * @returns DER.
 * @throws Asn1Error `ERR_ASN1_VALUE` when a location or a time cannot be written.
 * @see RFC 5280 §5.1
 */
export async function buildCertificateList(draft: CertificateListDraft, signer: Signer): Promise<Bytes> {
  const algorithm = algorithmIdentifier(signer.signatureAlgorithm)
  const entries = [...(draft.revoked ?? [])].map((entry) => der.encode(revokedCertificate(entry)))
  const extensions = [...extensionsOf(draft), ...(draft.extensions ?? [])]
  const tbs = der.encode(
    der.sequence(
      der.integer(1),
      algorithm,
      draft.issuer,
      der.time(draft.thisUpdate),
      ...(draft.nextUpdate === undefined ? [] : [der.time(draft.nextUpdate)]),
      ...(entries.length > 0 ? [der.sequence(concat(entries))] : []),
      ...(extensions.length > 0 ? [der.explicit(0, der.sequence(...extensions))] : []),
    ),
  )
  return der.encode(der.sequence(tbs, algorithm, der.bitString(await signer.sign(tbs))))
}

function revokedCertificate(draft: RevokedCertificateDraft): DerNode {
  const { reason, invalidityDate, certificateIssuer, extensions = [] } = draft
  const { cRLReasons, invalidityDate: since, certificateIssuer: issuer } = entryExtensionOids
  const list = [
    ...(reason ? [extension(cRLReasons, false, der.enumerated(crlReasons.indexOf(reason)))] : []),
    ...(invalidityDate === undefined ? [] : [extension(since, false, der.generalizedTime(invalidityDate))]),
    ...(certificateIssuer ? [extension(issuer, true, der.sequence(der.explicit(4, certificateIssuer)))] : []),
    ...extensions,
  ]
  return der.sequence(
    der.integer(draft.serialNumber),
    der.time(draft.revocationDate),
    ...(list.length > 0 ? [der.sequence(...list)] : []),
  )
}

function extensionsOf(draft: CertificateListDraft): readonly DerNode[] {
  const { crlNumber, deltaCRLIndicator, issuingDistributionPoint: idp, authorityKeyIdentifier, freshestCRL } = draft
  const values: [keyof typeof crlExtensionOids, critical: boolean, value: DerNode | undefined][] = [
    [
      'authorityKeyIdentifier',
      false,
      authorityKeyIdentifier && der.sequence(der.implicit(0, der.octetString(authorityKeyIdentifier))),
    ],
    ['crlNumber', false, crlNumber === undefined ? undefined : der.integer(crlNumber)],
    ['deltaCRLIndicator', true, deltaCRLIndicator === undefined ? undefined : der.integer(deltaCRLIndicator)],
    ['issuingDistributionPoint', true, idp && issuingDistributionPoint(idp)],
    ['freshestCRL', false, freshestCRL && distributionPoints(freshestCRL)],
  ]
  return values.flatMap(([name, critical, value]) =>
    value ? [extension(crlExtensionOids[name], critical, value)] : [],
  )
}

function issuingDistributionPoint(draft: Partial<IssuingDistributionPoint>): DerNode {
  const flag = (number: number, value = false) => (value ? [der.implicit(number, der.boolean(true))] : [])
  const { distributionPoint: name, onlySomeReasons: reasons } = draft
  return der.sequence(
    ...(name ? [der.explicit(0, distributionPointName(name))] : []),
    ...flag(1, draft.onlyContainsUserCerts),
    ...flag(2, draft.onlyContainsCACerts),
    ...(reasons ? [der.implicit(3, writeReasonFlags(reasons))] : []),
    ...flag(4, draft.indirectCRL),
    ...flag(5, draft.onlyContainsAttributeCerts),
  )
}

function extension(oid: string, critical: boolean, value: DerNode): DerNode {
  return der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value))
}
