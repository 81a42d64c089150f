import { type Bytes, concat, encodeBase64Lines, encodeUtf8, finder, indexOf } from '../bytes/index.js'
import { type ContentDisposition, type ContentType, contentTypeText, parseContentType } from './content-fields.js'
import { MimeError } from './errors.js'
import { serializeHeader } from './header.js'
import { type LineTraits, lineTraits } from './lines.js'
import { encodeQuotedPrintable } from './quoted-printable.js'

type TransferEncoding = '7bit' | '8bit' | 'binary' | 'quoted-printable' | 'base64'

/** One part of a message, or its whole body. */
export interface PartDraft {
  readonly contentType: ContentType | string
  readonly content: Uint8Array
  readonly disposition?: ContentDisposition
  /** In brackets. */
  readonly contentId?: string
  /** Further fields before those of the content: the header of a message whose body this is. */
  readonly fields?: readonly (readonly [name: string, body: string])[]
  /** Default: what keeps every octet: text that is fit for 7bit as it is, other text by the shorter of the two codes, everything else in base64. */
  readonly transferEncoding?: '7bit' | 'quoted-printable' | 'base64'
}

/**
 * Writes an entity: its Content fields, a blank line, and the content in 7-bit lines (RFC 8551 §3.1.3).
 *
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` when a field would hold a line end, NUL, or something that is none;
 *   `ERR_MIME_NOT_7BIT` when 7bit is asked for and the content has octets beyond ASCII, bare line ends or long lines.
 */
export function buildPart(draft: PartDraft): Bytes {
  const type = typeof draft.contentType === 'string' ? draft.contentType : contentTypeText(draft.contentType)
  const parsed = parseContentType(type)
  if (!parsed) throw new MimeError('ERR_MIME_FIELD_INVALID', 'Content-Type names no type')
  const encoding = draft.transferEncoding ?? encodingFor(parsed, draft.content)
  if (draft.transferEncoding === '7bit' && identityOf(lineTraits(draft.content)) !== '7bit') {
    throw new MimeError('ERR_MIME_NOT_7BIT', 'the content is not fit for 7bit')
  }
  return writePart(type, encoding, draft)
}

/** Writes an entity whose encoding is settled. */
export function writePart(
  type: string,
  encoding: TransferEncoding,
  { content, disposition, contentId, fields = [] }: Omit<PartDraft, 'contentType'>,
): Bytes {
  const header = serializeHeader([
    ...fields,
    ['Content-Type', type],
    ['Content-Transfer-Encoding', encoding],
    ...(disposition ? ([['Content-Disposition', contentTypeText(disposition)]] as const) : []),
    ...(contentId ? ([['Content-ID', contentId]] as const) : []),
  ])
  return encoders[encoding](concat([header, lineEnd]), content)
}

const lineEnd = Uint8Array.of(0x0d, 0x0a)

type Encoder = (head: Uint8Array, content: Uint8Array) => Bytes

const asItIs: Encoder = (head, content) => concat([head, content])

const encoders: Readonly<Record<TransferEncoding, Encoder>> = {
  '7bit': asItIs,
  '8bit': asItIs,
  binary: asItIs,
  'quoted-printable': (head, content) => concat([head, encodeQuotedPrintable(content)]),
  base64: (head, content) => encodeBase64Lines(content, head),
}

/**
 * Text of ours has CRLF; a text with other line ends is a file, and base64 keeps them. A message is carried as it is,
 * since it may not be encoded (RFC 2046 §5.2.1).
 */
function encodingFor({ type }: ContentType, content: Uint8Array): TransferEncoding {
  if (type !== 'text' && type !== 'message') return 'base64'
  const traits = lineTraits(content)
  const identity = identityOf(traits)
  if (type === 'message' || (identity === '7bit' && !traits.fragile)) return identity
  if (indexOf(content, lineEnd) < 0 || traits.binary) return 'base64'
  const foreign = content.reduce((count, octet) => count + (octet >= 0x80 ? 1 : 0), 0)
  return foreign * 6 < content.length ? 'quoted-printable' : 'base64'
}

/** What an unencoded body is called. @see RFC 2045 §6.2 */
export function identityOf({ binary, eightBit }: LineTraits): '7bit' | '8bit' | 'binary' {
  if (binary) return 'binary'
  return eightBit ? '8bit' : '7bit'
}

/**
 * Writes a multipart entity around ready entities, octet for octet.
 *
 * The boundary is the first of a row of names that occurs in none of the parts, so the same parts give the same bytes;
 * it holds `=_`, which neither base64 nor quoted-printable can.
 *
 * @param parameters - of the Content-Type, beside the boundary.
 * @see RFC 2046 §5.1
 */
export function buildMultipart(
  subtype: string,
  parts: readonly Uint8Array[],
  parameters: Readonly<Record<string, string>> = {},
): Bytes {
  return concat(
    multipartPieces(
      subtype,
      parts.map((part) => [part]),
      parameters,
    ),
  )
}

/** An entity in pieces that are joined once, by whoever writes the whole: each joining copies every attachment. */
export type Pieces = readonly Uint8Array[]

/** The multipart in pieces, of parts in pieces; the end of a piece must not be inside what looks like a boundary. */
export function multipartPieces(
  subtype: string,
  parts: readonly Pieces[],
  parameters: Readonly<Record<string, string>> = {},
): Pieces {
  const boundary = unusedBoundary(parts.flat())
  const contentType = { type: 'multipart', subtype, parameters: { ...parameters, boundary } }
  const header = serializeHeader([['Content-Type', contentTypeText(contentType)]])
  const delimited = parts.flatMap((part) => [encodeUtf8(`\r\n--${boundary}\r\n`), ...part])
  return [header, ...delimited, encodeUtf8(`\r\n--${boundary}--\r\n`)]
}

const boundaryStem = '=_direct-'

/** One pass over the parts, however many names they hold. A name that begins like one of theirs is taken too. */
function unusedBoundary(parts: readonly Uint8Array[]): string {
  const find = finder(encodeUtf8(boundaryStem))
  const taken = new Set<number>()
  for (const part of parts) {
    for (let at = find(part); at >= 0; at = find(part, at + 1)) {
      let number = 0
      for (let next = at + boundaryStem.length; isDigit(part[next]) && number < 1e9; next++) {
        number = number * 10 + (part[next]! - 0x30)
        taken.add(number)
      }
    }
  }
  let number = 1
  while (taken.has(number)) number++
  return `${boundaryStem}${number}`
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39
}
