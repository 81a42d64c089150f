import { unlessThrown } from '../errors/index.js'
import { formatAddress, parseAddresses } from './address.js'
import { contentTypeText, parseContentDisposition, parseContentType } from './content-fields.js'
import { encodeWords, needsNoWords } from './encoded-word.js'
import { MimeError } from './errors.js'
import { bodyOctets, type Field, type Header } from './header.js'
import { canonicalPiece, lineFault } from './lines.js'
import type { Piece } from './pieces.js'
import { foldedField, serializeHeader } from './serialize-header.js'

/** Fields that say something else than before. */
interface Changes {
  readonly transferEncoding?: string
  readonly contentType?: string
}

const lf = 0x0a
const cr = 0x0d
const lineEnd = Uint8Array.of(cr, lf)
const nothing = new Uint8Array(0)

/** Whether a CR stands alone where lines end in LF: it is no line end, and may not become one. */
export function hasBareCr(bytes: Uint8Array, eol: number): boolean {
  if (eol === cr) return false
  for (let at = bytes.indexOf(cr); at >= 0; at = bytes.indexOf(cr, at + 1)) if (bytes[at + 1] !== lf) return true
  return false
}

/**
 * The fields of a header in ASCII and CRLF, each as it is where it can be. Once anything has to change, lines that are no
 * fields are left out: what they are taken for hangs on what stands around them. A field that says something else now
 * keeps its place, or else it comes last.
 *
 * @param eol - what ends lines in the source of the header.
 */
export function canonicalHeader(header: Header, eol: number, changes: Changes): readonly Piece[] {
  const isChanged = changes.transferEncoding !== undefined || changes.contentType !== undefined
  if (!isChanged && isFit(header.bytes, eol)) return [canonicalPiece(header.bytes)]
  const pieces: Piece[] = []
  const changed = new Map(
    Object.entries({ 'content-transfer-encoding': changes.transferEncoding, 'content-type': changes.contentType }),
  )
  const written = new Set<string>()
  let isOpen = false // a last field without a line end, because it ended with the message or at a delimiter
  for (const field of header.fields) {
    const { bytes } = field
    const name = field.name.toLowerCase()
    if (written.has(name)) continue
    const body = changed.get(name)
    const stays = body === undefined && isFit(bytes, eol)
    if (body !== undefined) pieces.push(serializeHeader([[field.name, body]]))
    else pieces.push(stays ? canonicalPiece(bytes) : rewritten(field, eol))
    isOpen = stays && bytes.at(-1) !== eol
    // Of these the first counts, and no other may take its place.
    if (contentFields.has(name)) written.add(name)
  }
  for (const [name, body] of changed) {
    if (body === undefined || written.has(name)) continue
    if (isOpen) pieces.push(lineEnd)
    isOpen = false
    pieces.push(serializeHeader([[spelled[name] ?? name, body]]))
  }
  return pieces
}

const contentFields: ReadonlySet<string> = new Set(['content-type', 'content-disposition', 'content-transfer-encoding'])

const spelled: Readonly<Record<string, string>> = {
  'content-transfer-encoding': 'Content-Transfer-Encoding',
  'content-type': 'Content-Type',
}

function isFit(bytes: Uint8Array, eol: number): boolean {
  return !hasBareCr(bytes, eol) && lineFault(bytes, ['eight-bit', 'nul', 'long-line']) === undefined
}

const addressFields: ReadonlySet<string> = new Set(
  ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'].flatMap((name) => [name, `resent-${name}`]),
)

/** More mailboxes than this are written as text. */
const maxMailboxes = 5000

/** The same field in ASCII; a text that has nothing but too long a line octet by octet, since it may have ten megabytes. */
function rewritten(field: Field, eol: number): Piece {
  const key = field.name.toLowerCase()
  const isText = !contentFields.has(key) && !addressFields.has(key)
  return (isText && refolded(field, eol)) || saidInWords(key, field)
}

function refolded(field: Field, eol: number): Piece | undefined {
  const body = bodyOctets(field, eol)
  return needsNoWords(body) ? unlessThrown(MimeError, () => foldedField(field.name, body)) : undefined
}

/**
 * What is no longer a structured field, such as an address beyond ASCII, becomes text that says what it was. Nothing is
 * left of a field whose name alone is longer than a line, and of a Content field that nobody could read.
 */
function saidInWords(key: string, { name, body }: Field): Uint8Array {
  const plain = body.replace(/[\x00-\x1f\x7f]+/g, ' ')
  const structured = () => structuredText(key, body, plain)
  // What cannot be read as one of these says nothing, and must not come to say something.
  const attempts = contentFields.has(key)
    ? [structured]
    : [structured, () => encodeWords(plain), () => encodeWords(plain, { always: true })]
  for (const attempt of attempts) {
    const bytes = unlessThrown(MimeError, () => {
      const text = attempt()
      return text === undefined ? undefined : serializeHeader([[name, text]])
    })
    if (bytes) return bytes
  }
  return nothing
}

function structuredText(name: string, body: string, plain: string): string | undefined {
  if (name === 'content-type') {
    const type = parseContentType(body)
    return type && contentTypeText(type)
  }
  if (name === 'content-disposition') {
    const disposition = parseContentDisposition(body)
    return disposition && contentTypeText(disposition)
  }
  if (name === 'content-transfer-encoding') return /^[!-~]+?(?=[\s;(]|$)/.exec(body)?.[0]
  if (!addressFields.has(name)) return undefined
  const mailboxes = parseAddresses(plain)
  const isList = mailboxes.length > 0 && mailboxes.length < maxMailboxes
  return isList ? mailboxes.map((mailbox) => formatAddress(mailbox)).join(', ') : undefined
}
