import type { TrustAnchor } from '../path/index.js'
import type { AnchorSourceCondition, TrustBundleCondition } from '../trust/index.js'
import { describeCertificate } from '../x509/index.js'
import { isValid, type Window } from './check-dates.js'
import { dated, finding, type Remark, well } from './check-reasons.js'
import type { Ports } from './ports.js'

/** All anchors of an address, whether it sends or receives. */
export async function anchorsOf(address: string, { trust, at }: Ports): Promise<readonly TrustAnchor[]> {
  const anchors = (direction: 'incoming' | 'outgoing') => trust.anchors({ address, direction, about: 'message', at })
  return (await Promise.all([anchors('incoming'), anchors('outgoing')])).flat()
}

/** Looks whether the address trusts anybody, and whom it will not trust for long. */
export function anchorRemarks(
  address: string,
  anchors: readonly TrustAnchor[],
  window: Window,
  { policy }: Ports,
): readonly Remark[] {
  const isDated = policy.trust.anchorValidity === 'checked'
  const counts = ({ certificate }: TrustAnchor) => !isDated || !certificate || isValid(certificate, window.at)
  return [
    anchors.some(counts) ? well('anchors-held', { address }) : finding('no-anchors', { address }),
    ...(isDated ? anchors.flatMap((anchor) => datesOfAnchor(anchor, window)) : []),
  ]
}

function datesOfAnchor({ certificate }: TrustAnchor, { at, until }: Window): readonly Remark[] {
  if (!certificate || certificate.notAfter > until) return []
  const about = { certificate: describeCertificate(certificate) }
  const code = certificate.notAfter < at ? 'anchor-expired' : 'anchor-expires'
  return [dated(code, about, certificate.notAfter)]
}

/** Looks whether what anchors come from goes on, and, of bundles, whether they are fresh. */
export function sourceRemarks(sources: readonly AnchorSourceCondition[], window: Window): readonly Remark[] {
  return sources.flatMap((source) => [
    endOfSource(source, window),
    ...(source.bundle ? [freshness(source.bundle, window)] : []),
  ])
}

/** What an administrator calls a source stands in the sentence. */
function endOfSource({ name, until = Infinity }: AnchorSourceCondition, window: Window): Remark {
  const isEnding = until < Infinity && until <= window.until
  const remark = isEnding ? dated('anchors-end', undefined, until) : well('anchors-stay')
  return { ...remark, step: { ...remark.step, message: remark.step.message.replace(/\.$/, `: ${name}.`) } }
}

/** Intervals without anything new after which a bundle has long not been refreshed: one look may fail. */
const maxIntervals = 2

function freshness(bundle: TrustBundleCondition, { at }: Window): Remark {
  const { url, intervalMs, refreshedAt = -Infinity, lastLook } = bundle
  const steps = lastLook ? [lastLook] : []
  if (at > refreshedAt + maxIntervals * intervalMs) return finding('bundle-not-refreshed', { url }, steps)
  return lastLook?.outcome === 'failed'
    ? finding('bundle-refused', { url }, steps)
    : well('bundle-fresh', { url }, steps)
}
