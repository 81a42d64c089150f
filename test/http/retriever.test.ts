import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { createRetriever, type HttpError, type Retrieval } from '../../src/http/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { network, type Page, type Pages } from './servers.js'

const url = 'http://ca.example/list.crl'
const minute = 60_000

/** What a retrieval ends with: its text, or the code of its error. */
async function outcome(pages: Pages, retrieval: Partial<Retrieval> = {}): Promise<string | undefined> {
  const { retriever } = network(pages)
  const answer = retriever.retrieve({ url, ...retrieval })
  return (await codeOfRejection(answer)) ?? decodeUtf8((await answer).bytes)
}

const to = (location: string, status = 302): Page => ({ status, headers: { location }, body: '' })
const never = () => new Promise<never>(() => undefined)
const broken = () => Promise.reject(new TypeError('reset'))

const longest = url.padEnd(2048, 'x')

describe('what is fetched', () => {
  interface Case {
    readonly comment: string
    readonly pages: Pages
    readonly retrieval?: Partial<Retrieval>
    readonly ends: string
  }
  const asIs: Pages = { [url]: {} }
  const cases: readonly Case[] = [
    { comment: 'http', pages: asIs, ends: 'found' },
    { comment: 'https', pages: { 'https://ca.example/': {} }, retrieval: { url: 'https://ca.example' }, ends: 'found' },
    { comment: 'an empty answer', pages: { [url]: { body: '' } }, ends: '' },
    { comment: 'several pieces', pages: { [url]: { body: ['fo', 'u', 'nd'] } }, ends: 'found' },
    { comment: 'a fragment is not asked for', pages: asIs, retrieval: { url: `${url}#part` }, ends: 'found' },
    { comment: 'no URL', pages: asIs, retrieval: { url: 'ca.example/list.crl' }, ends: 'ERR_HTTP_URL' },
    { comment: 'a file', pages: asIs, retrieval: { url: 'file:///etc/passwd' }, ends: 'ERR_HTTP_URL' },
    { comment: 'LDAP', pages: asIs, retrieval: { url: 'ldap://ca.example/cn=CA' }, ends: 'ERR_HTTP_URL' },
    { comment: 'data', pages: asIs, retrieval: { url: 'data:,found' }, ends: 'ERR_HTTP_URL' },
    { comment: 'a name', pages: asIs, retrieval: { url: 'http://ann@ca.example/list.crl' }, ends: 'ERR_HTTP_URL' },
    { comment: 'a password', pages: asIs, retrieval: { url: 'http://:x@ca.example/list.crl' }, ends: 'ERR_HTTP_URL' },
    { comment: 'as long a URL as is read', pages: { [longest]: {} }, retrieval: { url: longest }, ends: 'found' },
    { comment: 'a long URL', pages: asIs, retrieval: { url: url.padEnd(2049, 'x') }, ends: 'ERR_HTTP_URL' },
    { comment: 'http where only https will do', pages: asIs, retrieval: { schemes: ['https'] }, ends: 'ERR_HTTP_URL' },
    {
      comment: 'a redirect to http where only https will do',
      pages: { 'https://ca.example/': to(url), ...asIs },
      retrieval: { url: 'https://ca.example/', schemes: ['https'] },
      ends: 'ERR_HTTP_URL',
    },
    {
      comment: 'the same where both will do',
      pages: { 'https://ca.example/': to(url), ...asIs },
      retrieval: { url: 'https://ca.example/' },
      ends: 'found',
    },
    { comment: 'an unknown host', pages: {}, ends: 'ERR_HTTP_NETWORK' },
    { comment: 'not found', pages: { [url]: { status: 404 } }, ends: 'ERR_HTTP_STATUS' },
    { comment: 'no content', pages: { [url]: { status: 204 } }, ends: 'ERR_HTTP_STATUS' },
    { comment: 'not modified, which nobody asked', pages: { [url]: { status: 304 } }, ends: 'ERR_HTTP_STATUS' },
    { comment: 'as long as allowed', pages: asIs, retrieval: { maxBytes: 5 }, ends: 'found' },
    { comment: 'longer', pages: asIs, retrieval: { maxBytes: 4 }, ends: 'ERR_HTTP_TOO_LARGE' },
    {
      comment: 'longer by its own words, before a single octet came',
      pages: { [url]: { headers: { 'content-length': '9999999' }, body: [never] } },
      ends: 'ERR_HTTP_TOO_LARGE',
    },
    {
      comment: 'longer, and without an end',
      pages: { [url]: { headers: { 'content-length': '3' }, body: ['many', ' octets', never] } },
      retrieval: { maxBytes: 10 },
      ends: 'ERR_HTTP_TOO_LARGE',
    },
    { comment: 'no answer', pages: { [url]: never }, retrieval: { timeoutMs: 20 }, ends: 'ERR_HTTP_TIMEOUT' },
    {
      comment: 'an answer that does not end',
      pages: { [url]: { body: ['begin', never] } },
      retrieval: { timeoutMs: 20 },
      ends: 'ERR_HTTP_TIMEOUT',
    },
    {
      comment: 'a connection that breaks',
      pages: { [url]: { body: ['begin', broken] } },
      ends: 'ERR_HTTP_NETWORK',
    },
    {
      comment: 'a redirect',
      pages: { [url]: to('https://other.example/a'), 'https://other.example/a': {} },
      ends: 'found',
    },
    { comment: 'a relative one', pages: { [url]: to('new.crl', 301), 'http://ca.example/new.crl': {} }, ends: 'found' },
    { comment: 'one to a file', pages: { [url]: to('file:///etc/passwd') }, ends: 'ERR_HTTP_URL' },
    { comment: 'one with a password', pages: { [url]: to('http://a:b@ca.example/') }, ends: 'ERR_HTTP_URL' },
    { comment: 'one to nowhere', pages: { [url]: { status: 302 } }, ends: 'ERR_HTTP_REDIRECT' },
    { comment: 'one to no URL', pages: { [url]: to('http://[') }, ends: 'ERR_HTTP_REDIRECT' },
    { comment: 'a circle', pages: { [url]: to(url) }, ends: 'ERR_HTTP_REDIRECT' },
    {
      comment: 'three, which is as many as are followed',
      pages: {
        [url]: to('/1'),
        'http://ca.example/1': to('/2'),
        'http://ca.example/2': to('/3'),
        'http://ca.example/3': {},
      },
      ends: 'found',
    },
    {
      comment: 'four',
      pages: {
        [url]: to('/1'),
        'http://ca.example/1': to('/2'),
        'http://ca.example/2': to('/3'),
        'http://ca.example/3': to('/4'),
        'http://ca.example/4': {},
      },
      ends: 'ERR_HTTP_REDIRECT',
    },
  ]
  test.each(cases)('$comment: $ends', async ({ pages, retrieval, ends }) => {
    expect(await outcome(pages, retrieval)).toBe(ends)
  })

  test.each([
    { status: 503, temporary: true },
    { status: 500, temporary: true },
    { status: 429, temporary: true },
    { status: 404, temporary: false },
    { status: 403, temporary: false },
  ])('status $status is temporary: $temporary', async ({ status, temporary }) => {
    const { retriever } = network({ [url]: { status } })
    const error: unknown = await retriever.retrieve({ url }).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'ERR_HTTP_STATUS', status, temporary } satisfies Partial<HttpError>)
  })

  test('silence and a host that is not there are temporary, a URL that is none is not', async () => {
    const { retriever } = network({ [url]: never })
    const errorOf = (retrieval: Retrieval) => retriever.retrieve(retrieval).catch((error: unknown) => error)
    expect(await errorOf({ url, timeoutMs: 20 })).toMatchObject({ temporary: true })
    expect(await errorOf({ url: 'http://other.example/' })).toMatchObject({ temporary: true })
    expect(await errorOf({ url: 'ftp://ca.example/' })).toMatchObject({ temporary: false })
  })

  test('errors name no URL and no host', async () => {
    for (const page of [{ status: 404 }, to('x:y'), to('/'), { headers: { 'content-length': '9999999' } }]) {
      const { retriever } = network({ [url]: page })
      const error: unknown = await retriever.retrieve({ url }).catch((error: unknown) => error)
      expect(String(error)).not.toMatch(/ca\.example|list/)
    }
  })
})

