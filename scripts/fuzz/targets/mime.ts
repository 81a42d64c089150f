import { concat, decodeLatin1, decodeUtf8, equal } from '../../../src/bytes/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import {
  addressKey,
  type ContentType,
  canonicalEntity,
  canonicalLines,
  contentTypeText,
  decodeBody,
  decodeTransferEncoding,
  decodeWords,
  distinctAddresses,
  domainOf,
  type Entity,
  encodeTransferEncoding,
  encodeWords,
  fieldBodies,
  fieldBody,
  fieldText,
  formatAddress,
  formatDate,
  MimeError,
  parseAddresses,
  parseContentDisposition,
  parseContentType,
  parseDate,
  parseEntity,
  parseHeader,
  parseMessageIds,
  readContent,
  serializeEntity,
  serializeHeader,
  unwrapMessage,
  withoutTag,
} from '../../../src/mime/index.js'
import { same, type Target } from '../target.js'

export const mimeTargets: readonly Target[] = [
  {
    name: 'mime-message',
    files: [
      'mime/parse-entity.ts',
      'mime/delimiters.ts',
      'mime/parse-header.ts',
      'mime/content.ts',
      'mime/charset.ts',
      'mime/serialize-entity.ts',
    ],
    seeds: ['mail'],
    mutators: ['mail', 'mail', 'text', 'bytes'],
    own: [MimeError],
    run(input) {
      const entity = parseEntity(input)
      checkSpans(entity)
      same('a message is written again as it was', equal(serializeEntity(entity), input), true)
      readContent(entity)
      const inner = unwrapMessage(entity)
      if (inner) readContent(parseEntity(inner))
    },
  },
  {
    name: 'mime-canonical',
    files: ['mime/canonical-entity.ts', 'mime/canonical-header.ts', 'mime/serialize-header.ts', 'mime/lines.ts'],
    aside: ['lineFeeds'],
    seeds: ['mail'],
    mutators: ['mail', 'mail', 'text', 'bytes'],
    own: [MimeError],
    run(input) {
      const canonical = canonicalEntity(parseEntity(input))
      same('what is safe to sign has canonical line ends', canonicalLines(canonical), canonical)
      same(
        'it is ASCII',
        canonical.every((octet) => octet > 0 && octet < 0x80),
        true,
      )
      same('it stays as it is', equal(canonicalEntity(parseEntity(canonical)), canonical), true)
    },
  },
  {
    name: 'mime-limits',
    files: ['mime/parse-entity.ts', 'mime/parse-header.ts'],
    seeds: ['mail'],
    mutators: ['mail'],
    own: [MimeError],
    run: (input) => void parseEntity(input, { maxDepth: 3, maxParts: 10, maxFields: 20, maxHeaderBytes: 2000 }),
  },
  {
    name: 'mime-header',
    files: ['mime/parse-header.ts', 'mime/header.ts'],
    seeds: ['mail', 'text'],
    mutators: ['mail', 'text', 'bytes'],
    own: [MimeError],
    run(input) {
      const { header, bodyStart } = parseHeader(input)
      same('fields and what is between make the header', header.bytes.length <= bodyStart, true)
      fieldBodies(header, 'To')
      const subject = fieldBody(header, 'subject')
      const text = subject === undefined ? undefined : decodeWords(subject)
      same('the text of a field has the words of its body', fieldText(header, 'Subject'), text)
      for (const { name, body } of header.fields.slice(0, 20)) {
        const written = unlessThrown(MimeError, () => serializeHeader([[name, body]]))
        if (!written) continue
        const [again, ...others] = parseHeader(concat([written, lineEnd])).header.fields
        same('a field that is written is one field', others.length, 0)
        same('a field is read as it is written', again?.body, body.trim())
      }
    },
  },
  {
    name: 'mime-addresses',
    files: ['mime/address.ts', 'mime/compare-address.ts', 'mime/encoded-word.ts'],
    seeds: ['addresses', 'words'],
    mutators: ['text', 'bytes'],
    own: [MimeError],
    run(input) {
      for (const text of textsOf(input)) {
        const mailboxes = parseAddresses(text)
        for (const mailbox of mailboxes.slice(0, 20)) {
          const { address } = mailbox
          addressKey(address)
          domainOf(address)
          withoutTag(address)
          const written = isShort(mailbox.name) && unlessThrown(MimeError, () => formatAddress(mailbox))
          if (!written) continue
          const [again, ...others] = parseAddresses(written)
          same('a mailbox that is written is one mailbox', others.length, 0)
          // Save that a domain beyond ASCII is written in A-labels.
          same('an address is read as it is written', again && addressKey(again.address), addressKey(address))
        }
        distinctAddresses(mailboxes.slice(0, 200).map(({ address }) => address))
      }
    },
  },
  {
    name: 'mime-date',
    files: ['mime/date.ts'],
    seeds: ['date'],
    mutators: ['text', 'bytes'],
    own: [MimeError],
    run(input) {
      for (const text of textsOf(input)) {
        const date = parseDate(text)
        if (date === undefined) continue
        same('a date is a number', Number.isFinite(date), true)
        const written = unlessThrown(MimeError, () => formatDate(date))
        if (written !== undefined) same('a date is read as it is written', parseDate(written), date)
      }
    },
  },
  {
    name: 'mime-words',
    files: ['mime/encoded-word.ts', 'mime/charset.ts'],
    aside: ['needsNoWords', 'decodeWordsIn', 'unlabelledTexts'],
    seeds: ['words', 'addresses'],
    mutators: ['text', 'bytes'],
    own: [MimeError],
    run(input) {
      for (const text of textsOf(input)) {
        const decoded = decodeWords(text)
        // Control characters are left for the field to refuse, and a lone surrogate has no octets.
        if (!isShort(decoded) || /[\p{Cc}\p{Cs}]/u.test(decoded)) continue
        same('words are read as they are written', decodeWords(encodeWords(decoded)), decoded)
      }
    },
  },
  {
    name: 'mime-content-fields',
    files: ['mime/content-fields.ts', 'mime/charset.ts', 'mime/encoded-word.ts'],
    aside: ['encodeWords', 'utf8Length', 'needsNoWords', 'decodeWordsIn', 'unlabelledTexts'],
    seeds: ['contentField', 'words'],
    mutators: ['text', 'bytes'],
    own: [MimeError],
    run(input) {
      for (const text of textsOf(input)) {
        parseContentDisposition(text)
        const type = parseContentType(text)
        const written = type && unlessThrown(MimeError, () => contentTypeText(type))
        if (written === undefined) continue
        same('a content type is read as it is written', parametersOf(parseContentType(written)), parametersOf(type))
      }
    },
  },
  {
    name: 'mime-message-ids',
    files: ['mime/message-id.ts'],
    aside: ['formatMessageId'],
    seeds: ['messageIds'],
    mutators: ['text', 'bytes'],
    own: [MimeError],
    run(input) {
      for (const text of textsOf(input)) {
        const ids = parseMessageIds(text)
        same('identifiers are read as they are written', parseMessageIds(ids.join(' ')).length, ids.length)
      }
    },
  },
  {
    name: 'mime-transfer-encodings',
    files: ['mime/transfer-encoding.ts', 'mime/quoted-printable.ts', 'mime/lines.ts'],
    aside: ['lineTraits', 'lineFault', 'startsWithFrom', 'isBlank', 'lineFeeds'],
    seeds: ['text', 'mail'],
    mutators: ['text', 'mail', 'bytes'],
    own: [MimeError],
    run(input) {
      const canonical = canonicalLines(input)
      same('canonical lines stay as they are', canonicalLines(canonical), canonical)
      for (const encoding of encodings) {
        const lenient = decodeTransferEncoding(input, encoding, { lenient: true })
        const strict = unlessThrown(MimeError, () => decodeTransferEncoding(input, encoding))
        if (strict) same('strict and lenient reading agree', equal(strict, lenient), true)
        const encoded = unlessThrown(MimeError, () => encodeTransferEncoding(canonical, encoding))
        if (!encoded) continue
        same('content is read as it is written', equal(decodeTransferEncoding(encoded, encoding), canonical), true)
      }
    },
  },
]

