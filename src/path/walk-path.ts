import type { Certificate, NameConstraints } from '../x509/index.js'
import { authorityProblem, certificateProblem, isForPurpose, isSelfIssued } from './checks.js'
import { namesAllowed } from './name-constraints.js'
import type { PathPolicy } from './policy.js'
import {
  anyPolicy,
  initialPolicyGraph,
  isEmpty,
  mapped,
  nextDepth,
  type PolicyGraph,
  validPolicies,
} from './policy-graph.js'
import type { Purse } from './purse.js'
import type { PathProblem } from './reasons.js'
import type { TrustAnchor } from './trust-anchor.js'

/** The first rule that a path breaks, on the way down from the anchor, and the certificate that breaks it. */
export interface PathFault {
  readonly code: PathProblem
  readonly certificate: Certificate
}

/** What is carried from one certificate to the next. @see RFC 5280 §6.1.2 */
interface State {
  readonly graph: PolicyGraph
  readonly constraints: readonly NameConstraints[]
  /** How many certificates on a policy must be valid, policies may no longer be mapped, anyPolicy no longer counts. */
  readonly explicitPolicy: number
  readonly policyMapping: number
  readonly inhibitAnyPolicy: number
  readonly maxPathLength: number
}

/**
 * Walks down a path and applies every rule of RFC 5280 §6.1 but those for signatures and revocation.
 *
 * @param path - the end entity first; the anchor is not part of it.
 * @returns the policies under which the path is valid, or what is wrong.
 */
export function walkPath(
  path: readonly Certificate[],
  anchor: TrustAnchor,
  at: number,
  policy: PathPolicy,
  purse: Purse,
): PathFault | { readonly policies: readonly string[] } {
  let state = initialState(path.length, anchor, policy)
  for (let index = path.length - 1; index >= 0; index--) {
    const certificate = path[index]!
    const isLast = index === 0
    const wrong = (code: PathProblem): PathFault => ({ code, certificate })

    const problem = certificateProblem(certificate, at, policy)
    if (problem) return wrong(problem)
    if (!isForPurpose(certificate, policy)) return wrong('wrong-purpose')
    const isFree = isSelfIssued(certificate) && !isLast
    if (!isFree && !namesAllowed(certificate, state.constraints, purse)) return wrong('name-not-allowed')

    const mayBeAny = state.inhibitAnyPolicy > 0 || isFree
    const graph = nextDepth(state.graph, certificate.certificatePolicies, mayBeAny, purse)
    if (state.explicitPolicy === 0 && isEmpty(graph)) return wrong('policy-required')
    if (isLast) return ended({ ...state, graph }, certificate, policy)

    const notAuthority = authorityProblem(certificate)
    if (notAuthority) return wrong(notAuthority)
    if (certificate.policyMappings?.some(mapsAnyPolicy)) return wrong('policy-mapping-not-allowed')
    if (!isFree && state.maxPathLength <= 0) return wrong('path-too-long')
    state = prepared({ ...state, graph }, certificate, purse)
  }
  throw new RangeError('a path has a certificate')
}

function initialState(length: number, anchor: TrustAnchor, policy: PathPolicy): State {
  const never = length + 1
  const { certificate } = anchor
  const constraints = [certificate?.nameConstraints ?? [], anchor.nameConstraints ?? []].flat()
  return {
    graph: initialPolicyGraph,
    constraints,
    explicitPolicy: policy.initialExplicitPolicy ? 0 : never,
    policyMapping: policy.initialPolicyMappingInhibit ? 0 : never,
    inhibitAnyPolicy: policy.initialAnyPolicyInhibit ? 0 : never,
    maxPathLength: certificate?.basicConstraints?.pathLenConstraint ?? length,
  }
}

/** Gets ready for the next certificate. @see RFC 5280 §6.1.4 (b), (g) to (j), (l), (m) */
function prepared(state: State, certificate: Certificate, purse: Purse): State {
  const {
    policyMappings = [],
    policyConstraints = {},
    inhibitAnyPolicy,
    nameConstraints,
    basicConstraints,
  } = certificate
  const step = isSelfIssued(certificate) ? 0 : 1
  const counted = (count: number, limit = Infinity) => Math.min(Math.max(count - step, 0), limit)
  return {
    graph: mapped(state.graph, policyMappings, state.policyMapping > 0, purse),
    constraints: nameConstraints ? [...state.constraints, nameConstraints] : state.constraints,
    explicitPolicy: counted(state.explicitPolicy, policyConstraints.requireExplicitPolicy),
    policyMapping: counted(state.policyMapping, policyConstraints.inhibitPolicyMapping),
    inhibitAnyPolicy: counted(state.inhibitAnyPolicy, inhibitAnyPolicy),
    maxPathLength: counted(state.maxPathLength, basicConstraints?.pathLenConstraint),
  }
}

/** @see RFC 5280 §6.1.5 */
function ended(
  { graph, explicitPolicy }: State,
  certificate: Certificate,
  policy: PathPolicy,
): PathFault | { readonly policies: readonly string[] } {
  const isRequired = explicitPolicy <= 1 || certificate.policyConstraints?.requireExplicitPolicy === 0
  const policies = validPolicies(graph, policy.initialPolicySet)
  return isRequired && policies.length === 0 ? { code: 'policy-required', certificate } : { policies }
}

function mapsAnyPolicy({
  issuerDomainPolicy,
  subjectDomainPolicy,
}: NonNullable<Certificate['policyMappings']>[number]) {
  return issuerDomainPolicy === anyPolicy || subjectDomainPolicy === anyPolicy
}
