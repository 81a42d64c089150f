import {
  context,
  type DerNode,
  der,
  type Element,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readBits,
  tags,
} from '../asn1/index.js'
import { type GeneralName, generalName, parseGeneralName } from './general-name.js'
import { type Name, parseName } from './name.js'

/** Why a certificate may be revoked, as far as a list may be limited to some reasons. */
export type ReasonFlag =
  | 'unused'
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  | 'privilegeWithdrawn'
  | 'aACompromise'

/** In the order of their bits. @see RFC 5280 §4.2.1.13 */
const reasonFlags: readonly ReasonFlag[] = [
  'unused',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
]

/** The reasons that a list for every reason covers. */
export const allReasons: ReadonlySet<ReasonFlag> = new Set(reasonFlags.slice(1))

/** Where a list lies: several names of one place, or what is added to the name of the list's issuer. */
export type DistributionPointName =
  | { readonly fullName: readonly GeneralName[] }
  /** A RelativeDistinguishedName in DER. */
  | { readonly nameRelativeToCRLIssuer: Uint8Array }

/** One place where the revocation of a certificate is published. @see RFC 5280 §4.2.1.13 */
export interface DistributionPoint {
  readonly distributionPoint?: DistributionPointName
  /** Absent when the list there is for every reason. */
  readonly reasons?: ReadonlySet<ReasonFlag>
  /** Absent when the issuer of the certificate issues the list too. */
  readonly cRLIssuer?: readonly GeneralName[]
}

/** Reads CRLDistributionPoints, and FreshestCRL, which has the same shape. */
export function parseDistributionPoints(element: Element): readonly DistributionPoint[] {
  return elementsOf(element, tags.sequence).map(parseDistributionPoint)
}

function parseDistributionPoint(element: Element): DistributionPoint {
  const fields = fieldsOf(element)
  const name = fields.optional(context(0))
  const reasons = fields.optional(context(1))
  const issuer = fields.optional(context(2))
  fields.end()
  return {
    ...(name && { distributionPoint: parseDistributionPointName(onlyChild(name)) }),
    ...(reasons && { reasons: parseReasonFlags(reasons) }),
    ...(issuer && { cRLIssuer: generalNames(issuer, context(2)) }),
  }
}

export function parseDistributionPointName(element: Element): DistributionPointName {
  if (element.tag === context(0)) return { fullName: generalNames(element, context(0)) }
  const rdn = der.encode(der.setInOrder(elementsOf(element, context(1)).map(({ bytes }) => bytes)))
  parseName(parseAsn1(der.encode(der.sequence(rdn))))
  return { nameRelativeToCRLIssuer: rdn }
}

export function parseReasonFlags(element: Element): ReadonlySet<ReasonFlag> {
  return new Set(readBits(element).flatMap((bit) => reasonFlags[bit] ?? []))
}

function generalNames(element: Element, tag: number): readonly GeneralName[] {
  return elementsOf(element, tag).flatMap((name) => parseGeneralName(name) ?? [])
}

/**
 * The names of a place, all of them full ones.
 *
 * @param crlIssuer - whose name a relative one goes on from.
 */
export function fullNames(name: DistributionPointName, crlIssuer: Name): readonly GeneralName[] {
  if ('fullName' in name) return name.fullName
  const rdns = parseAsn1(crlIssuer.bytes).children.map(({ bytes }) => bytes)
  const whole = der.encode(der.sequence(...rdns, name.nameRelativeToCRLIssuer))
  return [{ type: 'directoryName', name: parseName(parseAsn1(whole)) }]
}

/** Writes CRLDistributionPoints, or FreshestCRL. */
export function distributionPoints(points: readonly DistributionPoint[]): DerNode {
  return der.sequence(...points.map(distributionPoint))
}

function distributionPoint({ distributionPoint: name, reasons, cRLIssuer }: DistributionPoint): DerNode {
  return der.sequence(
    ...(name ? [der.explicit(0, distributionPointName(name))] : []),
    ...(reasons ? [der.implicit(1, writeReasonFlags(reasons))] : []),
    ...(cRLIssuer ? [der.implicit(2, der.sequence(...cRLIssuer.map(generalName)))] : []),
  )
}

/** Writes a DistributionPointName. */
export function distributionPointName(name: DistributionPointName): DerNode {
  return 'fullName' in name
    ? der.implicit(0, der.sequence(...name.fullName.map(generalName)))
    : der.implicit(1, name.nameRelativeToCRLIssuer)
}

export function writeReasonFlags(reasons: ReadonlySet<ReasonFlag>): DerNode {
  return der.namedBits([...reasons].map((reason) => reasonFlags.indexOf(reason)))
}

/** The place of a list for every reason, issued by the issuer of the certificate. */
export function distributionPointAt(url: string): DistributionPoint {
  return { distributionPoint: { fullName: [{ type: 'uniformResourceIdentifier', value: url }] } }
}
