import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { encodePem } from '../../src/keys/index.js'
import { type GuardedFetchOptions, guardedFetch, type LookupHost } from '../../src/node/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issue, keyPair } from '../helpers/issue.js'
import { retrieverOf, serve } from './loopback.node.js'

/** The text that comes, or the code of the error. */
async function outcome(url: string, options?: GuardedFetchOptions, timeoutMs = 2000): Promise<string | undefined> {
  const answer = retrieverOf(options).retrieve({ url, timeoutMs })
  return (await codeOfRejection(answer)) ?? decodeUtf8((await answer).bytes)
}

const nothing = () => false
const found = () => serve((_, response) => response.end('found'))

describe('the address is judged at the moment of connecting', () => {
  test.each([
    { comment: 'loopback', host: '127.0.0.1' },
    { comment: 'as one number', host: '2130706433' },
    { comment: 'in hex', host: '0x7f.0.0.1' },
    { comment: 'shortened', host: '127.1' },
    { comment: 'another of the same host', host: '127.0.0.2' },
    { comment: 'unspecified, which is this host, too', host: '0.0.0.0' },
    { comment: 'IPv6', host: '[::1]' },
    { comment: 'IPv4-mapped', host: '[::ffff:127.0.0.1]' },
    { comment: 'NAT64', host: '[64:ff9b::7f00:1]' },
    { comment: 'a name', host: 'localhost' },
  ])('$comment ($host)', async ({ host }) => {
    const server = await found()
    const url = `http://${host}:${server.port}/`
    expect(await outcome(url, { allow: nothing })).toBe('ERR_HTTP_ADDRESS')
    expect(server.requests).toHaveLength(0)
  })

  test('the same server is asked when that is allowed', async () => {
    const server = await found()
    expect(await outcome(server.url)).toBe('found')
    expect(await outcome(`http://localhost:${server.port}/`, { lookup: async () => [{ address: '127.0.0.1' }] })).toBe(
      'found',
    )
  })

  test.each([
    '10.0.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    'fd00::1',
    'fe80::1',
    '224.0.0.1',
    '::ffff:8.8.8.8',
  ])('a name that stands for %s', async (address) => {
    const asked: string[] = []
    const lookup: LookupHost = async (name) => {
      asked.push(name)
      return [{ address }]
    }
    expect(await outcome('http://ca.example/', { allow: nothing, lookup })).toBe('ERR_HTTP_ADDRESS')
    expect(asked).toEqual(['ca.example'])
  })

  test('what is allowed is told by host, port and address', async () => {
    const server = await found()
    const allow = vi.fn<NonNullable<GuardedFetchOptions['allow']>>(() => true)
    await outcome(`http://ca.example:${server.port}/`, { allow, lookup: async () => [{ address: '127.0.0.1' }] })
    const place = { hostname: 'ca.example', port: server.port, address: '127.0.0.1', problem: 'loopback' }
    expect(allow.mock.calls).toEqual([[place]])
  })

  test('of several addresses those that are allowed are connected to', async () => {
    const server = await found()
    const lookup: LookupHost = async () => [{ address: '127.0.0.2' }, { address: '127.0.0.1' }]
    const url = `http://ca.example:${server.port}/`
    expect(await outcome(url, { lookup, allow: ({ address }) => address === '127.0.0.1' })).toBe('found')
    expect(await outcome(url, { lookup, allow: nothing })).toBe('ERR_HTTP_ADDRESS')
  })

  test('a name that changes its answer is judged each time, and asked once for each connection', async () => {
    const good = await found()
    const bad = await serve((_, response) => response.end('secret'), '127.0.0.2')
    const answers = ['127.0.0.1', '127.0.0.2', '127.0.0.1']
    const lookup = vi.fn<LookupHost>(async () => [{ address: answers.shift() ?? '127.0.0.2' }])
    const retriever = retrieverOf({ lookup, allow: ({ address }) => address === '127.0.0.1' })
    const ask = async (port: number) => {
      const answer = retriever.retrieve({ url: `http://rebinding.example:${port}/` })
      return (await codeOfRejection(answer)) ?? decodeUtf8((await answer).bytes)
    }
    expect(await ask(good.port)).toBe('found')
    expect(await ask(bad.port)).toBe('ERR_HTTP_ADDRESS')
    expect(await ask(good.port)).toBe('found')
    expect(lookup).toHaveBeenCalledTimes(3)
    expect(bad.requests).toHaveLength(0)
  })

  test('a redirect is judged like the first address', async () => {
    const secret = await serve((_, response) => response.end('secret'))
    const server = await serve((_, response) => response.writeHead(302, { location: secret.url }).end())
    expect(await outcome(server.url, { allow: ({ port }) => port === server.port })).toBe('ERR_HTTP_ADDRESS')
    expect(secret.requests).toHaveLength(0)
    expect(await outcome(server.url, { allow: ({ port }) => port === server.port || port === secret.port })).toBe(
      'secret',
    )
  })

  test('a name without addresses, and one that nobody knows', async () => {
    expect(await outcome('http://ca.example/', { lookup: async () => [] })).toBe('ERR_HTTP_ADDRESS')
    const lookup = () => Promise.reject(new Error('ENOTFOUND'))
    expect(await outcome('http://ca.example/', { lookup })).toBe('ERR_HTTP_NETWORK')
  })
})

