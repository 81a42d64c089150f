import type { ContentDisposition, ContentType } from './content-fields.js'
import type { Entity } from './entity.js'
import { fieldBody } from './header.js'
import { plainOf, textOf } from './leaf-text.js'
import { decodeBody } from './transfer-encoding.js'

declare const untrusted: unique symbol

/**
 * HTML that somebody sent. It may load pictures, run scripts and imitate what surrounds it: show it in a sandboxed frame
 * without scripts, forms or network, and never as part of a page.
 */
export type UntrustedHtml = string & { readonly [untrusted]: 'html' }

/** A part that is not the text of a message. */
export interface Attachment {
  /** Without folders and control characters; still a name that somebody else chose. */
  readonly filename?: string
  /** `application/pdf`. */
  readonly type: string
  /** Octet for octet as it was attached; a view of the message, or of memory that small ones share, where it can be. */
  readonly content: Uint8Array
  /** In brackets, for pictures that the HTML shows. */
  readonly contentId?: string
  readonly inline: boolean
}

/** What a person reads of a message, and what came with it. */
export interface MessageContent {
  /** Line ends are LF. */
  readonly text?: string
  /** Says that at least a part of the text had to be converted from HTML. */
  readonly textFrom?: 'html'
  readonly html?: UntrustedHtml
  readonly attachments: readonly Attachment[]
}

/**
 * Sorts the leaves of a message, by our own tree alone: plain text and HTML are to be read, everything else is attached,
 * messages and signatures included, untouched (AS-48).
 *
 * What has the disposition `attachment` is never text, nor is a named text behind another one. Texts that stand one after
 * the other are joined by a line end. What is there in HTML alone is given as text too, converted; what is there as
 * plain text alone stands in the HTML where there is any. The body of a multipart without parts is read as plain text.
 *
 * Character sets that the host does not know, flowed text and the conversion are postal-mime's part, which is loaded when
 * a message needs it.
 */
export async function readContent(entity: Entity): Promise<MessageContent> {
  const { texts, attached } = sorted(entity)
  const hasHtml = texts.some(({ isHtml }) => isHtml)
  let text: string | undefined
  let html: string | undefined
  let isConverted = false
  // One after the other: 100,000 promises would take more memory than the texts.
  for (const alternatives of alternativesIn(texts)) {
    const reading = await readingOf(alternatives)
    text = below(text, reading.text)
    if (hasHtml) html = below(html, reading.html ?? preformatted(reading.text))
    isConverted ||= reading.isConverted
  }
  return {
    ...(text !== undefined && { text }),
    ...(isConverted && { textFrom: 'html' as const }),
    ...(html !== undefined && { html: html as UntrustedHtml }),
    attachments: attachmentsOf(attached),
  }
}

function below(above: string | undefined, text: string): string {
  return above === undefined ? text : `${above}\n${text}`
}

/** A leaf that is read. */
interface Text extends Leaf {
  readonly isHtml: boolean
}

/** In the order of the message. */
interface Sorted {
  readonly texts: readonly Text[]
  readonly attached: readonly Entity[]
}

function sorted(root: Entity): Sorted {
  const texts: Text[] = []
  const attached: Entity[] = []
  for (const { leaf, alternatives } of leavesOf(root)) {
    const kind = kindOf(leaf, texts.length > 0)
    if (kind === 'attached') attached.push(leaf)
    else if (kind !== 'nothing') texts.push({ leaf, alternatives, isHtml: kind === 'html' })
  }
  return { texts, attached }
}

/** One after the other, those texts together that are alternatives of each other: lists of one take memory. */
function* alternativesIn(texts: readonly Text[]): Generator<readonly Text[]> {
  for (let from = 0, to = 0; from < texts.length; from = to) {
    const { alternatives } = texts[from]!
    do to++
    while (alternatives !== undefined && texts[to]?.alternatives === alternatives)
    yield texts.slice(from, to)
  }
}

interface Leaf {
  readonly leaf: Entity
  /** The outermost multipart/alternative around it. */
  readonly alternatives: Entity | undefined
}

