import { existsSync, readFileSync } from 'node:fs'
import { encodeHex, encodeUtf8 } from '../../../src/bytes/index.js'
import {
  type ContentDisposition,
  type ContentType,
  decodeBody,
  decodeWords,
  type Entity,
  type Field,
  parseAddresses,
  parseContentDisposition,
  parseContentType,
  parseDate,
  parseEntity,
  parseMessageIds,
  readContent,
  unwrapMessage,
} from '../../../src/mime/index.js'
import { borrowedFiles } from '../../helpers/borrowed.node.js'
import { bytesOf, placesOf, type Suite, type SuiteCase } from './suite.node.js'

/** The trees of stalwart's mail-parser, as far as they have a counterpart here. */
interface Tree {
  readonly attachments: readonly number[]
  readonly parts: readonly TreePart[]
}

interface TreePart {
  readonly headers: readonly TreeField[]
  readonly body: Body
  readonly offset_header: number
  readonly offset_body: number
  readonly offset_end: number
}

interface TreeField {
  readonly name: string | { readonly other: string }
  readonly value: 'Empty' | Value
  readonly offset_field: number
  readonly offset_start: number
  readonly offset_end: number
}

type Value =
  | { readonly Text: string }
  | { readonly TextList: readonly string[] }
  | {
      readonly Address: { readonly List: readonly Address[] } | { readonly Group: readonly { addresses: Address[] }[] }
    }
  | { readonly DateTime: DateTime }
  | { readonly ContentType: TreeType }
  | { readonly Received: unknown }

interface Address {
  readonly name: string | null
  readonly address: string | null
}

interface DateTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly tz_before_gmt: boolean
  readonly tz_hour: number
  readonly tz_minute: number
}

interface TreeType {
  readonly c_type: string
  readonly c_subtype: string | null
  readonly attributes?:
    | readonly (readonly [string, string] | { readonly name: string; readonly value: string })[]
    | null
}

type Body =
  | { readonly Multipart: readonly number[] }
  | { readonly Message: Tree }
  | { readonly Text: string }
  | { readonly Html: string }
  | { readonly Binary: readonly number[] }
  | { readonly InlineBinary: readonly number[] }

export function stalwart(): Suite {
  const messages = borrowedFiles('stalwart-mail-parser', '.eml')
  const cases = messages.flatMap(({ name, path }) =>
    ['', '.crlf'].flatMap((form): SuiteCase[] => {
      const expected = path.replace(/\.eml$/, `${form}.json`)
      if (!existsSync(expected)) return []
      const differences = async () => {
        const source = withEnds(bytesOf(path), form === '' ? '\n' : '\r\n')
        const tree = JSON.parse(readFileSync(expected, 'utf8')) as Tree
        return treeDifferences(parseEntity(source), tree)
      }
      return [{ id: `${name}${form}`, differences }]
    }),
  )
  return { name: 'stalwart-mail-parser', against: 'JSON trees, with LF and with CRLF', cases: [...cases, ...tables()] }
}

/** As the trees were made: with line ends of one kind. */
function withEnds(bytes: Uint8Array, end: string): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n').replaceAll('\n', end)
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** @param shift - where the source of a message inside starts in the outermost; NaN when it is encoded there. */
async function treeDifferences(root: Entity, tree: Tree, shift: number = 0): Promise<readonly string[]> {
  const entities = inOrder(root)
  const count = placesOf('parts', entities.length, tree.parts.length)
  if (count.length > 0) return count
  const parts = await Promise.all(
    tree.parts.map((part, index) => partDifferences(index, entities[index]!, part, tree, shift)),
  )
  const ours = (await readContent(root)).attachments.map(({ content }) => content.length)
  const theirs = tree.attachments.map(
    (index) => octetsOf(tree.parts[index]!)?.length ?? decodeBody(entities[index]!).length,
  )
  return [...parts.flat(), ...placesOf('attachments', ours, theirs)]
}

/** Each multipart before its parts. */
function inOrder(entity: Entity): readonly Entity[] {
  return [entity, ...entity.parts.flatMap(inOrder)]
}

