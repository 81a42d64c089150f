import type { Certificate, CertificateList, CrlReason, OcspResponse, ReasonFlag } from '../x509/index.js'
import type { Evidence } from './evidence.js'
import type { PathPolicy } from './policy.js'
import type { RevocationProblem } from './revocation-reasons.js'

/** What one list, with the delta list that belongs to it, or one response says of a certificate. */
export interface Finding {
  readonly source: 'crl' | 'ocsp'
  readonly used: readonly (CertificateList | OcspResponse)[]
  readonly thisUpdate: number
  /** The reasons that a "no" speaks of. */
  readonly reasons: ReadonlySet<ReasonFlag>
  /** Absent when the certificate is good. */
  readonly revoked?: Revoked
}

export interface Revoked {
  readonly reason: CrlReason
  /** Milliseconds since 1970, UTC. */
  readonly at: number
}

/** An entry of a list, or what a response says of a certificate that is revoked. */
interface Entry {
  readonly reason: CrlReason
  readonly revocationDate: number
  readonly invalidityDate?: number
}

/** Reasons that cast no doubt on what the key did before. */
const soundReasons: ReadonlySet<CrlReason> = new Set([
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
])

/**
 * Whether an entry makes the certificate a revoked one at the time that is asked about.
 *
 * Who is on the list is revoked, whatever the date beside the name. There is one exception, for messages that are judged
 * after the fact: when the list is of a later time, and the certificate was revoked later too and for a reason that says
 * nothing against the key, such as a change of employer, then it was good. A compromise, or no reason at all, counts
 * back without limit: nobody knows since when the key was in other hands.
 */
export function revokedBy(entry: Entry, thisUpdate: number, at: number): Revoked | undefined {
  const { reason, revocationDate, invalidityDate = revocationDate } = entry
  if (reason === 'removeFromCRL') return undefined
  const later = thisUpdate > at && revocationDate > at && invalidityDate > at
  return later && soundReasons.has(reason) ? undefined : { reason, at: revocationDate }
}

/**
 * What keeps a list or a response from being believed for the time that is asked about.
 *
 * It may be of a later time, when an old message is judged anew; not so late that the certificate had expired by then, for
 * then it may have been taken off the list.
 */
export function timeProblem(
  { thisUpdate, nextUpdate }: { readonly thisUpdate: number; readonly nextUpdate?: number },
  certificate: Certificate,
  { at, gatheredAt = at }: Pick<Evidence, 'at' | 'gatheredAt'>,
  { clockSkewMs, revocation }: Pick<PathPolicy, 'clockSkewMs' | 'revocation'>,
): RevocationProblem | undefined {
  // Asked this way round, a time that is no number is never inside.
  if (!(thisUpdate <= gatheredAt + clockSkewMs)) return 'revocation-too-new'
  if (!(thisUpdate <= at + clockSkewMs || thisUpdate <= certificate.notAfter)) return 'revocation-too-new'
  return at <= (nextUpdate ?? thisUpdate + revocation.maxAgeMs) ? undefined : 'revocation-too-old'
}

/**
 * What all findings come to: revoked, when anybody says so. A certificate that was on hold is free again when somebody
 * newer, who would know of the hold, says that it is good.
 */
export function isRevoked(findings: readonly Finding[]): boolean {
  const free = findings.filter(({ revoked, reasons }) => !revoked && reasons.has('certificateHold'))
  const newestFree = Math.max(...free.map(({ thisUpdate }) => thisUpdate))
  return findings.some(
    ({ revoked, thisUpdate }) => revoked && !(revoked.reason === 'certificateHold' && thisUpdate < newestFree),
  )
}
