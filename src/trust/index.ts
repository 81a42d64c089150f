/** Trust: who a certificate speaks for, whom an address trusts, and the judgement of both (Applicability Statement §4). */

export { type BindingPolicy, type BindingProblem, type Bound, bindsTo } from './binding.js'
export { type CertificateProblem, type CertificateUse, type JudgedCertificate, judgeCertificate } from './judge.js'
export type { TrustPolicy } from './policy.js'
export { type AnchorQuery, anchorList, type TrustStore } from './trust-store.js'
