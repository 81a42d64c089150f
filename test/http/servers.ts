import { encodeUtf8 } from '../../src/bytes/index.js'
import { createRetriever, type Fetch, type FetchRequest, type RetrieverLimits } from '../../src/http/index.js'

/** What a server answers. */
export interface Page {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text, or pieces that come one by one; a piece that is no text is something to wait for. */
  readonly body?: string | readonly (string | (() => Promise<unknown>))[]
}

/** Answers by URL; a function is asked anew each time. */
export type Pages = Readonly<Record<string, Page | ((request: FetchRequest) => Page | Promise<Page>)>>

/** A network in memory, a clock, and a retriever between them. */
export function network(pages: Pages, limits?: RetrieverLimits) {
  const asked: { readonly url: string; readonly request: FetchRequest }[] = []
  const time = { now: Date.UTC(2026, 5, 1) }
  const fetch: Fetch = async (url, request) => {
    asked.push({ url, request })
    const page = pages[url]
    if (!page) throw new TypeError('no such host')
    return responseOf(typeof page === 'function' ? await page(request) : page)
  }
  const retriever = createRetriever({ fetch, clock: () => time.now, ...(limits && { limits }) })
  return { retriever, asked, time, urls: () => asked.map(({ url }) => url) }
}

function responseOf({ status = 200, headers = {}, body = 'found' }: Page): Response {
  const pieces = typeof body === 'string' ? [body] : body
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const piece of pieces) {
        if (typeof piece === 'string') controller.enqueue(encodeUtf8(piece))
        else await piece()
      }
      controller.close()
    },
  })
  const isBare = status === 204 || status === 304
  return new Response(isBare ? null : stream, { status, headers })
}
