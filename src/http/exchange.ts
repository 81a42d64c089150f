import type { Bytes } from '../bytes/index.js'
import { HttpError } from './errors.js'
import type { Fetch, FetchResponse } from './fetch.js'
import { orAborted } from './or-aborted.js'
import { readBody } from './read-body.js'
import { checkedUrl, type Scheme } from './url.js'

/** One question to a server, and what it may cost. */
export interface Exchange {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly body?: Bytes
  readonly headers: Readonly<Record<string, string>>
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly maxRedirects: number
  readonly schemes?: readonly Scheme[]
}

/** What the server answered; without bytes when nothing changed. */
export interface ExchangeAnswer {
  readonly headers: FetchResponse['headers']
  readonly bytes?: Bytes
}

/**
 * Asks a server, through its redirects.
 *
 * @throws {@link HttpError}; what the signal says when it ends the wait.
 */
export async function exchange(question: Exchange, fetch: Fetch, signal: AbortSignal): Promise<ExchangeAnswer> {
  const late = new AbortController()
  const error = new HttpError('ERR_HTTP_TIMEOUT', `no answer within ${question.timeoutMs} ms`, { temporary: true })
  const timer = setTimeout(() => late.abort(error), question.timeoutMs)
  const either = AbortSignal.any([signal, late.signal])
  try {
    const response = await followed(question, fetch, either)
    return await received(response, question, either)
  } catch (cause) {
    either.throwIfAborted()
    if (cause instanceof HttpError) throw cause
    throw new HttpError('ERR_HTTP_NETWORK', 'the server could not be reached', { cause, temporary: true })
  } finally {
    clearTimeout(timer)
  }
}

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** Those after which a question is asked again as it was, with its body. */
const faithfulRedirects: ReadonlySet<number> = new Set([307, 308])

/** The first answer that is no redirect. */
async function followed(question: Exchange, fetch: Fetch, signal: AbortSignal): Promise<FetchResponse> {
  const { method, schemes, maxRedirects } = question
  const first = checkedUrl(question.url, schemes)
  let url = first
  for (let count = 0; count <= maxRedirects; count += 1) {
    const ask = (redirect: 'manual' | 'follow') =>
      orAborted(fetch(url.href, requestOf(question, url.origin === first.origin, redirect, signal)), signal)
    const response = await ask('manual')
    // A browser shows no redirect, and follows up to twenty; where that led is looked at afterwards.
    if (response.type === 'opaqueredirect' && method === 'GET') return fromAllowed(await ask('follow'), schemes)
    const location = redirects.has(response.status) ? response.headers.get('location') : null
    const isFaithful = method === 'GET' || faithfulRedirects.has(response.status)
    if (response.type !== 'opaqueredirect' && !redirects.has(response.status)) return response
    await response.body?.cancel()
    if (location === null || !isFaithful || !URL.canParse(location, url.href)) {
      throw new HttpError('ERR_HTTP_REDIRECT', 'a redirect that cannot be followed')
    }
    url = checkedUrl(new URL(location, url).href, schemes)
  }
  throw new HttpError('ERR_HTTP_REDIRECT', `more than ${maxRedirects} redirects`)
}

function fromAllowed(response: FetchResponse, schemes: readonly Scheme[] | undefined): FetchResponse {
  if (response.url) checkedUrl(response.url, schemes)
  return response
}

/** What is meant for one server only is not shown to another. */
const confidential: ReadonlySet<string> = new Set(['authorization', 'cookie'])

function requestOf(
  { method, body, headers }: Exchange,
  isSameOrigin: boolean,
  redirect: 'manual' | 'follow',
  signal: AbortSignal,
): Parameters<Fetch>[1] {
  const shown = Object.entries(headers).filter(([name]) => isSameOrigin || !confidential.has(name.toLowerCase()))
  return {
    method,
    headers: Object.fromEntries(shown),
    ...(body && { body }),
    signal,
    redirect,
    credentials: 'omit',
    cache: 'no-store',
  }
}

/** @see RFC 9110 §15.5, §15.6; RFC 6585 §4; RFC 8470 §5.2 */
const temporaryStatus: ReadonlySet<number> = new Set([408, 425, 429])

async function received(
  response: FetchResponse,
  { headers, maxBytes }: Exchange,
  signal: AbortSignal,
): Promise<ExchangeAnswer> {
  const { status } = response
  if (status === 200) return { headers: response.headers, bytes: await readBody(response, maxBytes, signal) }
  await response.body?.cancel()
  const isConditional = 'if-none-match' in headers || 'if-modified-since' in headers
  if (status === 304 && isConditional) return { headers: response.headers }
  const temporary = status >= 500 || temporaryStatus.has(status)
  throw new HttpError('ERR_HTTP_STATUS', `the server answers with status ${status}`, { status, temporary })
}
