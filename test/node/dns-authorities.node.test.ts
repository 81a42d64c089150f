import { createSocket } from 'node:dgram'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { encodeBase64 } from '../../src/bytes/index.js'
import type { Resolver } from '../../src/discovery/index.js'
import { type DnsAnswer, DnsError, type DnsRecord, type Question } from '../../src/dns/index.js'
import { askingAuthorities } from '../../src/node/dns-authorities.js'
import { createDnsResolver, type JudgedAddress } from '../../src/node/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'

const name = 'ann.clinic.example'
const nothing: DnsAnswer = { kind: 'no-data', records: [], ttl: 60 }
const found: DnsAnswer = {
  kind: 'records',
  ttl: 60,
  records: [{ name, ttl: 60, type: 'CERT', certificateType: 1, keyTag: 0, algorithm: 0, data: Uint8Array.of(1) }],
}
const refused = new DnsError('ERR_DNS_SERVER', 'refused', { temporary: true })
const silent = new DnsError('ERR_DNS_TIMEOUT', 'silent', { temporary: true })

interface World {
  /** What the resolver says of the certificate. */
  readonly first: DnsAnswer | DnsError
  /** What the domain's own servers say of it. */
  readonly direct?: DnsAnswer | DnsError
  readonly address?: string
  readonly allow?: (judged: JudgedAddress) => boolean
}

/** A resolver that knows who serves `clinic.example`, and what was asked of whom. */
function worldOf({ first, direct = found, address = '8.8.4.4', allow }: World): {
  readonly resolver: Resolver
  readonly asked: string[]
} {
  const asked: string[] = []
  const known: Readonly<Record<string, DnsRecord>> = {
    'clinic.example NS': { name: 'clinic.example', ttl: 60, type: 'NS', target: 'ns.elsewhere.example' },
    'ns.elsewhere.example A': { name: 'ns.elsewhere.example', ttl: 60, type: 'A', address },
  }
  const told = (answer: DnsAnswer | DnsError) => {
    if (answer instanceof DnsError) throw answer
    return answer
  }
  const plain: Resolver = {
    async resolve(question) {
      const key = `${question.name} ${question.type}`
      asked.push(key)
      if (question.type === 'CERT') return told(first)
      const record = known[key]
      return record ? { kind: 'records', records: [record], ttl: 60 } : nothing
    },
  }
  const resolver = askingAuthorities(plain, {
    resolverTo: (addresses) => ({
      async resolve() {
        asked.push(addresses.join(' '))
        return told(direct)
      },
    }),
    ...(allow && { allow }),
  })
  return { resolver, asked }
}

const journey = [
  'ann.clinic.example CERT',
  'ann.clinic.example NS',
  'clinic.example NS',
  'ns.elsewhere.example A',
  '8.8.4.4',
]

