import { equal } from '../bytes/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import { HttpError, type HttpErrorCode, type Retriever } from '../http/index.js'
import { type Reasons, type Step, stepsFrom } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'
import { TrustError, type TrustErrorCode } from './errors.js'
import { type LoadTrustBundleOptions, loadTrustBundle, type TrustBundle } from './trust-bundle.js'
import type { TrustBundleCondition } from './trust-store.js'

/** Where a bundle is published, and what is asked of it. */
export interface TrustBundleSource {
  readonly url: string
  /** Who must have signed it; without them the URL must be https (TB-9, TB-10). */
  readonly signers?: readonly Certificate[]
  readonly algorithms?: LoadTrustBundleOptions['algorithms']
  /** Time between two looks, in milliseconds. Default: a day (TB-12). */
  readonly intervalMs?: number
  /** Time to the next look after one that failed, in milliseconds. Default: an hour. */
  readonly retryMs?: number
  /** The share of anchors that may vanish at once without a person's word. Default: a third (TB-17). */
  readonly maxLoss?: number
  /** Length of the file, in bytes. Default 4,194,304 (4 MiB). */
  readonly maxBytes?: number
}

/** What came of a look (TB-13, TB-17). All but `success` and `unchanged` leave the anchors as they were. */
export type TrustBundleState =
  | 'success'
  | 'unchanged'
  | 'not-found'
  | 'download-timeout'
  | 'download-failed'
  | 'invalid-bundle-format'
  | 'invalid-signing-cert'
  | 'unmatched-signature'
  | 'not-in-date'
  | 'rollback'
  | 'suspicious-change'

/** A bundle as it is held, and how the last look went. Keep `file`: {@link loadTrustBundle} reads it after a restart. */
export interface HeldTrustBundle {
  readonly state: TrustBundleState
  /** Of the last look, in milliseconds since 1970. */
  readonly checkedAt: number
  /** Of the last look that was answered with something that may be taken. */
  readonly refreshedAt?: number
  readonly bundle?: TrustBundle
  readonly file?: Uint8Array
  readonly etag?: string
  readonly lastModified?: string
}

export interface RefreshedTrustBundle {
  readonly held: HeldTrustBundle
  readonly state: TrustBundleState
  /** What the file that came would change, or has changed. */
  readonly added: readonly Certificate[]
  readonly removed: readonly Certificate[]
  /** SHA-256 of a file that waits for a person's word, in hex: give it as `confirmedDigest`. */
  readonly digest?: string
  readonly steps: readonly Step[]
}

export interface RefreshPorts {
  readonly retriever: Retriever
  /** Milliseconds since 1970. */
  readonly at: number
  readonly crypto?: CryptoProvider
  /** The digest of a file that a person has looked at: it is taken however much it changes (TB-17). */
  readonly confirmedDigest?: string
  readonly signal?: AbortSignal
}

const reasons: Reasons<TrustBundleState> = {
  success: { message: 'The bundle was fetched, and its anchors replace those before.', standard: 'TB-13' },
  unchanged: { message: 'The bundle has not changed.', standard: 'TB-12' },
  'not-found': {
    message: 'There is no bundle at the URL. The anchors stay as they were.',
    remedy: 'Ask whoever publishes the bundle where it is now.',
    standard: 'TB-13',
  },
  'download-timeout': {
    message: 'The bundle did not come in time. The anchors stay as they were.',
    remedy: 'It is asked for again; if that goes on, ask whoever publishes the bundle.',
    standard: 'TB-13',
  },
  'download-failed': {
    message: 'The bundle could not be fetched. The anchors stay as they were.',
    remedy: 'It is asked for again; if that goes on, look at the cause.',
    standard: 'TB-13',
  },
  'invalid-bundle-format': {
    message: 'What came is no trust bundle. The anchors stay as they were.',
    remedy: 'Tell whoever publishes the bundle.',
    standard: 'TB-13, TB-14',
  },
  'invalid-signing-cert': {
    message: 'The certificate that signed the bundle is not valid at this time. The anchors stay as they were.',
    remedy: 'Obtain the certificate that signs the bundle now.',
    standard: 'TB-9',
  },
  'unmatched-signature': {
    message: 'The bundle was not signed by any of those who should. The anchors stay as they were.',
    remedy: 'Ask whoever publishes the bundle; somebody may have put another in its place.',
    standard: 'TB-9',
  },
  'not-in-date': {
    message: 'The bundle is outside of its own dates. The anchors stay as they were.',
    remedy: 'Tell whoever publishes the bundle.',
    standard: 'TB-8',
  },
  rollback: {
    message: 'The bundle was signed earlier than the one that is held. The anchors stay as they were.',
    remedy: 'Somebody may have put an old bundle in place of the new one: ask whoever publishes it.',
    standard: 'TB-17',
  },
  'suspicious-change': {
    message: 'More anchors would vanish than may without a question. The anchors stay as they were.',
    remedy: 'Ask whoever publishes the bundle whether that is meant, and confirm its digest.',
    standard: 'TB-17',
  },
}

const { passed, failed } = stepsFrom(reasons)

/** What an error of fetching or reading means for the bundle. Every other one is passed on. */
const stateOfError: Readonly<Partial<Record<HttpErrorCode | TrustErrorCode, TrustBundleState>>> = {
  ERR_HTTP_TIMEOUT: 'download-timeout',
  ERR_TRUST_BUNDLE_FORMAT: 'invalid-bundle-format',
  ERR_TRUST_BUNDLE_EMPTY: 'invalid-bundle-format',
  ERR_TRUST_BUNDLE_SIGNER: 'invalid-signing-cert',
  ERR_TRUST_BUNDLE_SIGNATURE: 'unmatched-signature',
  ERR_TRUST_BUNDLE_NO_SIGNER: 'unmatched-signature',
  ERR_TRUST_BUNDLE_DATE: 'not-in-date',
}

