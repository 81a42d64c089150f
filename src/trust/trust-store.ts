import { anchorOf, type TrustAnchor } from '../path/index.js'
import type { Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'

/** Whose anchors, and for what. */
export interface AnchorQuery {
  /** The local address that is to trust somebody. */
  readonly address: string
  /** `outgoing` when it sends, `incoming` when it receives: a peer may be trusted in one direction (AS-90). */
  readonly direction: 'incoming' | 'outgoing'
  readonly about: 'message' | 'notification'
  /** The instant of the journey, in milliseconds since 1970. */
  readonly at: number
}

/** Where anchors are kept. A database or a service is another object of this shape; what it throws is asked again later. */
export interface TrustStore {
  anchors(query: AnchorQuery): Promise<readonly TrustAnchor[]>
  /**
   * Where the anchors of an address come from, in whatever direction, and how that stands: for those who watch over the
   * store. Without it nothing is said of where they come from.
   */
  sources?(query: Pick<AnchorQuery, 'address'>): Promise<readonly AnchorSourceCondition[]>
}

/** A source of anchors, one that has ended too. */
export interface AnchorSourceCondition {
  /** What an administrator calls it. */
  readonly name: string
  /** From this instant on its anchors do not count, in milliseconds since 1970. */
  readonly until?: number
  /** Of a bundle that is kept fresh. */
  readonly bundle?: TrustBundleCondition
}

/** How a bundle is held. */
export interface TrustBundleCondition {
  readonly url: string
  /** Time between two looks, in milliseconds. */
  readonly intervalMs: number
  /** When something came that may be taken, in milliseconds since 1970; absent when nothing ever did. */
  readonly refreshedAt?: number
  /** What the last look brought; absent before the first. */
  readonly lastLook?: Step
}

/** The simplest store: everybody trusts the same anchors in both directions. */
export function anchorList(certificates: readonly Certificate[]): TrustStore {
  const anchors = certificates.map(anchorOf)
  return { anchors: async () => anchors }
}
