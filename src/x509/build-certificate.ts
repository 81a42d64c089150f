import { type DerNode, der, type Oid } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { algorithmIdentifier, type Signer } from '../crypto/index.js'
import { type AccessDescription, accessDescriptions } from './access-description.js'
import { type DistributionPoint, distributionPoints } from './distribution-points.js'
import { X509Error } from './errors.js'
import { type Extension, extensionOids, type KeyUsage, keyUsages } from './extensions.js'
import { type GeneralName, generalName } from './general-name.js'
import { type NameConstraints, nameConstraints } from './name-constraints.js'
import {
  certificatePolicies,
  type PolicyConstraints,
  type PolicyMapping,
  policyConstraints,
  policyMappings,
} from './policies.js'

/** What a certificate is to say. Names are DER: from {@link buildName}, or the `subject.bytes` of the issuer. */
export interface CertificateDraft {
  readonly serialNumber: bigint
  readonly issuer: DerNode
  readonly subject: DerNode
  /** Milliseconds since 1970; written in whole seconds. */
  readonly notBefore: number
  readonly notAfter: number
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Uint8Array
  readonly cA?: boolean
  readonly pathLenConstraint?: number
  readonly keyUsage?: readonly KeyUsage[]
  readonly extKeyUsage?: readonly Oid[]
  readonly subjectAltName?: readonly GeneralName[]
  readonly subjectKeyIdentifier?: Uint8Array
  readonly authorityKeyIdentifier?: Uint8Array
  readonly nameConstraints?: NameConstraints
  readonly certificatePolicies?: readonly Oid[]
  readonly policyMappings?: readonly PolicyMapping[]
  readonly policyConstraints?: PolicyConstraints
  readonly inhibitAnyPolicy?: number
  readonly cRLDistributionPoints?: readonly DistributionPoint[]
  readonly freshestCRL?: readonly DistributionPoint[]
  readonly authorityInfoAccess?: readonly AccessDescription[]
  /** Whatever else it is to carry. */
  readonly extensions?: readonly Extension[]
}

/**
 * Writes a certificate of version 3 and has it signed.
 *
 * @param signer - the issuer's key.
 * @returns DER.
 * @throws {@link X509Error} `ERR_X509_DRAFT` when the serial number is not positive or longer than 20 octets;
 *   Asn1Error `ERR_ASN1_VALUE` when a name, a location or a time cannot be written.
 * @see RFC 5280 §4.1
 */
export async function buildCertificate(draft: CertificateDraft, signer: Signer): Promise<Bytes> {
  if (draft.serialNumber <= 0n || draft.serialNumber >= 1n << 159n) {
    throw new X509Error('ERR_X509_DRAFT', 'a serial number must be positive and fit in 20 octets')
  }
  const algorithm = algorithmIdentifier(signer.signatureAlgorithm)
  const tbs = der.encode(
    der.sequence(
      der.explicit(0, der.integer(2)),
      der.integer(draft.serialNumber),
      algorithm,
      draft.issuer,
      der.sequence(der.time(draft.notBefore), der.time(draft.notAfter)),
      draft.subject,
      draft.publicKey,
      der.explicit(3, der.sequence(...extensionsOf(draft))),
    ),
  )
  return der.encode(der.sequence(tbs, algorithm, der.bitString(await signer.sign(tbs))))
}

/** Each extension, whether it is critical, and how it is written. @see RFC 5280 §4.2 */
const writers: readonly {
  readonly name: keyof typeof extensionOids
  readonly critical: boolean
  readonly write: (draft: CertificateDraft) => DerNode | undefined
}[] = [
  { name: 'basicConstraints', critical: true, write: basicConstraints },
  {
    name: 'keyUsage',
    critical: true,
    write: ({ keyUsage }) => keyUsage && der.namedBits(keyUsage.map((usage) => keyUsages.indexOf(usage))),
  },
  {
    name: 'extKeyUsage',
    critical: false,
    write: ({ extKeyUsage }) => extKeyUsage && der.sequence(...extKeyUsage.map(der.oid)),
  },
  {
    name: 'subjectAltName',
    critical: false,
    write: ({ subjectAltName }) => subjectAltName && der.sequence(...subjectAltName.map(generalName)),
  },
  {
    name: 'nameConstraints',
    critical: true,
    write: (draft) => draft.nameConstraints && nameConstraints(draft.nameConstraints),
  },
  {
    name: 'certificatePolicies',
    critical: false,
    write: (draft) => draft.certificatePolicies && certificatePolicies(draft.certificatePolicies),
  },
  {
    name: 'policyMappings',
    critical: true,
    write: (draft) => draft.policyMappings && policyMappings(draft.policyMappings),
  },
  {
    name: 'policyConstraints',
    critical: true,
    write: (draft) => draft.policyConstraints && policyConstraints(draft.policyConstraints),
  },
  {
    name: 'inhibitAnyPolicy',
    critical: true,
    write: ({ inhibitAnyPolicy }) => (inhibitAnyPolicy === undefined ? undefined : der.integer(inhibitAnyPolicy)),
  },
  {
    name: 'cRLDistributionPoints',
    critical: false,
    write: (draft) => draft.cRLDistributionPoints && distributionPoints(draft.cRLDistributionPoints),
  },
  {
    name: 'freshestCRL',
    critical: false,
    write: (draft) => draft.freshestCRL && distributionPoints(draft.freshestCRL),
  },
  {
    name: 'authorityInfoAccess',
    critical: false,
    write: (draft) => draft.authorityInfoAccess && accessDescriptions(draft.authorityInfoAccess),
  },
  {
    name: 'subjectKeyIdentifier',
    critical: false,
    write: ({ subjectKeyIdentifier }) => subjectKeyIdentifier && der.octetString(subjectKeyIdentifier),
  },
  {
    name: 'authorityKeyIdentifier',
    critical: false,
    write: ({ authorityKeyIdentifier }) =>
      authorityKeyIdentifier && der.sequence(der.implicit(0, der.octetString(authorityKeyIdentifier))),
  },
]

function extensionsOf(draft: CertificateDraft): DerNode[] {
  const known = writers.flatMap(({ name, critical, write }) => {
    const value = write(draft)
    return value ? [{ oid: extensionOids[name], critical, value }] : []
  })
  return [...known, ...(draft.extensions ?? [])].map(({ oid, critical, value }) =>
    der.sequence(der.oid(oid), ...(critical ? [der.boolean(true)] : []), der.octetString(value)),
  )
}

function basicConstraints({ cA = false, pathLenConstraint }: CertificateDraft): DerNode {
  const pathLength = pathLenConstraint === undefined ? [] : [der.integer(pathLenConstraint)]
  return der.sequence(...(cA ? [der.boolean(true), ...pathLength] : []))
}
