import type { Bytes } from '../bytes/index.js'

/** Fetches: the platform's own `fetch` is one, and `guardedFetch` of `direct-smime/node` another. */
export type Fetch = (url: string, init: FetchRequest) => Promise<FetchResponse>

/** What of a request is used. */
export interface FetchRequest {
  readonly method: 'GET' | 'POST'
  readonly headers: Record<string, string>
  readonly body?: Bytes
  readonly signal: AbortSignal
  readonly redirect: 'manual' | 'follow'
  /** Nobody is told who asks. */
  readonly credentials: 'omit'
  /** The retriever keeps answers itself, and knows for how long. */
  readonly cache: 'no-store'
}

/** What of an answer is used. */
export interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
  /** `opaqueredirect` where the platform hides a redirect. */
  readonly type?: string
  /** Where the answer came from, when the platform followed redirects. */
  readonly url?: string
}
