import type { Bytes } from '../bytes/index.js'
import { DnsError } from './errors.js'
import { type Question, readQuestion, writeQuestion } from './question.js'
import { Reader, uint16 } from './reader.js'
import { type DnsRecord, readRecord, writeRecord } from './record.js'

/** What a server says of the question as a whole: 0 is "no error", 3 "no such name". @see RFC 1035 §4.1.1, RFC 6891 §9 */
export type ResponseCode = number

/** A DNS message. @see RFC 1035 §4 */
export interface DnsMessage {
  readonly id: number
  readonly isResponse: boolean
  readonly opcode: number
  readonly isAuthoritative: boolean
  /** Not everything had room: ask again over TCP. */
  readonly isTruncated: boolean
  readonly recursionDesired: boolean
  readonly recursionAvailable: boolean
  readonly responseCode: ResponseCode
  readonly questions: readonly Question[]
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

/** More records than any answer has that is of use; the data of one may be empty. */
const maxRecords = 4096

const bits = { response: 0x8000, authoritative: 0x400, truncated: 0x200, desired: 0x100, available: 0x80 }

/**
 * Reads a message.
 *
 * @throws {@link DnsError} `ERR_DNS_MALFORMED` for bytes that are none, that have octets behind their end, more than 4,096
 *   records in a section, or a class other than the Internet's.
 */
export function parseMessage(bytes: Uint8Array): DnsMessage {
  const reader = new Reader(bytes)
  const { counts, ...head } = readHead(reader)
  const [answers, authorities, additionals] = counts.map((count) => several(count, () => readRecord(reader)))
  reader.end()
  const extended = additionals!.flatMap((record) => (record.type === 'OPT' ? record.extendedResponseCode : []))[0] ?? 0
  const responseCode = (extended << 4) + head.responseCode
  return { ...head, responseCode, answers: answers!, authorities: authorities!, additionals: additionals! }
}

/** What stands before the records: of a message that was cut off, it is all that can be read. */
export type DnsHead = Omit<DnsMessage, 'answers' | 'authorities' | 'additionals'>

export function parseHead(bytes: Uint8Array): DnsHead {
  const { counts: _, ...head } = readHead(new Reader(bytes))
  return head
}

function readHead(reader: Reader): DnsHead & { readonly counts: readonly number[] } {
  const id = reader.uint16()
  const flags = reader.uint16()
  const [questionCount, ...counts] = [reader.uint16(), reader.uint16(), reader.uint16(), reader.uint16()] as const
  const questions = several(questionCount, () => readQuestion(reader))
  return {
    id,
    isResponse: (flags & bits.response) !== 0,
    opcode: (flags >>> 11) & 0xf,
    isAuthoritative: (flags & bits.authoritative) !== 0,
    isTruncated: (flags & bits.truncated) !== 0,
    recursionDesired: (flags & bits.desired) !== 0,
    recursionAvailable: (flags & bits.available) !== 0,
    responseCode: flags & 0xf,
    questions,
    counts,
  }
}

function several<Item>(count: number, read: () => Item): readonly Item[] {
  if (count > maxRecords) throw new DnsError('ERR_DNS_MALFORMED', `more than ${maxRecords} records`)
  return Array.from({ length: count }, read)
}

/**
 * Writes a message, without compressing names. Of a response code beyond 15 the lower bits alone: the rest is OPT's.
 *
 * @throws {@link DnsError} `ERR_DNS_NAME` for a name that is none in DNS, `ERR_DNS_MALFORMED` for more than 65,535 octets.
 */
export function serializeMessage(message: DnsMessage): Bytes {
  const { id, opcode, responseCode, questions, answers, authorities, additionals } = message
  const flags =
    (message.isResponse ? bits.response : 0) |
    (opcode << 11) |
    (message.isAuthoritative ? bits.authoritative : 0) |
    (message.isTruncated ? bits.truncated : 0) |
    (message.recursionDesired ? bits.desired : 0) |
    (message.recursionAvailable ? bits.available : 0) |
    (responseCode & 0xf)
  const counts = [questions, answers, authorities, additionals].flatMap(({ length }) => uint16(length))
  const octets = [
    ...uint16(id),
    ...uint16(flags),
    ...counts,
    ...questions.flatMap(writeQuestion),
    ...[...answers, ...authorities, ...additionals].flatMap(writeRecord),
  ]
  if (octets.length > 0xffff) throw new DnsError('ERR_DNS_MALFORMED', 'a message that has no room in DNS')
  return Uint8Array.from(octets)
}
