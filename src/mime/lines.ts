const lf = 0x0a
const cr = 0x0d

/** What the lines of a text ask of the mail that carries them. */
export interface LineTraits {
  /** Octets beyond ASCII, or NUL. */
  readonly eightBit: boolean
  /** A line of more than 998 octets, or a bare CR or LF. */
  readonly binary: boolean
  /** White space at the end of a line, or a line that starts with "From ": what gateways are known to change. */
  readonly fragile: boolean
}

/** Looks once over a body. Nearly every octet is a visible one, and costs two comparisons. @see RFC 2045 §2.7 to §2.9, RFC 8551 §3.1.3 */
export function lineTraits(bytes: Uint8Array): LineTraits {
  let eightBit = false
  let binary = false
  let fragile = startsWithFrom(bytes, 0)
  let lineStart = 0
  const endLine = (end: number, next: number) => {
    if (end - lineStart > 998) binary = true
    if (end > lineStart && isBlank(bytes[end - 1])) fragile = true
    if (startsWithFrom(bytes, next)) fragile = true
    lineStart = next
  }
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!
    if (octet > cr && octet < 0x80) continue
    if (octet >= 0x80 || octet === 0) eightBit = true
    else if (octet === lf) {
      const whole = bytes[at - 1] === cr
      if (!whole) binary = true
      endLine(whole ? at - 1 : at, at + 1)
    } else if (octet === cr && bytes[at + 1] !== lf) binary = true
  }
  endLine(bytes.length, bytes.length)
  return { eightBit, binary, fragile }
}

function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || octet === 0x09
}

function startsWithFrom(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0x46 && [0x72, 0x6f, 0x6d, 0x20].every((octet, index) => bytes[at + 1 + index] === octet)
}

/**
 * Puts line ends in the canonical form: a bare LF or CR becomes CRLF.
 *
 * @returns the same array when it is canonical already; nothing is copied then.
 * @see RFC 8551 §3.1.1
 */
export function canonicalLines(bytes: Uint8Array): Uint8Array {
  const bare = countBareEnds(bytes)
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

/** LF without CR before it, and CR without LF behind it. */
function countBareEnds(bytes: Uint8Array): number {
  let bare = 0
  for (let at = 0; at < bytes.length; at++) {
    const octet = bytes[at]!
    if (octet > cr) continue
    if (octet === lf ? bytes[at - 1] !== cr : octet === cr && bytes[at + 1] !== lf) bare++
  }
  return bare
}

/** Octets of the line end that stands here: 2 for CRLF, 1 for a bare CR or LF, 0 for anything else. */
function endLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] === cr) return bytes[at + 1] === lf ? 2 : 1
  return bytes[at] === lf ? 1 : 0
}
