import { describe, expect, inject, test } from 'vitest'
import { createDohResolver } from '../../src/discovery/index.js'
import type { Question } from '../../src/dns/index.js'
import { createRetriever } from '../../src/http/index.js'
import { codeOfRejection } from '../helpers/codes.js'

const clock = () => Date.now()
const retriever = createRetriever({ fetch: (url, init) => fetch(url, init), clock })
const question = (host: string): Question => ({ name: `${host}.clinic.example`, type: 'CERT' })
const cert = { type: 'CERT', certificateType: 1, data: new Uint8Array(2000) }

describe.each(['GET', 'POST'] as const)('DNS over HTTPS (RFC 8484) by %s', (method) => {
  const ask = (host: string, signal?: AbortSignal) =>
    createDohResolver({ url: inject('dohUrl'), retriever, clock, method, timeoutMs: 1000 }).resolve(
      question(host),
      signal ? { signal } : {},
    )

  test('a certificate', async () => {
    expect(await ask('ann')).toMatchObject({ kind: 'records', ttl: 300, records: [cert] })
  })

  test('twice: the second time it is as young', async () => {
    expect([await ask('ann'), await ask('ann')]).toMatchObject([{ ttl: 300 }, { ttl: 300 }])
  })

  test('§5.1: the time that an answer lay in a cache is taken off', async () => {
    const { kind, ttl } = await ask('aged')
    expect(kind).toBe('records')
    expect(ttl).toBeGreaterThan(90)
    expect(ttl).toBeLessThanOrEqual(100)
  })

  test('DISC-27: an alias, about which it is asked again', async () => {
    expect(await ask('alias')).toMatchObject({ kind: 'records', ttl: 30, records: [cert] })
  })

  test('DISC-7: no such name, and no such record', async () => {
    expect(await ask('nobody')).toEqual({ kind: 'no-name', records: [], ttl: 60 })
    expect(await ask('nothing')).toEqual({ kind: 'no-data', records: [], ttl: 0 })
  })

  test.each([
    ['refused', 'ERR_DNS_SERVER'],
    ['truncated', 'ERR_DNS_SERVER'],
    ['forged', 'ERR_DNS_SERVER'],
    ['garbage', 'ERR_DNS_SERVER'],
    ['large', 'ERR_DNS_NETWORK'],
    ['broken', 'ERR_DNS_NETWORK'],
    ['silent', 'ERR_DNS_TIMEOUT'],
  ])('DISC-7: an answer that is %s, and temporary: %s', async (host, code) => {
    await expect(ask(host)).rejects.toMatchObject({ code, temporary: true })
  })

  test('a caller who gives up is not kept waiting', async () => {
    await expect(ask('silent', AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('where a service may be', () => {
  const never = createRetriever({
    fetch: async () => {
      throw new Error('reached')
    },
    clock,
  })
  test.each([
    ['https://dns.example/dns-query', 'reached'],
    ['http://127.0.0.1:1/dns-query', 'reached'],
    ['http://[::1]:1/dns-query', 'reached'],
    ['http://localhost:1/dns-query', 'reached'],
    ['http://dns.example/dns-query', 'refused'],
    ['http://127.0.0.1.example/dns-query', 'refused'],
    ['http://192.0.2.1/dns-query', 'refused'],
  ])('%s is %s: without TLS on the host itself alone', async (url, outcome) => {
    const answer = createDohResolver({ url, retriever: never, clock }).resolve(question('ann'))
    expect(await codeOfRejection(answer)).toBe('ERR_DNS_NETWORK')
    const { cause } = (await answer.catch((error: { cause: { code: string } }) => error)) as { cause: { code: string } }
    expect(cause.code).toBe(outcome === 'reached' ? 'ERR_HTTP_NETWORK' : 'ERR_HTTP_URL')
  })
})