const dayMs = 86_400_000

/** When the next look is due, in milliseconds since 1970. The caller keeps the clock, and calls then. */
export function nextRefreshAt(source: TrustBundleSource, held: HeldTrustBundle | undefined): number {
  if (!held) return 0
  const { intervalMs = dayMs, retryMs = 3_600_000 } = source
  return held.checkedAt + (isWell(held.state) ? intervalMs : Math.min(retryMs, intervalMs))
}

function isWell(state: TrustBundleState): boolean {
  return state === 'success' || state === 'unchanged'
}

/** How a bundle stands, for those who watch over it. */
export function bundleCondition(
  { url, intervalMs = dayMs }: TrustBundleSource,
  held: HeldTrustBundle | undefined,
): TrustBundleCondition {
  const refreshedAt = held?.refreshedAt
  return {
    url,
    intervalMs,
    ...(refreshedAt !== undefined && { refreshedAt }),
    ...(held && { lastLook: lookStep(held.state, url) }),
  }
}

function lookStep(state: TrustBundleState, url: string): Step {
  return isWell(state) ? passed(state, { url }) : failed(state, { url })
}

/**
 * Looks for a new version of a bundle, and says what to hold from now on. Whatever goes wrong, what was held stays.
 *
 * @throws {@link TrustError} `ERR_TRUST_BUNDLE_URL` for an unsigned bundle that is not to come over https; whatever the
 *   signal says when it is aborted.
 * @see TB-10 to TB-14, TB-17
 */
export async function refreshTrustBundle(
  source: TrustBundleSource,
  held: HeldTrustBundle | undefined,
  ports: RefreshPorts,
): Promise<RefreshedTrustBundle> {
  const { signers = [], algorithms, maxBytes = 4 * 1024 * 1024, url } = source
  const { retriever, at, crypto, signal, confirmedDigest } = ports
  if (signers.length === 0 && !url.startsWith('https:')) {
    throw new TrustError('ERR_TRUST_BUNDLE_URL', 'a bundle that nobody signs must come over https')
  }
  try {
    const answer = await retriever.retrieve({
      url,
      maxBytes,
      reload: true,
      ...(signers.length === 0 && { schemes: ['https'] as const }),
      ...(held?.etag !== undefined && { ifNoneMatch: held.etag }),
      ...(held?.lastModified !== undefined && { ifModifiedSince: held.lastModified }),
      ...(signal && { signal }),
    })
    if (answer.status === 'not-modified') return stays('unchanged', held, source, at)
    const bundle = await loadTrustBundle(answer.bytes, {
      signers,
      at,
      ...(algorithms && { algorithms }),
      ...(crypto && { crypto }),
    })
    const change = changesBetween(held?.bundle, bundle)
    const state = stateOfChange(source, held?.bundle, bundle, confirmedDigest)
    if (state === 'rollback' || state === 'suspicious-change') {
      return { ...stays(state, held, source, at), ...change, digest: bundle.digest }
    }
    const { etag, lastModified, bytes: file } = answer
    const validators = { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) }
    const taken = { state, checkedAt: at, refreshedAt: at, bundle, file, ...validators }
    return { state, held: taken, ...change, steps: [passed(state, { url }, bundle.steps)] }
  } catch (error) {
    signal?.throwIfAborted()
    const state = stateOfFailure(error)
    if (!state) throw error
    return stays(state, held, source, at)
  }
}

function stays(
  state: TrustBundleState,
  held: HeldTrustBundle | undefined,
  { url }: TrustBundleSource,
  at: number,
): RefreshedTrustBundle {
  return {
    state,
    held: { ...held, state, checkedAt: at, ...(isWell(state) && { refreshedAt: at }) },
    added: [],
    removed: [],
    steps: [lookStep(state, url)],
  }
}

function stateOfFailure(error: unknown): TrustBundleState | undefined {
  if (!(error instanceof HttpError || error instanceof TrustError)) return undefined
  const known = stateOfError[error.code]
  if (known || error instanceof TrustError) return known
  return error.status === 404 || error.status === 410 ? 'not-found' : 'download-failed'
}

/** Whether a bundle may take the place of the one that is held (TB-17). */
function stateOfChange(
  { maxLoss = 1 / 3 }: TrustBundleSource,
  before: TrustBundle | undefined,
  after: TrustBundle,
  confirmedDigest: string | undefined,
): 'success' | 'unchanged' | 'rollback' | 'suspicious-change' {
  if (!before) return 'success'
  if (after.digest === before.digest) return 'unchanged'
  if ((after.signingTime ?? -Infinity) < (before.signingTime ?? -Infinity)) return 'rollback'
  const { removed } = changesBetween(before, after)
  const isSuspicious = removed.length > before.certificates.length * maxLoss
  return isSuspicious && after.digest !== confirmedDigest ? 'suspicious-change' : 'success'
}

function changesBetween(
  before: TrustBundle | undefined,
  after: TrustBundle,
): Pick<RefreshedTrustBundle, 'added' | 'removed'> {
  const old = before?.certificates ?? []
  return { added: without(after.certificates, old), removed: without(old, after.certificates) }
}

function without(some: readonly Certificate[], others: readonly Certificate[]): readonly Certificate[] {
  return some.filter(({ bytes }) => !others.some((other) => equal(other.bytes, bytes)))
}
