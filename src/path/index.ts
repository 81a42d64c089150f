/** Path: building and validating certification paths; evidence in, verdict and wants out (RFC 5280 §6, 6960). */

export { buildPath } from './build-path.js'
export { createPathCaches, type PathCaches } from './caches.js'
export type { Evidence, Want } from './evidence.js'
export { defaultBudget, type PathBudget, type PathPolicy, type RevocationPolicy } from './policy.js'
export type { PathProblem } from './reasons.js'
export { anchorOf, isAnchor, isSameAnchor, type TrustAnchor } from './trust-anchor.js'
export { validatePath } from './validate-path.js'
export type { PathVerdict, ValidatedPath } from './validated-path.js'
