import { equal } from '../bytes/index.js'
import type { Decrypter } from '../crypto/index.js'
import { type Discovered, DiscoveryError, type DiscoveryQuestion } from '../discovery/index.js'
import type { Credential } from '../keys/index.js'
import { bindsTo, type CertificateVerdict } from '../trust/index.js'
import { accept } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import type { JudgeAsPeer, JudgedByPeers } from './check-chain.js'
import { datesOf, isValid, newestOf, type Window } from './check-dates.js'
import { finding, type Remark, well } from './check-reasons.js'
import { ask, PortFailure, type Ports } from './ports.js'

/**
 * Looks for the address as peers do, and compares what they find with the keys that are here. What peers would not take
 * counts as not found, save that whom they trust is theirs to say.
 *
 * @param held - all that opens mail; nothing when that is not known.
 */
export async function checkPublication(
  address: string,
  held: readonly Credential<Decrypter>[] | undefined,
  judge: JudgeAsPeer,
  window: Window,
  ports: Ports,
): Promise<readonly Remark[]> {
  const judged: (JudgedByPeers & { readonly certificate: Certificate })[] = []
  const asPeer: DiscoveryQuestion['judge'] = async (certificate) => {
    const answer = await judge(certificate, [], 'encryption')
    judged.push({ certificate, ...answer })
    return isFoundByPeers(answer.verdict) ? accept({}, answer.verdict.explanation.steps) : answer.verdict
  }
  const found = await lookUp({ address, judge: asPeer }, ports)
  if (!('certificates' in found)) return [found]
  const { certificates, steps } = found
  if (certificates.length === 0) {
    const isThere = judged.some(({ verdict }) => !verdict.ok && verdict.code !== 'not-bound')
    return [finding(isThere ? 'published-not-usable' : 'not-published', { address }, steps)]
  }
  const taken = judged.filter(({ verdict }) => isFoundByPeers(verdict))
  const coming = judged.filter(({ certificate }) => certificate.notBefore > window.at)
  const differences = held ? differencesBetween(certificates, held, address, ports) : []
  return [
    ...(differences.length > 0 ? differences : [well('published-as-held', { address }, steps)]),
    ...datesOf(
      [...taken, ...coming].map(({ certificate }) => certificate),
      window,
    ),
    ...taken.flatMap(({ remarks }) => remarks),
  ]
}

async function lookUp(question: DiscoveryQuestion, { discovery, signal }: Ports): Promise<Discovered | Remark> {
  try {
    return await ask('lookup-failed', () => discovery.find({ ...question, ...(signal && { signal }) }), signal)
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error
    const steps = error.cause instanceof DiscoveryError ? error.cause.steps : []
    return finding('published-unknown', { address: question.address }, steps)
  }
}

function isFoundByPeers(verdict: CertificateVerdict): boolean {
  return verdict.ok || verdict.code === 'untrusted' || verdict.code === 'revocation-unknown'
}

function differencesBetween(
  published: readonly Certificate[],
  held: readonly Credential<Decrypter>[],
  address: string,
  { at, policy }: Ports,
): readonly Remark[] {
  const boundTo = (certificate: Certificate) => {
    const binding = bindsTo(certificate, address, policy.trust)
    return binding.ok ? binding.boundTo : undefined
  }
  const isHeld = (certificate: Certificate) => held.some((other) => equal(other.certificate.bytes, certificate.bytes))
  // One that names the domain is not to be found where those are that name the address, nor the other way round.
  const places = new Set(published.map(boundTo))
  const candidates = held.map(({ certificate }) => certificate).filter((certificate) => isValid(certificate, at))
  const newest = newestOf(candidates.filter((certificate) => places.has(boundTo(certificate))))
  const isOld = newest && published.every(({ notBefore }) => notBefore < newest.notBefore)
  return [
    ...published
      .filter((certificate) => !isHeld(certificate))
      .map((certificate) =>
        finding('published-without-key', { address, certificate: describeCertificate(certificate) }),
      ),
    ...(isOld ? [finding('newest-not-published', { address, certificate: describeCertificate(newest) })] : []),
  ]
}