describe('how it is asked', () => {
  test('without credentials, and past the cache of the platform', async () => {
    const { retriever, asked } = network({ [url]: {} })
    await retriever.retrieve({ url })
    expect(asked[0]?.request).toMatchObject({
      method: 'GET',
      credentials: 'omit',
      cache: 'no-store',
      redirect: 'manual',
    })
  })

  test('what is confidential goes to the first server alone', async () => {
    const next = 'https://other.example/'
    const { retriever, asked } = network({ [url]: to('/same'), 'http://ca.example/same': to(next), [next]: {} })
    await retriever.retrieve({ url, headers: { Authorization: 'Bearer x', Accept: 'a/b' } })
    expect(asked.map(({ request }) => request.headers)).toEqual([
      { authorization: 'Bearer x', accept: 'a/b' },
      { authorization: 'Bearer x', accept: 'a/b' },
      { accept: 'a/b' },
    ])
  })

  test.each([
    { status: 307, ends: 'found' },
    { status: 308, ends: 'found' },
    { status: 302, ends: 'ERR_HTTP_REDIRECT' },
    { status: 303, ends: 'ERR_HTTP_REDIRECT' },
  ])('a question with a body after $status: $ends', async ({ status, ends }) => {
    const body = encodeUtf8('question')
    const second = 'http://ca.example/second'
    const { retriever, asked } = network({ [url]: to(second, status), [second]: {} })
    const answer = retriever.retrieve({ url, method: 'POST', body })
    expect((await codeOfRejection(answer)) ?? decodeUtf8((await answer).bytes)).toBe(ends)
    for (const { request } of asked) expect(request).toMatchObject({ method: 'POST', body })
  })

  test('where the platform hides redirects it is asked to follow them, and where they led is looked at', async () => {
    const answer = (final: string) => (request: { redirect: string }) => {
      const response =
        request.redirect === 'manual' ? { type: 'opaqueredirect', status: 0, body: null } : { url: final }
      return { status: 200, headers: new Headers(), body: new Response('found').body, ...response }
    }
    const run = async (final: string, method: 'GET' | 'POST' = 'GET') => {
      const fetch = async (_: string, request: { redirect: string }) => answer(final)(request)
      const retriever = createRetriever({ fetch, clock: () => 0 })
      const retrieved = retriever.retrieve({ url: 'https://ca.example/', schemes: ['https'], method })
      return (await codeOfRejection(retrieved)) ?? decodeUtf8((await retrieved).bytes)
    }
    expect(await run('https://other.example/')).toBe('found')
    expect(await run('http://other.example/')).toBe('ERR_HTTP_URL')
    expect(await run('https://other.example/', 'POST')).toBe('ERR_HTTP_REDIRECT')
  })
})

