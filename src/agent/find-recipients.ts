import { type Discovered, DiscoveryError, type DiscoveryQuestion } from '../discovery/index.js'
import { unlessThrown } from '../errors/index.js'
import { formatAddress, MimeError } from '../mime/index.js'
import type { TrustAnchor } from '../path/index.js'
import { type CertificateProblem, judgeWithRetrieval } from '../trust/index.js'
import type { Refused, Step } from '../verdict/index.js'
import { inBatches } from './in-batches.js'
import { ask, PortFailure, type Ports } from './ports.js'
import { failed, passed, type RecipientProblem } from './reasons.js'
import type { RejectedRecipient, SealedRecipient } from './sealed.js'

export interface FoundRecipients {
  readonly accepted: readonly SealedRecipient[]
  readonly rejected: readonly RejectedRecipient[]
}

/**
 * Looks for the certificates of every recipient and judges them by the sender's anchors (AS-72, AS-73).
 *
 * Each recipient is answered on its own: that one is unknown, or that a directory is away, does not keep a message from
 * the others.
 */
export async function findRecipients(
  addresses: readonly string[],
  anchors: readonly TrustAnchor[],
  ports: Ports,
): Promise<FoundRecipients> {
  const answers = await inBatches(addresses, (address) => findRecipient(address, anchors, ports))
  return {
    accepted: answers.filter((answer) => 'certificates' in answer),
    rejected: answers.filter((answer) => 'code' in answer),
  }
}

async function findRecipient(
  address: string,
  anchors: readonly TrustAnchor[],
  ports: Ports,
): Promise<SealedRecipient | RejectedRecipient> {
  if (!isAddress(address)) return rejection(address, 'bad-address')
  const evidence = { crypto: ports.crypto, at: ports.at, anchors, certificates: [], caches: ports.caches }
  const refusals: Refused<CertificateProblem>[] = []
  const judge: DiscoveryQuestion['judge'] = async (certificate) => {
    const question = { certificate, address, use: 'encryption' } as const
    const verdict = await judgeWithRetrieval(question, evidence, ports.policy.trust, ports)
    if (!verdict.ok) refusals.push(verdict)
    return verdict
  }
  let found: Discovered
  try {
    const question = { address, judge, ...(ports.signal && { signal: ports.signal }) }
    found = await ask('lookup-failed', () => ports.discovery.find(question), ports.signal)
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error
    const steps = error.cause instanceof DiscoveryError ? error.cause.steps : []
    return rejection(address, 'lookup-failed', steps, true)
  }
  const { certificates, steps } = found
  if (certificates.length === 0) {
    return rejection(
      address,
      problemOf(refusals),
      steps,
      refusals.some(({ temporary }) => temporary),
    )
  }
  const explanation = { code: 'accepted', steps: [passed('recipient-found', { address }, steps)] } as const
  return { address, certificates, explanation }
}

/** A certificate that lacks nothing but trust says more than one that is of no use. */
function problemOf(refusals: readonly Refused<CertificateProblem>[]): RecipientProblem {
  const codes = refusals.map(({ code }) => code)
  if (codes.length === 0) return 'no-certificate'
  if (codes.includes('revocation-unknown')) return 'revocation-unknown'
  return codes.includes('untrusted') ? 'untrusted' : 'no-usable-certificate'
}

function isAddress(address: string): boolean {
  return unlessThrown(MimeError, () => formatAddress(address)) === address
}

function rejection(
  address: string,
  code: RecipientProblem,
  steps: readonly Step[] = [],
  temporary = false,
): RejectedRecipient {
  return { address, code, temporary, explanation: { code, steps: [failed(code, { address }, steps)] } }
}