describe('what is said to a server, and taken from it', () => {
  test('nothing of ourselves but the name of the library', async () => {
    const server = await found()
    await outcome(server.url)
    expect(Object.keys(server.requests[0]?.headers ?? {}).sort()).toEqual(['connection', 'host', 'user-agent'])
    expect(server.requests[0]?.headers).toMatchObject({ 'user-agent': 'direct-smime' })
  })

  test('a question with a body', async () => {
    const server = await serve((request, response, body) =>
      response.end(`${request.method} ${request.headers['content-type']} ${body}`),
    )
    const headers = { 'content-type': 'text/plain' }
    const answer = await retrieverOf().retrieve({
      url: server.url,
      method: 'POST',
      body: encodeUtf8('question'),
      headers,
    })
    expect(decodeUtf8(answer.bytes)).toBe('POST text/plain question')
  })

  test('proxies of the environment are not used', async () => {
    const proxy = await serve((_, response) => response.end('proxy'))
    for (const name of ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxy.url)
    vi.stubEnv('NODE_USE_ENV_PROXY', '1')
    onTestFinished(() => void vi.unstubAllEnvs())
    expect(await outcome((await found()).url)).toBe('found')
    expect(proxy.requests).toHaveLength(0)
  })

  test('a compressed answer, which nobody asked for', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const server = await serve((request, response) => {
      const encoding = request.url === '/' ? 'gzip' : 'identity'
      response.writeHead(200, { 'content-encoding': encoding }).end(bomb)
    })
    expect(await outcome(server.url)).toBe('ERR_HTTP_ENCODING')
    expect((await retrieverOf().retrieve({ url: `${server.url}/plain` })).bytes).toHaveLength(bomb.length)
  })

  test('an answer without an end: the connection is closed', async () => {
    const server = await serve((_, response) => {
      const timer = setInterval(() => response.write('x'.repeat(100_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect(await outcome(server.url)).toBe('ERR_HTTP_TOO_LARGE')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test.each([
    { comment: 'no answer', begin: false },
    { comment: 'an answer that stops', begin: true },
  ])('$comment: the connection is closed', async ({ begin }) => {
    const server = await serve((_, response) => {
      if (begin) response.write('x')
    })
    expect(await outcome(server.url, {}, 100)).toBe('ERR_HTTP_TIMEOUT')
    expect(server.requests).toHaveLength(1)
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test('who gives up is not kept waiting, and the connection is closed', async () => {
    const server = await serve(() => undefined)
    const controller = new AbortController()
    const answer = retrieverOf().retrieve({ url: server.url, signal: controller.signal })
    await vi.waitFor(() => expect(server.requests).toHaveLength(1))
    controller.abort(new Error('given up'))
    await expect(answer).rejects.toThrow('given up')
    await vi.waitFor(() => expect(server.connections()).toBe(0))
  })

  test('an answer that breaks off, and a port where nobody is', async () => {
    const broken = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('x')
      setTimeout(() => response.destroy(), 20)
    })
    expect(await outcome(broken.url)).toBe('ERR_HTTP_NETWORK')
    expect(await outcome('http://127.0.0.1:1/')).toBe('ERR_HTTP_NETWORK')
  })

  test('over https the server must prove who it is', async () => {
    const certificate = await issue({ cn: 'localhost', subjectAltName: [{ type: 'dNSName', value: 'localhost' }] })
    const key = encodePem('PRIVATE KEY', (await keyPair('localhost')).pkcs8)
    const server = createServer({ cert: encodePem('CERTIFICATE', certificate.bytes), key }, (_, response) => {
      response.end('found')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const lookup: LookupHost = async () => [{ address: '127.0.0.1' }]
    expect(await outcome(`https://localhost:${port}/`, { lookup })).toBe('ERR_HTTP_NETWORK')
    const ca = encodePem('CERTIFICATE', certificate.bytes)
    expect(await outcome(`https://localhost:${port}/`, { lookup, ca })).toBe('found')
    expect(await outcome(`https://other.example:${port}/`, { lookup, ca })).toBe('ERR_HTTP_NETWORK')
  })

  test('a redirect is handed back, whatever was asked', async () => {
    const server = await serve((_, response) => response.writeHead(302, { location: '/next' }).end())
    const fetch = guardedFetch({ allow: () => true })
    const { signal } = new AbortController()
    const request = {
      method: 'GET',
      headers: {},
      signal,
      redirect: 'follow',
      credentials: 'omit',
      cache: 'no-store',
    } as const
    const response = await fetch(server.url, request)
    expect([response.status, response.headers.get('Location')]).toEqual([302, '/next'])
    await response.body?.cancel()
    expect(server.requests).toHaveLength(1)
  })
})
