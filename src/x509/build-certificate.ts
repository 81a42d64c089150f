import { type DerNode, der, type Oid } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { algorithmIdentifier, type Signer } from '../crypto/index.js'
import { X509Error } from './errors.js'
import { extensionOids, type KeyUsage, keyUsages } from './extensions.js'
import { type GeneralName, generalName } from './general-name.js'

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
  readonly subjectAltName?: readonly Extract<GeneralName, { readonly value: string }>[]
  readonly subjectKeyIdentifier?: Uint8Array
  readonly authorityKeyIdentifier?: Uint8Array
  /** Where the issuer publishes its CRL. */
  readonly crlUrl?: string
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

function extensionsOf(draft: CertificateDraft): DerNode[] {
  const { cA = false, pathLenConstraint, keyUsage, extKeyUsage, subjectAltName, crlUrl } = draft
  const pathLength = pathLenConstraint === undefined ? [] : [der.integer(pathLenConstraint)]
  const location = crlUrl && der.explicit(0, der.implicit(0, der.sequence(uri(crlUrl))))
  const values: [keyof typeof extensionOids, critical: boolean, value: DerNode | undefined | ''][] = [
    ['basicConstraints', true, der.sequence(...(cA ? [der.boolean(true), ...pathLength] : []))],
    ['keyUsage', true, keyUsage && der.namedBits(keyUsage.map((usage) => keyUsages.indexOf(usage)))],
    ['extKeyUsage', false, extKeyUsage && der.sequence(...extKeyUsage.map(der.oid))],
    ['subjectAltName', false, subjectAltName && der.sequence(...subjectAltName.map(generalName))],
    ['subjectKeyIdentifier', false, draft.subjectKeyIdentifier && der.octetString(draft.subjectKeyIdentifier)],
    [
      'authorityKeyIdentifier',
      false,
      draft.authorityKeyIdentifier && der.sequence(der.implicit(0, der.octetString(draft.authorityKeyIdentifier))),
    ],
    ['cRLDistributionPoints', false, location && der.sequence(der.sequence(location))],
  ]
  return values.flatMap(([name, critical, value]) => {
    if (!value) return []
    const flag = critical ? [der.boolean(true)] : []
    return [der.sequence(der.oid(extensionOids[name]), ...flag, der.octetString(value))]
  })
}

function uri(value: string): DerNode {
  return generalName({ type: 'uniformResourceIdentifier', value })
}
