import * as fc from 'fast-check'
import type { DnsMessage, DnsRecord, RecordType } from '../../src/dns/index.js'

const label = fc.stringMatching(/^[a-z0-9_-]{1,20}$/)
const anyName = fc.array(label, { maxLength: 5 }).map((labels) => labels.join('.'))
const uint = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })
const owned = { name: anyName, ttl: uint(31) }
const ipv4 = fc.tuple(uint(8), uint(8), uint(8), uint(8)).map((octets) => octets.join('.'))
const ipv6 = fc
  .array(uint(16), { minLength: 8, maxLength: 8 })
  .map((parts) => parts.map((part) => part.toString(16)).join(':'))
const type = <Name extends string>(name: Name) => fc.constant(name)

const anyRecord: fc.Arbitrary<DnsRecord> = fc.oneof(
  fc.record({ ...owned, type: type('A'), address: ipv4 }),
  fc.record({ ...owned, type: type('AAAA'), address: ipv6 }),
  fc.record({ ...owned, type: type('NS'), target: anyName }),
  fc.record({ ...owned, type: type('CNAME'), target: anyName }),
  fc.record({ ...owned, type: type('SRV'), priority: uint(16), weight: uint(16), port: uint(16), target: anyName }),
  fc.record({
    ...owned,
    type: type('SOA'),
    mname: anyName,
    rname: anyName,
    serial: uint(32),
    refresh: uint(32),
    retry: uint(32),
    expire: uint(32),
    minimum: uint(32),
  }),
  fc.record({
    ...owned,
    type: type('CERT'),
    certificateType: uint(16),
    keyTag: uint(16),
    algorithm: uint(8),
    data: fc.uint8Array({ maxLength: 200 }),
  }),
  fc.record({ ...owned, type: fc.integer({ min: 100, max: 65_000 }), data: fc.uint8Array({ maxLength: 50 }) }),
)

const records = fc.array(anyRecord, { maxLength: 4 })

export const anyMessage: fc.Arbitrary<DnsMessage> = fc.record({
  id: uint(16),
  isResponse: fc.boolean(),
  opcode: uint(4),
  isAuthoritative: fc.boolean(),
  isTruncated: fc.boolean(),
  recursionDesired: fc.boolean(),
  recursionAvailable: fc.boolean(),
  responseCode: uint(4),
  questions: fc.array(
    fc.record({ name: anyName, type: fc.constantFrom<RecordType | number>('A', 'CERT', 'SRV', 300) }),
    { maxLength: 2 },
  ),
  answers: records,
  authorities: records,
  additionals: records,
})
