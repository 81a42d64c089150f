import { indexOf } from '../bytes/index.js'
import { type LineTraits, lineTraits } from './lines.js'
import { base64OfBlocks, type LaterPiece } from './pieces.js'
import { writeQuotedPrintable } from './quoted-printable.js'
import { type Blocks, canonicalBlocks } from './text-blocks.js'

/** A text as mail carries it: in CRLF lines, and in the encoding that suits it. */
export interface TextContent {
  readonly encoding: '7bit' | 'quoted-printable' | 'base64'
  readonly piece: LaterPiece
}

/** Encodes a text, or its octets, where it is to stand: neither these nor their lines are there as a whole. */
export function textContent(text: string | Uint8Array): TextContent {
  const blocks = canonicalBlocks(text)
  const survey = surveyOf(blocks)
  const encoding = encodingOfText(survey)
  return { encoding, piece: writers[encoding](blocks, survey.length) }
}

type Writer = (blocks: Blocks, size: number) => LaterPiece

const writers: Readonly<Record<TextContent['encoding'], Writer>> = {
  '7bit': (blocks, size) => ({
    length: size,
    unencoded: blocks,
    write(place) {
      let to = 0
      for (const block of blocks) {
        place.set(block, to)
        to += block.length
      }
    },
  }),
  // A block ends with a line, or is the last: a text with longer lines is encoded in base64.
  'quoted-printable': (blocks) => {
    let length = 0
    for (const block of blocks) length += writeQuotedPrintable(block, undefined)
    return {
      length,
      write(place) {
        let to = 0
        for (const block of blocks) to += writeQuotedPrintable(block, place.subarray(to))
      },
    }
  },
  base64: base64OfBlocks,
}

/** What decides how a text is carried. */
export interface Survey extends LineTraits {
  /** Octets. */
  readonly length: number
  readonly hasLineEnd: boolean
  /** Octets beyond ASCII. */
  readonly foreign: number
}

/** Looks over a text in CRLF lines. Where it has no longer lines than a block, these end with one. */
export function surveyOf(blocks: Blocks): Survey {
  let all: Survey = { length: 0, hasLineEnd: false, foreign: 0, eightBit: false, binary: false, fragile: false }
  for (const block of blocks) {
    const { eightBit, binary, fragile } = lineTraits(block)
    all = {
      length: all.length + block.length,
      hasLineEnd: all.hasLineEnd || indexOf(block, lineEnd) >= 0,
      foreign: all.foreign + (eightBit ? foreignIn(block) : 0),
      eightBit: all.eightBit || eightBit,
      binary: all.binary || binary,
      fragile: all.fragile || fragile,
    }
  }
  return all
}

/** Text of ours has CRLF; a text with other line ends is a file, and base64 keeps them. */
export function encodingOfText({
  eightBit,
  binary,
  fragile,
  hasLineEnd,
  foreign,
  length,
}: Survey): TextContent['encoding'] {
  if (!eightBit && !binary && !fragile) return '7bit'
  if (!hasLineEnd || binary) return 'base64'
  return foreign * 6 < length ? 'quoted-printable' : 'base64'
}

function foreignIn(block: Uint8Array): number {
  let count = 0
  for (let at = 0; at < block.length; at++) if (block[at]! >= 0x80) count++
  return count
}

const lineEnd = Uint8Array.of(0x0d, 0x0a)
