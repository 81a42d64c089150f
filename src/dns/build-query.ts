import type { Bytes } from '../bytes/index.js'
import { serializeMessage } from './message.js'
import type { Question } from './question.js'

export interface Query {
  /** 0 to 65535, at random: whoever guesses it may answer. */
  readonly id: number
  readonly question: Question
  /** Asks the server to find out what it does not know itself. Default `true`. */
  readonly recursionDesired?: boolean
  /** Octets of an answer that come whole over UDP. Default 1232, which fits every path. @see RFC 6891 §6.2.3 */
  readonly udpPayloadSize?: number
}

/**
 * Writes a question.
 *
 * @throws {@link DnsError} `ERR_DNS_NAME` for a name that is none in DNS.
 */
export function buildQuery({ id, question, recursionDesired = true, udpPayloadSize = 1232 }: Query): Bytes {
  return serializeMessage({
    id,
    isResponse: false,
    opcode: 0,
    isAuthoritative: false,
    isTruncated: false,
    recursionDesired,
    recursionAvailable: false,
    responseCode: 0,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [{ name: '', ttl: 0, type: 'OPT', udpPayloadSize, extendedResponseCode: 0, version: 0 }],
  })
}
