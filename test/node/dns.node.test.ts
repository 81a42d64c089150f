import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { encodeBase64 } from '../../src/bytes/index.js'
import {
  type DnsMessage,
  type DnsRecord,
  frame,
  parseMessage,
  type Question,
  serializeMessage,
} from '../../src/dns/index.js'
import { createDnsResolver, type DnsOptions } from '../../src/node/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { freePort } from '../helpers/free-port.node.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'

const octets = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7) & 0xff)
const cert = (length: number) => `CERT 1 0 0 ${encodeBase64(octets(length))}`

describe.skipIf(!needs('bind'))('BIND', () => {
  let bind: NameServer
  const ask = (question: Question, options: DnsOptions = {}) =>
    createDnsResolver({ servers: [bind.server], ...options }).resolve(question)

  beforeAll(async () => {
    bind = await startNameServer({
      'clinic.example': `
        ann ${cert(300)}
        large ${cert(2000)}
        alias CNAME ann
        away CNAME ann.hospital.example.
        lost CNAME nobody
        _ldap._tcp SRV 0 100 10389 ldap
        bare A 192.0.2.1
      `,
      'hospital.example': `ann ${cert(100)}`,
    })
  })
  afterAll(() => bind.stop())

  const certOf = (length: number) => ({ certificateType: 1, keyTag: 0, algorithm: 0, data: octets(length) })

  test('a certificate, and how long it may be kept', async () => {
    const answer = await ask({ name: 'ann.clinic.example', type: 'CERT' })
    expect(answer).toMatchObject({
      kind: 'records',
      ttl: 300,
      records: [{ name: 'ann.clinic.example', ...certOf(300) }],
    })
  })

  test('DISC-28: one of more than UDP carries comes over TCP', async () => {
    const question: Question = { name: 'large.clinic.example', type: 'CERT' }
    expect(await ask(question)).toMatchObject({ kind: 'records', records: [certOf(2000)] })
    expect(await ask(question, { protocol: 'tcp' })).toMatchObject({ kind: 'records', records: [certOf(2000)] })
  })

  test('DISC-27: an alias, within the zone and out of it', async () => {
    expect(await ask({ name: 'alias.clinic.example', type: 'CERT' })).toMatchObject({ records: [certOf(300)] })
    expect(await ask({ name: 'away.clinic.example', type: 'CERT' })).toMatchObject({ records: [certOf(100)] })
  })

  test('DISC-7: no such name, and no such record, are answers that may be kept for as long as the zone says', async () => {
    expect(await ask({ name: 'nobody.clinic.example', type: 'CERT' })).toEqual({
      kind: 'no-name',
      records: [],
      ttl: 60,
    })
    expect(await ask({ name: 'lost.clinic.example', type: 'CERT' })).toEqual({ kind: 'no-name', records: [], ttl: 60 })
    expect(await ask({ name: 'bare.clinic.example', type: 'CERT' })).toEqual({ kind: 'no-data', records: [], ttl: 60 })
  })

  test('DISC-7: a zone that the server will not tell of is none', async () => {
    const refused = ask({ name: 'elsewhere.example', type: 'CERT' })
    expect(await codeOfRejection(refused)).toBe('ERR_DNS_SERVER')
    await expect(refused).rejects.toMatchObject({ temporary: true })
  })

  test('names of LDAP servers', async () => {
    expect(await ask({ name: '_ldap._tcp.CLINIC.example.', type: 'SRV' })).toMatchObject({
      records: [{ priority: 0, weight: 100, port: 10389, target: 'ldap.clinic.example' }],
    })
  })

  test('a server that is not there is passed over', async () => {
    const servers = [`127.0.0.1:${await freePort()}`, bind.server]
    expect(await ask({ name: 'bare.clinic.example', type: 'A' }, { servers })).toMatchObject({
      records: [{ address: '192.0.2.1' }],
    })
  })
})

