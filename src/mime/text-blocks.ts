import { concat } from '../bytes/index.js'
import { canonicalPiece, lineFeeds } from './lines.js'

/**
 * Octets a block at a time, so that they never lie in memory as a whole; from the beginning whenever they are walked
 * through. A block holds until the next one comes.
 */
export type Blocks = Iterable<Uint8Array>

/** Characters or octets: with the line ends that are added, nearly four times what base64 encodes at a time. */
const blockLength = 0x3_8000

/**
 * A text in UTF-8, or octets, in blocks that break neither a character nor a CRLF, and no line that is shorter than a
 * block.
 */
export function blocksOf(content: string | Uint8Array): Blocks {
  return { [Symbol.iterator]: () => eachBlock(content) }
}

/** The same with canonical line ends. */
export function canonicalBlocks(content: string | Uint8Array): Blocks {
  return { [Symbol.iterator]: () => eachCanonicalBlock(content) }
}

/** Octets of text with the line ends that text has in memory. */
export function lineFeedBlocks(octets: Uint8Array): Blocks {
  return { [Symbol.iterator]: () => eachLineFeedBlock(octets) }
}

/** The octets of all blocks in memory of their own. */
export function wholeOf(blocks: Blocks): Uint8Array {
  return concat(Array.from(blocks, (block) => block.slice()))
}

function* eachBlock(content: string | Uint8Array): Generator<Uint8Array> {
  const room = new Uint8Array(typeof content === 'string' ? 3 * Math.min(content.length, blockLength) : 0)
  const encoder = new TextEncoder()
  for (let from = 0, to = 0; from < content.length; from = to) {
    to = endOfBlock(content, from)
    if (typeof content === 'string') {
      yield room.subarray(0, encoder.encodeInto(content.slice(from, to), room).written)
    } else yield content.subarray(from, to)
  }
}

function* eachCanonicalBlock(content: string | Uint8Array): Generator<Uint8Array> {
  let room = new Uint8Array(0)
  for (const block of blocksOf(content)) {
    const piece = canonicalPiece(block)
    if (piece instanceof Uint8Array) yield piece
    else {
      if (room.length < piece.length) room = new Uint8Array(2 * block.length)
      const lines = room.subarray(0, piece.length)
      piece.write(lines)
      yield lines
    }
  }
}

function* eachLineFeedBlock(octets: Uint8Array): Generator<Uint8Array> {
  const room = new Uint8Array(Math.min(octets.length, blockLength))
  for (const block of blocksOf(octets)) yield lineFeeds(block, room)
}

/** Behind the last line end that a block has room for. */
function endOfBlock(content: string | Uint8Array, from: number): number {
  const most = from + blockLength
  if (most >= content.length) return content.length
  const lines = Math.max(lastBefore(content, from, most, lf), lastBefore(content, from, most - 1, cr))
  if (lines >= 0) return from + lines + 1
  const codeAt = (at: number) => (typeof content === 'string' ? content.charCodeAt(at) : content[at]!)
  // Without any, before a CR, the first half of a character in UTF-16, or the first of its octets in UTF-8.
  let end = most
  while (end > most - 3 && isContinuation(codeAt(end))) end--
  return isFirst(codeAt(end - 1)) ? end - 1 : end
}

const lf = 0x0a
const cr = 0x0d

/** Where a code stands last between two places, from the first of them; below 0 where it does not. */
function lastBefore(content: string | Uint8Array, from: number, to: number, code: number): number {
  if (typeof content === 'string') return content.slice(from, to).lastIndexOf(String.fromCharCode(code))
  return content.subarray(from, to).lastIndexOf(code)
}

function isContinuation(code: number): boolean {
  return code >= 0x80 && code < 0xc0
}

function isFirst(code: number): boolean {
  return code === cr || (code >= 0xd800 && code < 0xdc00)
}
