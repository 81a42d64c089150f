import { addressKey, domainOf, withoutTag } from '../mime/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, subjectNames } from '../x509/index.js'
import type { Discovered, Discovery, DiscoveryQuestion } from './index.js'
import { judgeCandidates } from './judge-candidates.js'
import { failed, passed } from './reasons.js'

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
  const { certificates, steps } = await judgeCandidates(candidates, judge)
  const place =
    candidates.length > 0 ? passed('listed', { address: name }, steps) : failed('not-listed', { address: name })
  return { certificates, steps: [place] }
}
