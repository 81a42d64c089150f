import type { Retriever } from '../http/index.js'
import type { Evidence, RevocationPolicy, Want } from '../path/index.js'
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

/** Rounds of fetching: each issuer may name the next one (AS-66), and a list or a response belongs to each. */
const maxRounds = 6

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
      const isOpen = wants.length > 0 && retriever !== undefined
      const last = verdict.ok ? verdict : await judgeCertificate(question, { ...gathered, tried }, policy)
      return withFetches(last, fetches, isIncomplete || isOpen)
    }
    const brought = await retrieveAll(wants, retriever, within, signal)
    for (const { key } of wants) tried.add(key)
    fetches.push(...brought.map(({ step }) => step))
    isIncomplete ||= brought.some(({ isTemporary }) => isTemporary)
    gathered = withBrought(gathered, brought)
  }
}

function strictly(revocation: RevocationPolicy): RevocationPolicy {
  return revocation.mode === 'best-effort' ? { ...revocation, mode: 'required' } : revocation
}

/** What has not come when the time is over is missing for now. */
async function retrieveAll(
  wants: readonly Want[],
  retriever: Retriever,
  within: AbortSignal,
  signal: AbortSignal | undefined,
): Promise<readonly Brought[]> {
  try {
    return await Promise.all(wants.map((want) => retrieveWant(want, retriever, within)))
  } catch (error) {
    signal?.throwIfAborted()
    if (!within.aborted) throw error
    return []
  }
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
