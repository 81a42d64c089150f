import { type Bytes, concat, encodeBase64Lines, encodeUtf8 } from '../bytes/index.js'
import { unusedBoundaries } from './boundary.js'
import { type ContentDisposition, type ContentType, contentTypeText, parseContentType } from './content-fields.js'
import { MimeError } from './errors.js'
import { type LineTraits, lineTraits } from './lines.js'
import { joined, type Piece, type StreamedPiece, unencodedIn } from './pieces.js'
import { serializeHeader } from './serialize-header.js'
import { encodingOfText, surveyOf } from './text-content.js'
import { encodedPiece, type TransferEncoding } from './transfer-encoding.js'

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

/** Writes an entity whose encoding is settled; what is not base64 is known to be fit for it. */
export function writePart(type: string, encoding: TransferEncoding, part: Omit<PartDraft, 'contentType'>): Bytes {
  const head = headOfPart(type, encoding, part)
  if (encoding === 'base64') return encodeBase64Lines(part.content, head)
  return joined([head, encoding === 'quoted-printable' ? encodedPiece(part.content, encoding) : part.content])
}

/** The header of a part, and the blank line behind it. */
export function headOfPart(
  type: string,
  encoding: TransferEncoding,
  { disposition, contentId, fields = [] }: Pick<PartDraft, 'disposition' | 'contentId' | 'fields'>,
): Bytes {
  const header = serializeHeader([
    ...fields,
    ['Content-Type', type],
    ['Content-Transfer-Encoding', encoding],
    ...(disposition ? ([['Content-Disposition', contentTypeText(disposition)]] as const) : []),
    ...(contentId ? ([['Content-ID', contentId]] as const) : []),
  ])
  return concat([header, lineEnd])
}

const lineEnd = Uint8Array.of(0x0d, 0x0a)

/** A message is carried as it is, since it may not be encoded (RFC 2046 §5.2.1). */
export function encodingFor({ type }: ContentType, content: Uint8Array): TransferEncoding {
  if (type === 'message') return identityOf(lineTraits(content))
  return type === 'text' ? encodingOfText(surveyOf([content])) : 'base64'
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
  const pieces = multipartPieces(
    subtype,
    parts.map((part) => [part]),
    parameters,
  )
  return concat(pieces)
}

/**
 * The multipart in pieces, of parts in pieces: they are joined once, by whoever writes the whole. The end of a piece must
 * not be inside what looks like a boundary; what is encoded cannot hold one.
 */
export function multipartPieces<Part extends Piece | StreamedPiece>(
  subtype: string,
  parts: readonly (readonly Part[])[],
  parameters: Readonly<Record<string, string>> = {},
): readonly (Part | Bytes)[] {
  const [boundary] = unusedBoundaries(unencodedIn(parts.flat()))
  const contentType = { type: 'multipart', subtype, parameters: { ...parameters, boundary } }
  const header = serializeHeader([['Content-Type', contentTypeText(contentType)]])
  const delimiter = encodeUtf8(`\r\n--${boundary}\r\n`)
  return [header, ...parts.flatMap((part) => [delimiter, ...part]), encodeUtf8(`\r\n--${boundary}--\r\n`)]
}
