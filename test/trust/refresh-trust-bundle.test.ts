import { beforeAll, describe, expect, test } from 'vitest'
import { createRetriever, type FetchResponse } from '../../src/http/index.js'
import {
  buildTrustBundle,
  createTrustStore,
  type HeldTrustBundle,
  loadTrustBundle,
  nextRefreshAt,
  refreshTrustBundle,
  type TrustBundleSource,
} from '../../src/trust/index.js'
import { type Certificate, nameText } from '../../src/x509/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issue, issueAuthority, keyPair, now } from '../helpers/issue.js'

const url = 'https://bundles.example/anchors.p7m'
const hour = 3_600_000
const day = 24 * hour

let anchors: readonly Certificate[]
let signer: {
  certificate: Certificate
  chain: []
  key: Awaited<ReturnType<typeof keyPair>>['signer'] extends () => infer S ? S : never
}

beforeAll(async () => {
  anchors = await Promise.all(['A', 'B', 'C', 'D', 'E', 'F'].map((cn) => issueAuthority({ cn, key: 'all' })))
  signer = { certificate: await issue({ cn: 'Signer' }), chain: [], key: (await keyPair('Signer')).signer() }
})

/** A bundle of the first so many anchors. */
const signed = (count: number, signingTime = now) =>
  buildTrustBundle({ certificates: anchors.slice(0, count), signer, signingTime })

/** Who publishes: what is answered, and what was asked. */
function publisher(answer: () => Response | Promise<Response>) {
  const asked: { url: string; headers: Readonly<Record<string, string>> }[] = []
  const fetch = async (asked_: string, init: { headers: Readonly<Record<string, string>> }): Promise<FetchResponse> => {
    asked.push({ url: asked_, headers: init.headers })
    return answer()
  }
  return { asked, fetch, retriever: createRetriever({ fetch, clock: () => now }) }
}

const file = (bytes: Uint8Array<ArrayBuffer>, headers = {}) => new Response(bytes, { headers })

function refresh(
  answer: () => Response | Promise<Response>,
  held?: HeldTrustBundle,
  options: { source?: Partial<TrustBundleSource>; confirmedDigest?: string; at?: number } = {},
) {
  const { source, at = now, ...rest } = options
  const { retriever } = publisher(answer)
  return refreshTrustBundle({ url, signers: [signer.certificate], ...source }, held, { retriever, at, ...rest })
}

async function holding(count: number): Promise<HeldTrustBundle> {
  const bytes = await signed(count)
  return (await refresh(() => file(bytes))).held
}

const namesOf = (certificates: readonly Certificate[] = []) =>
  certificates.map(({ subject }) => nameText(subject)).sort()

