import type { Target } from '../target.js'

class ToyError extends Error {}

const toy = { files: [], seeds: [], mutators: ['text', 'bytes'], own: [ToyError] } as const

/** Each with the one fault that it is named for: the tests of the fuzzer see that all are found. */
export const toyTargets: readonly Target[] = [
  {
    ...toy,
    name: 'toy-sound',
    run(input) {
      if (input.includes(0x21)) throw new ToyError('an exclamation mark')
    },
  },
  {
    ...toy,
    name: 'toy-crash',
    run(input) {
      // Two steps, one after the other: inputs that come half the way are kept, so the second is found soon.
      if (input[0] !== 0x28) return
      if (input[1] === 0x29) throw new TypeError('brackets')
    },
  },
  {
    ...toy,
    name: 'toy-hang',
    run(input) {
      for (let at = 0; input[at] === 0x40; ) at = input.length > 2 ? 0 : at + 1
    },
  },
  {
    ...toy,
    name: 'toy-growth',
    run(input) {
      if (input.includes(0x40)) kept.push(new Uint8Array(300 << 20).fill(1))
      if (kept.length > 1) kept.length = 0
    },
  },
]

const kept: Uint8Array[] = []
