import { type Bytes, encodeHex } from '../bytes/index.js'
import { AnswerCache } from './answer-cache.js'
import { type Exchange, exchange } from './exchange.js'
import type { Fetch, FetchResponse } from './fetch.js'
import { freshnessOf } from './freshness.js'
import { SharedFlights } from './shared-flights.js'
import { checkedUrl, type Scheme } from './url.js'

/** What is asked for. */
export interface Retrieval {
  readonly url: string
  /** Default: `GET`. A `POST` is only kept when `keepMs` says so. */
  readonly method?: 'GET' | 'POST'
  readonly body?: Bytes
  readonly headers?: Readonly<Record<string, string>>
  /** Length of the answer. Default 1,048,576 (1 MiB). */
  readonly maxBytes?: number
  /** For everything: name look-up, redirects and the last octet. Default 10,000. */
  readonly timeoutMs?: number
  /** How long an answer is kept of which the server does not say it. Default 0: it is asked whether it changed. */
  readonly keepMs?: number
  /** Asks the server, whatever is kept. Default `false`. */
  readonly reload?: boolean
  /** Schemes that the URL, and each it redirects to, may have. Default: both. */
  readonly schemes?: readonly Scheme[]
  /** What the caller has: then nothing is kept here, and the answer may be `not-modified`. */
  readonly ifNoneMatch?: string
  readonly ifModifiedSince?: string
  readonly signal?: AbortSignal
}

/** What came. */
export interface Retrieved {
  readonly status: 'fetched' | 'not-modified'
  /** The same array as before when it was kept; empty when `not-modified`. Do not write into it. */
  readonly bytes: Bytes
  /** True when the server was not asked. */
  readonly kept: boolean
  readonly etag?: string
  readonly lastModified?: string
  /** Until when the server vouches for it, in milliseconds since 1970. */
  readonly freshUntil: number
}

export interface RetrieverLimits {
  /** All that is kept, in bytes. Default 134,217,728 (128 MiB). */
  readonly maxCacheBytes?: number
  /** The longest that anything is kept unasked, in milliseconds, whatever a server says. Default: a day. */
  readonly maxKeepMs?: number
  /** Default 3. */
  readonly maxRedirects?: number
}

export interface RetrieverOptions {
  readonly fetch: Fetch
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly limits?: RetrieverLimits
}

/** Fetches within limits, and keeps what it got. */
export interface Retriever {
  /**
   * @throws {@link HttpError}; what the signal says when it ends the wait. Others who wait for the same are not
   *   disturbed by it.
   */
  retrieve(retrieval: Retrieval): Promise<Retrieved>
}

/**
 * Makes a retriever: http and https alone, size, time and redirects bounded, no credentials, one request at a time for
 * the same thing. What it keeps, it keeps as long as it lives: make one, and use it throughout.
 *
 * @see RFC 9110; RFC 9111, as a private cache
 */
export function createRetriever({ fetch, clock, limits = {} }: RetrieverOptions): Retriever {
  const { maxCacheBytes = 128 * 1024 * 1024, maxKeepMs = 86_400_000, maxRedirects = 3 } = limits
  const cache = new AnswerCache(maxCacheBytes)
  const flights = new SharedFlights<Retrieved>()

  async function fetched(asked: Asked, signal: AbortSignal): Promise<Retrieved> {
    const { key, keepMs, isConditional } = asked
    const known = isConditional ? undefined : cache.get(key)
    const headers = { ...asked.headers, ...conditions(known ?? asked) }
    const started = clock()
    const answer = await exchange({ ...asked, headers, maxRedirects }, fetch, signal)
    const times = { asked: started, came: clock(), keepMs, maxKeepMs }
    const { freshUntil, mayKeep } = freshnessOf(answer.headers, times)
    const bytes = answer.bytes ?? known?.bytes
    const result = {
      bytes: bytes ?? new Uint8Array(0),
      ...validatorsOf(answer.headers, answer.bytes ? undefined : known),
      freshUntil,
    }
    // That the caller has it already is no reason to keep it here.
    if (bytes && mayKeep && asked.isKeepable) cache.set(key, result)
    else cache.delete(key)
    return { ...result, status: bytes ? 'fetched' : 'not-modified', kept: false }
  }

  return {
    async retrieve(retrieval) {
      const { reload = false, signal } = retrieval
      signal?.throwIfAborted()
      const asked = askedBy(retrieval)
      const known = reload || asked.isConditional ? undefined : cache.get(asked.key)
      if (known && clock() < known.freshUntil) return { ...known, status: 'fetched', kept: true }
      const flight = JSON.stringify([asked.key, asked.timeoutMs, conditions(asked)])
      return flights.join(flight, (ends) => fetched(asked, ends), signal)
    },
  }
}

/** A question with all its defaults. */
interface Asked extends Omit<Exchange, 'maxRedirects'>, Validators {
  /** What the same question has in common. */
  readonly key: string
  readonly keepMs: number
  readonly isConditional: boolean
  readonly isKeepable: boolean
}

interface Validators {
  readonly etag?: string
  readonly lastModified?: string
}

function askedBy(retrieval: Retrieval): Asked {
  const { method = 'GET', maxBytes = 1024 * 1024, timeoutMs = 10_000, keepMs = 0, body, schemes } = retrieval
  const { ifNoneMatch: etag, ifModifiedSince: lastModified } = retrieval
  const url = checkedUrl(retrieval.url, schemes).href
  const headers = Object.fromEntries(
    Object.entries(retrieval.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const isConditional = etag !== undefined || lastModified !== undefined
  return {
    key: JSON.stringify([method, url, headers, maxBytes, schemes, body && encodeHex(body)]),
    url,
    method,
    headers,
    maxBytes,
    timeoutMs,
    keepMs,
    isConditional,
    isKeepable: !isConditional && (method === 'GET' || keepMs > 0),
    ...(body && { body }),
    ...(schemes && { schemes }),
    ...(etag !== undefined && { etag }),
    ...(lastModified !== undefined && { lastModified }),
  }
}

/** @see RFC 9110 §13.1 */
function conditions({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  }
}

/** Those of the answer; of one that says that nothing changed, those known before where it repeats none. */
function validatorsOf(headers: FetchResponse['headers'], known: Validators = {}): Validators {
  const etag = headers.get('etag') ?? known.etag
  const lastModified = headers.get('last-modified') ?? known.lastModified
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) }
}