describe('DISC-30: the servers of a domain are asked themselves', () => {
  test.each<World & { readonly comment: string; readonly outcome: string; readonly steps?: readonly string[] }>([
    {
      comment: 'a resolver that has it: nobody else is asked',
      first: found,
      outcome: 'records',
      steps: journey.slice(0, 1),
    },
    { comment: 'a resolver that says that nothing is there', first: nothing, outcome: 'records', steps: journey },
    {
      comment: 'a resolver that says that there is no such name',
      first: { ...nothing, kind: 'no-name' },
      outcome: 'records',
      steps: journey,
    },
    { comment: 'a resolver that refuses the type', first: refused, outcome: 'records', steps: journey },
    {
      comment: 'a resolver that is silent would be about the others, too',
      first: silent,
      outcome: 'ERR_DNS_TIMEOUT',
      steps: journey.slice(0, 1),
    },
    {
      comment: 'they have nothing, either',
      first: { ...nothing, kind: 'no-name' },
      direct: nothing,
      outcome: 'no-name',
    },
    { comment: 'they are silent', first: nothing, direct: silent, outcome: 'no-data' },
    {
      comment: 'they are silent where the resolver refused',
      first: refused,
      direct: silent,
      outcome: 'ERR_DNS_SERVER',
    },
    {
      comment: 'they lie in our own network',
      first: nothing,
      address: '10.0.0.1',
      outcome: 'no-data',
      steps: journey.slice(0, -1),
    },
    {
      comment: 'they are the host itself',
      first: nothing,
      address: '127.0.0.1',
      outcome: 'no-data',
      steps: journey.slice(0, -1),
    },
    {
      comment: 'in our own network, where that is meant',
      first: nothing,
      address: '10.0.0.1',
      allow: ({ hostname, address, port, problem }) =>
        `${hostname} ${address} ${port} ${problem}` === 'ns.elsewhere.example 10.0.0.1 53 private',
      outcome: 'records',
      steps: [...journey.slice(0, -1), '10.0.0.1'],
    },
  ])('$comment: $outcome', async ({ outcome, steps, ...world }) => {
    const { resolver, asked } = worldOf(world)
    const answer = resolver.resolve({ name, type: 'CERT' })
    const code = await codeOfRejection(answer)
    expect(code ?? (await answer).kind).toBe(outcome)
    if (steps) expect(asked).toEqual(steps)
  })

  test('for certificates alone', async () => {
    const { resolver, asked } = worldOf({ first: nothing })
    expect(await resolver.resolve({ name, type: 'SRV' })).toEqual(nothing)
    expect(asked).toEqual([`${name} SRV`])
  })
})

describe.skipIf(!needs('bind'))('BIND as the server of a domain', () => {
  let bind: NameServer
  beforeAll(async () => {
    bind = await startNameServer({ 'clinic.example': `ann CERT 1 0 0 ${encodeBase64(new Uint8Array(2000))}` })
  })
  afterAll(() => bind.stop())

  /** Passes every question on to BIND, save those for certificates, which it says are not there. */
  async function forwarder(): Promise<string> {
    const socket = createSocket('udp4')
    const port = Number(bind.server.split(':')[1])
    socket.on('message', (query, from) => {
      const isCertificate = query.includes(Buffer.from([0, 37, 0, 1]))
      const answer = Buffer.from(query)
      answer[2] = 0x81
      if (isCertificate) return socket.send(answer, from.port, from.address)
      const onward = createSocket('udp4')
      onward.once('message', (message) => {
        socket.send(message, from.port, from.address)
        onward.close()
      })
      onward.send(query, port, '127.0.0.1')
    })
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
    onTestFinished(() => void socket.close())
    return `127.0.0.1:${socket.address().port}`
  }

  test('has what the resolver hides', async () => {
    const plain = createDnsResolver({ servers: [await forwarder()] })
    const question: Question = { name, type: 'CERT' }
    expect(await plain.resolve(question)).toMatchObject({ kind: 'no-data' })
    const asked: string[] = []
    const resolver = askingAuthorities(plain, {
      resolverTo(addresses) {
        asked.push(...addresses)
        return createDnsResolver({ servers: [bind.server] })
      },
      allow: ({ hostname }) => hostname === 'ns.clinic.example',
    })
    expect(await resolver.resolve(question)).toMatchObject({
      kind: 'records',
      records: [{ data: new Uint8Array(2000) }],
    })
    expect(asked).toEqual(['127.0.0.1'])
  })

  test('is not asked at an address of this host unless that is meant', async () => {
    const servers = [await forwarder()]
    const seen: JudgedAddress[] = []
    const allow = (judged: JudgedAddress) => {
      seen.push(judged)
      return false
    }
    const resolver = createDnsResolver({ servers, authorities: { allow } })
    expect(await resolver.resolve({ name, type: 'CERT' })).toMatchObject({ kind: 'no-data' })
    expect(seen).toEqual([{ hostname: 'ns.clinic.example', port: 53, address: '127.0.0.1', problem: 'loopback' }])
  })
})
