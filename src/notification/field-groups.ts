import { type Bytes, decodeLatin1, encodeLatin1 } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import { type Field, MimeError, parseHeader } from '../mime/index.js'
import type { ExtensionField } from './index.js'

/** Groups of fields; what stands between them and is no field is passed over. */
export interface FieldGroups {
  readonly groups: readonly (readonly ExtensionField[])[]
  /** Something was left out: a group beyond the limits of a header, or too many groups. */
  readonly tooLarge: boolean
}

/** More groups than a notification has recipients. */
const maxGroups = 1000

/** The longest part that is read. */
const maxBytes = 0x10_0000

/**
 * Groups of fields with blank lines between them, which is how RFC 3464 §2.1 writes one group for each recipient.
 *
 * Bent: a line that is no field belongs to the field before it. Replies of several lines are often written so.
 */
export function fieldGroups(body: Uint8Array): FieldGroups {
  const groups: (readonly ExtensionField[])[] = []
  for (let rest: Uint8Array = folded(body.subarray(0, maxBytes)); rest.length > 0; ) {
    if (groups.length === maxGroups) return { groups, tooLarge: true }
    const read = unlessThrown(MimeError, () => parseHeader(rest))
    if (!read) return { groups, tooLarge: true }
    if (read.bodyStart === 0) break
    if (read.header.fields.length > 0) groups.push(plain(read.header.fields))
    rest = rest.subarray(read.bodyStart)
  }
  return { groups, tooLarge: body.length > maxBytes }
}

/** Fields that are cut out and decoded once, since they are asked for their names again and again. */
export function plain(fields: readonly Field[]): readonly ExtensionField[] {
  return fields.map(({ name, body }) => ({ name, body }))
}

function folded(body: Uint8Array): Bytes {
  // Blank lines in a row are one: there may be millions.
  const lines = decodeLatin1(body)
    .split(/\r\n|\n|\r/)
    .filter((line, index, all) => line !== '' || all[index - 1] !== '')
  const isField = (line: string) => line.trim() === '' || /^[ \t]|^[!-9;-~]+[ \t]*:/.test(line)
  return encodeLatin1(lines.map((line, index) => (index === 0 || isField(line) ? line : ` ${line}`)).join('\r\n'))
}

const start = /^(reporting-mta|reporting-ua|original-recipient|final-recipient|disposition)[ \t]*:/im

/** The longest text that is looked through for fields. */
const maxTextBytes = 100_000

/** Groups of fields that stand in a text, behind words for people, up to the next delimiter. */
export function fieldGroupsInText(body: Uint8Array): FieldGroups {
  const text = decodeLatin1(body.subarray(0, maxTextBytes))
  const at = text.search(start)
  if (at < 0) return { groups: [], tooLarge: false }
  const end = text.slice(at).search(/^[ \t]*--\S/m)
  return fieldGroups(encodeLatin1(text.slice(at, end < 0 ? undefined : at + end)))
}
