import { joined, type LaterPiece, type Piece } from './pieces.js'

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

/** Looks once over a body. @see RFC 2045 §2.7 to §2.9, RFC 8551 §3.1.3 */
export function lineTraits(bytes: Uint8Array): LineTraits {
  let eightBit = false
  let binary = false
  let fragile = startsWithFrom(bytes, 0)
  let lineStart = 0
  const endLine = (end: number, next: number) => {
    if (end - lineStart > 998) binary = true
    if (end > lineStart && isBlank(bytes[end - 1])) fragile = true
    lineStart = next
  }
  const next = nextNotable(bytes)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = next(0); at < bytes.length; at = next(at + 1)) {
    const octet = bytes[at]!
    if (octet >= 0x80 || octet === 0) eightBit = true
    else if (octet === lf) {
      const whole = bytes[at - 1] === cr
      if (!whole) binary = true
      const width = at - 1 - lineStart
      endLine(whole ? at - 1 : at, at + 1)
      if (whole) lineStart = passAlike(view, lineStart, width)
      if (startsWithFrom(bytes, lineStart)) fragile = true
      at = lineStart - 1
    } else if (octet === cr && bytes[at + 1] !== lf) binary = true
  }
  endLine(bytes.length, bytes.length)
  return { eightBit, binary, fragile }
}

/**
 * Behind the lines from here on that are as long as the one before, end in CRLF, and ask nothing of any mail: those of
 * base64, save the last.
 */
function passAlike(view: DataView, from: number, width: number): number {
  if (width < 4 || width > 998) return from
  let at = from
  while (at + width + 2 <= view.byteLength && view.getUint16(at + width) === 0x0d0a && isHarmless(view, at, width)) {
    at += width + 2
  }
  return at
}

/** Whether a line has visible octets alone and blanks between them, and does not begin as "From " does. */
function isHarmless(view: DataView, start: number, width: number): boolean {
  const last = start + width - 4
  let marks = highBits(view.getInt32(last))
  for (let at = start; at < last; at += 4) marks |= highBits(view.getInt32(at))
  return marks === 0 && view.getUint8(start) !== 0x46 && view.getUint8(start + width - 1) !== 0x20
}

/** What 7bit and 8bit may not hold. */
export type LineFault = 'eight-bit' | 'nul' | 'bare-line-end' | 'long-line'

/** Where the first of these faults is. @see RFC 2045 §2.7, §2.8 */
export function lineFault(bytes: Uint8Array, faults: readonly LineFault[]): number | undefined {
  if (faults.length === 0) return undefined
  const refused = new Set(faults)
  let lineStart = 0
  const next = nextNotable(bytes)
  for (let at = next(0); at <= bytes.length; at = next(at + 1)) {
    const fault = at < bytes.length ? faultAt(bytes, at) : undefined
    const lineEnd = bytes[at] === lf && bytes[at - 1] === cr ? at - 1 : at
    if (lineEnd - lineStart > 998 && refused.has('long-line')) return lineStart + 998
    if (fault && refused.has(fault)) return at
    if (at === bytes.length) return undefined
    if (bytes[at] === lf || (bytes[at] === cr && bytes[at + 1] !== lf)) lineStart = at + 1
  }
  return undefined
}

function faultAt(bytes: Uint8Array, at: number): LineFault | undefined {
  const octet = bytes[at]!
  if (octet >= 0x80) return 'eight-bit'
  if (octet === 0) return 'nul'
  const bare = octet === lf ? bytes[at - 1] !== cr : octet === cr && bytes[at + 1] !== lf
  return bare ? 'bare-line-end' : undefined
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
  const piece = canonicalPiece(bytes)
  return piece instanceof Uint8Array ? piece : joined([piece])
}

/** The same, written where it is to stand. */
export function canonicalPiece(bytes: Uint8Array): Piece {
  const bare = countBareEnds(bytes)
  return bare === 0 ? bytes : new CanonicalPiece(bytes, bytes.length + bare)
}