async function partDifferences(
  index: number,
  entity: Entity,
  part: TreePart,
  tree: Tree,
  shift: number,
): Promise<readonly string[]> {
  const path = `parts/${index}`
  const { span, header } = entity
  const offsets = [span.start, span.bodyStart, span.end]
  const theirs = [part.offset_header, part.offset_body, part.offset_end]
  const fields = placesOf(`${path}/fields`, header.fields.length, part.headers.length)
  return [
    ...offsetDifferences(`${path}/offset`, offsets, theirs, shift),
    ...(fields.length > 0
      ? fields
      : part.headers.flatMap((field, at) => fieldDifferences(`${path}/fields/${at}`, entity, at, field, shift))),
    ...(await bodyDifferences(`${path}/body`, entity, part, tree, shift)),
  ]
}

function fieldDifferences(
  path: string,
  { source, header }: Entity,
  at: number,
  theirs: TreeField,
  shift: number,
): readonly string[] {
  const field = header.fields[at]!
  const start = field.bytes.byteOffset - source.byteOffset
  const offsets = [start, start + field.name.length + 1, start + field.bytes.length]
  const name = typeof theirs.name === 'string' ? theirs.name.replaceAll('_', '-') : theirs.name.other.toLowerCase()
  return [
    ...placesOf(`${path}/name`, field.name.toLowerCase(), name),
    ...offsetDifferences(
      `${path}/offset`,
      offsets,
      [theirs.offset_field, theirs.offset_start, theirs.offset_end],
      shift,
    ),
    ...valueDifferences(`${path}/${name}`, field, theirs.value),
  ]
}

function offsetDifferences(path: string, ours: readonly number[], theirs: readonly number[], shift: number) {
  if (Number.isNaN(shift)) return []
  return placesOf(
    path,
    ours.map((offset) => offset + shift),
    theirs,
  )
}

const words = (text: string) => text.replace(/\s+/g, ' ').trim()

const readers: ReadonlyMap<string, (body: string) => unknown> = new Map<string, (body: string) => unknown>([
  ['date', (body: string) => parseDate(body) ?? ''],
  ['content-type', (body: string) => parseContentType(body) ?? ''],
  ['content-disposition', (body: string) => parseContentDisposition(body) ?? ''],
  ['message-id', (body: string) => parseMessageIds(body)[0] ?? ''],
])

function valueDifferences(
  path: string,
  { name, body }: Pick<Field, 'name' | 'body'>,
  value: TreeField['value'],
): readonly string[] {
  // What it cannot read is empty there.
  if (value === 'Empty') return placesOf(path, readers.get(name.toLowerCase())?.(body) ?? words(body), '')
  if ('Received' in value) return []
  if ('Text' in value) {
    const isId = /^(message-id|content-id|in-reply-to|references|resent-message-id)$/i.test(name)
    const ours = isId
      ? parseMessageIds(body)
          .map((id) => id.slice(1, -1))
          .join(' ')
      : words(decodeWords(body))
    return placesOf(path, ours, /^return-path$/i.test(name) ? `<${value.Text}>` : words(value.Text))
  }
  if ('TextList' in value)
    return placesOf(
      path,
      parseMessageIds(body).map((id) => id.slice(1, -1)),
      value.TextList,
    )
  if ('DateTime' in value) return placesOf(path, parseDate(body), instantOf(value.DateTime))
  if ('ContentType' in value) {
    if (value.ContentType.c_subtype === null && !/disposition$/i.test(name))
      return placesOf(path, parseContentType(body), undefined)
    const ours = /disposition$/i.test(name) ? parseContentDisposition(body) : parseContentType(body)
    return placesOf(path, typeOf(ours), theirTypeOf(value.ContentType))
  }
  const theirs =
    'List' in value.Address ? value.Address.List : value.Address.Group.flatMap(({ addresses }) => addresses)
  // A name alone, and a URL in brackets (RFC 2369), is no mailbox here.
  const mailboxes = theirs.flatMap(({ name, address }) =>
    address?.includes('@') && !address.startsWith('mailto:') ? [[name && words(name), address]] : [],
  )
  return placesOf(
    path,
    parseAddresses(body).map(({ name, address }) => [name === undefined ? null : words(name), address]),
    mailboxes,
  )
}

function instantOf({ year, month, day, hour, minute, second, ...zone }: DateTime): number {
  const offset = (zone.tz_hour * 60 + zone.tz_minute) * 60_000
  return Date.UTC(year, month - 1, day, hour, minute, second) + (zone.tz_before_gmt ? offset : -offset)
}

