import type { PathPolicy } from '../path/index.js'
import type { BindingPolicy } from './binding.js'

/** What is asked of a certificate before it is trusted. */
export type TrustPolicy = PathPolicy & BindingPolicy
