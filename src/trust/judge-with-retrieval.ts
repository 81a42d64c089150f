import type { Retriever } from '../http/index.js'
import type { Evidence, RevocationPolicy } from '../path/index.js'
import { accept, type Refused, type Step } from '../verdict/index.js'
import {
  type CertificateProblem,
  type CertificateQuestion,
  type CertificateVerdict,
  judgeCertificate,
} from './judge.js'
import type { TrustPolicy } from './policy.js'
import { type Brought, retrieveWant } from './retrieve.js'

export interface JudgingPorts {
  /** Fetches issuers, lists and responses. Without one, what is at hand is all there is. */
  readonly retriever?: Retriever
  /** For all that is fetched for one judgement, in milliseconds. Default 20,000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
}

/** Rounds of fetching: five issuers, each named by the one before (AS-66), two sources of revocation, one asked again. */
const maxRounds = 8

/**
 * Judges a certificate, fetches what the judgement wants, and judges again, until nothing more is wanted or can be had
 * (AS-65, AS-67).
 *
 * A refusal is temporary when something that was wanted did not come for now: then the same question may be answered "yes"
 * another time.
 *
 * @throws what the signal says when it is aborted.
 */
export async function judgeWithRetrieval(
  question: CertificateQuestion,
  evidence: Evidence,
  policy: TrustPolicy,
  ports: JudgingPorts,
): Promise<CertificateVerdict> {
  const { retriever, timeoutMs = 20_000, signal } = ports
  const deadline = AbortSignal.timeout(timeoutMs)
  const within = signal ? AbortSignal.any([signal, deadline]) : deadline
  const tried = new Set(evidence.tried)
  // What was kept from before and does not settle it is asked of the server itself.
  const kept = new Set<string>()
  const fetches: Step[] = []
  // What may be passed over in the end is looked for first.
  const strict = { ...policy, revocation: strictly(policy.revocation) }
  let gathered = evidence
  let isIncomplete = false
  for (let round = 0; ; round++) {
    signal?.throwIfAborted()
    const verdict = await judgeCertificate(question, { ...gathered, tried }, strict)
    const wants = verdict.wants.filter(({ key }) => !tried.has(key))
    if (verdict.ok || wants.length === 0 || !retriever || round === maxRounds || within.aborted) {
      const isOpen = wants.length > 0 && within.aborted
      const last = verdict.ok ? verdict : await judgeCertificate(question, { ...gathered, tried }, policy)
      return withFetches(last, fetches, isIncomplete || isOpen)
    }
    const brought = await Promise.all(
      wants.map((want) => {
        const reload = kept.has(want.key)
        // Half of the time, so that a server that is silent leaves some for another one.
        return retrieveWant(want, retriever, { reload, timeoutMs: Math.ceil(timeoutMs / 2), signal: within })
      }),
    )
    signal?.throwIfAborted()
    for (const { key, isOld } of brought) (isOld && !kept.has(key) ? kept : tried).add(key)
    fetches.push(...brought.map(({ step }) => step))
    isIncomplete ||= brought.some(({ isTemporary }) => isTemporary)
    gathered = withBrought(gathered, brought)
  }
}

function strictly(revocation: RevocationPolicy): RevocationPolicy {
  return revocation.mode === 'best-effort' ? { ...revocation, mode: 'required' } : revocation
}

function withBrought(evidence: Evidence, brought: readonly Brought[]): Evidence {
  return {
    ...evidence,
    certificates: [...evidence.certificates, ...brought.flatMap(({ certificates = [] }) => certificates)],
    crls: [...(evidence.crls ?? []), ...brought.flatMap(({ crls = [] }) => crls)],
    ocspResponses: [...(evidence.ocspResponses ?? []), ...brought.flatMap(({ ocspResponses = [] }) => ocspResponses)],
  }
}

/** Refusals that something which did not come might have turned. */
const mayTurn: ReadonlySet<CertificateProblem> = new Set(['untrusted', 'revocation-unknown'])

function withFetches(verdict: CertificateVerdict, fetches: readonly Step[], isIncomplete: boolean): CertificateVerdict {
  const steps = [...verdict.explanation.steps, ...fetches]
  const { wants } = verdict
  if (verdict.ok) {
    const { explanation: _, ok: __, ...yes } = verdict
    return { ...accept(yes, steps), wants }
  }
  const refused: Refused<CertificateProblem> = {
    ...verdict,
    temporary: verdict.temporary || (isIncomplete && mayTurn.has(verdict.code)),
    explanation: { code: verdict.code, steps },
  }
  return { ...refused, wants }
}
