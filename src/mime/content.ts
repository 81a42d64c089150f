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
  /** Octet for octet as it was attached. */
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
  const { groups, attached } = sorted(entity)
  const read = await Promise.all(groups.map(readingOf))
  const hasHtml = read.some(({ html }) => html !== undefined)
  return {
    ...(read.length > 0 && { text: read.map(({ text }) => text).join('\n') }),
    ...(read.some(({ isConverted }) => isConverted) && { textFrom: 'html' as const }),
    ...(hasHtml && { html: read.map(({ text, html }) => html ?? preformatted(text)).join('\n') as UntrustedHtml }),
    attachments: attached.map(attachmentOf),
  }
}

/** Leaves that are alternatives of each other, or one that stands for itself. */
interface Group {
  readonly plain: Entity[]
  readonly html: Entity[]
}

/** In the order of the message; neither depth nor number costs more. */
function sorted(root: Entity): { readonly groups: readonly Group[]; readonly attached: readonly Entity[] } {
  const groups: Group[] = []
  const attached: Entity[] = []
  let hasText = false
  const rest: { entity: Entity; alternatives?: Group }[] = [{ entity: root }]
  for (let next = rest.pop(); next; next = rest.pop()) {
    const { entity } = next
    const { type, subtype } = entity.contentType
    if (entity.parts.length > 0) {
      const isAlternative = type === 'multipart' && subtype === 'alternative'
      const alternatives = next.alternatives ?? (isAlternative ? { plain: [], html: [] } : undefined)
      if (alternatives && !next.alternatives) groups.push(alternatives)
      const inner = entity.parts.map((part) => (alternatives ? { entity: part, alternatives } : { entity: part }))
      for (const part of inner.reverse()) rest.push(part)
      continue
    }
    if (type === 'multipart' && entity.body.length === 0) continue
    const kind = kindOf(entity, hasText)
    hasText ||= kind !== 'attached'
    if (kind === 'attached') attached.push(entity)
    else if (next.alternatives) next.alternatives[kind].push(entity)
    else groups.push({ plain: [], html: [], [kind]: [entity] })
  }
  return { groups: groups.filter(isUsed), attached }
}

function isUsed({ plain, html }: Group): boolean {
  return plain.length + html.length > 0
}

function kindOf(leaf: Entity, hasText: boolean): 'plain' | 'html' | 'attached' {
  const { type, subtype } = leaf.contentType
  if (type === 'multipart') return 'plain'
  const isText = type === 'text' && (subtype === 'plain' || subtype === 'html')
  if (!isText || leaf.contentDisposition?.disposition === 'attachment') return 'attached'
  if (hasText && nameOf(leaf) !== '') return 'attached'
  return subtype === 'html' ? 'html' : 'plain'
}

interface Reading {
  readonly text: string
  readonly html?: string
  readonly isConverted: boolean
}

async function readingOf({ plain, html }: Group): Promise<Reading> {
  const texts = (leaves: readonly Entity[]) => Promise.all(leaves.map(textOf))
  const ownText = plain.length > 0 ? (await texts(plain)).join('\n') : undefined
  const ownHtml = html.length > 0 ? (await texts(html)).join('\n') : undefined
  return {
    text: ownText ?? (await plainOf(ownHtml ?? '')),
    ...(ownHtml !== undefined && { html: ownHtml }),
    isConverted: ownText === undefined,
  }
}

/** Plain text as HTML that shows it as it is. */
function preformatted(text: string): string {
  return `<pre>${text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</pre>`
}

function attachmentOf(part: Entity): Attachment {
  const { contentType, contentDisposition, header } = part
  const filename = nameOf(part)
  const contentId = fieldBody(header, 'Content-ID')
  return {
    ...(filename && { filename }),
    type: `${contentType.type}/${contentType.subtype}`,
    content: decodeBody(part),
    ...(contentId && { contentId }),
    inline: contentDisposition?.disposition === 'inline',
  }
}

function nameOf({ contentType, contentDisposition }: Entity): string {
  return safeName(contentDisposition?.parameters.filename ?? contentType.parameters.name ?? '')
}

/** A name for a file, not a path to one. */
function safeName(name: string): string {
  const plain = name.replace(/[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g, '')
  return plain.split(/[/\\]/).at(-1)!.replace(/^\.+$/, '').trim()
}
