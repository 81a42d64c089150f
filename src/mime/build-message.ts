import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { formatAddress, type Mailbox } from './address.js'
import { encodingFor, headOfPart, multipartPieces } from './build-part.js'
import { canonicalEntity } from './canonical-entity.js'
import { parseContentType } from './content-fields.js'
import { formatDate } from './date.js'
import { encodeWords } from './encoded-word.js'
import { MimeError } from './errors.js'
import { parseEntity } from './parse-entity.js'
import {
  AsciiPiece,
  base64Of,
  base64OfBlocks,
  base64OfStream,
  collected,
  joinedStreams,
  type Piece,
  type StreamedPiece,
} from './pieces.js'
import { serializeHeader } from './serialize-header.js'
import type { SizedStream } from './sized-stream.js'
import { blocksOf } from './text-blocks.js'
import { textContent } from './text-content.js'

/** A file that goes along, or a picture that the HTML shows. */
export interface AttachmentDraft {
  readonly filename?: string
  /** Default `application/octet-stream`. */
  readonly type?: string
  /**
   * Text becomes UTF-8. What is attached arrives octet for octet, save a message (`message/rfc822`): it may not be encoded,
   * so where it is not in 7-bit lines the parts inside it are, as {@link canonicalEntity} does.
   */
  readonly content: Uint8Array | string | SizedStream
  /** In brackets. An attachment that has one is shown inside the HTML, not beside it. */
  readonly contentId?: string
}

type Mailboxes = Mailbox | string | readonly (Mailbox | string)[]

/** A message in words. */
export interface MessageDraft {
  readonly from: Mailbox | string
  readonly sender?: Mailbox | string
  readonly replyTo?: Mailboxes
  readonly to?: Mailboxes
  readonly cc?: Mailboxes
  readonly bcc?: Mailboxes
  readonly subject?: string
  /** Line ends may be LF. */
  readonly text?: string
  readonly html?: string
  readonly attachments?: readonly AttachmentDraft[]
  /** A ready entity, instead of text, html and attachments. */
  readonly body?: Uint8Array
  /** In brackets, like every identifier here. */
  readonly inReplyTo?: string
  readonly references?: readonly string[]
  /** Further fields; text beyond ASCII becomes encoded words. Those that this draft has words for are refused. */
  readonly fields?: readonly (readonly [name: string, body: string])[]
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly date: number
}

const ownFields: ReadonlySet<string> = new Set([
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'mime-version',
])

/**
 * Writes a message in 7-bit lines, so that nothing on the way has a reason to change it.
 *
 * Without text, HTML and attachments its body is empty; text and HTML together are alternatives of each other.
 *
 * The message is allocated once, and what is attached is written into its place as it comes. Domains of addresses are
 * written as A-labels.
 *
 * @throws {@link MimeError} `ERR_MIME_FIELD_INVALID` when anything would begin another line or field,
 *   `ERR_MIME_ADDRESS_INVALID` for an address that is none or has a local part beyond ASCII, `ERR_MIME_MESSAGE_ID` for
 *   an identifier that is none, `ERR_MIME_SIZE` for a stream that gives more or fewer octets than it says.
 * @see RFC 5322 §3.6, RFC 2045
 */
export async function buildMessage(draft: MessageDraft): Promise<Bytes> {
  const { fields = [], subject, references = [], inReplyTo } = draft
  const foreign = fields.find(([name]) => ownFields.has(name.toLowerCase()) || /^content-/i.test(name))
  if (foreign) throw new MimeError('ERR_MIME_FIELD_INVALID', 'a further field that the draft itself writes')
  const header = serializeHeader([
    ...addresses('From', draft.from),
    ...addresses('Sender', draft.sender),
    ...addresses('Reply-To', draft.replyTo),
    ...addresses('To', draft.to),
    ...addresses('Cc', draft.cc),
    ...addresses('Bcc', draft.bcc),
    ...(subject === undefined ? [] : ([['Subject', encodeWords(subject)]] as const)),
    ['Date', formatDate(draft.date)],
    ['Message-ID', checkedIds([draft.messageId])],
    ...(inReplyTo === undefined ? [] : ([['In-Reply-To', checkedIds([inReplyTo])]] as const)),
    ...(references.length === 0 ? [] : ([['References', checkedIds(references)]] as const)),
    ...fields.map(([name, text]) => [name, /^[\0-\x7f]*$/.test(text) ? text : encodeWords(text)] as const),
    ['MIME-Version', '1.0'],
  ])
  return joinedStreams([header, ...(draft.body ? [draft.body] : await bodyPieces(draft))])
}