/** A multipart whose parts are walked through. */
interface Level {
  readonly parts: Iterator<Entity>
  readonly alternatives: Entity | undefined
}

/** In the order of the message; neither depth nor number costs more. */
function* leavesOf(root: Entity): Generator<Leaf> {
  const open: Level[] = [{ parts: [root].values(), alternatives: undefined }]
  for (let level = open.at(-1); level; level = open.at(-1)) {
    const { alternatives } = level
    const next = level.parts.next()
    if (next.done) open.pop()
    else if (next.value.parts.length === 0) yield { leaf: next.value, alternatives }
    else {
      const { value } = next
      open.push({
        parts: value.parts.values(),
        alternatives: alternatives ?? (isAlternative(value) ? value : undefined),
      })
    }
  }
}

function isAlternative({ contentType: { type, subtype } }: Entity): boolean {
  return type === 'multipart' && subtype === 'alternative'
}

function kindOf(leaf: Entity, hasText: boolean): 'plain' | 'html' | 'attached' | 'nothing' {
  const { contentType } = leaf
  const { type, subtype } = contentType
  if (type === 'multipart') return leaf.body.length > 0 ? 'plain' : 'nothing'
  if (type !== 'text' || (subtype !== 'plain' && subtype !== 'html')) return 'attached'
  const { contentDisposition } = leaf
  if (contentDisposition?.disposition === 'attachment') return 'attached'
  if (hasText && nameOf(contentType, contentDisposition) !== '') return 'attached'
  return subtype === 'html' ? 'html' : 'plain'
}

interface Reading {
  readonly text: string
  readonly html?: string
  readonly isConverted: boolean
}

async function readingOf(alternatives: readonly Text[]): Promise<Reading> {
  const ownText = await joined(alternatives.filter(({ isHtml }) => !isHtml))
  const ownHtml = await joined(alternatives.filter(({ isHtml }) => isHtml))
  return {
    text: ownText ?? (await plainOf(ownHtml ?? '')),
    isConverted: ownText === undefined,
    ...(ownHtml !== undefined && { html: ownHtml }),
  }
}

async function joined(texts: readonly Text[]): Promise<string | undefined> {
  let all: string | undefined
  for (const { leaf } of texts) all = below(all, await textOf(leaf))
  return all
}

/** Plain text as HTML that shows it as it is. */
function preformatted(text: string): string {
  return `<pre>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</pre>`
}

function attachmentsOf(parts: readonly Entity[]): readonly Attachment[] {
  const pool = new Pool()
  return parts.map((part) => attachmentOf(part, pool))
}

/** Small contents lie in memory together: one of its own takes 300 octets more, and a message may have 100,000. */
class Pool {
  #room = new Uint8Array(0)

  keep(octets: Uint8Array): Uint8Array {
    if (octets.length > maxPooled) return octets
    if (octets.length > this.#room.length) this.#room = new Uint8Array(poolLength)
    const kept = this.#room.subarray(0, octets.length)
    kept.set(octets)
    this.#room = this.#room.subarray(octets.length)
    return kept
  }
}

const poolLength = 8192
const maxPooled = 1024

function attachmentOf(part: Entity, pool: Pool): Attachment {
  const { contentType, contentDisposition, header } = part
  const filename = nameOf(contentType, contentDisposition)
  const contentId = fieldBody(header, 'Content-ID')
  const content = decodeBody(part)
  // What may be missing stands last: otherwise each object takes 200 octets more.
  return {
    type: `${contentType.type}/${contentType.subtype}`,
    content: content.buffer === part.source.buffer ? content : pool.keep(content),
    inline: contentDisposition?.disposition === 'inline',
    ...(filename && { filename }),
    ...(contentId && { contentId }),
  }
}

function nameOf(type: ContentType, disposition: ContentDisposition | undefined): string {
  return safeName(disposition?.parameters.filename ?? type.parameters.name ?? '')
}

/** A name for a file, not a path to one. */
function safeName(name: string): string {
  const plain = name.replace(/[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g, '')
  return plain.split(/[/\\]/).at(-1)!.replace(/^\.+$/, '').trim()
}
