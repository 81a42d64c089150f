/** Path: building and judging certification paths; evidence in, verdict out (RFC 5280 §6). */

export type { PathPolicy } from './policy.js'
export type { PathProblem } from './reasons.js'
export { anchorOf, isAnchor, type TrustAnchor } from './trust-anchor.js'
export { type Evidence, type ValidatedPath, validatePath } from './validate-path.js'