function addresses(name: string, mailboxes: Mailboxes | undefined): readonly (readonly [string, string])[] {
  const list = mailboxes === undefined ? [] : [mailboxes].flat()
  return list.length === 0 ? [] : [[name, list.map((mailbox) => addressIn(name, mailbox)).join(', ')]]
}

/** Says in which field the address stands that is none, and how one is written; not the address. */
function addressIn(field: string, mailbox: Mailbox | string): string {
  const text = unlessThrown(MimeError, () => formatAddress(mailbox))
  if (text !== undefined) return text
  throw new MimeError('ERR_MIME_ADDRESS_INVALID', `${field} holds what is no address: write name@domain, a name apart`)
}

/** As received from others they may be odd, but not so odd as to end the field. */
function checkedIds(ids: readonly string[]): string {
  if (ids.every((id) => /^<[!-;=?-~][ -;=?-~]*>$/.test(id))) return ids.join(' ')
  throw new MimeError('ERR_MIME_MESSAGE_ID', 'not a message identifier')
}

/** multipart/mixed of what is read and the files; multipart/related of the HTML and its pictures. */
async function bodyPieces({ text, html, attachments = [] }: MessageDraft): Promise<Pieces> {
  const isInline = (attachment: AttachmentDraft) => html !== undefined && attachment.contentId !== undefined
  const pictures: Pieces[] = []
  const files: Pieces[] = []
  for (const attachment of attachments) {
    if (isInline(attachment)) pictures.push(await attachmentPieces(attachment, 'inline'))
    else files.push(await attachmentPieces(attachment, 'attachment'))
  }
  const htmlPart = html === undefined ? [] : [together('related', [textPart('html', html), ...pictures])]
  const plain = text === undefined && (html !== undefined || files.length > 0) ? [] : [textPart('plain', text ?? '')]
  const reading = [...plain, ...htmlPart]
  return together(
    'mixed',
    [...(reading.length > 0 ? [together('alternative', reading)] : []), ...files],
    files.length > 0,
  )
}

/** An entity in pieces. */
type Pieces = readonly (Piece | StreamedPiece)[]

/** One part stands alone, unless it must not: a file is an attachment of something. */
function together(subtype: string, parts: readonly Pieces[], always = false): Pieces {
  return parts.length === 1 && !always ? parts[0]! : multipartPieces(subtype, parts)
}

function textPart(subtype: 'plain' | 'html', text: string): Pieces {
  const { encoding, piece } = textContent(text)
  return [headOfPart(`text/${subtype}; charset=utf-8`, encoding, {}), piece]
}

async function attachmentPieces(attachment: AttachmentDraft, disposition: 'inline' | 'attachment'): Promise<Pieces> {
  const { filename, type = 'application/octet-stream', content, contentId } = attachment
  const contentType = parseContentType(type)
  if (!contentType) throw new MimeError('ERR_MIME_FIELD_INVALID', 'Content-Type names no type')
  const fields = {
    disposition: { disposition, parameters: filename === undefined ? {} : { filename } },
    ...(contentId !== undefined && { contentId: checkedIds([contentId]) }),
  }
  // Whatever is encoded keeps its octets, and text its line ends.
  if (contentType.type !== 'message') {
    return [new AsciiPiece(headOfPart(type, 'base64', fields)), encodedFile(content)]
  }
  const octets = typeof content === 'string' ? encodeUtf8(content) : content
  const message = octets instanceof Uint8Array ? octets : await collected(octets)
  // A message may not be encoded (RFC 2046 §5.2.1); reports should not be (RFC 3464 §2.1).
  const lines = contentType.subtype === 'rfc822' ? canonicalEntity(parseEntity(message)) : message
  if (encodingFor(contentType, lines) !== '7bit') return [headOfPart(type, 'base64', fields), base64Of(message)]
  return [headOfPart(type, '7bit', fields), lines]
}

function encodedFile(content: AttachmentDraft['content']): Piece | StreamedPiece {
  if (content instanceof Uint8Array) return base64Of(content)
  if (typeof content !== 'string') return base64OfStream(content)
  const blocks = blocksOf(content)
  let size = 0
  for (const { length } of blocks) size += length
  return base64OfBlocks(blocks, size)
}
