import { distinctBy } from '../bytes/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import type { Discovered, DiscoveryQuestion } from './index.js'
import { failed, passed } from './reasons.js'

/** Certificates of one place that are used: each is one more RecipientInfo in every message. */
const maxUsed = 8

/** Certificates of one place that are judged: a stranger chose their number. */
const maxJudged = 64

/** Judges the certificates of one place, each once; those that may be used are used together (DISC-5). */
export async function judgeCandidates(
  candidates: readonly Certificate[],
  judge: DiscoveryQuestion['judge'],
): Promise<Discovered> {
  const distinct = distinctBy(candidates, ({ bytes }) => bytes).slice(0, maxJudged)
  const verdicts = await Promise.all(
    distinct.map(async (certificate) => ({ certificate, verdict: await judge(certificate) })),
  )
  const steps = verdicts.map(({ certificate, verdict }) => {
    const about = { certificate: describeCertificate(certificate) }
    const { steps } = verdict.explanation
    return verdict.ok ? passed('candidate-taken', about, steps) : failed('candidate-refused', about, steps)
  })
  const usable = verdicts.flatMap(({ certificate, verdict }) => (verdict.ok ? [certificate] : []))
  return { certificates: usable.slice(0, maxUsed), steps }
}
