import {
  context,
  type Element,
  elementsOf,
  fieldsOf,
  type Oid,
  parseAsn1,
  readBits,
  readBoolean,
  readOctets,
  readOid,
  readSmallInteger,
  type Tag,
  tags,
} from '../asn1/index.js'
import { type AccessDescription, parseAccessDescriptions } from './access-description.js'
import { type DistributionPoint, parseDistributionPoints } from './distribution-points.js'
import { X509Error } from './errors.js'
import { type GeneralName, parseGeneralName } from './general-name.js'
import { type NameConstraints, parseNameConstraints } from './name-constraints.js'
import {
  type PolicyConstraints,
  type PolicyMapping,
  parseCertificatePolicies,
  parsePolicyConstraints,
  parsePolicyMappings,
} from './policies.js'

/** One extension as received. `value` is the DER inside its OCTET STRING. */
export interface Extension {
  readonly oid: Oid
  readonly critical: boolean
  readonly value: Uint8Array
}

export type KeyUsage =
  | 'digitalSignature'
  | 'nonRepudiation'
  | 'keyEncipherment'
  | 'dataEncipherment'
  | 'keyAgreement'
  | 'keyCertSign'
  | 'cRLSign'
  | 'encipherOnly'
  | 'decipherOnly'

export interface BasicConstraints {
  readonly cA: boolean
  readonly pathLenConstraint?: number
}

/** The extensions this room reads. @see RFC 5280 §4.2 */
export const extensionOids: Readonly<Record<keyof ExtensionValues, Oid>> = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  cRLDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  freshestCRL: '2.5.29.46',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
}

/** In the order of their bits. @see RFC 5280 §4.2.1.3 */
export const keyUsages: readonly KeyUsage[] = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
]

/** @throws when one is there twice, known or not (RFC 5280 §4.2). */
export function parseExtensions(element: Element): readonly Extension[] {
  const extensions = elementsOf(element, tags.sequence).map(parseExtension)
  if (new Set(extensions.map(({ oid }) => oid)).size < extensions.length) {
    throw new X509Error('ERR_X509_MALFORMED', 'an extension that is there twice')
  }
  return extensions
}

function parseExtension(element: Element): Extension {
  const fields = fieldsOf(element)
  const oid = readOid(fields.next(tags.oid))
  const critical = fields.optional(tags.boolean)
  const value = readOctets(fields.next(tags.octetString))
  fields.end()
  return { oid, critical: critical !== undefined && readBoolean(critical), value }
}

/** What each extension says. The rest of a certificate is read whatever it carries. */
export interface ExtensionValues {
  readonly subjectKeyIdentifier: Uint8Array
  /** The keyIdentifier; the other two fields are not used. */
  readonly authorityKeyIdentifier: Uint8Array
  readonly keyUsage: ReadonlySet<KeyUsage>
  readonly extKeyUsage: readonly Oid[]
  readonly subjectAltName: readonly GeneralName[]
  readonly basicConstraints: BasicConstraints
  readonly nameConstraints: NameConstraints
  readonly certificatePolicies: readonly Oid[]
  readonly policyMappings: readonly PolicyMapping[]
  readonly policyConstraints: PolicyConstraints
  /** How many certificates later anyPolicy no longer counts. */
  readonly inhibitAnyPolicy: number
  readonly cRLDistributionPoints: readonly DistributionPoint[]
  readonly freshestCRL: readonly DistributionPoint[]
  readonly authorityInfoAccess: readonly AccessDescription[]
}

/** A value that is not what its OID promises makes the certificate malformed. */
const extensionReaders: {
  readonly [Name in keyof ExtensionValues]: (value: Element) => ExtensionValues[Name] | undefined
} = {
  subjectKeyIdentifier: (value) => readOctets(tagged(value, tags.octetString)),
  authorityKeyIdentifier: (value) => {
    const keyIdentifier = fieldsOf(value).optional(context(0))
    return keyIdentifier && readOctets(keyIdentifier)
  },
  keyUsage: (value) => new Set(readBits(tagged(value, tags.bitString)).flatMap((bit) => keyUsages[bit] ?? [])),
  extKeyUsage: (value) => elementsOf(value, tags.sequence).map((purpose) => readOid(tagged(purpose, tags.oid))),
  subjectAltName: (value) => elementsOf(value, tags.sequence).flatMap((name) => parseGeneralName(name) ?? []),
  basicConstraints: parseBasicConstraints,
  nameConstraints: parseNameConstraints,
  certificatePolicies: parseCertificatePolicies,
  policyMappings: parsePolicyMappings,
  policyConstraints: parsePolicyConstraints,
  inhibitAnyPolicy: (value) => readSmallInteger(tagged(value, tags.integer)),
  cRLDistributionPoints: parseDistributionPoints,
  freshestCRL: parseDistributionPoints,
  authorityInfoAccess: parseAccessDescriptions,
}

function parseBasicConstraints(value: Element): BasicConstraints {
  const fields = fieldsOf(value)
  const cA = fields.optional(tags.boolean)
  const pathLenConstraint = fields.optional(tags.integer)
  fields.end()
  return {
    cA: cA !== undefined && readBoolean(cA),
    ...(pathLenConstraint && { pathLenConstraint: readSmallInteger(pathLenConstraint) }),
  }
}

/** Reads the extensions that are known; what is not there is left out. @throws when one is malformed. */
export function readExtensions(extensions: readonly Extension[]): Partial<ExtensionValues> {
  const names = Object.keys(extensionReaders) as (keyof ExtensionValues)[]
  const values = names.flatMap((name) => {
    const extension = extensions.find(({ oid }) => oid === extensionOids[name])
    const value = extension && extensionReaders[name](parseAsn1(extension.value))
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(values)
}

function tagged(element: Element, tag: Tag): Element {
  if (element.tag === tag) return element
  throw new X509Error('ERR_X509_MALFORMED', 'an extension whose value is of another type')
}
