import { type Bytes, encodeUtf8 } from '../bytes/index.js'
import { unusedBoundaries } from './boundary.js'
import { canonicalHeader, hasBareCr } from './canonical-header.js'
import { contentTypeText } from './content-fields.js'
import { boundaryOf } from './delimiters.js'
import type { Entity, MimeLimits } from './entity.js'
import { MimeError } from './errors.js'
import { canonicalPiece, lineFault, lineTraits } from './lines.js'
import { defaultLimits, parseEntity } from './parse-entity.js'
import { joined, type Piece, unencodedIn } from './pieces.js'
import { blankLineOf } from './serialize-entity.js'
import { lineEndOf } from './source-lines.js'
import { encodingOfText, surveyOf, textContent } from './text-content.js'
import { decodeBody, encodedPiece } from './transfer-encoding.js'
import { unwrapMessage } from './wrap.js'

/**
 * Makes an entity safe to sign: CRLF everywhere, lines of at most 998 octets, ASCII without NUL, every leaf in 7bit,
 * quoted-printable or base64, as RFC 8551 §3.1 asks.
 *
 * The content of every leaf stays the same octets; that of a text part the same save its line ends. Messages inside may
 * not be encoded themselves, so their own leaves are. Text beyond ASCII in headers becomes encoded words or extended
 * parameters; a preamble or an epilogue is left out when it is not ASCII, and lines that are no fields of a header that
 * changes, for nobody reads them.
 * A boundary changes when it is not ASCII, or when something else would become a line like it.
 *
 * A multipart/signed inside is left alone but for its line ends, which no signature covers as they were. When it holds
 * octets beyond ASCII it is converted all the same, since it may not be encoded as a whole, and its signature breaks:
 * whoever wants to keep it attaches the message as a file.
 *
 * @param limits - for the messages inside; `maxDepth` is how deep they may lie in one another.
 * @returns the entity's own bytes when they are canonical already.
 * @throws {@link MimeError} when a message inside is beyond a limit.
 * @see RFC 8551 §3.1, RFC 2046 §5.2.1
 */
export function canonicalEntity(entity: Entity, limits: Partial<MimeLimits> = {}): Uint8Array {
  return isCanonical(entity) ? entity.bytes : new Converter({ ...defaultLimits, ...limits }).convert(entity)
}

function isCanonical(entity: Entity): boolean {
  const { eightBit, binary } = lineTraits(entity.bytes)
  if (eightBit || binary) return false
  const rest = [entity]
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (isUnencoded(next)) return false
    for (const part of next.parts) rest.push(part)
  }
  return true
}

/** Whether its label promises more than 7-bit lines. */
function isUnencoded({ transferEncoding }: Entity): boolean {
  return transferEncoding === '8bit' || transferEncoding === 'binary'
}

/** What waits to be written: an entity, or octets; a boundary is known when all else is. */
type Task = Place | Piece | Later

interface Place {
  readonly entity: Entity
  /** Messages around it. */
  readonly depth: number
  /** What ends lines in its source. */
  readonly eol: number
}

type Later = (boundaryOf: (id: number, own: string) => string) => readonly Piece[]

/** Writes the tree in order, with a list of what is still to do: neither depth nor number costs more. */
class Converter {
  readonly #limits: MimeLimits
  readonly #pieces: (Piece | Later)[] = []
  /** Whether each boundary has to change. */
  readonly #isUnfit: boolean[] = []
  /** Whether all boundaries change, because lines may come up that were none before. */
  #renames = false
  /** Octets that need no look: from, and up to the next octet that may not be signed. */
  #looked = { source: new Uint8Array(0) as Uint8Array, from: 0, fault: 0 }

  constructor(limits: MimeLimits) {
    this.#limits = limits
  }

