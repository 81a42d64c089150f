import { type IncomingMessage, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import { type Fetch, type FetchRequest, type FetchResponse, HttpError } from '../http/index.js'
import { type AllowAddress, judgedLookup, judgeLiteral, type LookupHost, lookupHost } from './judged-lookup.js'

export interface GuardedFetchOptions {
  /**
   * Lets through what would be refused: say which host, address or port it is about, since strangers choose what is
   * fetched. Default: nothing.
   */
  readonly allow?: AllowAddress
  /** Default: the system's. */
  readonly lookup?: LookupHost
  /** Authorities, in PEM, that servers of https are proven by, instead of those that Node knows. */
  readonly ca?: string
}

/**
 * Makes a `fetch` for URLs that strangers chose, such as those in certificates.
 *
 * It connects to the Internet alone: an address of the own host or network, however it is written and whatever name
 * stands for it, is refused at the moment of connecting, as are forms that hide another address. A redirect is handed
 * back, never followed, so that the next address is judged, too. Each connection is a new one; proxies of the
 * environment are not used, nothing is decompressed, and no cookie or password is sent.
 *
 * @returns what throws {@link HttpError} `ERR_HTTP_ADDRESS`, and whatever Node throws when a server is away.
 *
 * @example
 * const fetch = guardedFetch({ allow: ({ address, port }) => address === '10.1.2.3' && port === 80 })
 */
export function guardedFetch(options: GuardedFetchOptions = {}): Fetch {
  const { allow = () => false, lookup = lookupHost, ca } = options
  return async (text, init) => {
    const url = new URL(text)
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80))
    judgeLiteral(hostname, port, allow)
    const place = { hostname, port, lookup: judgedLookup(port, lookup, allow), ...(ca !== undefined && { ca }) }
    return responseOf(await answerTo(url, init, place))
  }
}

function answerTo(
  url: URL,
  { method, headers, body, signal }: FetchRequest,
  place: Pick<RequestOptions, 'hostname' | 'port' | 'lookup' | 'ca'>,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const options: RequestOptions = {
      ...place,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'direct-smime', ...headers },
      signal,
      // Not the global one: its connections were judged by nobody, and it may know a proxy.
      agent: false,
    }
    request(options, resolve).on('error', reject).end(body)
  })
}

function responseOf(message: IncomingMessage): FetchResponse {
  const { statusCode: status = 0, headers } = message
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding.toLowerCase() !== 'identity') {
    message.destroy()
    throw new HttpError('ERR_HTTP_ENCODING', 'a compressed answer')
  }
  return {
    status,
    headers: {
      get(name) {
        const value = headers[name.toLowerCase()]
        return Array.isArray(value) ? value.join(', ') : (value ?? null)
      },
    },
    body: bodyOf(message),
  }
}

/** The octets as they come; who stops reading ends the connection. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = message[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel() {
      message.destroy()
    },
  })
}