describe('refreshing a bundle (TB-10 to TB-14, TB-17)', () => {
  test('the first time all anchors are new', async () => {
    const bytes = await signed(3)
    const report = await refresh(() => file(bytes))
    expect(report.state).toBe('success')
    expect(namesOf(report.added)).toEqual(['CN=A', 'CN=B', 'CN=C'])
    expect(report.held).toMatchObject({ state: 'success', checkedAt: now, refreshedAt: now })
    expect((await loadTrustBundle(report.held.file!, { signers: [signer.certificate] })).certificates).toHaveLength(3)
  })

  test('TB-13: anchors that are missing lose trust at once, new ones are there', async () => {
    const next = await buildTrustBundle({ certificates: anchors.slice(1), signer, signingTime: now + 1000 })
    const report = await refresh(() => file(next), await holding(5))
    expect(report.state).toBe('success')
    expect([namesOf(report.added), namesOf(report.removed)]).toEqual([['CN=F'], ['CN=A']])
    expect(namesOf(report.held.bundle?.certificates)).toEqual(['CN=B', 'CN=C', 'CN=D', 'CN=E', 'CN=F'])
  })

  interface Failure {
    readonly comment: string
    readonly answer: () => Promise<Response>
    readonly state: string
    readonly source?: Partial<TrustBundleSource>
    readonly at?: number
  }
  test.each<Failure>([
    { comment: 'gone', answer: async () => new Response('', { status: 404 }), state: 'not-found' },
    { comment: 'gone for good', answer: async () => new Response('', { status: 410 }), state: 'not-found' },
    { comment: 'a server in trouble', answer: async () => new Response('', { status: 503 }), state: 'download-failed' },
    { comment: 'no network', answer: () => Promise.reject(new TypeError('fetch failed')), state: 'download-failed' },
    {
      comment: 'a page of a hotel',
      answer: async () => new Response('<html>Please pay</html>'),
      state: 'invalid-bundle-format',
    },
    {
      comment: 'signed by another',
      answer: async () => {
        const other = { certificate: await issue({ cn: 'Other' }), chain: [], key: (await keyPair('Other')).signer() }
        return file(await buildTrustBundle({ certificates: anchors, signer: other, signingTime: now }))
      },
      state: 'unmatched-signature',
    },
    {
      comment: 'signed by nobody',
      answer: async () => file(await buildTrustBundle({ certificates: anchors })),
      state: 'unmatched-signature',
    },
    {
      comment: 'the signer has expired',
      answer: async () => file(await signed(4)),
      at: Date.UTC(2027, 6, 1),
      state: 'invalid-signing-cert',
    },
    {
      comment: 'past its own date',
      answer: async () => {
        const metadata = { profile: '', distributionPoints: [], validTo: now - 1, anchors: [] }
        return file(await buildTrustBundle({ certificates: anchors, metadata, signer, signingTime: now }))
      },
      state: 'not-in-date',
    },
    {
      comment: 'larger than allowed',
      answer: async () => file(await signed(6)),
      source: { maxBytes: 100 },
      state: 'download-failed',
    },
    { comment: 'TB-17: signed earlier', answer: async () => file(await signed(5, now - 1000)), state: 'rollback' },
    {
      comment: 'TB-17: two thirds of the anchors gone',
      answer: async () => file(await signed(2, now + 1)),
      state: 'suspicious-change',
    },
    {
      comment: 'TB-17: a bundle that nobody signs any more',
      answer: async () => file(await buildTrustBundle({ certificates: anchors })),
      source: { signers: [] },
      state: 'rollback',
    },
    {
      comment: 'TB-17: a half of the anchors gone',
      answer: async () => file(await signed(3, now + 1)),
      state: 'suspicious-change',
    },
    { comment: 'a third of the anchors gone', answer: async () => file(await signed(4, now + 1)), state: 'success' },
    {
      comment: 'half of them gone, which was allowed',
      answer: async () => file(await signed(3, now + 1)),
      source: { maxLoss: 0.5 },
      state: 'success',
    },
  ])('$comment: $state', async ({ answer, state, source = {}, at = now }) => {
    const held = await holding(6)
    const report = await refresh(answer, held, { source, at })
    expect(report.state).toBe(state)
    expect(report.steps).toMatchObject([{ code: state, outcome: state === 'success' ? 'passed' : 'failed' }])
    if (state !== 'success') {
      expect(report.held.bundle).toBe(held.bundle)
      expect(report.held).toMatchObject({ state, checkedAt: at, refreshedAt: now })
    }
  })

  test('TB-17: a change that a person confirmed is taken; the digest of another file confirms nothing', async () => {
    const bytes = await signed(2, now + 1)
    const held = await holding(6)
    const asked = await refresh(() => file(bytes), held)
    expect(namesOf(asked.removed)).toEqual(['CN=C', 'CN=D', 'CN=E', 'CN=F'])
    expect((await refresh(() => file(bytes), held, { confirmedDigest: held.bundle!.digest })).state).toBe(
      'suspicious-change',
    )
    const confirmed = await refresh(() => file(bytes), asked.held, { confirmedDigest: asked.digest! })
    expect(confirmed.state).toBe('success')
    expect(confirmed.held.bundle?.certificates).toHaveLength(2)
  })

  test('a confirmation does not bring an older bundle back', async () => {
    const bytes = await signed(2, now - 1)
    const { digest } = await loadTrustBundle(bytes, { signers: [signer.certificate] })
    expect((await refresh(() => file(bytes), await holding(6), { confirmedDigest: digest })).state).toBe('rollback')
  })

  test('TB-12: asked for conditionally; what has not changed stays, and counts as fresh', async () => {
    const bytes = await signed(3)
    const first = await refresh(() => file(bytes, { etag: '"1"', 'last-modified': 'Mon, 01 Jun 2026 00:00:00 GMT' }))
    const { asked, retriever } = publisher(() => new Response(null, { status: 304 }))
    const source = { url, signers: [signer.certificate] }
    const again = await refreshTrustBundle(source, first.held, { retriever, at: now + day })
    expect(asked[0]?.headers).toMatchObject({
      'if-none-match': '"1"',
      'if-modified-since': 'Mon, 01 Jun 2026 00:00:00 GMT',
    })
    expect(again).toMatchObject({ state: 'unchanged', added: [], removed: [] })
    expect(again.held).toMatchObject({ checkedAt: now + day, refreshedAt: now + day, file: first.held.file })
    expect((await refresh(() => file(bytes), first.held)).state).toBe('unchanged')
  })

  test('TB-10: a bundle that nobody signs comes over https alone, through redirects too', async () => {
    const plain = await buildTrustBundle({ certificates: anchors })
    const source = { signers: [] }
    expect((await refresh(() => file(plain), undefined, { source })).state).toBe('success')
    const overHttp = refresh(() => file(plain), undefined, { source: { ...source, url: 'http://bundles.example/a' } })
    expect(await codeOfRejection(overHttp)).toBe('ERR_TRUST_BUNDLE_URL')
    const bentTo = (location: string) => {
      const answers = [new Response('', { status: 302, headers: { location } }), file(plain)]
      return refresh(() => answers.shift()!, undefined, { source })
    }
    expect((await bentTo('https://elsewhere.example/a')).state).toBe('success')
    expect((await bentTo('http://bundles.example/a')).state).toBe('download-failed')
  })

  test('a signed one may come over http', async () => {
    const bytes = await signed(3)
    const source = { url: 'http://bundles.example/a' }
    expect((await refresh(() => file(bytes), undefined, { source })).state).toBe('success')
  })

  test('TB-9: what a signature may use is the word of whoever holds the bundle', async () => {
    const bytes = await signed(3)
    const algorithms = {
      digests: ['SHA-512'],
      signatures: ['RSASSA-PKCS1-v1_5'],
      minRsaBits: 2048,
      maxRsaBits: 8192,
      curves: [],
    } as const
    const state = async (source: Partial<TrustBundleSource>) =>
      (await refresh(() => file(bytes), undefined, { source })).state
    expect(await state({ algorithms })).toBe('unmatched-signature')
    expect(await state({ algorithms: { ...algorithms, digests: ['SHA-256'] } })).toBe('success')
  })

  test('a call that is aborted ends as its caller says', async () => {
    const { retriever } = publisher(() => new Promise<never>(() => {}))
    const signal = AbortSignal.timeout(10)
    const source = { url, signers: [signer.certificate] }
    await expect(refreshTrustBundle(source, undefined, { retriever, at: now, signal })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })
})

describe('a store whose bundles are kept fresh', () => {
  const ann = 'ann@direct.clinic.example'
  const query = { address: ann, direction: 'incoming', about: 'message', at: now } as const

  test('looks when it is due, after a failure sooner; anchors of a bundle and single ones count', async () => {
    const bytes = await signed(2)
    let broken = false
    const { asked, fetch } = publisher(() => (broken ? new Response('', { status: 500 }) : file(bytes)))
    const own = await issueAuthority({ cn: 'Own', key: 'all' })
    const store = createTrustStore({
      anchors: [{ name: 'by hand', certificates: [own] }],
      bundles: [{ name: 'accredited', url, signers: [signer.certificate], direction: 'incoming' }],
      fetch,
    })
    expect(await store.anchors(query)).toMatchObject([{ source: 'by hand' }])
    expect(await store.refresh({ at: now })).toMatchObject([{ url, state: 'success' }])
    expect((await store.anchors(query)).map(({ name }) => nameText(name)).sort()).toEqual(['CN=A', 'CN=B', 'CN=Own'])
    expect(await store.anchors({ ...query, direction: 'outgoing' })).toHaveLength(1)

    expect(store.nextRefreshAt()).toBe(now + day)
    expect(await store.refresh({ at: now + day - 1 })).toEqual([])
    broken = true
    expect(await store.refresh({ at: now + day })).toMatchObject([{ state: 'download-failed' }])
    expect(store.nextRefreshAt()).toBe(now + day + hour)
    expect(await store.anchors(query)).toHaveLength(3)
    expect(asked).toHaveLength(2)

    const restarted = createTrustStore({
      bundles: [{ name: 'accredited', url, signers: [signer.certificate], held: store.held().get(url)! }],
      fetch,
    })
    expect(await restarted.anchors(query)).toHaveLength(2)
  })

  test('the server is asked again, though it vouched for its last answer', async () => {
    const bytes = await signed(2)
    const { asked, fetch } = publisher(() => file(bytes, { 'cache-control': 'max-age=864000' }))
    const store = createTrustStore({ bundles: [{ name: 'accredited', url, signers: [signer.certificate] }], fetch })
    for (const at of [now, now + day]) await store.refresh({ at })
    expect(asked).toHaveLength(2)
  })

  test('how its bundles stand is told: before the first look, after it, and after one that brought nothing', async () => {
    const bytes = await signed(2)
    let broken = false
    const { fetch } = publisher(() => (broken ? new Response('', { status: 404 }) : file(bytes)))
    const store = createTrustStore({
      anchors: [{ name: 'by hand', certificates: anchors }],
      bundles: [
        { name: 'accredited', url, signers: [signer.certificate], intervalMs: hour, until: now + 9 * day },
        { name: 'of Bob', url, signers: [signer.certificate], for: ['bob@direct.clinic.example'] },
      ],
      fetch,
    })
    const bundle = async () => (await store.sources({ address: ann })).map((source) => source.bundle)
    expect(await store.sources({ address: ann })).toEqual([
      { name: 'by hand' },
      { name: 'accredited', until: now + 9 * day, bundle: { url, intervalMs: hour } },
    ])
    await store.refresh({ at: now })
    expect((await bundle())[1]).toMatchObject({ refreshedAt: now, lastLook: { code: 'success', outcome: 'passed' } })
    broken = true
    await store.refresh({ at: now + hour, all: true })
    expect((await bundle())[1]).toMatchObject({ refreshedAt: now, lastLook: { code: 'not-found', outcome: 'failed' } })
    expect((await store.sources({ address: 'bob@direct.clinic.example' }))[2]?.bundle?.intervalMs).toBe(day)
  })

  test('its next look is that of the bundle that is due first; without bundles there is none', async () => {
    const bytes = await signed(2)
    const { fetch } = publisher(() => file(bytes))
    const bundle = (name: string, intervalMs: number) => ({
      name,
      url: `${url}?${name}`,
      signers: [signer.certificate],
      intervalMs,
    })
    const store = createTrustStore({ bundles: [bundle('daily', day), bundle('hourly', hour)], fetch })
    expect(store.nextRefreshAt()).toBe(0)
    await store.refresh({ at: now })
    expect(store.nextRefreshAt()).toBe(now + hour)
    expect(createTrustStore({ fetch }).nextRefreshAt()).toBeUndefined()
  })

  test('TB-17: a person confirms the file of one URL', async () => {
    let bytes = await signed(6)
    const { fetch } = publisher(() => file(bytes))
    const store = createTrustStore({ bundles: [{ name: 'accredited', url, signers: [signer.certificate] }], fetch })
    await store.refresh({ at: now })
    bytes = await signed(2, now + 1)
    const [asked] = await store.refresh({ at: now, all: true })
    expect(asked).toMatchObject({ state: 'suspicious-change' })
    const digest = asked!.digest!
    const confirm = (confirmed: Readonly<Record<string, string>>) => store.refresh({ at: now, all: true, confirmed })
    expect(await confirm({ 'https://elsewhere.example/': digest })).toMatchObject([{ state: 'suspicious-change' }])
    expect(await confirm({ [url]: digest })).toMatchObject([{ state: 'success' }])
    expect(await store.anchors(query)).toHaveLength(2)
  })

  test('a look that is aborted ends as its caller says', async () => {
    const { fetch } = publisher(() => new Promise<never>(() => {}))
    const store = createTrustStore({ bundles: [{ name: 'accredited', url, signers: [signer.certificate] }], fetch })
    const looked = store.refresh({ at: now, signal: AbortSignal.timeout(10) })
    await expect(looked).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('what is for others is not among the sources of an address', async () => {
    const ofBob = { name: 'of Bob', certificates: anchors, for: ['bob@direct.clinic.example'] }
    const { fetch } = publisher(() => new Response(''))
    const store = createTrustStore({ anchors: [ofBob, { name: 'of all', certificates: anchors }], fetch })
    const named = async (address: string) => (await store.sources({ address })).map(({ name }) => name)
    expect(await named('bob@direct.clinic.example')).toEqual(['of Bob', 'of all'])
    expect(await named(ann)).toEqual(['of all'])
  })

  test('one that was never looked at is due', () => {
    expect(nextRefreshAt({ url }, undefined)).toBe(0)
  })
})
