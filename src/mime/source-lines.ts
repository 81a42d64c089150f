const lf = 0x0a
const cr = 0x0d

/** What ends the lines of a source: LF, perhaps behind CR. One without any LF is of the old kind whose lines end in CR. */
export function lineEndOf(source: Uint8Array): number {
  return source.includes(lf) || !source.includes(cr) ? lf : cr
}

/** Behind the next line end, or the end. */
export function nextLine(source: Uint8Array, from: number, eol: number): number {
  const at = source.indexOf(eol, from)
  return at < 0 ? source.length : at + 1
}

/** Where the line end before an offset begins; the offset itself when there is none, or only before `least`. */
export function beforeLineEnd(source: Uint8Array, at: number, eol: number, least: number): number {
  if (at <= least || source[at - 1] !== eol) return at
  return eol === lf && at - 1 > least && source[at - 2] === cr ? at - 2 : at - 1
}
