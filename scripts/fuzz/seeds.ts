import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type DerTree, nodesOf, readTree, writeTree } from './der-tree.js'
import { base64Runs } from './mutate-base64.js'
import { latin1, octets } from './mutator.js'

/** What kind of input a seed is. A file gives seeds of several kinds: a message, its fields, what its parts hold. */
export type SeedKind =
  | 'der'
  | 'certificate'
  | 'cms'
  | 'key'
  | 'pfx'
  | 'crl'
  | 'publicKey'
  | 'algorithm'
  | 'pem'
  | 'mail'
  | 'text'
  | 'addresses'
  | 'date'
  | 'words'
  | 'contentField'
  | 'messageIds'
  | 'disposition'

export type Seeds = Readonly<Record<SeedKind, readonly Uint8Array[]>>

const maxSeedBytes = 64 * 1024
const maxJsonBytes = 4_000_000
const maxSeedsOfKind = 1500

/** Reads every file below some folders, whatever suite it belongs to, and sorts what it finds by what it looks like. */
export function collectSeeds(folders: readonly string[]): Seeds {
  const sorter = new Sorter()
  for (const path of folders.flatMap(filesBelow)) sorter.file(path)
  return sorter.seeds()
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

class Sorter {
  readonly #found = new Map<SeedKind, Map<string, Uint8Array>>()

  /** Once each, and evenly from all that there are. */
  seeds(): Seeds {
    const thinned = kinds.map((kind) => {
      const all = [...(this.#found.get(kind)?.values() ?? [])]
      const step = Math.max(1, all.length / maxSeedsOfKind)
      return [kind, all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))]
    })
    return Object.fromEntries(thinned) as Seeds
  }

  file(path: string): void {
    const bytes = Uint8Array.from(readFileSync(path))
    if (/\.jsonl?$/.test(path)) {
      if (bytes.length > maxJsonBytes) return
      for (const line of path.endsWith('l') ? latin1(bytes).split('\n') : [latin1(bytes)]) this.json(line)
    } else if (bytes[0] === 0x30) this.der(bytes)
    else if (!latin1(bytes.subarray(0, 512)).includes('\0')) this.text(bytes)
  }

  /** Suites that are JSON hold their inputs as strings: PEM, base64, hex, or plain text. */
  json(text: string): void {
    if (text.trim() === '') return
    JSON.parse(text, (key, value: unknown) => {
      if (typeof value !== 'string') return value
      if (value.includes('-----BEGIN')) this.text(octets(value))
      else if (/^30[0-9a-f]{6,}$/i.test(value) && value.length % 2 === 0) this.der(fromHex(value))
      else if (/^M[A-Za-z0-9+/\s]{7,}=*$/.test(value)) this.der(fromBase64(value))
      else if (key === 'input') this.everyField(value)
      return value
    })
  }

  text(bytes: Uint8Array): void {
    const text = latin1(bytes)
    const isPem = text.includes('-----BEGIN')
    const isMail = !isPem && /^(From .*\r?\n)?[!-9;-~]+[ \t]*:/.test(text.trimStart())
    if (isPem) this.#add('pem', bytes)
    else if (isMail) this.mail(bytes, text)
    else this.#add('text', bytes)
    for (const { start, end } of base64Runs(text)) {
      const inner = fromBase64(text.slice(start, end))
      if (inner[0] === 0x30) this.der(inner)
    }
  }

  mail(bytes: Uint8Array, text: string): void {
    this.#add('mail', bytes)
    for (const [, name = '', body = ''] of text.matchAll(/^([!-9;-~]+)[ \t]*:((?:.|\r?\n[ \t])*)/gm)) {
      const kind = fieldKinds[name.toLowerCase()]
      if (kind) this.#add(kind, octets(body.replace(/\r?\n/g, '').trim()))
    }
  }

  everyField(text: string): void {
    const bytes = Uint8Array.from(Buffer.from(text))
    for (const kind of new Set(Object.values(fieldKinds))) this.#add(kind, bytes)
    this.#add('text', bytes)
  }

  der(bytes: Uint8Array): void {
    this.#add('der', bytes)
    const root = readTree(bytes)
    if (!root) return
    if (isContentInfo(root)) this.#add('cms', bytes)
    if (bytes.length > maxSeedBytes) return
    for (const { node } of nodesOf(root)) {
      for (const kind of shapesOf(node)) this.#add(kind, node === root ? bytes : writeTree(node))
    }
  }

  #add(kind: SeedKind, bytes: Uint8Array): void {
    if (bytes.length === 0 || bytes.length > maxSeedBytes) return
    const found = this.#found.get(kind) ?? new Map<string, Uint8Array>()
    found.set(latin1(bytes), bytes)
    this.#found.set(kind, found)
  }
}

const fieldKinds: Readonly<Record<string, SeedKind>> = {
  from: 'addresses',
  sender: 'addresses',
  'reply-to': 'addresses',
  to: 'addresses',
  cc: 'addresses',
  bcc: 'addresses',
  date: 'date',
  subject: 'words',
  'content-type': 'contentField',
  'content-disposition': 'contentField',
  'message-id': 'messageIds',
  'in-reply-to': 'messageIds',
  references: 'messageIds',
  disposition: 'disposition',
  'disposition-notification-options': 'disposition',
}

/** The tags of the members of a SEQUENCE by which a structure is told: `30` is a SEQUENCE, `*` the rest. */
const shapes: readonly (readonly [SeedKind, RegExp])[] = [
  ['algorithm', /^30:06( [0-9a-f]{2})?$/],
  ['publicKey', /^30:30 03$/],
  ['certificate', /^30:30 30 03$/],
  ['crl', /^30:30 30 03$/],
  ['key', /^30:02 30 04( a0)?( 81)?$/],
  ['key', /^30:02( 02){8}$/],
  ['key', /^30:30 04$/],
  ['key', /^30:02 04( a0)?( a1)?$/],
  ['pfx', /^30:02 30( 30)?$/],
]

function shapesOf(node: DerTree): readonly SeedKind[] {
  const tag = (tree: DerTree) => (tree.identifier[0] ?? 0).toString(16).padStart(2, '0')
  if (!node.children || node.children.length > 10) return []
  const shape = `${tag(node)}:${node.children.map(tag).join(' ')}`
  return shapes.filter(([, form]) => form.test(shape)).map(([kind]) => kind)
}

/** An object identifier of PKCS#7 or of S/MIME's content types, and a content. */
function isContentInfo({ children }: DerTree): boolean {
  const [type, content] = children ?? []
  if (type?.identifier[0] !== 0x06 || content?.identifier[0] !== 0xa0) return false
  return /^2a864886f70d010(7|91001)/.test(Buffer.from(type.content).toString('hex'))
}

const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'))

const kinds: readonly SeedKind[] = [
  'der',
  'certificate',
  'cms',
  'key',
  'pfx',
  'crl',
  'publicKey',
  'algorithm',
  'pem',
  'mail',
  'text',
  'addresses',
  'date',
  'words',
  'contentField',
  'messageIds',
  'disposition',
]
