/** DNS: questions and answers as bytes (RFC 1035, 2308, 2782, 4398, 6891). */

export { type DnsAnswer, type DnsReading, readAnswer } from './answer.js'
export { buildQuery, type Query } from './build-query.js'
export { DnsError, type DnsErrorCode } from './errors.js'
export { type DnsMessage, parseMessage, type ResponseCode, serializeMessage } from './message.js'
export { isSameName } from './name.js'
export type { Question } from './question.js'
export { type DnsRecord, type RecordType, recordTypes } from './record.js'
export { frame, Unframer } from './tcp.js'
