import { decodeLatin1, encodeLatin1, encodeUtf8, finder } from '../bytes/index.js'
import type { ContentType } from './content-fields.js'

/** A line that parts a multipart, or closes it. */
export interface Delimiter {
  /** Of the multipart: 0 is the outermost. */
  readonly level: number
  readonly closes: boolean
}

const dash = 0x2d

/** The boundary of a multipart, unless no line could hold it. White space at its end is not part of it (RFC 2046 §5.1.1). */
export function boundaryOf({ parameters }: ContentType): string | undefined {
  const boundary = parameters.boundary?.trimEnd()
  // Percent signs and encoded words can carry a line end into a parameter.
  return boundary && !/\p{Cc}/u.test(boundary) ? boundary : undefined
}

/**
 * The boundaries of the multiparts that are open at one place of a message.
 *
 * A delimiter is a whole line: `--`, the boundary, perhaps `--`, and nothing more but white space. So a boundary that
 * begins like another one does no harm. A boundary that is open already belongs to the outer multipart, and the inner one
 * has no delimiters.
 *
 * @see RFC 2046 §5.1.1
 */
export class OpenBoundaries {
  readonly #levels = new Map<string, number>()
  readonly #eol: number
  #longest = 0
  /** How all of them begin: what is searched for. */
  #prefix = ''
  #find: ReturnType<typeof finder> | undefined

  /** @param eol - the octet that ends lines. */
  constructor(eol: number) {
    this.#eol = eol
  }

  /** @returns whether it was free; an outer multipart keeps its own. */
  open(boundary: string, level: number): boolean {
    const key = decodeLatin1(encodeUtf8(boundary))
    if (this.#levels.has(key)) return false
    this.#levels.set(key, level)
    this.#longest = Math.max(this.#longest, key.length)
    this.#searchFor(this.#levels.size === 1 ? key : commonPrefix(this.#prefix, key))
    return true
  }

  close(boundary: string): void {
    this.#levels.delete(decodeLatin1(encodeUtf8(boundary)))
    if (this.#levels.size === 0) this.#find = undefined
    // With several left, what they have in common may be longer than what is searched for.
    if (this.#levels.size === 1) this.#searchFor([...this.#levels.keys()][0]!)
  }

  #searchFor(prefix: string): void {
    if (this.#find && prefix === this.#prefix) return
    this.#prefix = prefix
    // It begins with a line end and holds no other, which keeps the search linear whatever strangers choose.
    this.#find = finder(encodeLatin1(`${String.fromCharCode(this.#eol)}--${prefix}`))
  }

  /** Where the next line starts that may be a delimiter, `from` included, which starts a line; the end without any. */
  next(source: Uint8Array, from: number): number {
    const at = this.#find?.(source, from - 1) ?? -1
    return at < 0 ? source.length : at + 1
  }

  /** What a line is. Of two readings, as with the boundaries `a` and `a--`, the outer one counts. */
  at(source: Uint8Array, start: number, next: number): Delimiter | undefined {
    if (source[start] !== dash || source[start + 1] !== dash || !this.#find) return undefined
    const end = behindBlanks(source, start, next)
    const opens = this.#levelOf(source, start + 2, end)
    const isClosing = source[end - 1] === dash && source[end - 2] === dash
    // White space at the end of a boundary, which is not part of it, stands before the dashes.
    const closes = isClosing ? this.#levelOf(source, start + 2, behindBlanks(source, start, end - 2)) : undefined
    if (closes !== undefined && (opens === undefined || closes < opens)) return { level: closes, closes: true }
    return opens === undefined ? undefined : { level: opens, closes: false }
  }

  /** Nothing is looked up that is longer than all boundaries. */
  #levelOf(source: Uint8Array, start: number, end: number): number | undefined {
    return end - start > this.#longest ? undefined : this.#levels.get(decodeLatin1(source.subarray(start, end)))
  }
}

/** Behind the last octet of a line, before an offset, that is no white space. */
function behindBlanks(source: Uint8Array, start: number, before: number): number {
  let end = before
  while (end > start && isBlank(source[end - 1]!)) end--
  return end
}

function isBlank(octet: number): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0a || octet === 0x0d
}

function commonPrefix(a: string, b: string): string {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}
