import type { Policy } from '../agent/index.js'
import { hostCrypto } from '../crypto/index.js'
import { type Discovery, DiscoveryError, type DiscoveryQuestion } from '../discovery/index.js'
import type { Retriever } from '../http/index.js'
import { anchorOf, createPathCaches } from '../path/index.js'
import { type CertificateVerdict, judgeWithRetrieval } from '../trust/index.js'
import type { Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { type Given, UsageError } from './command.js'

/** What came of a search, and all that was asked and judged in its course. */
export interface Lookup {
  readonly outcome: 'found' | 'not-found' | 'lookup-failed'
  readonly certificates: readonly Certificate[]
  readonly steps: readonly Step[]
}

/** Looks for certificates; that a place did not tell is an answer, too. */
export async function lookUp(discovery: Discovery, question: DiscoveryQuestion): Promise<Lookup> {
  try {
    const found = await discovery.find(question)
    return { ...found, outcome: found.certificates.length > 0 ? 'found' : 'not-found' }
  } catch (error) {
    if (!(error instanceof DiscoveryError)) throw error
    return { certificates: [], steps: error.steps, outcome: 'lookup-failed' }
  }
}

export interface Judging {
  readonly anchors: readonly Certificate[]
  readonly policy: Policy
  readonly at: number
  readonly retriever?: Retriever | undefined
}

/** Judges certificates of an address, as an agent that is about to write to it does. */
export function recipientJudge(address: string, { anchors, policy, at, retriever }: Judging) {
  const caches = createPathCaches()
  const evidence = { crypto: hostCrypto(), at, anchors: anchors.map(anchorOf), certificates: [], caches }
  return (certificate: Certificate): Promise<CertificateVerdict> => {
    const question = { certificate, address, use: 'encryption' } as const
    return judgeWithRetrieval(question, evidence, policy.trust, retriever ? { retriever } : {})
  }
}

/** The one address that a command is about. */
export function addressOf({ operands }: Given): string {
  const [address, ...others] = operands
  if (address === undefined || others.length > 0) throw new UsageError('one address, please')
  return address
}
