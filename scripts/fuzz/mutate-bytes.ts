import { joined, type Material, type Mutator, maxInputBytes } from './mutator.js'

/** One change to bytes of any kind, at least one of them. */
type Change = (input: Uint8Array, material: Material) => Uint8Array

const changes: readonly Change[] = [
  function flipBit(input, { random }) {
    const output = input.slice()
    output[random.int(output.length)]! ^= 1 << random.int(8)
    return output
  },
  function setByte(input, { random }) {
    const output = input.slice()
    output[random.int(output.length)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.int(256)])
    return output
  },
  function insertBytes(input, { random }) {
    return replaced(input, random.int(input.length + 1), 0, random.bytes(1 + random.int(8)))
  },
  function insertWord(input, { random, dictionary }) {
    return replaced(input, random.int(input.length + 1), 0, random.pick(dictionary))
  },
  function overwriteWithWord(input, { random, dictionary }) {
    const word = random.pick(dictionary)
    return replaced(input, random.int(input.length), word.length, word)
  },
  function removeRange(input, { random }) {
    const [start, length] = range(input, random)
    return replaced(input, start, length)
  },
  function cutOff(input, { random }) {
    return input.slice(0, random.int(input.length))
  },
  function repeatRange(input, { random }) {
    const [start, length] = range(input, random)
    const copies = Array.from({ length: 1 + random.int(8) }, () => input.subarray(start, start + length))
    return replaced(input, start, 0, ...copies)
  },
  function swapRanges(input, { random }) {
    const [first, second] = [range(input, random), range(input, random)].sort((a, b) => a[0] - b[0]) as [Range, Range]
    const firstEnd = Math.min(first[0] + first[1], second[0])
    const secondEnd = second[0] + second[1]
    return joined(
      input.subarray(0, first[0]),
      input.subarray(second[0], secondEnd),
      input.subarray(firstEnd, second[0]),
      input.subarray(first[0], firstEnd),
      input.subarray(secondEnd),
    )
  },
  function spliceWithAnother(input, { random, pool }) {
    const other = random.pick(pool)
    return joined(input.subarray(0, random.int(input.length + 1)), other.subarray(random.int(other.length + 1)))
  },
  function insertFromAnother(input, { random, pool }) {
    const other = random.pick(pool)
    if (other.length === 0) return input
    const [start, length] = range(other, random)
    return replaced(input, random.int(input.length + 1), 0, other.subarray(start, start + length))
  },
]

/** Changes bytes without looking at what they mean. */
export const mutateBytes: Mutator = (input, material) => {
  const { random } = material
  if (random.chance(0.002)) return inflate(input, material)
  let output = input
  for (let left = 1 + random.int(4); left > 0; left--) {
    output = output.length === 0 ? random.bytes(1 + random.int(16)) : random.pick(changes)(output, material)
  }
  return output.subarray(0, maxInputBytes)
}

/** A short piece again and again, up to a size at which what is worse than linear shows. */
export const inflate: Mutator = (input, { random, dictionary }) => {
  const at = random.int(input.length + 1)
  const piece =
    random.chance(0.5) || input.length === 0
      ? random.pick(dictionary)
      : input.subarray(Math.max(0, at - 1 - random.int(64)), at)
  if (piece.length === 0) return input
  const room = Math.max(0, random.pick([16_384, 262_144, maxInputBytes]) - input.length)
  const copies = Buffer.alloc(room - (room % piece.length)).fill(piece)
  return replaced(input, at, 0, copies)
}

/** The input with other bytes instead of a range. */
function replaced(input: Uint8Array, start: number, length: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return joined(input.subarray(0, start), ...parts, input.subarray(start + length))
}

type Range = readonly [start: number, length: number]

/** Mostly short, now and then up to the end. */
function range(input: Uint8Array, { int, chance }: Material['random']): Range {
  const start = int(input.length)
  const rest = input.length - start
  return [start, 1 + int(chance(0.8) ? Math.min(rest, 32) : rest)]
}
