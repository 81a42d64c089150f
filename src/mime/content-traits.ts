import {
  type ContentDisposition,
  type ContentType,
  parseContentDisposition,
  parseContentType,
} from './content-fields.js'
import type { MimeDefect } from './entity.js'
import { type Field, isNamed } from './header.js'

/** What the header of an entity says of its body. */
export interface ContentTraits {
  readonly contentType: ContentType
  readonly contentDisposition: ContentDisposition | undefined
  readonly transferEncoding: string
  readonly defects: readonly MimeDefect[]
}

/** @param defaultType - what the type is when the header names none, or none that can be read. */
export function contentTraits(fields: readonly Field[], defaultType: ContentType): ContentTraits {
  const { type, disposition, encoding, duplicates } = contentFieldsOf(fields)
  const parsed = type === undefined ? undefined : parseContentType(type)
  const defects: MimeDefect[] = []
  if (duplicates) defects.push('duplicate-field')
  if (type !== undefined && !parsed) defects.push('malformed-content-type')
  return {
    contentType: parsed ?? defaultType,
    contentDisposition: disposition === undefined ? undefined : parseContentDisposition(disposition),
    transferEncoding: encodingOf(encoding),
    defects,
  }
}

/** Whether an entity may be a multipart: most are not, and what they are is read when somebody asks. */
export function mayBeMultipart(fields: readonly Field[]): boolean {
  return fields.some((field) => isNamed(field, 'content-type') && /multipart/i.test(field.body))
}

interface ContentFields {
  type?: string
  disposition?: string
  encoding?: string
  duplicates: boolean
}

const names = [
  ['content-type', 'type'],
  ['content-disposition', 'disposition'],
  ['content-transfer-encoding', 'encoding'],
] as const

/** The first of each counts. */
function contentFieldsOf(fields: readonly Field[]): ContentFields {
  const found: ContentFields = { duplicates: false }
  for (const field of fields) {
    const [, key] = names.find(([name]) => isNamed(field, name)) ?? []
    if (!key) continue
    if (found[key] === undefined) found[key] = field.body
    else found.duplicates = true
  }
  return found
}

/** The first word of the field; a comment or a semicolon behind it is passed over (RFC 2045 §6.1 has neither). */
function encodingOf(body: string | undefined): string {
  return /^[^\s;(]+/.exec(body ?? '')?.[0].toLowerCase() ?? '7bit'
}
