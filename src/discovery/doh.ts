import { encodeBase64 } from '../bytes/index.js'
import { DnsError } from '../dns/index.js'
import { HttpError, type Retrieval, type Retriever } from '../http/index.js'
import { type DnsTransport, type Resolver, resolverOver } from './resolver.js'

export interface DohOptions {
  /** Of the service: `https://dns.example/dns-query`. */
  readonly url: string
  readonly retriever: Retriever
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
export function createDohResolver({ url, retriever, method = 'POST', timeoutMs = 5000 }: DohOptions): Resolver {
  const transport: DnsTransport = {
    async exchange(query, read, { signal }) {
      const how = { timeoutMs, maxBytes: 0xffff, schemes: ['https'], ...(signal && { signal }) } as const
      const retrieval: Retrieval = method === 'POST' ? post(url, query) : get(url, query)
      try {
        return read((await retriever.retrieve({ ...retrieval, ...how })).bytes)
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

function post(url: string, query: Uint8Array): Retrieval {
  return {
    url,
    method: 'POST',
    body: Uint8Array.from(query),
    headers: { accept: mediaType, 'content-type': mediaType },
  }
}

function get(url: string, query: Uint8Array): Retrieval {
  const base64url = encodeBase64(query).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
  return { url: `${url}${url.includes('?') ? '&' : '?'}dns=${base64url}`, headers: { accept: mediaType } }
}
