import type { Oid } from '../asn1/index.js'
import type { PolicyMapping } from '../x509/index.js'
import type { Purse } from './purse.js'

/** Any policy at all. */
export const anyPolicy: Oid = '2.5.29.32.0'

/** A policy that is valid at one depth of the path, and by which names it is known one deeper. */
interface Node {
  readonly expected: ReadonlySet<Oid>
  /** The nodes one higher that it goes on from. */
  readonly parents: ReadonlySet<Oid>
}

/** The nodes of one depth, by their valid policy. */
type Depth = ReadonlyMap<Oid, Node>

/**
 * The policies that are valid all the way down a path, each once at each depth, however many ways lead to it: a tree of
 * them would double with every certificate that a stranger adds.
 *
 * Depths are in the order of the path, the anchor first. Without a node at the last depth nothing is valid.
 *
 * @see RFC 5280 §6.1.2 (a), as RFC 9618 §5 has it
 */
export type PolicyGraph = readonly Depth[]

export const initialPolicyGraph: PolicyGraph = [
  new Map([[anyPolicy, { expected: new Set([anyPolicy]), parents: new Set() }]]),
]

/** No policy is valid any more. */
export function isEmpty(graph: PolicyGraph): boolean {
  return (graph.at(-1)?.size ?? 0) === 0
}

/**
 * Goes on to the next certificate.
 *
 * @param policies - of that certificate; absent when it has none.
 * @param mayBeAny - whether its anyPolicy counts.
 * @see RFC 5280 §6.1.3 (d), (e)
 */
export function nextDepth(
  graph: PolicyGraph,
  policies: readonly Oid[] | undefined,
  mayBeAny: boolean,
  purse: Purse,
): PolicyGraph {
  const above = graph.at(-1)
  if (!above || !policies || isEmpty(graph)) return []
  purse.pay('comparisons', policies.length + [...above.values()].reduce((sum, { expected }) => sum + expected.size, 0))
  const known = parentsByExpected(above)
  const depth = new Map<Oid, Node>()
  const add = (policy: Oid, parents: ReadonlySet<Oid>) => depth.set(policy, { expected: new Set([policy]), parents })
  for (const policy of policies.filter((each) => each !== anyPolicy)) {
    const parents = known.get(policy) ?? (above.has(anyPolicy) ? new Set([anyPolicy]) : undefined)
    if (parents) add(policy, parents)
  }
  if (policies.includes(anyPolicy) && mayBeAny) {
    for (const [policy, parents] of known) if (!depth.has(policy)) add(policy, parents)
  }
  return pruned([...graph, depth])
}

function parentsByExpected(above: Depth): ReadonlyMap<Oid, ReadonlySet<Oid>> {
  const parents = new Map<Oid, Set<Oid>>()
  for (const [policy, { expected }] of above) {
    for (const name of expected) parents.set(name, (parents.get(name) ?? new Set()).add(policy))
  }
  return parents
}

/**
 * Applies the mappings of the certificate just taken in.
 *
 * @param isAllowed - false when mapping is inhibited: then what is mapped is no longer valid.
 * @see RFC 5280 §6.1.4 (b)
 */
export function mapped(
  graph: PolicyGraph,
  mappings: readonly PolicyMapping[],
  isAllowed: boolean,
  purse: Purse,
): PolicyGraph {
  const last = graph.at(-1)
  if (!last || mappings.length === 0 || isEmpty(graph)) return graph
  purse.pay('comparisons', mappings.length)
  const subjects = new Map<Oid, Set<Oid>>()
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
    subjects.set(issuerDomainPolicy, (subjects.get(issuerDomainPolicy) ?? new Set()).add(subjectDomainPolicy))
  }
  const depth = new Map(last)
  const anyNode = last.get(anyPolicy)
  for (const [policy, expected] of subjects) {
    const node = last.get(policy)
    if (!isAllowed) depth.delete(policy)
    else if (node) depth.set(policy, { ...node, expected })
    else if (anyNode) depth.set(policy, { expected, parents: anyNode.parents })
  }
  return pruned([...graph.slice(0, -1), depth])
}

/** Takes out what leads to nothing at the last depth. */
function pruned(graph: PolicyGraph): PolicyGraph {
  const kept: Depth[] = []
  let needed: ReadonlySet<Oid> | undefined
  for (const depth of [...graph].reverse()) {
    const wanted = needed
    const rest: Depth = wanted ? new Map([...depth].filter(([policy]) => wanted.has(policy))) : depth
    needed = new Set([...rest.values()].flatMap(({ parents }) => [...parents]))
    kept.unshift(rest)
  }
  return kept
}

/**
 * The policies under which the path is valid, in the words of the anchor: all, or those among the ones that were asked for.
 *
 * @see RFC 5280 §6.1.5 (g), as RFC 9618 §5 has it
 */
export function validPolicies(graph: PolicyGraph, initial: readonly Oid[] | undefined): readonly Oid[] {
  if (isEmpty(graph)) return []
  const isAny = graph.at(-1)!.has(anyPolicy)
  const fromAnchor = graph
    .slice(1)
    .flatMap((depth) => [...depth].filter(([, { parents }]) => parents.has(anyPolicy)))
    .map(([policy]) => policy)
    .filter((policy) => policy !== anyPolicy)
  const authority = [...new Set([...fromAnchor, ...(isAny ? [anyPolicy] : [])])]
  if (!initial || initial.includes(anyPolicy)) return authority
  return initial.filter((policy) => isAny || authority.includes(policy))
}
