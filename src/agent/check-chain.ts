import type { TrustAnchor } from '../path/index.js'
import {
  type CertificateProblem,
  type CertificateUse,
  type CertificateVerdict,
  judgeWithRetrieval,
} from '../trust/index.js'
import type { Step } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import { finding, type Remark, type SelfProblem, well } from './check-reasons.js'
import type { Ports } from './ports.js'

export interface JudgedByPeers {
  readonly verdict: CertificateVerdict
  /** What is to be said of it: nothing, when it is not known whom peers trust. */
  readonly remarks: readonly Remark[]
}

/**
 * Judges a certificate of ours as peers do.
 *
 * @param chain - what they have beside it: the certificates that a signature brings, none where it is published.
 */
export type JudgeAsPeer = (
  certificate: Certificate,
  chain: readonly Certificate[],
  use: CertificateUse,
) => Promise<JudgedByPeers>

/** @param anchors - those that peers are thought to have. */
export function judgeAsPeer(address: string, anchors: readonly TrustAnchor[], ports: Ports): JudgeAsPeer {
  const { crypto, at, caches, policy } = ports
  return async (certificate, chain, use) => {
    const evidence = { crypto, at, caches, anchors, certificates: chain }
    const verdict = await judgeWithRetrieval({ certificate, address, use }, evidence, policy.trust, ports)
    return { verdict, remarks: anchors.length > 0 ? [remarkOn(certificate, verdict)] : [] }
  }
}

const findings: Readonly<Record<CertificateProblem, SelfProblem>> = {
  'not-bound': 'own-certificate-not-usable',
  'not-usable': 'own-certificate-not-usable',
  untrusted: 'own-certificate-untrusted',
  'revocation-unknown': 'own-certificate-unknown',
}

function remarkOn(certificate: Certificate, verdict: CertificateVerdict): Remark {
  const about = { certificate: describeCertificate(certificate) }
  const { steps } = verdict.explanation
  if (verdict.ok) return well('own-certificate-trusted', about, steps)
  if (hasFailed(steps, 'certificate-revoked')) return finding('own-certificate-revoked', about, steps)
  // An issuer may be there to be fetched, if only somebody could.
  const isOpen = verdict.temporary || verdict.wants.some(({ kind }) => kind === 'certificates')
  return finding(isOpen ? 'own-certificate-unknown' : findings[verdict.code], about, steps)
}

function hasFailed(steps: readonly Step[], code: string): boolean {
  return steps.some((step) => (step.code === code && step.outcome === 'failed') || hasFailed(step.steps ?? [], code))
}
