import type { CryptoProvider } from '../crypto/index.js'
import { createRetriever, type Fetch } from '../http/index.js'
import { type AnchorSource, anchorSources, isFor, sourceCondition } from './anchor-sources.js'
import {
  bundleCondition,
  type HeldTrustBundle,
  nextRefreshAt,
  type RefreshedTrustBundle,
  refreshTrustBundle,
  type TrustBundleSource,
} from './refresh-trust-bundle.js'
import type { TrustStore } from './trust-store.js'

/** A bundle, who trusts it in which direction, and how it was held when the process ended before. */
export interface TrustBundleSubscription
  extends TrustBundleSource,
    Pick<AnchorSource, 'name' | 'for' | 'direction' | 'until'> {
  readonly held?: HeldTrustBundle
}

export interface TrustStoreOptions {
  /** Anchors that are known beforehand. */
  readonly anchors?: readonly AnchorSource[]
  readonly bundles?: readonly TrustBundleSubscription[]
  /** Fetches the bundles: that of `nodePorts()`, or `guardedFetch()`, of `direct-smime/node`. */
  readonly fetch: Fetch
  readonly crypto?: CryptoProvider
}

export interface RefreshOptions {
  /** Milliseconds since 1970. */
  readonly at: number
  /** Looks at all bundles, due or not. Default `false`. */
  readonly all?: boolean
  /** By the URL of the bundle: the digest that a person has confirmed (TB-17). */
  readonly confirmed?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

/** A store whose bundles are kept fresh. It has no clock and no timer: {@link RefreshableTrustStore.refresh} is for the caller to call. */
export interface RefreshableTrustStore extends Required<TrustStore> {
  /**
   * Looks at the bundles that are due, each on its own; what one of them brings counts from then on, at once (TB-13).
   *
   * @returns one report for each bundle that was looked at. Keep `held` of it, for the next start.
   */
  refresh(options: RefreshOptions): Promise<readonly (RefreshedTrustBundle & { readonly url: string })[]>
  /** When the next bundle is due, in milliseconds since 1970; nothing without bundles. */
  nextRefreshAt(): number | undefined
  /** How each bundle is held now, by its URL. */
  held(): ReadonlyMap<string, HeldTrustBundle>
}

/**
 * Makes a trust store out of single anchors and any number of bundles.
 *
 * @example
 * const trust = createTrustStore({ bundles: [{ name: 'accredited', url, signers }], fetch })
 * await trust.refresh({ at: Date.now() })
 * setInterval(() => trust.refresh({ at: Date.now() }), 3_600_000)
 */
export function createTrustStore({
  anchors = [],
  bundles = [],
  fetch,
  crypto,
}: TrustStoreOptions): RefreshableTrustStore {
  const held = new Map(bundles.flatMap(({ url, held }) => (held ? [[url, held] as const] : [])))
  let store = combined()
  let now = 0
  const retriever = createRetriever({ fetch, clock: () => now })

  function combined(): TrustStore {
    const fetched = bundles.map((subscription) => ({
      ...subscription,
      certificates: held.get(subscription.url)?.bundle?.certificates ?? [],
    }))
    return anchorSources([...anchors, ...fetched])
  }

  return {
    anchors: (query) => store.anchors(query),
    sources: async ({ address }) => [
      ...anchors.filter((source) => isFor(source, address)).map(sourceCondition),
      ...bundles
        .filter((source) => isFor(source, address))
        .map((source) => ({ ...sourceCondition(source), bundle: bundleCondition(source, held.get(source.url)) })),
    ],
    held: () => new Map(held),
    nextRefreshAt: () =>
      bundles.length > 0
        ? Math.min(...bundles.map((source) => nextRefreshAt(source, held.get(source.url))))
        : undefined,
    async refresh({ at, all = false, confirmed = {}, signal }) {
      now = at
      const distinct = [...new Map(bundles.map((source) => [source.url, source])).values()]
      const due = distinct.filter((source) => all || nextRefreshAt(source, held.get(source.url)) <= at)
      return Promise.all(
        due.map(async (source) => {
          const confirmedDigest = confirmed[source.url]
          const report = await refreshTrustBundle(source, held.get(source.url), {
            retriever,
            at,
            ...(crypto && { crypto }),
            ...(confirmedDigest !== undefined && { confirmedDigest }),
            ...(signal && { signal }),
          })
          held.set(source.url, report.held)
          store = combined()
          return { ...report, url: source.url }
        }),
      )
    },
  }
}
