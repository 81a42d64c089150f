import type { CertificateVerdict, JudgedCertificate } from '../trust/index.js'
import { explain, type Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { adviceLines, remediesIn } from './advice.js'
import { agentOptions } from './agent.js'
import type { Command, Given, Terminal } from './command.js'
import { checkSelf, selfOptions } from './doctor-self.js'
import { atOption, instantOrNow, policyOf } from './judging.js'
import { addressOf, type Lookup, lookUp, recipientJudge } from './lookup.js'
import { discoveryOf, lookupOptions, retrieverOf } from './network.js'
import { certificateJson, certificateText, json, pathJson, pathLines, printable } from './text.js'
import { neededAnchorsOf } from './trust.js'

/** `doctor ADDRESS`: all that happens before a message can be written to an address, and what to do where it ends. */
export const doctor: Command = {
  summary: 'says whether an address can be written to, why not, and what to do; or looks at oneself',
  operands: 'ADDRESS',
  options: {
    ...agentOptions,
    ...lookupOptions,
    ...atOption,
    ...selfOptions,
  },
  exitCodes: {
    0: 'it can be written to; of oneself, nothing is wrong',
    1: 'it has no certificate that may be used; of oneself, something is wrong',
    2: 'something did not answer: ask again later',
    3: 'it is not trusted',
  },
  run: (given, terminal) => (given.has('self') ? checkSelf(given, terminal) : examine(given, terminal)),
}

async function examine(given: Given, terminal: Terminal): Promise<number> {
  const address = addressOf(given)
  const anchors = await neededAnchorsOf(given)
  const [at, policy, retriever] = [instantOrNow(given, terminal), policyOf(given), retrieverOf(given, terminal)]
  const ask = recipientJudge(address, { anchors, at, policy, retriever })
  const judged = new Map<Certificate, CertificateVerdict>()
  const judge = async (certificate: Certificate) => {
    const verdict = await ask(certificate)
    judged.set(certificate, verdict)
    return verdict
  }
  const lookup = await lookUp(discoveryOf(given, terminal), { address, judge })
  const verdicts = [...judged.values()]
  const taken = lookup.certificates.flatMap((certificate) => {
    const verdict = judged.get(certificate)
    return verdict?.ok ? [{ certificate, verdict }] : []
  })
  const outcome = outcomeOf(lookup, verdicts)
  const found = {
    address,
    outcome,
    taken,
    steps: lookup.steps,
    remedies: outcome === 'trusted' ? [] : remediesIn(lookup.steps),
  }
  terminal.print(given.has('json') ? json(asJson(found)) : asText(found))
  return exitCodes[outcome]
}

type Outcome =
  | 'trusted'
  | 'no-certificate'
  | 'no-usable-certificate'
  | 'untrusted'
  | 'revocation-unknown'
  | 'lookup-failed'

const exitCodes: Readonly<Record<Outcome, number>> = {
  trusted: 0,
  'no-certificate': 1,
  'no-usable-certificate': 1,
  'lookup-failed': 2,
  'revocation-unknown': 2,
  untrusted: 3,
}

/** A certificate that lacks nothing but trust says more than one that is of no use. */
function outcomeOf({ outcome }: Lookup, verdicts: readonly CertificateVerdict[]): Outcome {
  if (outcome === 'found') return 'trusted'
  if (outcome === 'lookup-failed') return outcome
  const codes = verdicts.flatMap((verdict) => (verdict.ok ? [] : verdict.code))
  if (codes.length === 0) return 'no-certificate'
  if (codes.includes('revocation-unknown')) return 'revocation-unknown'
  return codes.includes('untrusted') ? 'untrusted' : 'no-usable-certificate'
}

interface Found {
  readonly address: string
  readonly outcome: Outcome
  readonly taken: readonly { readonly certificate: Certificate; readonly verdict: JudgedCertificate }[]
  readonly steps: readonly Step[]
  readonly remedies: readonly string[]
}

const words: Readonly<Record<Outcome, string>> = {
  trusted: 'can be written to',
  'no-certificate': 'no certificate was found',
  'no-usable-certificate': 'no certificate that was found may be used',
  untrusted: 'a certificate was found, and it leads to none of the anchors',
  'revocation-unknown': 'a certificate was found, and whether it was revoked is not known',
  'lookup-failed': 'not every place could be asked',
}

function asText({ address, outcome, taken, steps, remedies }: Found): string {
  return [
    explain({ code: outcome, steps }),
    '',
    `${printable(address)}: ${words[outcome]}`,
    ...taken.flatMap(({ certificate, verdict }) => [`  ${certificateText(certificate)}`, ...pathLines(verdict)]),
    ...adviceLines(remedies),
    '',
  ].join('\n')
}

function asJson({ address, outcome, taken, steps, remedies }: Found): object {
  const certificates = taken.map(({ certificate, verdict }) => ({
    ...certificateJson(certificate),
    ...pathJson(verdict),
  }))
  return { address, outcome, certificates, steps, remedies }
}
