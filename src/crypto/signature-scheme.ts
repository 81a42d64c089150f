import type { Oid } from '../asn1/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { type DigestName, digestOf } from './digest.js'
import { keyOids } from './key-kind.js'
import { type PssParameters, parsePssParameters } from './pss.js'

export type SignatureName = 'RSASSA-PKCS1-v1_5' | 'RSASSA-PSS' | 'ECDSA' | 'Ed25519'

/** How a signature was made. */
export interface SignatureScheme {
  readonly name: SignatureName
  /** What the signature is made over. Ed25519 digests inside, with SHA-512. */
  readonly digest: DigestName
  /** For RSASSA-PSS alone. */
  readonly pss?: PssParameters
}

interface SchemeRow {
  readonly name: SignatureName
  /** Absent when the parameters, or the digest algorithm beside the signature algorithm, decide. */
  readonly digest?: DigestName
  /** Reads the parameters of algorithms that have some. */
  readonly parse?: typeof parsePssParameters
}

/** @see RFC 8017 A.2.4, RFC 4055 §3 and §5, RFC 3279 §2.2.3, RFC 5758 §3.2, RFC 8410 §3 */
const schemes: Readonly<Record<Oid, SchemeRow>> = {
  [keyOids.RSA]: { name: 'RSASSA-PKCS1-v1_5' },
  '1.2.840.113549.1.1.5': { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-1' },
  '1.2.840.113549.1.1.11': { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-256' },
  '1.2.840.113549.1.1.12': { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-384' },
  '1.2.840.113549.1.1.13': { name: 'RSASSA-PKCS1-v1_5', digest: 'SHA-512' },
  [keyOids['RSASSA-PSS']]: { name: 'RSASSA-PSS', parse: parsePssParameters },
  '1.2.840.10045.4.1': { name: 'ECDSA', digest: 'SHA-1' },
  '1.2.840.10045.4.3.2': { name: 'ECDSA', digest: 'SHA-256' },
  '1.2.840.10045.4.3.3': { name: 'ECDSA', digest: 'SHA-384' },
  '1.2.840.10045.4.3.4': { name: 'ECDSA', digest: 'SHA-512' },
  [keyOids.Ed25519]: { name: 'Ed25519', digest: 'SHA-512' },
}

/** What a signer writes, so that certificates and SignerInfo name the digest twice and alike. */
export function signatureOid(name: SignatureName, digest: DigestName): Oid {
  return Object.keys(schemes).find((oid) => schemes[oid]?.name === name && schemes[oid].digest === digest)!
}

/**
 * Finds out how a signature was made.
 *
 * In a SignerInfo the digest algorithm stands beside the signature algorithm and decides when the latter is plain
 * rsaEncryption; in a certificate there is none. Parameters may be absent or NULL, save those of RSASSA-PSS.
 *
 * @returns nothing when an algorithm is unknown or has other parameters, or when the two contradict each other.
 * @see RFC 5754 §3.2, RFC 4056 §3, RFC 5753 §2.1.1, RFC 8419 §3.1, RFC 5652 §5.3
 */
export function signatureSchemeOf(
  signature: AlgorithmIdentifier,
  digest?: AlgorithmIdentifier,
): SignatureScheme | undefined {
  const row = schemes[signature.algorithm]
  if (!row) return undefined
  const pss = row.parse && signature.parameters && row.parse(signature.parameters)
  if (row.parse ? !pss : !hasNoParameters(signature)) return undefined
  const own = pss?.digest ?? row.digest
  const named = digest ? digestOf(digest)?.name : own
  if (!named || (own && own !== named)) return undefined
  return { name: row.name, digest: named, ...(pss && { pss }) }
}
