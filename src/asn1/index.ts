/** ASN.1: a reader for BER and DER that copies nothing, a writer for DER, object identifiers and times (X.690). */

export type { DerNode } from './der.js'
export * as der from './der.js'
export { type Asn1Limits, type Element, type ParseOptions, parseAsn1 } from './element.js'
export { Asn1Error, type Asn1ErrorCode } from './errors.js'
export { elementsOf, type Fields, fieldsOf, onlyChild } from './fields.js'
export { decodeOid, encodeOid, type Oid } from './oid.js'
export { context, type Tag, tags } from './tags.js'
export { formatTime, readTime } from './time.js'
export {
  readBitString,
  readBits,
  readBoolean,
  readInteger,
  readOctets,
  readOid,
  readSmallInteger,
  readText,
} from './values.js'