describe('one request in flight', () => {
  function slow() {
    let answer: (page: Page) => void = () => undefined
    const signals: AbortSignal[] = []
    const world = network({
      [url]: ({ signal }) => {
        signals.push(signal)
        return new Promise<Page>((resolve) => {
          answer = resolve
        })
      },
    })
    return { ...world, signals, answer: (page: Page) => answer(page) }
  }

  test('those who ask for the same at the same time get the answer to one question', async () => {
    const { retriever, asked, answer } = slow()
    const both = Promise.all([retriever.retrieve({ url }), retriever.retrieve({ url })])
    answer({})
    const [one, other] = await both
    expect(asked).toHaveLength(1)
    expect(one.bytes).toBe(other.bytes)
  })

  test('those who ask for another do not', async () => {
    const { retriever, asked } = network({ [url]: {}, 'http://ca.example/other': {} })
    await Promise.all([
      retriever.retrieve({ url }),
      retriever.retrieve({ url: 'http://ca.example/other' }),
      retriever.retrieve({ url, maxBytes: 9 }),
      retriever.retrieve({ url, method: 'POST', body: Uint8Array.of(1) }),
      retriever.retrieve({ url, method: 'POST', body: Uint8Array.of(2) }),
    ])
    expect(asked).toHaveLength(5)
  })

  test('who gives up disturbs nobody; when the last has gone the request ends', async () => {
    const { retriever, signals, answer } = slow()
    const [first, second] = [new AbortController(), new AbortController()]
    const one = retriever.retrieve({ url, signal: first.signal })
    const other = retriever.retrieve({ url, signal: second.signal })
    first.abort(new Error('first'))
    await expect(one).rejects.toThrow('first')
    expect(signals[0]?.aborted).toBe(false)
    second.abort(new Error('second'))
    await expect(other).rejects.toThrow('second')
    expect(signals[0]?.aborted).toBe(true)

    const later = retriever.retrieve({ url })
    answer({ body: 'anew' })
    expect(decodeUtf8((await later).bytes)).toBe('anew')
  })

  test('a signal that was given before ends it before it begins', async () => {
    const { retriever, asked } = network({ [url]: {} })
    await expect(retriever.retrieve({ url, signal: AbortSignal.abort(new Error('over')) })).rejects.toThrow('over')
    expect(asked).toHaveLength(0)
  })

  test('a failure is not remembered', async () => {
    let count = 0
    const { retriever } = network({ [url]: () => ({ status: count++ === 0 ? 503 : 200 }) })
    expect(await codeOfRejection(retriever.retrieve({ url }))).toBe('ERR_HTTP_STATUS')
    expect(await codeOfRejection(retriever.retrieve({ url }))).toBeUndefined()
  })
})

