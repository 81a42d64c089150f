import { describe, expect, test } from 'vitest'
import { type DnsMessage, type DnsReading, type DnsRecord, readAnswer, serializeMessage } from '../../src/dns/index.js'

const name = 'ann.clinic.example'
const asked = { id: 7, question: { name, type: 'A' } } as const

const base: DnsMessage = {
  id: 7,
  isResponse: true,
  opcode: 0,
  isAuthoritative: false,
  isTruncated: false,
  recursionDesired: true,
  recursionAvailable: true,
  responseCode: 0,
  questions: [asked.question],
  answers: [],
  authorities: [],
  additionals: [],
}

const a = (owner: string, ttl = 300): DnsRecord => ({ name: owner, ttl, type: 'A', address: '192.0.2.1' })
const alias = (owner: string, target: string, ttl = 300): DnsRecord => ({ name: owner, ttl, type: 'CNAME', target })
const soa = (ttl: number, minimum: number): DnsRecord => ({
  name: 'clinic.example',
  ttl,
  type: 'SOA',
  mname: 'ns.clinic.example',
  rname: 'hostmaster.clinic.example',
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum,
})

describe('what a message says to a question', () => {
  test.each<{ comment: string; message: Partial<DnsMessage>; reading: Partial<DnsReading> }>([
    { comment: 'a record', message: { answers: [a(name)] }, reading: { kind: 'records', ttl: 300 } },
    {
      comment: 'in other letters',
      message: { questions: [{ name: 'ANN.Clinic.Example', type: 'A' }], answers: [a('ANN.clinic.example')] },
      reading: { kind: 'records' },
    },
    {
      comment: 'the shortest time of several',
      message: { answers: [a(name, 60), a(name, 30)] },
      reading: { kind: 'records', ttl: 30 },
    },
    {
      comment: 'by an alias, whose time counts, too',
      message: { answers: [alias(name, 'x.example', 10), a('x.example')] },
      reading: { kind: 'records', ttl: 10 },
    },
    {
      comment: 'an alias of which nothing more is said',
      message: { answers: [alias(name, 'x.example', 10)] },
      reading: { kind: 'alias', target: 'x.example', ttl: 10 },
    },
    {
      comment: 'an alias that leads to no record',
      message: { answers: [alias(name, 'x.example', 90)], authorities: [soa(100, 60)] },
      reading: { kind: 'no-data', ttl: 60 },
    },
    {
      comment: 'an alias that leads to no name',
      message: { responseCode: 3, answers: [alias(name, 'x.example', 30)], authorities: [soa(100, 60)] },
      reading: { kind: 'no-name', ttl: 30 },
    },
    {
      comment: 'no such name',
      message: { responseCode: 3, authorities: [soa(100, 60)] },
      reading: { kind: 'no-name', ttl: 60 },
    },
    {
      comment: 'RFC 2308 §5: for no longer than the SOA',
      message: { responseCode: 3, authorities: [soa(50, 60)] },
      reading: { kind: 'no-name', ttl: 50 },
    },
    {
      comment: 'no record of that type',
      message: { authorities: [soa(100, 60)] },
      reading: { kind: 'no-data', ttl: 60 },
    },
    { comment: 'nothing at all, which is not kept', message: {}, reading: { kind: 'no-data', ttl: 0 } },
    { comment: 'cut off', message: { isTruncated: true, answers: [a(name)] }, reading: { kind: 'truncated' } },
    { comment: 'SERVFAIL', message: { responseCode: 2 }, reading: { kind: 'failed', responseCode: 2 } },
    { comment: 'REFUSED', message: { responseCode: 5 }, reading: { kind: 'failed', responseCode: 5 } },
    {
      comment: 'BADVERS, of which the upper bits stand elsewhere',
      message: {
        additionals: [{ name: '', ttl: 0, type: 'OPT', udpPayloadSize: 512, extendedResponseCode: 1, version: 0 }],
      },
      reading: { kind: 'failed', responseCode: 16 },
    },
    { comment: 'another number', message: { id: 8, answers: [a(name)] }, reading: { kind: 'ignored' } },
    { comment: 'a question', message: { isResponse: false }, reading: { kind: 'ignored' } },
    { comment: 'another kind of message', message: { opcode: 4 }, reading: { kind: 'ignored' } },
    { comment: 'no question', message: { questions: [] }, reading: { kind: 'ignored' } },
    {
      comment: 'two questions',
      message: { questions: [asked.question, asked.question] },
      reading: { kind: 'ignored' },
    },
    { comment: 'a record of another name', message: { answers: [a('x.example')] }, reading: { kind: 'no-data' } },
  ])('$comment: $reading.kind', ({ message, reading }) => {
    expect(readAnswer(asked, serializeMessage({ ...base, ...message }))).toMatchObject(reading)
  })

  test('cut off in the middle of a record, which old servers do', () => {
    const bytes = serializeMessage({ ...base, isTruncated: true, answers: [a(name)] })
    expect(readAnswer(asked, bytes.subarray(0, bytes.length - 5))).toEqual({ kind: 'truncated' })
    const whole = serializeMessage({ ...base, answers: [a(name)] })
    expect(readAnswer(asked, whole.subarray(0, whole.length - 5))).toEqual({ kind: 'ignored' })
  })
})
