import { CryptoError, type PublicKeyInfo, signatureSchemeOf, verifySignature } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { proofOf, type Signed } from './caches.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { Purse } from './purse.js'
import { isSignedBeyond13 } from './signatures-of-13.js'

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
  const { signature, data } = signed
  const right = await verifySignature(crypto, scheme, issuerKey, signature, data, caches?.keys).catch(notHere)
  if (right === undefined) return 'signature-algorithm-not-allowed'
  if (right && proof) caches.proofs.set(proof, true)
  return right ? undefined : 'issuer-signature-wrong'
}

/** What this host cannot verify is no fault of the world: a stranger may bring it along. */
function notHere(error: unknown): undefined {
  if (!(error instanceof CryptoError && error.code === 'ERR_CRYPTO_UNSUPPORTED')) throw error
}

/** The same for a certificate, with what is asked of certificates beyond (AS-19). */
export async function certificateSignatureProblem(
  certificate: Certificate,
  issuerKey: PublicKeyInfo,
  means: Means,
  policy: Pick<PathPolicy, 'algorithms' | 'signaturesBeyond13'>,
): Promise<Awaited<ReturnType<typeof signatureProblem>> | 'signature-beyond-13'> {
  const { signatureAlgorithm, signature, tbsCertificate: data } = certificate
  const problem = await signatureProblem({ signatureAlgorithm, signature, data }, issuerKey, means, policy)
  if (problem || policy.signaturesBeyond13 === 'warning') return problem
  return isSignedBeyond13(certificate, issuerKey) ? 'signature-beyond-13' : undefined
}
