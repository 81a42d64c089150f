import { decodeLatin1 } from '../bytes/index.js'
import { decodeUnlabelled, unlabelledTexts } from './charset.js'
import { nextLine } from './source-lines.js'
import { type Blocks, blocksOf } from './text-blocks.js'

/** One field of a header. */
export interface Field {
  /** As written. */
  readonly name: string
  /** Without its line breaks and the white space around it; encoded words are still encoded. */
  readonly body: string
  /** The whole field as received, line end included: a view. */
  readonly bytes: Uint8Array
}

/** A header: its fields in order, and their bytes. */
export interface Header {
  readonly fields: readonly Field[]
  /** All fields; the blank line behind them is not part of it. */
  readonly bytes: Uint8Array
}

/** Where the lines of a header are: octets of a source, and the one that ends its lines. */
export interface HeaderLines {
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
  readonly eol: number
}

/** A header that lists its fields when somebody asks. */
export class HeaderView implements Header, HeaderLines {
  readonly source: Uint8Array
  readonly start: number
  readonly end: number
  readonly eol: number
  #fields: readonly Field[] | undefined

  constructor({ source, start, end, eol }: HeaderLines) {
    this.source = source
    this.start = start
    this.end = end
    this.eol = eol
  }

  get fields(): readonly Field[] {
    this.#fields ??= [...fieldsIn(this)]
    return this.#fields
  }

  get bytes(): Uint8Array {
    return this.source.subarray(this.start, this.end)
  }

  /** The fields one at a time, without a list of them: a header may have a million, and a message 100,000 headers. */
  eachField(): Iterable<Field> {
    return this.#fields ?? fieldsIn(this)
  }
}

/** The fields in order; lines that are none are passed over. */
function* fieldsIn(lines: HeaderLines): Generator<Field> {
  const { source, start, end, eol } = lines
  for (let at = startOfFields(source, start, eol); at < end; at = endOfField(lines, at)) {
    if (startsField(source, at, end)) yield new FieldView(lines, at)
  }
}

/** Behind a byte order mark and an mbox "From " line. */
export function startOfFields(source: Uint8Array, start: number, eol: number): number {
  const marked = source[start] === 0xef && source[start + 1] === 0xbb && source[start + 2] === 0xbf
  const at = marked ? start + 3 : start
  const isMbox = [0x46, 0x72, 0x6f, 0x6d, 0x20].every((octet, index) => source[at + index] === octet)
  return isMbox ? nextLine(source, at, eol) : at
}

/** Whether a line begins with a name of visible characters, perhaps with white space around (RFC 5322 §4.5), and a colon. */
export function startsField(source: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (isBlank(source[at])) at++
  const name = at
  while (at < end && source[at]! > 0x20 && source[at]! < 0x7f && source[at] !== colon) at++
  if (at === name) return false
  while (isBlank(source[at])) at++
  return at < end && source[at] === colon
}

/** Behind a line and those that continue it. */
function endOfField({ source, end, eol }: HeaderLines, start: number): number {
  let at = nextLine(source, start, eol)
  while (at < end && isBlank(source[at])) at = nextLine(source, at, eol)
  return Math.min(at, end)
}

/** A field that is cut out of the source when it is asked for. */
class FieldView implements Field {
  readonly #lines: HeaderLines
  readonly #start: number

  constructor(lines: HeaderLines, start: number) {
    this.#lines = lines
    this.#start = start
  }

