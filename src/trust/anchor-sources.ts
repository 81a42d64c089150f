import { addressKey, domainOf } from '../mime/index.js'
import { anchorOf, type TrustAnchor } from '../path/index.js'
import type { Certificate } from '../x509/index.js'
import type { AnchorQuery, AnchorSourceCondition, TrustStore } from './trust-store.js'

/** Anchors, where they came from, and who trusts them, in which direction, until when. */
export interface AnchorSource {
  /** What an administrator calls it. */
  readonly name: string
  readonly certificates: readonly Certificate[]
  /** Local addresses and domains that trust these anchors. Default: all. */
  readonly for?: readonly string[]
  /** `outgoing`: may be written to; `incoming`: may write to us (AS-90, TB-15). Default: both. */
  readonly direction?: AnchorQuery['direction'] | 'both'
  /** From this instant on the anchors do not count, in milliseconds since 1970. */
  readonly until?: number
}

/** An anchor that knows which source it came from. */
export interface SourcedAnchor extends TrustAnchor {
  readonly source: string
}

/**
 * A store of anchors that are known beforehand.
 *
 * Notifications go both ways wherever messages go one way: a peer that may only be written to still has to say what
 * became of our messages, and one that may only write to us is still told what became of its own (AS-90).
 */
export function anchorSources(sources: readonly AnchorSource[]): Required<TrustStore> {
  const known = sources.map((source) => ({ source, anchors: source.certificates.map(sourced(source.name)) }))
  return {
    anchors: async (query) =>
      known.filter(({ source }) => counts(source, query)).flatMap(({ anchors }): readonly SourcedAnchor[] => anchors),
    sources: async ({ address }) => sources.filter((source) => isFor(source, address)).map(sourceCondition),
  }
}

export function sourceCondition({ name, until }: Pick<AnchorSource, 'name' | 'until'>): AnchorSourceCondition {
  return { name, ...(until !== undefined && { until }) }
}

function sourced(source: string): (certificate: Certificate) => SourcedAnchor {
  return (certificate) => ({ ...anchorOf(certificate), source })
}

function counts(source: AnchorSource, { address, direction, about, at }: AnchorQuery): boolean {
  const { direction: wanted = 'both', until = Infinity } = source
  if (!(at < until)) return false
  if (wanted !== 'both' && wanted !== direction && about !== 'notification') return false
  return isFor(source, address)
}

/** Whether an address, or its domain, is among those who trust a source. */
export function isFor({ for: owners }: Pick<AnchorSource, 'for'>, address: string): boolean {
  return (
    owners === undefined ||
    owners.map(addressKey).some((owner) => owner === addressKey(address) || owner === domainOf(address))
  )
}
