import { type Certificate, describeCertificate } from '../x509/index.js'
import { dated, type Remark, well } from './check-reasons.js'

/** The time that is looked at: from now on, and how far. */
export interface Window {
  readonly at: number
  /** What ends before that ends soon. */
  readonly until: number
}

/** Certificates count in seconds, so that there may be one between two of them. */
export const second = 1000

export function isValid({ notBefore, notAfter }: Certificate, at: number): boolean {
  return notBefore <= at && at <= notAfter
}

/** The one that was made last. */
export function newestOf(certificates: readonly Certificate[]): Certificate | undefined {
  return inOrder(certificates, 'notBefore').at(-1)
}

/**
 * Looks whether one of the certificates is valid now, and one or another all through the window: an old one may expire
 * when another has taken its place.
 */
export function datesOf(certificates: readonly Certificate[], window: Window): readonly Remark[] {
  const last = lastInTurn(certificates, window.at)
  if (!last) return noneIsValid(certificates, window.at)
  const about = { certificate: describeCertificate(last) }
  if (last.notAfter > window.until) return [well('own-certificate-lasts', about)]
  return [dated('own-certificate-expires', about, last.notAfter)]
}

/** Of certificates that follow one another without a gap, the first of them valid now, the last. */
function lastInTurn(certificates: readonly Certificate[], at: number): Certificate | undefined {
  let last: Certificate | undefined
  for (const next of inOrder(certificates, 'notBefore')) {
    const follows = last ? next.notBefore <= last.notAfter + second && next.notAfter > last.notAfter : isValid(next, at)
    if (follows) last = next
  }
  return last
}

function noneIsValid(certificates: readonly Certificate[], at: number): readonly Remark[] {
  const coming = inOrder(certificates, 'notBefore').find(({ notBefore }) => notBefore > at)
  if (coming) {
    const about = { certificate: describeCertificate(coming) }
    return [dated('own-certificate-not-yet-valid', about, coming.notBefore)]
  }
  return inOrder(certificates, 'notAfter')
    .slice(-1)
    .map((last) => dated('own-certificate-expired', { certificate: describeCertificate(last) }, last.notAfter))
}

function inOrder(certificates: readonly Certificate[], by: 'notBefore' | 'notAfter'): readonly Certificate[] {
  return [...certificates].sort((a, b) => a[by] - b[by])
}