function typeOf(field: ContentType | ContentDisposition | undefined): unknown {
  if (!field) return undefined
  const [type, subtype] = 'type' in field ? [field.type, field.subtype] : [field.disposition, null]
  return { type, subtype, parameters: field.parameters }
}

function theirTypeOf({ c_type, c_subtype, attributes }: TreeType): unknown {
  const pairs = (attributes ?? []).map((each) => ('name' in each ? ([each.name, each.value] as const) : each))
  const parameters = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]).reverse())
  return { type: c_type.toLowerCase(), subtype: c_subtype?.toLowerCase() ?? null, parameters }
}

function octetsOf({ body }: TreePart): readonly number[] | undefined {
  if ('Binary' in body) return body.Binary
  return 'InlineBinary' in body ? body.InlineBinary : undefined
}

async function bodyDifferences(
  path: string,
  entity: Entity,
  part: TreePart,
  tree: Tree,
  shift: number,
): Promise<readonly string[]> {
  const { body } = part
  if ('Multipart' in body) {
    const numbers = body.Multipart.map((index) => tree.parts[index]!.offset_header)
    const starts = entity.parts.map(({ span }) => span.start)
    return [
      ...placesOf(`${path}/parts`, starts.length, numbers.length),
      ...offsetDifferences(`${path}/parts`, starts, numbers, shift),
    ]
  }
  if ('Message' in body) {
    const message = unwrapMessage(entity)
    const isEncoded = ['base64', 'quoted-printable'].includes(entity.transferEncoding)
    const inner = isEncoded ? Number.NaN : shift + entity.span.bodyStart
    return message
      ? (await treeDifferences(parseEntity(message), body.Message, inner)).map((place) => `${path}/${place}`)
      : [`${path}/message`]
  }
  const octets = octetsOf(part)
  if (octets) return placesOf(path, encodeHex(decodeBody(entity)), encodeHex(Uint8Array.from(octets)))
  const isText = 'Text' in body
  const text = isText ? body.Text : 'Html' in body ? body.Html : ''
  return placesOf(path, await leafText(entity, isText ? 'plain' : 'html'), text.replace(/\r\n/g, '\n'))
}

/** The text of a leaf alone, whatever it is called. */
async function leafText(entity: Entity, subtype: 'plain' | 'html'): Promise<string | undefined> {
  const parameters = { charset: entity.contentType.parameters.charset ?? '' }
  const { source, span, bytes, header, body, transferEncoding, parts, delimiters, preamble, epilogue, defects } = entity
  const content = await readContent({
    ...{ source, span, bytes, header, body, transferEncoding, parts, delimiters, preamble, epilogue, defects },
    contentType: { type: 'text', subtype, parameters },
    contentDisposition: undefined,
  })
  return subtype === 'plain' ? content.text : content.html
}

interface Row {
  readonly header: string
  readonly expected: unknown
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Tables of single fields. */
function tables(): readonly SuiteCase[] {
  const kinds: Readonly<Record<string, [field: string, value: (expected: unknown) => TreeField['value']]>> = {
    'address.json': ['From', (expected) => ({ Address: expected }) as Value],
    'content_type.json': ['Content-Type', (expected) => ({ ContentType: expected }) as Value],
    'date.json': ['Date', (expected) => (expected === null ? 'Empty' : ({ DateTime: expected } as Value))],
    'id.json': ['Message-ID', (expected) => ({ TextList: expected }) as Value],
    'unstructured.json': ['Subject', (expected) => ({ Text: expected }) as Value],
  }
  return borrowedFiles('stalwart-mail-parser', ...Object.keys(kinds)).flatMap(({ name, path }) => {
    const [field, toValue] = kinds[name] ?? []
    if (!field || !toValue) return []
    const rows = JSON.parse(readFileSync(path, 'utf8')) as readonly Row[]
    return rows.map(({ header, expected }, index) => ({
      id: `${name}#${index}`,
      differences: () => {
        const [first] = parseEntity(encodeUtf8(`${field}:${header}`)).header.fields
        // Of a type without a subtype it reads the rest all the same, as of a disposition.
        const named =
          isRecord(expected) && expected.c_subtype === null && !first!.body.includes('/')
            ? { ...first!, name: 'Content-Disposition', body: first!.body }
            : first!
        return valueDifferences('value', named, expected === null ? 'Empty' : toValue(expected))
      },
    }))
  })
}