/** What a server of ours answers, in as many messages as it likes. */
type Reply = (query: DnsMessage, bytes: Uint8Array) => readonly Uint8Array[]

const record = (name: string, address = '192.0.2.7'): DnsRecord => ({ name, ttl: 60, type: 'A', address })

const right = (query: DnsMessage, address?: string): Uint8Array =>
  serializeMessage({
    ...query,
    isResponse: true,
    additionals: [],
    answers: [record(query.questions[0]!.name, address)],
  })

/** A server on one port, over UDP and TCP. */
async function serve(udp: Reply, tcp: Reply | 'half' | 'drip' = udp): Promise<string> {
  const port = await freePort()
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    for (const answer of udp(parseMessage(message), message)) socket.send(answer, from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve))
  const server = createServer((connection) => {
    connection.on('error', () => undefined)
    connection.once('data', (piece) => {
      const query = piece.subarray(2)
      if (tcp === 'half') connection.end(frame(right(parseMessage(query))).subarray(0, 10))
      else if (tcp === 'drip') {
        const bytes = frame(right(parseMessage(query)))
        let at = 0
        const timer = setInterval(() => connection.write(bytes.subarray(at, ++at)), 50)
        connection.on('close', () => clearInterval(timer))
      } else for (const answer of tcp(parseMessage(query), query)) connection.write(frame(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => {
    socket.close()
    server.close()
  })
  return `127.0.0.1:${port}`
}

const silent: Reply = () => []
const truncated: Reply = (query) => [
  serializeMessage({ ...query, isResponse: true, isTruncated: true, additionals: [] }),
]

describe('servers that answer wrongly', () => {
  interface Case {
    readonly comment: string
    readonly udp: Reply
    readonly tcp?: Reply | 'half' | 'drip'
    /** The address that came, or the code of the error. */
    readonly outcome: string
  }
  const forged = '198.51.100.1'
  test.each<Case>([
    { comment: 'a right answer', udp: (query) => [right(query)], outcome: '192.0.2.7' },
    {
      comment: 'another number first, then the right one: the forged one is passed over',
      udp: (query) => [right({ ...query, id: query.id ^ 1 }, forged), right(query)],
      outcome: '192.0.2.7',
    },
    {
      comment: 'another name in the question',
      udp: (query) => [right({ ...query, questions: [{ name: 'other.example', type: 'A' }] }, forged), right(query)],
      outcome: '192.0.2.7',
    },
    {
      comment: 'another type in the question',
      udp: (query) => [
        right({ ...query, questions: [{ ...query.questions[0]!, type: 'AAAA' }] }, forged),
        right(query),
      ],
      outcome: '192.0.2.7',
    },
    {
      comment: 'a question instead of an answer',
      udp: (query, bytes) => [bytes, right(query)],
      outcome: '192.0.2.7',
    },
    {
      comment: 'garbage, then the right answer',
      udp: (query) => [octets(60_000), new Uint8Array(3), right(query)],
      outcome: '192.0.2.7',
    },
    {
      comment: 'a record for another name answers nothing',
      udp: (query) => [
        serializeMessage({ ...query, isResponse: true, additionals: [], answers: [record('other.example', forged)] }),
      ],
      outcome: 'no-data',
    },
    {
      comment: 'aliases that lead round',
      udp: (query) => {
        const alias = (name: string, target: string): DnsRecord => ({ name, ttl: 60, type: 'CNAME', target })
        const answers = [alias('a.example', 'b.example'), alias('b.example', 'a.example')]
        return [serializeMessage({ ...query, isResponse: true, additionals: [], answers })]
      },
      outcome: 'ERR_DNS_ALIAS',
    },
    { comment: 'no answer over UDP, one over TCP', udp: silent, tcp: (query) => [right(query)], outcome: '192.0.2.7' },
    { comment: 'truncated, and whole over TCP', udp: truncated, tcp: (query) => [right(query)], outcome: '192.0.2.7' },
    { comment: 'truncated over TCP, too', udp: truncated, tcp: truncated, outcome: 'ERR_DNS_NETWORK' },
    { comment: 'half a message over TCP', udp: truncated, tcp: 'half', outcome: 'ERR_DNS_NETWORK' },
    { comment: 'an octet now and then over TCP', udp: truncated, tcp: 'drip', outcome: 'ERR_DNS_TIMEOUT' },
    {
      comment: 'another number over TCP, where nobody else speaks',
      udp: truncated,
      tcp: (query) => [right({ ...query, id: query.id ^ 1 })],
      outcome: 'ERR_DNS_NETWORK',
    },
    { comment: 'nothing at all', udp: silent, tcp: silent, outcome: 'ERR_DNS_TIMEOUT' },
    {
      comment: 'a failure of the server',
      udp: (query) => [serializeMessage({ ...query, isResponse: true, responseCode: 2, additionals: [] })],
      outcome: 'ERR_DNS_SERVER',
    },
    {
      comment: 'sixty thousand octets of garbage over TCP',
      udp: truncated,
      tcp: () => [octets(60_000)],
      outcome: 'ERR_DNS_NETWORK',
    },
    {
      comment: 'a thousand records',
      udp: truncated,
      tcp: (query) => [
        serializeMessage({
          ...query,
          isResponse: true,
          additionals: [],
          answers: Array.from({ length: 1000 }, () => record('a.example')),
        }),
      ],
      outcome: '192.0.2.7',
    },
  ])('$comment: $outcome', async ({ udp, tcp, outcome }) => {
    const servers = [await serve(udp, tcp)]
    const answer = createDnsResolver({ servers, timeoutMs: 400, attempts: 1 }).resolve({ name: 'a.example', type: 'A' })
    const code = await codeOfRejection(answer)
    if (code) return expect(code).toBe(outcome)
    const { kind, records } = await answer
    const [first] = records
    expect(first?.type === 'A' ? first.address : kind).toBe(outcome)
  })

  test('a caller who gives up is not kept waiting', async () => {
    const servers = [await serve(silent, silent)]
    const started = Date.now()
    const answer = createDnsResolver({ servers }).resolve(
      { name: 'a.example', type: 'A' },
      { signal: AbortSignal.timeout(50) },
    )
    await expect(answer).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(Date.now() - started).toBeLessThan(1000)
  })

  test('all tries together have a deadline, which is temporary', async () => {
    const servers = [await serve(silent, silent), await serve(silent, silent)]
    const started = Date.now()
    const answer = createDnsResolver({ servers, deadlineMs: 100 }).resolve({ name: 'a.example', type: 'A' })
    await expect(answer).rejects.toMatchObject({ code: 'ERR_DNS_TIMEOUT', temporary: true })
    expect(Date.now() - started).toBeLessThan(1000)
  })

  test('no two questions have the same port or number', async () => {
    const seen = new Set<string>()
    const socket = createSocket('udp4')
    socket.on('message', (message, from) => {
      const query = parseMessage(message)
      seen.add(`${from.port} ${query.id}`)
      socket.send(right(query), from.port, from.address)
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    onTestFinished(() => void socket.close())
    const resolver = createDnsResolver({ servers: [`127.0.0.1:${socket.address().port}`] })
    await Promise.all(Array.from({ length: 50 }, () => resolver.resolve({ name: 'a.example', type: 'A' })))
    expect(seen.size).toBe(50)
    expect(new Set([...seen].map((pair) => pair.split(' ')[1])).size).toBeGreaterThan(40)
  })

  test.each(['dns.example', '1.2.3', '[::1', 'localhost:53'])('a server that is no address: %s', async (server) => {
    const answer = createDnsResolver({ servers: [server] }).resolve({ name: 'a.example', type: 'A' })
    expect(await codeOfRejection(answer)).toBe('ERR_DNS_NAME')
  })
})
