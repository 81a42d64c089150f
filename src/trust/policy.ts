import type { PathPolicy } from '../path/index.js'
import type { BindingPolicy } from './binding.js'
import type { CertificateQuestion } from './judge.js'

/** A rule of one's own about certificates: which authority's policies, which names, which extensions. */
export interface CertificateFilter {
  /** What an administrator calls it; the explanation says it. */
  readonly name: string
  accepts(question: CertificateQuestion): boolean
}

/** What is asked of a certificate before it is trusted. */
export interface TrustPolicy extends PathPolicy, BindingPolicy {
  /** All of them must accept a certificate. Default: none. */
  readonly filters?: readonly CertificateFilter[]
}
