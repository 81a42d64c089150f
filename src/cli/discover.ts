import type { DiscoveryQuestion } from '../discovery/index.js'
import { addressKey } from '../mime/index.js'
import { accept, explain } from '../verdict/index.js'
import type { Command, Given, Terminal } from './command.js'
import { atOption, instantOrNow, policyOf, policyOption } from './judging.js'
import { addressOf, type Lookup, lookUp, recipientJudge } from './lookup.js'
import { discoveryOf, fetchOptions, lookupOptions, retrieverOf } from './network.js'
import { certificateJson, certificatePem, certificateText, json, printable } from './text.js'
import { anchorsOf, trustOption } from './trust.js'

/** `discover ADDRESS`: every place that was asked, what came, and why it was or was not taken. */
export const discover: Command = {
  summary: 'finds the certificates of a Direct address, and tells where it looked',
  operands: 'ADDRESS',
  options: {
    ...lookupOptions,
    ...fetchOptions,
    ...trustOption,
    ...policyOption,
    ...atOption,
    pem: { type: 'boolean', help: 'print the certificates that were taken, and nothing else' },
  },
  exitCodes: { 0: 'found', 1: 'not found', 2: 'the lookup failed: ask again later' },
  async run(given, terminal) {
    const address = addressOf(given)
    const judge = await judgeOf(address, given, terminal)
    const answer = await lookUp(discoveryOf(given, terminal), { address, judge })
    if (given.has('json')) terminal.print(json({ address, ...asJson(answer) }))
    else if (given.has('pem')) terminal.print(answer.certificates.map(certificatePem).join(''))
    else terminal.print(asText(address, answer))
    return { found: 0, 'not-found': 1, 'lookup-failed': 2 }[answer.outcome]
  },
}

/** When nobody said whom to trust, a certificate that lacks nothing else is taken. */
async function judgeOf(address: string, given: Given, terminal: Terminal): Promise<DiscoveryQuestion['judge']> {
  const anyone = !given.has('trust')
  const retriever = anyone ? undefined : retrieverOf(given, terminal)
  const common = { policy: policyOf(given), at: instantOrNow(given, terminal), retriever }
  const judge = recipientJudge(address, { ...common, anchors: await anchorsOf(given) })
  return async (certificate) => {
    const verdict = await judge(certificate)
    if (verdict.ok || !anyone || verdict.code !== 'untrusted') return verdict
    return accept(
      {},
      verdict.explanation.steps.filter(({ outcome }) => outcome === 'passed'),
    )
  }
}

const words: Readonly<Record<Lookup['outcome'], string>> = {
  found: 'found',
  'not-found': 'not found',
  'lookup-failed': 'the lookup failed; ask again later',
}

function asText(address: string, { outcome, certificates, steps }: Lookup): string {
  const trace = explain({ code: outcome, steps })
  const found = certificates.map((certificate) => `  ${certificateText(certificate)}`)
  return [trace, '', `${printable(addressKey(address))}: ${words[outcome]}`, ...found, ''].join('\n')
}

function asJson({ outcome, certificates, steps }: Lookup): object {
  return { outcome, certificates: certificates.map(certificateJson), steps }
}
