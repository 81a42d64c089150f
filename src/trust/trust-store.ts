import { anchorOf, type TrustAnchor } from '../path/index.js'
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
}

/** The simplest store: everybody trusts the same anchors in both directions. */
export function anchorList(certificates: readonly Certificate[]): TrustStore {
  const anchors = certificates.map(anchorOf)
  return { anchors: async () => anchors }
}
