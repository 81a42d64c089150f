import { type PublicKeyInfo, signatureSchemeOf, verifySignature } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { proofOf, type Signed } from './caches.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { Purse } from './purse.js'

/** Evidence that is paid for: each signature that is looked at costs one, those on lists and responses too. */
export interface PaidEvidence extends Evidence {
  readonly purse: Purse
}

type Means = Pick<Evidence, 'crypto' | 'caches'> & Partial<Pick<PaidEvidence, 'purse'>>

/**
 * What is wrong with the signature on a certificate, a list or a response, given the key of whoever should have made it.
 *
 * @throws PurseEmpty, which becomes an answer.
 */
export async function signatureProblem(
  signed: Signed,
  issuerKey: PublicKeyInfo,
  { crypto, caches, purse }: Means,
  { algorithms }: Pick<PathPolicy, 'algorithms'>,
): Promise<'signature-algorithm-not-allowed' | 'issuer-signature-wrong' | undefined> {
  const scheme = signatureSchemeOf(signed.signatureAlgorithm)
  if (!scheme || !algorithms.digests.includes(scheme.digest) || !algorithms.signatures.includes(scheme.name)) {
    return 'signature-algorithm-not-allowed'
  }
  purse?.pay('signatures')
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
  evidence: Means,
  policy: Pick<PathPolicy, 'algorithms'>,
): ReturnType<typeof signatureProblem> {
  return signatureProblem({ signatureAlgorithm, signature, data }, issuerKey, evidence, policy)
}
