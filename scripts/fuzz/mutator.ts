import type { Random } from './random.js'

/** What a mutator works with beside its input. */
export interface Material {
  readonly random: Random
  /** Other inputs, to take pieces from. */
  readonly pool: readonly Uint8Array[]
  /** Words of the formats at hand. */
  readonly dictionary: readonly Uint8Array[]
}

/** Changes an input a little, or a lot. The input itself is left as it is. */
export type Mutator = (input: Uint8Array, material: Material) => Uint8Array

/** No input is made larger: one of this size must be read in less than a second. */
export const maxInputBytes = 1 << 20

export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const output = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    output.set(part, at)
    at += part.length
  }
  return output
}

/** Octets as text, one character each, and back. */
export const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
export const octets = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'))
