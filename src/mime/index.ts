/** MIME: headers, addresses, entities, transfer encodings and composing (RFC 5322, 2045–2049, 2047, 2183, 2231, 6532). */

export { formatAddress, type Mailbox, parseAddresses } from './address.js'
export { type AttachmentDraft, buildMessage, type MessageDraft } from './build-message.js'
export { buildMultipart, buildPart, type PartDraft } from './build-part.js'
export { canonicalEntity } from './canonical-entity.js'
export { addressKey, distinctAddresses, domainOf, withoutTag } from './compare-address.js'
export { type Attachment, type MessageContent, readContent, type UntrustedHtml } from './content.js'
export {
  type ContentDisposition,
  type ContentType,
  contentTypeText,
  parseContentDisposition,
  parseContentType,
} from './content-fields.js'
export { formatDate, parseDate } from './date.js'
export { decodeWords, encodeWords } from './encoded-word.js'
export type { Entity, MimeDefect, MimeLimits, Span } from './entity.js'
export { MimeError, type MimeErrorCode } from './errors.js'
export { fieldText } from './field-text.js'
export { type Field, fieldBodies, fieldBody, type Header } from './header.js'
export { canonicalLines } from './lines.js'
export { formatMessageId, parseMessageIds } from './message-id.js'
export { parseEntity } from './parse-entity.js'
export { type HeaderLimits, type ParsedHeader, parseHeader } from './parse-header.js'
export { decodeQuotedPrintable, encodeQuotedPrintable } from './quoted-printable.js'
export { serializeEntity } from './serialize-entity.js'
export { serializeHeader } from './serialize-header.js'
export type { SizedStream } from './sized-stream.js'
export {
  type DecodingOptions,
  decodeBody,
  decodeTransferEncoding,
  encodeTransferEncoding,
  type TransferEncoding,
} from './transfer-encoding.js'
export { unwrapMessage, wrapMessage } from './wrap.js'
