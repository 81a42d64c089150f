import { anchorOf } from '../path/index.js'
import type { Explanation } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { judgeAsPeer } from './check-chain.js'
import { checkDecrypters, checkSigners, decryptersOf, signersOf } from './check-identities.js'
import { checkPublication } from './check-publication.js'
import { type Finding, finding, type Remark, type SelfProblem, severities } from './check-reasons.js'
import { anchorRemarks, anchorsOf, sourceRemarks } from './check-trust.js'
import type { Policy } from './policy.js'
import { ask, PortFailure, type Ports } from './ports.js'
import type { PortProblem } from './reasons.js'

export interface CheckOptions {
  /** What ends within this time ends soon, in milliseconds. Default: 30 days. */
  readonly withinMs?: number
  /**
   * The anchors that peers trust us by. Default: those of the address itself, as in a community whose members all trust
   * each other.
   */
  readonly peerAnchors?: readonly Certificate[]
  /** Default: that of the agent. */
  readonly policy?: Policy
  readonly signal?: AbortSignal
}

/** What an agent has found about itself, for one address. */
export interface Checked {
  /** Nothing is wrong, and nothing is unknown. There may be warnings. */
  readonly ok: boolean
  /** Because of these mail is lost or refused. */
  readonly problems: readonly Finding[]
  /** These become problems, unless somebody acts. */
  readonly warnings: readonly Finding[]
  /** What would have told did not answer. */
  readonly unknown: readonly Finding[]
  /** All that was looked at. Its code is that of the first problem, or of the first thing that is unknown. */
  readonly explanation: Explanation<SelfProblem | 'accepted'>
}

const thirtyDays = 30 * 86_400_000

/** Looks at everything that an address needs to send and to receive. What does not answer keeps nothing else from being looked at. */
export async function checkAddress(address: string, options: CheckOptions, ports: Ports): Promise<Checked> {
  const { withinMs = thirtyDays, peerAnchors } = options
  const window = { at: ports.at, until: ports.at + withinMs }
  const [signers, decrypters, anchors, sources] = await Promise.all([
    answerOf('identity-store-failed', () => signersOf(address, window, ports), ports),
    answerOf('identity-store-failed', () => decryptersOf(address, ports), ports),
    answerOf('trust-store-failed', () => anchorsOf(address, ports), ports),
    answerOf('trust-store-failed', async () => (await ports.trust.sources?.({ address })) ?? [], ports),
  ])
  if (signers?.credentials.length === 0 && decrypters?.length === 0)
    return checked([finding('no-identity', { address })])
  const judge = judgeAsPeer(address, peerAnchors?.map(anchorOf) ?? anchors ?? [], ports)
  const identitiesUnknown = [finding('identities-unknown', { address })]
  const anchorsUnknown = [finding('anchors-unknown', { address })]
  const parts = await Promise.all([
    signers ? checkSigners(address, signers, judge, window, ports) : identitiesUnknown,
    decrypters ? checkDecrypters(address, decrypters, judge, window, ports) : identitiesUnknown,
    checkPublication(address, decrypters, judge, window, ports),
    anchors ? anchorRemarks(address, anchors, window, ports) : anchorsUnknown,
    sources ? sourceRemarks(sources, window) : anchorsUnknown,
  ])
  return checked(parts.flat())
}

/** What a store says; nothing when it does not answer. */
async function answerOf<Answer>(
  code: PortProblem,
  store: () => Promise<Answer>,
  { signal }: Ports,
): Promise<Answer | undefined> {
  try {
    return await ask(code, store, signal)
  } catch (error) {
    if (error instanceof PortFailure) return undefined
    throw error
  }
}

function checked(remarks: readonly Remark[]): Checked {
  const each = [...new Map(remarks.map((remark) => [nameOf(remark), remark])).values()]
  const findings = each.filter((remark): remark is Finding => 'code' in remark)
  const of = (severity: string) => findings.filter(({ code }) => severities[code] === severity)
  const [problems, warnings, unknown] = [of('problem'), of('warning'), of('unknown')]
  const [first] = [...problems, ...unknown]
  return {
    ok: !first,
    problems,
    warnings,
    unknown,
    explanation: { code: first?.code ?? 'accepted', steps: each.map(({ step }) => step) },
  }
}

/** The same certificate may be looked at as one that signs, one that decrypts and one that is published: it is told once. */
function nameOf({ step: { code, message, about = {} } }: Remark): string {
  return JSON.stringify([code, message, about])
}
