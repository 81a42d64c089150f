import { type Bytes, concat } from '../bytes/index.js'
import type { Entity } from './entity.js'

/**
 * Writes a tree again from its pieces: headers, blank lines, delimiters, parts, and what is around them. Of an entity
 * that was read these are the octets it was read from, whatever was bent to read it.
 */
export function serializeEntity(entity: Entity): Bytes {
  const pieces: Uint8Array[] = []
  const rest: (Entity | Uint8Array)[] = [entity]
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (next instanceof Uint8Array) {
      pieces.push(next)
      continue
    }
    pieces.push(next.header.bytes, blankLineOf(next))
    for (const piece of bodyOf(next).reverse()) rest.push(piece) // not as arguments: there may be 100,000
  }
  return concat(pieces)
}

/** What is between header and body: nothing when it is missing. */
export function blankLineOf({ bytes, header, span }: Entity): Uint8Array {
  return bytes.subarray(header.bytes.length, span.bodyStart - span.start)
}

/** In order. */
function bodyOf({ body, parts, delimiters, preamble, epilogue }: Entity): (Entity | Uint8Array)[] {
  if (preamble === undefined || epilogue === undefined) return [body]
  const around = delimiters.flatMap((delimiter, index) => {
    const part = parts[index]
    return part ? [delimiter, part] : [delimiter]
  })
  return [preamble, ...around, epilogue]
}
