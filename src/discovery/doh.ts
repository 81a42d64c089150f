import { encodeBase64Url } from '../bytes/index.js'
import { DnsError, type DnsReading } from '../dns/index.js'
import { HttpError, type Retrieval, type Retriever } from '../http/index.js'
import { type DnsTransport, type Resolver, resolverOver } from './resolver.js'

export interface DohOptions {
  /** Of the service: `https://dns.example/dns-query`. Without TLS only on the host itself. */
  readonly url: string
  /** One that may reach the service: what guards against strangers' addresses refuses those of the own network. */
  readonly retriever: Retriever
  /** Milliseconds since 1970; the retriever's own. */
  readonly clock: () => number
  /** Default `POST`, which leaves no questions in the logs of those on the way; `GET` may be answered from a cache. */
  readonly method?: 'GET' | 'POST'
  /** For one answer. Default 5,000. */
  readonly timeoutMs?: number
}

const mediaType = 'application/dns-message'

/**
 * DNS over HTTPS: for browsers, which have no other, and for networks that let nothing else through (DISC-31).
 *
 * @see RFC 8484
 */
export function createDohResolver({ url, retriever, clock, method = 'POST', timeoutMs = 5000 }: DohOptions): Resolver {
  const schemes = isOnThisHost(url) ? (['http', 'https'] as const) : (['https'] as const)
  const transport: DnsTransport = {
    async exchange(query, read, { signal }) {
      const retrieval: Retrieval = method === 'POST' ? post(url, query) : get(url, query)
      // DNS says itself how long an answer may be kept, and whoever asks keeps it.
      const how = { timeoutMs, maxBytes: 0xffff, schemes, reload: true, ...(signal && { signal }) }
      try {
        const { bytes, freshUntil } = await retriever.retrieve({ ...retrieval, ...how })
        return aged(read(bytes), (freshUntil - clock()) / 1000)
      } catch (cause) {
        signal?.throwIfAborted()
        if (!(cause instanceof HttpError)) throw cause
        const code = cause.code === 'ERR_HTTP_TIMEOUT' ? 'ERR_DNS_TIMEOUT' : 'ERR_DNS_NETWORK'
        throw new DnsError(code, 'the DNS service does not answer', { cause, temporary: true })
      }
    },
  }
  // The same question shall be the same request, so that it may come from a cache (RFC 8484 §4.1).
  return resolverOver(transport, () => 0)
}

/** What a host says to itself passes no network (W3C Secure Contexts §3.1). */
function isOnThisHost(url: string): boolean {
  return URL.canParse(url) && /^(?:127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/.test(new URL(url).hostname)
}

/**
 * An answer that lay in a cache is believed for as much shorter; a service that says nothing of it has none. A page only
 * learns of it when the service exposes `Age` to it.
 *
 * @see RFC 8484 §5.1
 */
function aged(reading: DnsReading, freshSeconds: number): DnsReading {
  if (!('ttl' in reading) || freshSeconds <= 0) return reading
  return { ...reading, ttl: Math.min(reading.ttl, Math.ceil(freshSeconds)) }
}

function post(url: string, query: Uint8Array): Retrieval {
  return {
    url,
    method: 'POST',
    body: Uint8Array.from(query),
    headers: { accept: mediaType, 'content-type': mediaType },
  }
}

function get(url: string, query: Uint8Array): Retrieval {
  return { url: `${url}${url.includes('?') ? '&' : '?'}dns=${encodeBase64Url(query)}`, headers: { accept: mediaType } }
}