  get name(): string {
    return decodeLatin1(this.#lines.source.subarray(this.#start, this.#colon())).trim()
  }

  get body(): string {
    return decodeUnlabelled([bodyOctets(this, this.#lines.eol)]).trim()
  }

  /** The body block by block. */
  texts(): Iterable<string> {
    const lines = bodyLines(this)
    const isTrimmed = isVisible(lines[0]) && isVisible(lines.at(-1))
    return isTrimmed ? unlabelledTexts(unfoldedBlocks(lines, this.#lines.eol)) : [this.body]
  }

  get bytes(): Uint8Array {
    return this.#lines.source.subarray(this.#start, endOfField(this.#lines, this.#start))
  }

  /** Compares in the source, octet by octet: headers are asked for many names. @param name - in lower case. */
  isNamed(name: string): boolean {
    const { source } = this.#lines
    let at = this.#start
    while (isBlank(source[at])) at++
    if (!isWordAt(source, at, name)) return false
    at += name.length
    while (isBlank(source[at])) at++
    return source[at] === colon
  }

  /** Whether a word stands anywhere in the body, in any case, without making a text of it. @param word - in lower case. */
  mentions(word: string): boolean {
    const { source } = this.#lines
    const end = endOfField(this.#lines, this.#start) - word.length
    for (let at = this.#colon() + 1; at <= end; at++) if (isWordAt(source, at, word)) return true
    return false
  }

  #colon(): number {
    return this.#lines.source.indexOf(colon, this.#start)
  }
}

const lf = 0x0a
const cr = 0x0d
const colon = 0x3a

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}

function isSpace(octet: number | undefined): boolean {
  return isBlank(octet) || octet === lf || octet === cr
}

/** Of ASCII, so that no white space of Unicode is hidden in it. */
function isVisible(octet = 0): boolean {
  return octet > 0x20 && octet < 0x7f
}

function isWordAt(source: Uint8Array, at: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const octet = source[at + index]!
    const lowerCase = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet
    if (lowerCase !== word.charCodeAt(index)) return false
  }
  return true
}

/** The body of a field in octets, without line breaks and the blanks around it. @param eol - what ends lines. */
export function bodyOctets(field: Field, eol: number): Uint8Array {
  const lines = bodyLines(field)
  return unfolded(lines, eol, new Uint8Array(lines.includes(eol) ? lines.length : 0))
}

/** The body of a field with its line breaks, but without white space around it. */
function bodyLines({ bytes }: Field): Uint8Array {
  let [start, end] = [bytes.indexOf(colon) + 1, bytes.length]
  while (isSpace(bytes[start])) start++
  while (end > start && isSpace(bytes[end - 1])) end--
  return bytes.subarray(start, end)
}

function unfoldedBlocks(lines: Uint8Array, eol: number): Blocks {
  return { [Symbol.iterator]: () => eachUnfolded(lines, eol) }
}

function* eachUnfolded(lines: Uint8Array, eol: number): Generator<Uint8Array> {
  let room = new Uint8Array(0)
  for (const block of blocksOf(lines)) {
    if (room.length < block.length && block.includes(eol)) room = new Uint8Array(block.length)
    yield unfolded(block, eol, room)
  }
}

/** Without line ends: a view where there is none, or else in a room. In octets, since a field may have 100,000 of them. */
function unfolded(lines: Uint8Array, eol: number, room: Uint8Array): Uint8Array {
  if (!lines.includes(eol)) return lines
  let length = 0
  for (let from = 0; from < lines.length; ) {
    const at = lines.indexOf(eol, from)
    const next = at < 0 ? lines.length : at + 1
    const end = at < 0 ? next : eol === lf && lines[at - 1] === cr && at > from ? at - 1 : at
    while (from < end) room[length++] = lines[from++]!
    from = next
  }
  return room.subarray(0, length)
}

/** The body of the first field of a name, in any case. */
export function fieldBody(header: Header, name: string): string | undefined {
  const [first] = fieldsNamed(header, name)
  return first?.body
}

/** The body of a field block by block, where that takes less memory. */
export function textsOf(field: Field): Iterable<string> {
  return field instanceof FieldView ? field.texts() : [field.body]
}

/** The bodies of all fields of a name, in any case. */
export function fieldBodies(header: Header, name: string): readonly string[] {
  return Array.from(fieldsNamed(header, name), ({ body }) => body)
}

/** The fields of a name, in any case, one at a time. */
export function* fieldsNamed(header: Header, name: string): Generator<Field> {
  const wanted = name.toLowerCase()
  const fields = header instanceof HeaderView ? header.eachField() : header.fields
  for (const field of fields) if (isNamed(field, wanted)) yield field
}

/** Whether the body holds a word. @param word - in lower case. */
export function mentions(field: Field, word: string): boolean {
  return field instanceof FieldView ? field.mentions(word) : field.body.toLowerCase().includes(word)
}

/** @param name - in lower case. */
function isNamed(field: Field, name: string): boolean {
  return field instanceof FieldView ? field.isNamed(name) : field.name.toLowerCase() === name
}
