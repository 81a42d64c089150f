import { encodeUtf8, finder } from '../bytes/index.js'
import type { ContentType } from './content-fields.js'

/** A line that parts a multipart, or closes it. */
export interface Delimiter {
  /** Where what is before it ends: the line end before a delimiter belongs to it. */
  readonly start: number
  /** Where what is behind it begins. */
  readonly next: number
  readonly closes: boolean
}

const lf = 0x0a
const cr = 0x0d
const dash = 0x2d

/** The boundary of a multipart, unless no line could hold it. White space at its end is not part of it (RFC 2046 §5.1.1). */
export function boundaryOf({ parameters }: ContentType): string | undefined {
  const boundary = parameters.boundary?.trimEnd()
  // Percent signs and encoded words can carry a line end into a parameter.
  return boundary && !/\p{Cc}/u.test(boundary) ? boundary : undefined
}

/**
 * The delimiters between two offsets, up to the one that closes.
 *
 * A delimiter is a whole line: `--`, the boundary, perhaps `--`, and nothing more but white space. So a boundary that
 * begins like another one does no harm. What is searched for starts with a line feed and holds no other, which keeps
 * the search linear whatever the boundary.
 *
 * @see RFC 2046 §5.1.1
 */
export function* delimitersIn(source: Uint8Array, boundary: string, start: number, end: number): Generator<Delimiter> {
  const mark = encodeUtf8(`\n--${boundary}`)
  const region = source.subarray(0, end)
  const find = finder(mark)
  // The line feed of the blank line before the body serves the first delimiter.
  for (let at = find(region, Math.max(start - 1, 0)); at >= 0; ) {
    const delimiter = delimiterAt(region, at, at + mark.length, start)
    if (delimiter) yield delimiter
    if (delimiter?.closes) return
    // The line feed at the end of one delimiter serves the next.
    at = find(region, delimiter ? delimiter.next - 1 : at + 1)
  }
}

function delimiterAt(region: Uint8Array, at: number, markEnd: number, start: number): Delimiter | undefined {
  const closes = region[markEnd] === dash && region[markEnd + 1] === dash
  let next = closes ? markEnd + 2 : markEnd
  while (region[next] === 0x20 || region[next] === 0x09) next++
  if (region[next] === cr) next++
  if (next < region.length && region[next] !== lf) return undefined
  const before = at > start && region[at - 1] === cr ? at - 1 : at
  return { start: Math.max(before, start), next: Math.min(next + 1, region.length), closes }
}
