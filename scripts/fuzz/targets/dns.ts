import { decodeHex, encodeHex } from '../../../src/bytes/index.js'
import {
  buildQuery,
  DnsError,
  type DnsMessage,
  parseMessage,
  readAnswer,
  serializeMessage,
} from '../../../src/dns/index.js'
import { same, type Target } from '../target.js'

const question = { name: 'ann.clinic.example', type: 'CERT' } as const
const query = parseMessage(buildQuery({ id: 1, question }))
const name = 'ann.clinic.example'
const soa = { mname: 'ns.clinic.example', rname: 'a\\.b.clinic.example', serial: 1, refresh: 2, retry: 3, expire: 4 }

const messages: readonly Partial<DnsMessage>[] = [
  {
    answers: [
      { name, ttl: 60, type: 'CNAME', target: 'x.example' },
      {
        name: 'x.example',
        ttl: 60,
        type: 'CERT',
        certificateType: 1,
        keyTag: 2,
        algorithm: 5,
        data: Uint8Array.of(1, 2),
      },
    ],
  },
  { responseCode: 3, authorities: [{ name: 'clinic.example', ttl: 60, type: 'SOA', ...soa, minimum: 5 }] },
  {
    answers: [
      { name, ttl: 60, type: 'A', address: '192.0.2.1' },
      { name, ttl: 60, type: 'AAAA', address: '2001:db8:0:0:0:0:0:1' },
      { name, ttl: 60, type: 'SRV', priority: 1, weight: 2, port: 389, target: 'ldap.clinic.example' },
      { name, ttl: 60, type: 'NS', target: 'ns.clinic.example' },
      { name, ttl: 60, type: 65_280, data: Uint8Array.of(1) },
    ],
  },
  { isTruncated: true },
  { responseCode: 2 },
]

/** Names by pointers, which nothing here writes: the example of RFC 1035 §4.1.4. */
const compressed = `00018180000100020000000001460349534904415250410000010001${['03464f4fc00c', 'c012']
  .map((owner) => `${owner}00010001000000000004c0000201`)
  .join('')}`

export const dnsTargets: readonly Target[] = [
  {
    name: 'dns-message',
    files: ['dns/message.ts', 'dns/record.ts', 'dns/name.ts', 'dns/question.ts', 'dns/reader.ts', 'dns/answer.ts'],
    seeds: [],
    made: () => [
      decodeHex(compressed),
      ...messages.map((each) => serializeMessage({ ...query, isResponse: true, ...each })),
    ],
    mutators: ['bytes'],
    own: [DnsError],
    run(input) {
      const reading = readAnswer({ id: 1, question }, input)
      if ('ttl' in reading) same('a time to live is a number of seconds', Number.isSafeInteger(reading.ttl), true)
      const message = parseMessage(input)
      const { questions: [echo] = [] } = message
      if (echo) readAnswer({ id: message.id, question: echo }, input)
      // Names come out whole: what was short by its pointers may have no room then.
      const written = orNoRoom(() => serializeMessage(message))
      if (written)
        same('written, read and written again', encodeHex(serializeMessage(parseMessage(written))), encodeHex(written))
    },
  },
]

function orNoRoom<Value>(write: () => Value): Value | undefined {
  try {
    return write()
  } catch (error) {
    if (error instanceof DnsError && error.code === 'ERR_DNS_MALFORMED') return undefined
    throw error
  }
}
