import { type Bytes, concat, encodeBase64Lines, encodeUtf8, indexOf } from '../bytes/index.js'
import { type ContentDisposition, type ContentType, contentTypeText, parseContentType } from './content-fields.js'
import { MimeError } from './errors.js'
import { serializeHeader } from './header.js'
import { lineTraits } from './lines.js'
import { encodeQuotedPrintable } from './quoted-printable.js'

type TransferEncoding = '7bit' | 'quoted-printable' | 'base64'

/** One part of a message, or its whole body. */
export interface PartDraft {
  readonly contentType: ContentType | string
  readonly content: Uint8Array
  readonly disposition?: ContentDisposition
  /** In brackets. */
  readonly contentId?: string
  /** Default: what keeps every octet: text that is fit for 7bit as it is, other text by the shorter of the two codes, everything else in base64. */
  readonly transferEncoding?: TransferEncoding
}

/**
 * Writes an entity: its Content fields, a blank line, and the content in 7-bit lines (RFC 8551 §3.1.3).
 *
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` when a field would hold a line end, NUL, or something that is none.
 */
export function buildPart(draft: PartDraft): Bytes {
  const type = typeof draft.contentType === 'string' ? draft.contentType : contentTypeText(draft.contentType)
  const encoding = draft.transferEncoding ?? encodingFor(type, draft.content)
  const header = serializeHeader([
    ['Content-Type', type],
    ['Content-Transfer-Encoding', encoding],
    ...(draft.disposition ? ([['Content-Disposition', contentTypeText(draft.disposition)]] as const) : []),
    ...(draft.contentId ? ([['Content-ID', draft.contentId]] as const) : []),
  ])
  return concat([header, lineEnd, encoders[encoding](draft.content)])
}

const lineEnd = Uint8Array.of(0x0d, 0x0a)

const encoders: Readonly<Record<TransferEncoding, (content: Uint8Array) => Uint8Array>> = {
  '7bit': (content) => content,
  'quoted-printable': encodeQuotedPrintable,
  base64: encodeBase64Lines,
}

/** Text of ours has CRLF; a text with other line ends is a file, and base64 keeps them. */
function encodingFor(type: string, content: Uint8Array): TransferEncoding {
  if (parseContentType(type)?.type !== 'text') return 'base64'
  const { eightBit, binary, fragile } = lineTraits(content)
  if (!eightBit && !binary && !fragile) return '7bit'
  if (indexOf(content, lineEnd) < 0 || binary) return 'base64'
  const foreign = content.reduce((count, octet) => count + (octet >= 0x80 ? 1 : 0), 0)
  return foreign * 6 < content.length ? 'quoted-printable' : 'base64'
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
  const boundary = unusedBoundary(parts)
  const contentType = { type: 'multipart', subtype, parameters: { ...parameters, boundary } }
  const header = serializeHeader([['Content-Type', contentTypeText(contentType)]])
  const delimited = parts.flatMap((part) => [encodeUtf8(`\r\n--${boundary}\r\n`), part])
  return concat([header, ...delimited, encodeUtf8(`\r\n--${boundary}--\r\n`)])
}

/** More names than parts can hold by chance. */
const maxBoundaries = 10_000

function unusedBoundary(parts: readonly Uint8Array[]): string {
  for (let number = 1; number <= maxBoundaries; number++) {
    const boundary = `=_direct-${number}`
    const mark = encodeUtf8(`--${boundary}`)
    if (parts.every((part) => indexOf(part, mark) < 0)) return boundary
  }
  throw new MimeError('ERR_MIME_BOUNDARY', 'the parts hold every boundary that was tried')
}
