import type { Verdict } from '../verdict/index.js'
import type { Certificate, CertificateList, OcspResponse } from '../x509/index.js'
import type { Want } from './evidence.js'
import type { PathProblem } from './reasons.js'
import type { TrustAnchor } from './trust-anchor.js'

export interface ValidatedPath {
  /** From the certificate asked about towards the anchor; the anchor is not part of it unless it is that certificate. */
  readonly path: readonly Certificate[]
  readonly anchor: TrustAnchor
  /** Certificate policies under which it is valid, in the words of the anchor; `2.5.29.32.0` for any. */
  readonly policies: readonly string[]
  /** What said that nothing in it was revoked. */
  readonly crls: readonly CertificateList[]
  readonly ocspResponses: readonly OcspResponse[]
}

/** A refusal may turn into another answer when what is wanted is fetched. Nothing is wanted of an acceptance. */
export type PathVerdict = Verdict<ValidatedPath, PathProblem> & { readonly wants: readonly Want[] }
