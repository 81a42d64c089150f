import type { Bytes } from '../bytes/index.js'
import { type Entity, EntityView } from './entity.js'

/**
 * Writes a tree again from its pieces: headers, blank lines, delimiters, parts, and what is around them. Of an entity
 * that was read these are the octets it was read from, whatever was bent to read it.
 */
export function serializeEntity(entity: Entity): Bytes {
  // Twice, since a list of all pieces would take more memory than what they hold.
  let length = 0
  for (const piece of piecesOf(entity)) length += piece.length
  const bytes = new Uint8Array(length)
  let at = 0
  for (const piece of piecesOf(entity)) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}

/** In order; neither depth nor number costs more. */
function* piecesOf(entity: Entity): Generator<Uint8Array> {
  const open = [contentsOf(entity)]
  for (let contents = open.at(-1); contents; contents = open.at(-1)) {
    const next = contents.next()
    if (next.done) open.pop()
    else if (next.value instanceof Uint8Array) yield next.value
    else open.push(contentsOf(next.value))
  }
}

/** What an entity is made of, each cut out when it is its turn. */
function* contentsOf(entity: Entity): Generator<Entity | Uint8Array> {
  yield entity.header.bytes
  yield blankLineOf(entity)
  if (entity.preamble === undefined || entity.epilogue === undefined) return yield entity.body
  yield entity.preamble
  let index = 0
  for (const delimiter of entity instanceof EntityView ? entity.eachDelimiter() : entity.delimiters) {
    yield delimiter
    const part = entity.parts[index++]
    if (part) yield part
  }
  yield entity.epilogue
}

/** What is between header and body: nothing when it is missing. */
export function blankLineOf({ bytes, header, span }: Entity): Uint8Array {
  return bytes.subarray(header.bytes.length, span.bodyStart - span.start)
}
