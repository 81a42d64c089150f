import {
  type ContentDisposition,
  type ContentType,
  parseContentDisposition,
  parseContentType,
} from './content-fields.js'
import type { MimeDefect } from './entity.js'
import { fieldBody, fieldsNamed, type Header, mentions } from './header.js'

/** @param defaultType - what the type is when the header names none, or none that can be read. */
export function contentTypeOf(header: Header, defaultType: ContentType): ContentType {
  return parseContentType(fieldBody(header, 'Content-Type') ?? '') ?? defaultType
}

export function contentDispositionOf(header: Header): ContentDisposition | undefined {
  return parseContentDisposition(fieldBody(header, 'Content-Disposition') ?? '')
}

/** The first word of the field; a comment or a semicolon behind it is passed over (RFC 2045 §6.1 has neither). */
export function transferEncodingOf(header: Header): string {
  const body = fieldBody(header, 'Content-Transfer-Encoding') ?? ''
  return /^[^\s;(]+/.exec(body)?.[0].toLowerCase() ?? '7bit'
}

/** Whether the body may be a multipart: most are none, and what they are is read when somebody asks. */
export function mayBeMultipart(header: Header): boolean {
  const [field] = fieldsNamed(header, 'Content-Type')
  return field !== undefined && mentions(field, 'multipart')
}

const contentFields = ['Content-Type', 'Content-Disposition', 'Content-Transfer-Encoding']

/** What is odd about the fields that say what a body is. */
export function contentDefects(header: Header): readonly MimeDefect[] {
  const defects: MimeDefect[] = []
  if (contentFields.some((name) => isTwice(header, name))) defects.push('duplicate-field')
  const type = fieldBody(header, 'Content-Type')
  if (type !== undefined && !parseContentType(type)) defects.push('malformed-content-type')
  return defects
}

function isTwice(header: Header, name: string): boolean {
  const [, second] = fieldsNamed(header, name)
  return second !== undefined
}
