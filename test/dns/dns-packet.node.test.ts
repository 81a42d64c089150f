import * as packet from 'dns-packet'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DnsMessage, type DnsRecord, parseMessage, serializeMessage } from '../../src/dns/index.js'
import { anyMessage } from './fixtures.js'

/** The same record as dns-packet has it; types that it does not know are left out of the comparison. */
function theirs(record: DnsRecord): packet.Answer | undefined {
  const { name, ttl } = record
  const owned = { name: name || '.', ttl, class: 'IN' } as const
  switch (record.type) {
    case 'A':
      return { ...owned, type: 'A', data: record.address }
    case 'NS':
    case 'CNAME':
      return { ...owned, type: record.type, data: record.target || '.' }
    case 'SRV': {
      const { priority, weight, port, target } = record
      return { ...owned, type: 'SRV', data: { priority, weight, port, target: target || '.' } }
    }
    case 'SOA': {
      const { mname, rname, serial, refresh, retry, expire, minimum } = record
      return {
        ...owned,
        type: 'SOA',
        data: { mname: mname || '.', rname: rname || '.', serial, refresh, retry, expire, minimum },
      }
    }
    default:
      return undefined
  }
}

const known = (records: readonly DnsRecord[]) => records.filter((record) => theirs(record) !== undefined)

const comparable = anyMessage.map(
  (message): DnsMessage => ({
    ...message,
    opcode: 0,
    responseCode: 0,
    questions: [{ name: 'ann.clinic.example', type: 'SRV' }],
    answers: known(message.answers),
    authorities: known(message.authorities),
    additionals: [],
  }),
)

test('dns-packet reads what is written here', () => {
  fc.assert(
    fc.property(comparable, (message) => {
      const read = packet.decode(Buffer.from(serializeMessage(message)))
      const without = (record: packet.Answer) => ({ ...record, flush: undefined })
      expect(read.id).toBe(message.id)
      expect(read.questions).toEqual([{ name: 'ann.clinic.example', type: 'SRV', class: 'IN' }])
      expect(read.answers?.map(without)).toEqual(message.answers.map(theirs))
      expect(read.authorities?.map(without)).toEqual(message.authorities.map(theirs))
    }),
  )
})

test('what dns-packet writes, with compressed names, is read here', () => {
  fc.assert(
    fc.property(comparable, (message) => {
      const { isResponse, isTruncated } = message
      const bytes = packet.encode({
        id: message.id,
        type: isResponse ? 'response' : 'query',
        flags: isTruncated ? packet.TRUNCATED_RESPONSE : 0,
        questions: [{ name: 'ann.clinic.example', type: 'SRV' }],
        answers: message.answers.map((record) => theirs(record)!),
        authorities: message.authorities.map((record) => theirs(record)!),
      })
      const { id, answers, authorities } = parseMessage(Uint8Array.from(bytes))
      expect({ id, answers, authorities }).toEqual({
        id: message.id,
        answers: message.answers,
        authorities: message.authorities,
      })
    }),
  )
})
