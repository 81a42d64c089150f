import { type DigestName, type PublicKeyInfo, type SignatureName, signatureSchemeOf } from '../crypto/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import { skipped } from './reasons.js'
import type { TrustAnchor } from './trust-anchor.js'

/**
 * What version 1.3 has certificates below an anchor signed with. It names SHA-256 alone for RSA, which is taken for an
 * oversight.
 */
const named: Readonly<
  Partial<Record<SignatureName, { readonly digests: readonly DigestName[]; readonly curves?: readonly string[] }>>
> = {
  'RSASSA-PKCS1-v1_5': { digests: ['SHA-256', 'SHA-384', 'SHA-512'] },
  ECDSA: { digests: ['SHA-256', 'SHA-384'], curves: ['P-256', 'P-384'] },
}

/** Whether a certificate is signed with something that version 1.3 does not name (AS-19). */
export function isSignedBeyond13({ signatureAlgorithm }: Certificate, { curve }: PublicKeyInfo): boolean {
  const scheme = signatureSchemeOf(signatureAlgorithm)
  const row = scheme && named[scheme.name]
  if (!scheme || !row) return true
  return !row.digests.includes(scheme.digest) || (row.curves !== undefined && !row.curves.includes(curve ?? ''))
}

/** A warning for each certificate of a path that is. */
export function signaturesBeyond13(path: readonly Certificate[], anchor: TrustAnchor): readonly Step[] {
  return path
    .filter((certificate, index) => isSignedBeyond13(certificate, path[index + 1]?.publicKey ?? anchor.publicKey))
    .map((certificate) => skipped('signature-beyond-13', { certificate: describeCertificate(certificate) }))
}
