const lf = 0x0a
const cr = 0x0d

/**
 * Puts line ends in the canonical form: a bare LF or CR becomes CRLF.
 *
 * @returns the same array when it is canonical already; nothing is copied then.
 * @see RFC 8551 §3.1.1
 */
export function canonicalLines(bytes: Uint8Array): Uint8Array {
  let bare = 0
  for (let at = nextLineEnd(bytes, 0); at < bytes.length; at = nextLineEnd(bytes, at + endLength(bytes, at))) {
    bare += 2 - endLength(bytes, at)
  }
  if (bare === 0) return bytes
  const canonical = new Uint8Array(bytes.length + bare)
  let to = 0
  for (let from = 0; from < bytes.length; ) {
    const length = endLength(bytes, from)
    if (length > 0) canonical[to++] = cr
    canonical[to++] = length > 0 ? lf : bytes[from]!
    from += length || 1
  }
  return canonical
}

/** Octets of the line end that stands here: 2 for CRLF, 1 for a bare CR or LF, 0 for anything else. */
function endLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] === cr) return bytes[at + 1] === lf ? 2 : 1
  return bytes[at] === lf ? 1 : 0
}

/** The next CR or LF, or the length. */
function nextLineEnd(bytes: Uint8Array, from: number): number {
  let at = from
  while (at < bytes.length && bytes[at] !== lf && bytes[at] !== cr) at++
  return at
}

/** What the lines of a text ask of the mail that carries them. */
export interface LineTraits {
  /** Octets beyond ASCII, or NUL. */
  readonly eightBit: boolean
  /** A line of more than 998 octets, or a bare CR or LF. */
  readonly binary: boolean
  /** White space at the end of a line, or a line that starts with "From ": what gateways are known to change. */
  readonly fragile: boolean
}

/** Looks once over a body. @see RFC 2045 §2.7 to §2.9, RFC 8551 §3.1.3 */
export function lineTraits(bytes: Uint8Array): LineTraits {
  let eightBit = false
  let binary = false
  let fragile = false
  let lineStart = 0
  for (let at = 0; at <= bytes.length; at++) {
    const octet = at < bytes.length ? bytes[at]! : lf
    if (octet >= 0x80 || octet === 0) eightBit = true
    if (octet === cr && bytes[at + 1] !== lf) binary = true
    if (octet !== lf) continue
    const end = bytes[at - 1] === cr ? at - 1 : at
    if (at < bytes.length && end === at) binary = true
    if (end - lineStart > 998) binary = true
    const last = bytes[end - 1]
    if (end > lineStart && (last === 0x20 || last === 0x09)) fragile = true
    if (startsWithFrom(bytes, lineStart)) fragile = true
    lineStart = at + 1
  }
  return { eightBit, binary, fragile }
}

function startsWithFrom(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 0x46 &&
    bytes[at + 1] === 0x72 &&
    bytes[at + 2] === 0x6f &&
    bytes[at + 3] === 0x6d &&
    bytes[at + 4] === 0x20
  )
}
