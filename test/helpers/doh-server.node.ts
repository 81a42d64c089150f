import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type DnsMessage, type DnsRecord, parseMessage, serializeMessage } from '../../src/dns/index.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a service for DNS over HTTPS, on the loopback address. */
    readonly dohUrl: string
  }
}

const mediaType = 'application/dns-message'

interface Reply {
  readonly message?: Partial<DnsMessage>
  readonly bytes?: Uint8Array
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

const cert = (name: string): DnsRecord => ({
  name,
  ttl: 300,
  type: 'CERT',
  certificateType: 1,
  keyTag: 0,
  algorithm: 0,
  data: new Uint8Array(2000),
})

const soa: DnsRecord = {
  name: 'clinic.example',
  ttl: 100,
  type: 'SOA',
  mname: 'ns.clinic.example',
  rname: 'hostmaster.clinic.example',
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum: 60,
}

/** What is answered about each name; `silent` gets no answer at all. */
const replies: Readonly<Record<string, Reply | 'silent'>> = {
  'ann.clinic.example': { message: { answers: [cert('ann.clinic.example')] } },
  'aged.clinic.example': {
    message: { answers: [cert('aged.clinic.example')] },
    headers: { 'cache-control': 'max-age=300', age: '200' },
  },
  'alias.clinic.example': {
    message: { answers: [{ name: 'alias.clinic.example', ttl: 30, type: 'CNAME', target: 'ann.clinic.example' }] },
  },
  'nobody.clinic.example': { message: { responseCode: 3, authorities: [soa] } },
  'refused.clinic.example': { message: { responseCode: 5 } },
  'truncated.clinic.example': { message: { isTruncated: true } },
  'forged.clinic.example': { message: { id: 7, answers: [cert('forged.clinic.example')] } },
  'garbage.clinic.example': { bytes: new Uint8Array(60_000).fill(0xc0) },
  'large.clinic.example': { bytes: new Uint8Array(65_536) },
  'broken.clinic.example': { status: 500 },
  'silent.clinic.example': 'silent',
}

/** Answers questions over HTTP, of pages of any origin, by GET and POST. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('access-control-allow-origin', '*')
  response.setHeader('access-control-allow-headers', 'content-type')
  response.setHeader('access-control-expose-headers', 'age')
  if (request.method === 'OPTIONS') return void response.end()
  const query = await queryOf(request)
  if (!query) return void response.writeHead(415).end()
  const reply = replies[query.questions[0]!.name]
  if (reply === 'silent') return
  const message = { ...query, isResponse: true, additionals: [], ...reply?.message }
  response.writeHead(reply?.status ?? 200, { 'content-type': mediaType, ...reply?.headers })
  response.end(reply?.bytes ?? serializeMessage(message))
}

/** What is asked, when it is asked as RFC 8484 §4.1 says. */
async function queryOf(request: IncomingMessage): Promise<DnsMessage | undefined> {
  if (request.headers.accept !== mediaType) return undefined
  if (request.method === 'GET') {
    const text = new URL(request.url ?? '', 'http://localhost').searchParams.get('dns') ?? ''
    return /^[\w-]+$/.test(text) ? parseMessage(Uint8Array.from(Buffer.from(text, 'base64url'))) : undefined
  }
  if (request.headers['content-type'] !== mediaType) return undefined
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return parseMessage(Uint8Array.from(Buffer.concat(pieces)))
}

/** Runs while the tests do: a page cannot start a server. */
export default async function setup(project: TestProject): Promise<() => void> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(400).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.provide('dohUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}/dns-query`)
  return () => {
    server.closeAllConnections()
    server.close()
  }
}