/** A class for the same reason as that of base64: a header may have 100,000 fields. */
class CanonicalPiece implements LaterPiece {
  readonly length: number
  readonly #bytes: Uint8Array

  constructor(bytes: Uint8Array, length: number) {
    this.length = length
    this.#bytes = bytes
  }

  get unencoded(): readonly Uint8Array[] {
    return [this.#bytes]
  }

  write(place: Uint8Array): undefined {
    const bytes = this.#bytes
    const next = nextNotable(bytes)
    let from = 0
    let to = 0
    for (let at = next(0); at < bytes.length; at = next(at + 1)) {
      const length = endLength(bytes, at)
      if (length === 0) continue
      while (from < at) place[to++] = bytes[from++]!
      place[to++] = cr
      place[to++] = lf
      from += length
      at = from - 1
    }
    while (from < bytes.length) place[to++] = bytes[from++]!
  }
}

/**
 * Puts line ends in the form that text has in memory: CRLF and a bare CR become LF.
 *
 * @param room - for as many octets.
 * @returns the beginning of the room; the same array when it is so already.
 */
export function lineFeeds(bytes: Uint8Array, room: Uint8Array): Uint8Array {
  let from = bytes.indexOf(cr)
  if (from < 0) return bytes
  const text = room.subarray(0, bytes.length)
  text.set(bytes)
  let to = from
  while (from < bytes.length) {
    text[to++] = lf
    from += bytes[from + 1] === lf ? 2 : 1
    const at = bytes.indexOf(cr, from)
    const end = at < 0 ? bytes.length : at
    text.copyWithin(to, from, end)
    to += end - from
    from = end
  }
  return text.subarray(0, to)
}

/** LF without CR before it, and CR without LF behind it. */
function countBareEnds(bytes: Uint8Array): number {
  let bare = 0
  const next = nextNotable(bytes)
  for (let at = next(0); at < bytes.length; at = next(at + 1)) {
    const octet = bytes[at]!
    if (octet === lf ? bytes[at - 1] !== cr : octet === cr && bytes[at + 1] !== lf) bare++
  }
  return bare
}

/**
 * Prepares looking for octets that are control characters or beyond ASCII: from an offset on, the first; the length when
 * there is none. Nearly every octet of mail is a visible one, so four are passed over at a time.
 */
function nextNotable(bytes: Uint8Array): (from: number) => number {
  const { buffer, byteOffset, length } = bytes
  const head = Math.min(-byteOffset & 3, length) // octets before the first whole word of the memory
  const words = length < 8 ? noWords : new Int32Array(buffer, byteOffset + head, (length - head) >> 2)
  return (from) => {
    let at = from
    while (at < length) {
      if (at >= head && ((at - head) & 3) === 0) at = head + 4 * passPlain(words, (at - head) >> 2)
      const octet = bytes[at]
      if (octet !== undefined && (octet < 0x20 || octet >= 0x80)) return at
      at++
    }
    return length
  }
}

const noWords = new Int32Array(0)

/** The first word from here on that is not plain, or their number. */
function passPlain(words: Int32Array, from: number): number {
  let word = from
  while (word < words.length && highBits(words[word]!) === 0) word++
  return word
}

/**
 * The high bits of those octets of a word that are below 0x20 or beyond 0x7f: subtracting leaves one to an octet that is
 * too small. A borrow may leave one to its neighbour as well, which is then looked at alone.
 */
function highBits(word: number): number {
  return ((word - 0x20202020) | word) & 0x80808080
}

/** Octets of the line end that stands here: 2 for CRLF, 1 for a bare CR or LF, 0 for anything else. */
function endLength(bytes: Uint8Array, at: number): number {
  if (bytes[at] === cr) return bytes[at + 1] === lf ? 2 : 1
  return bytes[at] === lf ? 1 : 0
}
