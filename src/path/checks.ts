import type { Oid } from '../asn1/index.js'
import {
  type CryptoProvider,
  type PublicKeyInfo,
  publicKeyWeakness,
  signatureSchemeOf,
  verifySignature,
} from '../crypto/index.js'
import { type Certificate, extensionOids, nameKey } from '../x509/index.js'
import type { PathPolicy } from './policy.js'
import type { PathProblem } from './reasons.js'

/** Where a certificate stands in a path. */
export type Place = 'end-entity' | 'authority' | 'anchor'

/** Extensions whose meaning is taken into account; any other that is critical ends the path. */
const understood: ReadonlySet<Oid> = new Set([
  extensionOids.keyUsage,
  extensionOids.basicConstraints,
  extensionOids.subjectAltName,
  extensionOids.extKeyUsage,
])

const nameConstraints: Oid = '2.5.29.30'

/** What is wrong with a certificate by itself: its dates, its key, extensions that are not understood. */
export function certificateProblem(
  certificate: Certificate,
  place: Place,
  at: number,
  policy: PathPolicy,
): PathProblem | undefined {
  // Asked this way round, a time that is no number is never inside.
  if (!(at <= certificate.notAfter)) return place === 'anchor' ? 'anchor-expired' : 'certificate-expired'
  if (!(at + policy.clockSkewMs >= certificate.notBefore)) return 'certificate-not-yet-valid'
  if (publicKeyWeakness(certificate.publicKey, policy.algorithms)) return 'key-not-allowed'
  if (certificate.extensions.some(({ oid }) => oid === nameConstraints)) return 'constraints-not-supported'
  // An anchor is a name and a key: what else its certificate says binds nobody (RFC 5280 §6.1.1).
  if (place === 'anchor') return undefined
  if (certificate.extensions.some(({ oid, critical }) => critical && !understood.has(oid)))
    return 'critical-extension-unknown'
  return undefined
}

/** What keeps a certificate from having issued the last one of a path. */
export function issuerProblem(
  issuer: Certificate,
  place: Place,
  path: readonly Certificate[],
): PathProblem | undefined {
  const { basicConstraints, keyUsage } = issuer
  // An anchor of a version that has no extensions is an authority because somebody said so. Of version 3 it must say so
  // itself: else a mailbox whose certificate was made an anchor could issue others (AS-63).
  const isAuthority = basicConstraints?.cA ?? (place === 'anchor' && issuer.version < 3)
  if (!isAuthority || (keyUsage && !keyUsage.has('keyCertSign'))) return 'not-a-ca'
  const below = path.slice(1).filter(({ subject, issuer: by }) => nameKey(subject) !== nameKey(by)).length
  return below > (basicConstraints?.pathLenConstraint ?? Infinity) ? 'path-too-long' : undefined
}

/** What is wrong with the signature on a certificate, given the key of the one it names as issuer. */
export async function signatureProblem(
  certificate: Certificate,
  issuerKey: PublicKeyInfo,
  policy: PathPolicy,
  crypto: CryptoProvider,
): Promise<PathProblem | undefined> {
  const scheme = signatureSchemeOf(certificate.signatureAlgorithm)
  const { digests, signatures } = policy.algorithms
  if (!scheme || !digests.includes(scheme.digest) || !signatures.includes(scheme.name)) {
    return 'signature-algorithm-not-allowed'
  }
  const right = await verifySignature(crypto, scheme, issuerKey, certificate.signature, certificate.tbsCertificate)
  return right ? undefined : 'issuer-signature-wrong'
}