const encodings = ['7bit', '8bit', 'binary', 'quoted-printable', 'base64'] as const

const lineEnd = Uint8Array.of(0x0d, 0x0a)

/** Fields come as octets; a header gives them as the text of their UTF-8, or as Latin-1. */
function textsOf(input: Uint8Array): readonly string[] {
  const [utf8, latin1] = [decodeUtf8(input), decodeLatin1(input)]
  return utf8 === latin1 ? [utf8] : [utf8, latin1]
}

/** Writing takes longer than reading, and is not what is looked at. */
const isShort = (text = '') => text.length < 1000

function parametersOf(field: ContentType | undefined): string {
  return JSON.stringify(field && [field.type, field.subtype, Object.entries(field.parameters).sort()])
}

function checkSpans(entity: Entity): void {
  const { source, span, bytes, body, parts } = entity
  same('an entity is a view of its source', equal(bytes, source.subarray(span.start, span.end)), true)
  same('a body is a view of its source', equal(body, source.subarray(span.bodyStart, span.end)), true)
  if (parts.length === 0) decodeBody(entity)
  let last = span.bodyStart
  for (const part of parts) {
    same('parts follow one another', part.span.start >= last && part.span.end <= span.end, true)
    last = part.span.end
    checkSpans(part)
  }
}