  convert(root: Entity): Bytes {
    const eol = lineEndOf(root.source)
    this.#renames = hasBareCr(root.bytes, eol)
    const tasks: Task[] = [{ entity: root, depth: 0, eol }]
    for (let task = tasks.pop(); task; task = tasks.pop()) {
      if ('entity' in task) for (const next of this.#tasksOf(task).reverse()) tasks.push(next)
      else this.#pieces.push(task)
    }
    return this.#joined()
  }

  #joined(): Bytes {
    // What is encoded holds none of these names.
    const fixed = unencodedIn(this.#pieces.filter((piece) => typeof piece !== 'function'))
    const fresh = unusedBoundaries(fixed, Math.max(this.#isUnfit.length, 1))
    const nameOf = (id: number, own: string) => (this.#renames || this.#isUnfit[id] ? fresh[id]! : own)
    return joined(this.#pieces.flatMap((piece) => (typeof piece === 'function' ? piece(nameOf) : piece)))
  }

  #tasksOf(place: Place): Task[] {
    const { entity } = place
    const { type, subtype } = entity.contentType
    if (entity.preamble !== undefined) {
      const isSigned = type === 'multipart' && subtype === 'signed'
      return isSigned && this.#isFit(place) ? [canonicalPiece(entity.bytes)] : this.#multipart(place)
    }
    const isEncoded = ['base64', 'quoted-printable'].includes(entity.transferEncoding)
    const { body } = entity
    const isReady = this.#isFit(place) && (isEncoded || canonicalPiece(body) === body)
    const message = isReady ? undefined : unwrapMessage(entity)
    return message ? this.#message(place, message) : this.#leaf(place)
  }

  /** Whether nothing but its line ends has to change. Of nested ones the octets are looked at once. */
  #isFit({ entity: { source, span, bytes }, eol }: Place): boolean {
    const looked = this.#looked
    if (looked.source !== source || span.start < looked.from || span.start > looked.fault) {
      const fault = lineFault(source.subarray(span.start), ['eight-bit', 'nul', 'long-line'])
      this.#looked = { source, from: span.start, fault: fault === undefined ? source.length : span.start + fault }
    }
    return this.#looked.fault >= span.end && !hasBareCr(bytes, eol)
  }

  #message({ entity, depth, eol }: Place, message: Uint8Array): Task[] {
    if (depth >= this.#limits.maxDepth) {
      throw new MimeError('ERR_MIME_TOO_DEEP', `messages nested more than ${this.#limits.maxDepth} deep`)
    }
    const inner = parseEntity(message, this.#limits)
    const innerEol = lineEndOf(message)
    // Lines that were hidden by an encoding, or by other line ends, may look like delimiters around.
    if (message.buffer !== entity.source.buffer || innerEol !== eol) this.#renames = true
    const head = canonicalHeader(entity.header, eol, { transferEncoding: '7bit' })
    return [...head, lineEnd, { entity: inner, depth: depth + 1, eol: innerEol }]
  }

  #leaf({ entity, eol }: Place): Task[] {
    const leaf = leafOf(entity)
    const own = entity.contentType.type === 'multipart' ? boundaryOf(entity.contentType) : undefined
    if (own !== undefined) {
      const id = this.#idOf(own)
      // A multipart without parts must not get some.
      return [(nameOf) => headOf(entity, eol, leaf, nameOf(id, own)), lineEnd, leaf.body]
    }
    const head = headOf(entity, eol, leaf, own)
    return [...head, blankLineFor(entity, head, leaf), leaf.body]
  }

  #idOf(boundary: string): number {
    return this.#isUnfit.push(/[^ -~]/.test(boundary) || boundary.length > 200) - 1
  }

  #multipart({ entity, depth, eol }: Place): Task[] {
    const { contentType, delimiters, parts } = entity
    const own = boundaryOf(contentType)!
    const id = this.#idOf(own)
    const changes = isUnencoded(entity) ? { transferEncoding: '7bit' } : {}
    const head: Later = (nameOf) => headOf(entity, eol, changes, nameOf(id, own))
    const around = delimiters.flatMap((delimiter, index): Task[] => {
      const part = parts[index]
      const line: Later = (nameOf) => [delimiterLine(delimiter, nameOf(id, own), part === undefined)]
      return part ? [line, { entity: part, depth, eol }] : [line]
    })
    return [head, lineEnd, unread(entity.preamble!, eol), ...around, unread(entity.epilogue!, eol)]
  }
}

/** @param boundary - of a multipart; its Content-Type stays as it is where it says so already. */
function headOf(entity: Entity, eol: number, changes: Partial<Leaf>, boundary: string | undefined): readonly Piece[] {
  const { contentType, header } = entity
  const isSame = boundary === undefined || boundary === boundaryOf(contentType)
  return canonicalHeader(header, eol, {
    ...(changes.transferEncoding !== undefined && { transferEncoding: changes.transferEncoding }),
    ...(!isSame && {
      contentType: contentTypeText({ ...contentType, parameters: { ...contentType.parameters, boundary } }),
    }),
  })
}

const lineEnd = Uint8Array.of(0x0d, 0x0a)
const nothing = new Uint8Array(0)

/** With line ends where it had some: the first stands behind the blank line of a header, the last may end the message. */
function delimiterLine(delimiter: Uint8Array, boundary: string, closes: boolean): Uint8Array {
  const isEnd = (octet: number | undefined) => octet === 0x0a || octet === 0x0d
  const before = isEnd(delimiter[0]) ? '\r\n' : ''
  const behind = isEnd(delimiter.at(-1)) ? '\r\n' : ''
  return encodeUtf8(`${before}--${boundary}${closes ? '--' : ''}${behind}`)
}

/** What stands around the parts stays where it may. */
function unread(bytes: Uint8Array, eol: number): Piece {
  return isAscii(bytes) && !hasBareCr(bytes, eol) ? canonicalPiece(bytes) : nothing
}

/** Whether 7bit may hold lines once they end in CRLF. */
function isAscii(lines: Uint8Array): boolean {
  return lineFault(lines, ['eight-bit', 'nul', 'long-line']) === undefined
}

/** What a leaf becomes. */
interface Leaf {
  readonly transferEncoding?: string
  readonly body: Piece
  /** Whether these are the octets it had. */
  readonly isSame: boolean
}

function leafOf(entity: Entity): Leaf {
  const { body, transferEncoding, contentType } = entity
  const lines = canonicalPiece(body)
  const isText = ['text', 'message', 'multipart'].includes(contentType.type)
  const isEncoded = transferEncoding === 'base64' || (transferEncoding === 'quoted-printable' && isText)
  if (isAscii(body) && (lines === body || isEncoded || isText)) {
    return { ...(isUnencoded(entity) && { transferEncoding: '7bit' }), body: lines, isSame: lines === body }
  }
  const octets = decodeBody(entity)
  if (isText && !octets.includes(0)) {
    const { encoding, piece } = textContent(octets)
    return { transferEncoding: encoding, body: piece, isSame: false }
  }
  const chosen = isText ? encodingOfText(surveyOf([octets])) : 'base64'
  return { transferEncoding: chosen, body: encodedPiece(octets, chosen), isSame: false }
}

/** The blank line, also where it was missing before a body that has a header, or that might be taken for one now. */
function blankLineFor(entity: Entity, head: readonly Piece[], { transferEncoding, body, isSame }: Leaf): Uint8Array {
  const isMissing = blankLineOf(entity).length === 0 && transferEncoding === undefined
  return isMissing && (body.length === 0 || (head.every(({ length }) => length === 0) && isSame)) ? nothing : lineEnd
}
