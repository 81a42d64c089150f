import { type Bytes, decodeLatin1, encodeLatin1, lengthInBase64Lines, writeBase64Lines } from '../bytes/index.js'
import { MimeError } from './errors.js'
import { type SizedStream, streamOf } from './sized-stream.js'
import type { Blocks } from './text-blocks.js'

/** Octets that are there, or that are written into their place when the whole has one: nothing is encoded into a copy. */
export type Piece = Uint8Array | LaterPiece

export interface LaterPiece {
  readonly length: number
  /** What it writes with other line ends and nothing else changed: of what is encoded, nothing. */
  readonly unencoded?: Blocks
  /** @param place - of exactly that length. */
  write(place: Uint8Array): undefined
}

/** Octets that come from a stream when they are written. */
export interface StreamedPiece {
  readonly length: number
  write(place: Uint8Array): Promise<void>
}

/** Octets of ASCII that wait as text: a small array of octets takes three times the memory, and a message may have 100,000. */
export class AsciiPiece implements LaterPiece {
  readonly #text: string

  constructor(octets: Uint8Array) {
    this.#text = decodeLatin1(octets)
  }

  get length(): number {
    return this.#text.length
  }

  get unencoded(): Blocks {
    return [encodeLatin1(this.#text)]
  }

  write(place: Uint8Array): undefined {
    for (let at = 0; at < place.length; at++) place[at] = this.#text.charCodeAt(at)
  }
}

/** Joins pieces into one new array, which is the only copy of what they hold. */
export function joined(pieces: readonly Piece[]): Bytes {
  const whole = roomFor(pieces)
  let at = 0
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) whole.set(piece, at)
    else piece.write(whole.subarray(at, at + piece.length))
    at += piece.length
  }
  return whole
}

/** The same, waiting for streams. */
export async function joinedStreams(pieces: readonly (Piece | StreamedPiece)[]): Promise<Bytes> {
  const whole = roomFor(pieces)
  let at = 0
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) whole.set(piece, at)
    else await piece.write(whole.subarray(at, at + piece.length))
    at += piece.length
  }
  return whole
}

/** The octets of pieces in which a boundary might stand. */
export function* unencodedIn(pieces: readonly (Piece | StreamedPiece)[]): Generator<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece
    else if ('unencoded' in piece && piece.unencoded) yield* piece.unencoded
  }
}

function roomFor(pieces: readonly { readonly length: number }[]): Bytes {
  return new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
}

/** Octets in a line of base64, and how many lines are encoded at a time. */
const lineOctets = 57
const blockOctets = lineOctets * 1024

/** The base64 of octets, in lines of 76 characters. */
export function base64Of(octets: Uint8Array): LaterPiece {
  return new Base64Piece(octets)
}

/** A class, since a message may have 100,000, and a function of its own for each takes three times the memory. */
class Base64Piece implements LaterPiece {
  readonly #octets: Uint8Array

  constructor(octets: Uint8Array) {
    this.#octets = octets
  }

  get length(): number {
    return lengthInBase64Lines(this.#octets.length)
  }

  write(place: Uint8Array): undefined {
    writeBase64(place, [this.#octets], this.#octets.length)
  }
}

/** The base64 of octets that come in blocks. @param size - of all of them. */
export function base64OfBlocks(blocks: Blocks, size: number): LaterPiece {
  return { length: lengthInBase64Lines(size), write: (place) => writeBase64(place, blocks, size) }
}

function writeBase64(place: Uint8Array, blocks: Blocks, size: number): undefined {
  const writer = new LineWriter(place, size)
  for (const octets of blocks) writer.write(octets)
  writer.end()
}

/** The base64 of what a stream gives. */
export function base64OfStream(content: SizedStream): StreamedPiece {
  const size = sizeOf(content)
  return {
    length: lengthInBase64Lines(size),
    async write(place) {
      const writer = new LineWriter(place, size)
      for await (const octets of streamOf(content)) writer.write(octets)
      writer.end()
    },
  }
}

/** All octets of a stream. */
export async function collected(content: SizedStream): Promise<Bytes> {
  const whole = new Uint8Array(sizeOf(content))
  let at = 0
  for await (const octets of streamOf(content)) {
    if (at + octets.length > whole.length) throw wrongSize()
    whole.set(octets, at)
    at += octets.length
  }
  if (at !== whole.length) throw wrongSize()
  return whole
}

function sizeOf({ size }: SizedStream): number {
  if (!Number.isSafeInteger(size) || size < 0) throw new MimeError('ERR_MIME_SIZE', 'a stream without a size')
  return size
}

function wrongSize(): MimeError {
  return new MimeError('ERR_MIME_SIZE', 'a stream gives another number of octets than its size says')
}

/** Encodes whole lines as octets come; what is left of a line waits for more. */
class LineWriter {
  readonly #place: Uint8Array
  readonly #waiting = new Uint8Array(lineOctets)
  #waits = 0
  #missing: number
  #to = 0

  constructor(place: Uint8Array, size: number) {
    this.#place = place
    this.#missing = size
  }

  write(octets: Uint8Array): void {
    this.#missing -= octets.length
    if (this.#missing < 0) throw wrongSize()
    let from = this.#waits > 0 ? this.#keep(octets) : 0
    for (; octets.length - from >= lineOctets; from += this.#encode(wholeLines(octets.subarray(from)))) {}
    if (from < octets.length) this.#keep(octets.subarray(from))
  }

  end(): void {
    if (this.#missing > 0) throw wrongSize()
    this.#encode(this.#waiting.subarray(0, this.#waits))
  }

  /** Adds to the line that waits, which is encoded when it is whole; returns how many octets it took. */
  #keep(octets: Uint8Array): number {
    const taken = octets.subarray(0, lineOctets - this.#waits)
    this.#waiting.set(taken, this.#waits)
    this.#waits += taken.length
    if (this.#waits === lineOctets) {
      this.#encode(this.#waiting)
      this.#waits = 0
    }
    return taken.length
  }

  #encode(octets: Uint8Array): number {
    const end = this.#to + lengthInBase64Lines(octets.length)
    writeBase64Lines(octets, this.#place.subarray(this.#to, end))
    this.#to = end
    return octets.length
  }
}

function wholeLines(octets: Uint8Array): Uint8Array {
  const length = Math.min(octets.length, blockOctets)
  return octets.subarray(0, length - (length % lineOctets))
}
