import { addressKey, domainOf, withoutTag } from '../mime/index.js'
import { type Reasons, type Step, stepsFrom } from '../verdict/index.js'
import { type Certificate, describeCertificate, subjectNames } from '../x509/index.js'
import type { Discovered, Discovery, DiscoveryQuestion } from './index.js'

const reasons: Reasons<'listed' | 'not-listed' | 'candidate-taken' | 'candidate-refused'> = {
  listed: { message: 'The list of certificates has some for this name.' },
  'not-listed': { message: 'The list of certificates has none for this name.' },
  'candidate-taken': { message: 'This certificate may be used.' },
  'candidate-refused': { message: 'This certificate may not be used.', standard: 'DISC-2' },
}

const { passed, failed } = stepsFrom(reasons)

/**
 * The simplest directory: certificates that are known beforehand. Those that name the address are tried first, then
 * those that name its domain, and a `+tag` in the address is ignored when nothing else fits (AS-2, DISC-3).
 */
export function certificateList(certificates: readonly Certificate[]): Discovery {
  const byName = new Map<string, Certificate[]>()
  for (const certificate of certificates) {
    const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
    for (const name of new Set([...rfc822Names, ...dNSNames, ...emailAddresses].map(addressKey))) {
      byName.set(name, [...(byName.get(name) ?? []), certificate])
    }
  }
  return {
    async find(question) {
      const steps: Step[] = []
      for (const name of new Set([question.address, withoutTag(question.address), domainOf(question.address)])) {
        const found = await judged(byName.get(addressKey(name)) ?? [], name, question)
        steps.push(...found.steps)
        if (found.certificates.length > 0) return { certificates: found.certificates, steps }
      }
      return { certificates: [], steps }
    },
  }
}

async function judged(
  candidates: readonly Certificate[],
  name: string,
  { judge }: DiscoveryQuestion,
): Promise<Discovered> {
  const verdicts = await Promise.all(
    candidates.map(async (certificate) => ({ certificate, verdict: await judge(certificate) })),
  )
  const steps = verdicts.map(({ certificate, verdict }) => {
    const about = { certificate: describeCertificate(certificate) }
    const { steps } = verdict.explanation
    return verdict.ok ? passed('candidate-taken', about, steps) : failed('candidate-refused', about, steps)
  })
  const place =
    candidates.length > 0 ? passed('listed', { address: name }, steps) : failed('not-listed', { address: name })
  return {
    certificates: verdicts.flatMap(({ certificate, verdict }) => (verdict.ok ? [certificate] : [])),
    steps: [place],
  }
}
