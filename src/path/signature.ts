import { type PublicKeyInfo, signatureSchemeOf, verifySignature } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { proofOf, type Signed } from './caches.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'

/** What is wrong with the signature on a certificate, a list or a response, given the key of whoever should have made it. */
export async function signatureProblem(
  signed: Signed,
  issuerKey: PublicKeyInfo,
  { crypto, caches }: Pick<Evidence, 'crypto' | 'caches'>,
  { algorithms }: Pick<PathPolicy, 'algorithms'>,
): Promise<'signature-algorithm-not-allowed' | 'issuer-signature-wrong' | undefined> {
  const scheme = signatureSchemeOf(signed.signatureAlgorithm)
  if (!scheme || !algorithms.digests.includes(scheme.digest) || !algorithms.signatures.includes(scheme.name)) {
    return 'signature-algorithm-not-allowed'
  }
  const proof = caches && (await proofOf(signed, issuerKey, crypto))
  if (proof && caches.proofs.get(proof)) return undefined
  const right = await verifySignature(crypto, scheme, issuerKey, signed.signature, signed.data, caches?.keys)
  if (right && proof) caches.proofs.set(proof, true)
  return right ? undefined : 'issuer-signature-wrong'
}

/** The same for a certificate. */
export function certificateSignatureProblem(
  { signatureAlgorithm, signature, tbsCertificate: data }: Certificate,
  issuerKey: PublicKeyInfo,
  evidence: Pick<Evidence, 'crypto' | 'caches'>,
  policy: Pick<PathPolicy, 'algorithms'>,
): ReturnType<typeof signatureProblem> {
  return signatureProblem({ signatureAlgorithm, signature, data }, issuerKey, evidence, policy)
}
