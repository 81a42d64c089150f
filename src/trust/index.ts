/** Trust: who a certificate speaks for, whom an address trusts, and the judgement of both (Applicability Statement §4). */

export { type AnchorSource, anchorSources, type SourcedAnchor } from './anchor-sources.js'
export { type BindingPolicy, type BindingProblem, type Bound, bindsTo } from './binding.js'
export { buildTrustBundle, type TrustBundleDraft } from './build-trust-bundle.js'
export type { TrustBundleMetadata } from './bundle-metadata.js'
export {
  createTrustStore,
  type RefreshableTrustStore,
  type RefreshOptions,
  type TrustBundleSubscription,
  type TrustStoreOptions,
} from './create-trust-store.js'
export { TrustError, type TrustErrorCode } from './errors.js'
export {
  type CertificateProblem,
  type CertificateQuestion,
  type CertificateUse,
  type CertificateVerdict,
  type JudgedCertificate,
  judgeCertificate,
  mailKeyPurposes,
} from './judge.js'
export { type JudgingPorts, judgeWithRetrieval } from './judge-with-retrieval.js'
export type { CertificateFilter, TrustPolicy } from './policy.js'
export {
  type HeldTrustBundle,
  nextRefreshAt,
  type RefreshedTrustBundle,
  type RefreshPorts,
  refreshTrustBundle,
  type TrustBundleSource,
  type TrustBundleState,
} from './refresh-trust-bundle.js'
export { type LoadTrustBundleOptions, loadTrustBundle, type TrustBundle } from './trust-bundle.js'
export {
  type AnchorQuery,
  type AnchorSourceCondition,
  anchorList,
  type TrustBundleCondition,
  type TrustStore,
} from './trust-store.js'
