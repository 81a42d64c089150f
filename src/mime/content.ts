import { decodeCharset } from './charset.js'
import { decodeWords } from './encoded-word.js'
import type { Entity } from './entity.js'
import { fieldBody } from './header.js'
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
  readonly html?: UntrustedHtml
  readonly attachments: readonly Attachment[]
}

/**
 * Sorts the parts of a message: the first plain text and the first HTML are the text; everything else is attached,
 * messages and signed or encrypted parts included, untouched (AS-48).
 */
export function readContent(entity: Entity): MessageContent {
  const parts = leaves(entity)
  const text = parts.find((part) => isText(part, 'plain'))
  const html = parts.find((part) => isText(part, 'html'))
  return {
    ...(text && { text: textOf(text) }),
    ...(html && { html: textOf(html) as UntrustedHtml }),
    attachments: parts.filter((part) => part !== text && part !== html).map(attachmentOf),
  }
}

function leaves(entity: Entity): readonly Entity[] {
  return entity.parts.length > 0 ? entity.parts.flatMap(leaves) : [entity]
}

function isText({ contentType, contentDisposition }: Entity, subtype: string): boolean {
  return (
    contentType.type === 'text' && contentType.subtype === subtype && contentDisposition?.disposition !== 'attachment'
  )
}

function textOf(part: Entity): string {
  return decodeCharset(decodeBody(part), part.contentType.parameters.charset).replace(/\r\n?/g, '\n')
}

function attachmentOf(part: Entity): Attachment {
  const { contentType, contentDisposition, header } = part
  const filename = safeName(contentDisposition?.parameters.filename ?? contentType.parameters.name ?? '')
  const contentId = fieldBody(header, 'Content-ID')
  return {
    ...(filename && { filename }),
    type: `${contentType.type}/${contentType.subtype}`,
    content: decodeBody(part),
    ...(contentId && { contentId }),
    inline: contentDisposition?.disposition === 'inline',
  }
}

/** A name for a file, not a path to one. */
function safeName(name: string): string {
  const plain = decodeWords(name).replace(/[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]/g, '')
  return plain.split(/[/\\]/).at(-1)!.replace(/^\.+$/, '').trim()
}