describe('what is kept (RFC 9111)', () => {
  interface Case {
    readonly comment: string
    readonly headers: Readonly<Record<string, string>>
    readonly keepMs?: number
    /** For how many minutes the server is not asked again. */
    readonly minutes: number
  }
  const at = (minutes: number) => new Date(Date.UTC(2026, 5, 1, 0, minutes)).toUTCString()
  const cases: readonly Case[] = [
    { comment: 'nothing said', headers: {}, minutes: 0 },
    { comment: 'nothing said, and the caller says how long', headers: {}, keepMs: 5 * minute, minutes: 5 },
    { comment: 'max-age', headers: { 'cache-control': 'public, max-age=600' }, keepMs: minute, minutes: 10 },
    { comment: 'max-age in quotes and capitals', headers: { 'cache-control': 'Max-Age="600"' }, minutes: 10 },
    { comment: 'max-age less Age', headers: { 'cache-control': 'max-age=600', age: '240' }, minutes: 6 },
    { comment: 'max-age of an old answer', headers: { 'cache-control': 'max-age=600', date: at(-4) }, minutes: 6 },
    { comment: 'an answer from the future', headers: { 'cache-control': 'max-age=600', date: at(4) }, minutes: 10 },
    { comment: 'max-age before Expires', headers: { 'cache-control': 'max-age=60', expires: at(9) }, minutes: 1 },
    { comment: 'max-age that is none', headers: { 'cache-control': 'max-age=soon' }, keepMs: 5 * minute, minutes: 0 },
    { comment: 'Expires', headers: { expires: at(7) }, minutes: 7 },
    { comment: 'Expires by the clock of the server', headers: { expires: at(67), date: at(60) }, minutes: 7 },
    { comment: 'Expires in the past', headers: { expires: at(-7) }, keepMs: minute, minutes: 0 },
    { comment: 'Expires: 0', headers: { expires: '0' }, keepMs: minute, minutes: 0 },
    { comment: 'no-cache', headers: { 'cache-control': 'no-cache, max-age=600' }, keepMs: minute, minutes: 0 },
    { comment: 'no-store', headers: { 'cache-control': 'max-age=600, no-store' }, keepMs: minute, minutes: 0 },
    { comment: 'an answer to one alone', headers: { 'cache-control': 'max-age=600', vary: '*' }, minutes: 0 },
    { comment: 'a year, which is a day', headers: { 'cache-control': 'max-age=31536000' }, minutes: 1440 },
  ]
  test.each(cases)('$comment: $minutes minutes', async ({ headers, keepMs, minutes }) => {
    const { retriever, asked, time } = network({ [url]: { headers } })
    const ask = () => retriever.retrieve({ url, ...(keepMs !== undefined && { keepMs }) })
    expect((await ask()).freshUntil).toBe(time.now + minutes * minute)
    time.now += Math.max(minutes * minute - 1, 0)
    await ask()
    expect(asked).toHaveLength(minutes > 0 ? 1 : 2)
    time.now += minutes > 0 ? 1 : 0
    await ask()
    expect(asked).toHaveLength(minutes > 0 ? 2 : 3)
  })

  test('what was kept is the same array, and says so', async () => {
    const { retriever } = network({ [url]: { headers: { 'cache-control': 'max-age=60' } } })
    const first = await retriever.retrieve({ url })
    const second = await retriever.retrieve({ url })
    expect(second.bytes).toBe(first.bytes)
    expect([first.kept, second.kept]).toEqual([false, true])
  })

  test('it is asked anew when the caller wants it so', async () => {
    const { retriever, asked } = network({ [url]: { headers: { 'cache-control': 'max-age=60' } } })
    await retriever.retrieve({ url })
    await retriever.retrieve({ url, reload: true })
    expect(asked).toHaveLength(2)
  })

  test('when it is old the server is asked whether it changed', async () => {
    let body = 'one'
    const headers = { etag: '"1"', 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT', 'cache-control': 'max-age=60' }
    const { retriever, asked, time } = network({
      [url]: ({ headers: sent }) =>
        'if-none-match' in sent && body === 'one'
          ? { status: 304, headers: { 'cache-control': 'max-age=120' } }
          : { headers, body },
    })
    const first = await retriever.retrieve({ url })
    time.now += minute
    const second = await retriever.retrieve({ url })
    expect(second.bytes).toBe(first.bytes)
    expect(second).toMatchObject({ status: 'fetched', kept: false, etag: '"1"', freshUntil: time.now + 2 * minute })
    expect(asked[1]?.request.headers).toEqual({
      'if-none-match': '"1"',
      'if-modified-since': 'Mon, 01 Jun 2026 00:00:00 GMT',
    })
    time.now += 2 * minute
    body = 'two'
    expect(decodeUtf8((await retriever.retrieve({ url })).bytes)).toBe('two')
  })

  test('a caller who has it is told that it did not change, and nothing is kept for him', async () => {
    const { retriever, asked } = network({
      [url]: ({ headers }) =>
        headers['if-none-match'] === '"1"'
          ? { status: 304, headers: { 'cache-control': 'max-age=60' } }
          : { headers: { etag: '"2"', 'cache-control': 'max-age=60' }, body: 'two' },
    })
    const same = await retriever.retrieve({ url, ifNoneMatch: '"1"' })
    expect(same).toMatchObject({ status: 'not-modified', bytes: new Uint8Array(0) })
    const other = await retriever.retrieve({ url, ifNoneMatch: '"0"' })
    expect(other).toMatchObject({ status: 'fetched', etag: '"2"' })
    await retriever.retrieve({ url })
    expect(asked).toHaveLength(3)
  })

  test('what a caller has by its date alone is asked for by that', async () => {
    const ifModifiedSince = 'Mon, 01 Jun 2026 00:00:00 GMT'
    const { retriever, asked } = network({
      [url]: ({ headers }) => ('if-modified-since' in headers ? { status: 304 } : { body: 'new' }),
    })
    expect(await retriever.retrieve({ url, ifModifiedSince })).toMatchObject({ status: 'not-modified' })
    expect(asked[0]?.request.headers).toEqual({ 'if-modified-since': ifModifiedSince })
    expect(await retriever.retrieve({ url })).toMatchObject({ status: 'fetched' })
  })

  test('what is not to be stored is not, and takes the place of what was (RFC 9111 §5.2.2.5)', async () => {
    const pages = [
      { headers: { etag: '"1"' }, body: 'one' },
      { headers: { etag: '"2"', 'cache-control': 'no-store' }, body: 'two' },
      { body: 'three' },
    ]
    const { retriever, asked } = network({ [url]: () => pages.shift()! })
    for (let count = 0; count < 3; count++) await retriever.retrieve({ url })
    expect(asked.map(({ request }) => request.headers)).toEqual([{}, { 'if-none-match': '"1"' }, {}])
  })

  test('an answer is kept for the same question alone', async () => {
    const page = { headers: { 'cache-control': 'max-age=60' } }
    const { retriever, asked } = network({ [url]: page })
    const ask = async (question: Partial<Retrieval>) => (await retriever.retrieve({ url, ...question })).kept
    expect([await ask({}), await ask({})]).toEqual([false, true])
    expect([await ask({ headers: { accept: 'a/b' } }), await ask({ headers: { accept: 'c/d' } })]).toEqual([
      false,
      false,
    ])
    expect([await ask({ method: 'POST', keepMs: 1 }), await ask({ method: 'POST', keepMs: 1 })]).toEqual([false, true])
    expect(asked).toHaveLength(4)
  })

  test('what came through http is not kept for whoever will have https alone', async () => {
    const [secure, plain] = ['https://ca.example/', 'http://ca.example/']
    const headers = { 'cache-control': 'max-age=60' }
    const { retriever } = network({ [secure]: to(plain), [plain]: { headers } })
    expect(decodeUtf8((await retriever.retrieve({ url: secure })).bytes)).toBe('found')
    expect((await retriever.retrieve({ url: secure })).kept).toBe(true)
    const strict = retriever.retrieve({ url: secure, schemes: ['https'] })
    expect(await codeOfRejection(strict)).toBe('ERR_HTTP_URL')
  })

  test('an answer to a question with a body is kept when the caller says how long', async () => {
    const { retriever, asked } = network({ [url]: { headers: { 'cache-control': 'max-age=60' } } })
    const ask = (octet: number, keepMs?: number) =>
      retriever.retrieve({ url, method: 'POST', body: Uint8Array.of(octet), ...(keepMs && { keepMs }) })
    await ask(1)
    await ask(1)
    expect(asked).toHaveLength(2)
    await ask(1, minute)
    await ask(1, minute)
    await ask(2, minute)
    expect(asked).toHaveLength(4)
  })

  test('what was used longest ago goes first', async () => {
    const page = { headers: { 'cache-control': 'max-age=60' }, body: 'x'.repeat(10_000) }
    const urls = ['http://a.example/', 'http://b.example/', 'http://c.example/']
    const world = network(Object.fromEntries(urls.map((each) => [each, page])), { maxCacheBytes: 25_000 })
    const ask = async (url: string) => (await world.retriever.retrieve({ url })).kept
    const [a = '', b = '', c = ''] = urls
    expect([await ask(a), await ask(b), await ask(a), await ask(c)]).toEqual([false, false, true, false])
    expect([await ask(a), await ask(c), await ask(b)]).toEqual([true, true, false])
  })
})
