/** Trust: who a certificate speaks for, whom an address trusts, and the judgement of both (Applicability Statement §4). */

export { type BindingPolicy, type BindingProblem, bindsTo, type Bound } from './binding.js'
export { type CertificateProblem, type CertificateUse, judgeCertificate, type JudgedCertificate } from './judge.js'
export { type AnchorQuery, anchorList, type TrustStore } from './trust-store.js'
export type { TrustPolicy } from './policy.js'
