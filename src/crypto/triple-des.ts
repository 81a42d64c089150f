import type { Bytes } from '../bytes/index.js'

// 3DES for hosts that have none: browsers. Its tables are read at places that depend on the key, as in every DES of
// software, so whoever shares a processor's cache may learn about it: it is for old mail.

/** The S-boxes, row after row, a hexadecimal digit for each value. @see FIPS 46-3, appendix 1 */
const boxes: readonly string[] = [
  'e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d',
  'f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9',
  'a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c',
  '7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e',
  '2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453',
  'c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d',
  '4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c',
  'd2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b',
]

/** Which bit comes where, counted from 1 at the left. @see FIPS 46-3, appendix 1 */
const permutation: readonly number[] = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]
const permutedChoice1: readonly number[] = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36, 63, 55,
  47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
const permutedChoice2: readonly number[] = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2, 41, 52, 31, 37, 47, 55, 30,
  40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const shifts: readonly number[] = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]

const desBlockLength = 8

let made: Uint32Array | undefined

/** What each of the eight boxes gives for six bits, its four bits already where the permutation puts them. */
function tables(): Uint32Array {
  if (made) return made
  made = new Uint32Array(8 * 64)
  for (let box = 0; box < 8; box++) {
    for (let input = 0; input < 64; input++) {
      const row = ((input >> 4) & 2) | (input & 1)
      const output = Number.parseInt(boxes[box]![row * 16 + ((input >> 1) & 15)]!, 16)
      let bits = 0
      permutation.forEach((from, to) => {
        const bit = from - 1 - box * 4
        if (bit >= 0 && bit < 4 && (output >> (3 - bit)) & 1) bits |= 1 << (31 - to)
      })
      made[box * 64 + input] = bits
    }
  }
  return made
}

/** Sixteen round keys of eight times six bits. */
function roundKeys(key: Uint8Array): Uint8Array {
  const bit = (position: number) => (key[(position - 1) >> 3]! >> (7 - ((position - 1) & 7))) & 1
  let halves = permutedChoice1.map(bit)
  const keys = new Uint8Array(16 * 8)
  shifts.forEach((shift, round) => {
    const rotated = (half: readonly number[]) => [...half.slice(shift), ...half.slice(0, shift)]
    halves = [...rotated(halves.slice(0, 28)), ...rotated(halves.slice(28))]
    permutedChoice2.forEach((from, to) => {
      keys[round * 8 + Math.floor(to / 6)]! |= halves[from - 1]! << (5 - (to % 6))
    })
  })
  return keys
}

function backwards(keys: Uint8Array): Uint8Array {
  return Uint8Array.from(keys, (_, at) => keys[(15 - (at >> 3)) * 8 + (at & 7)]!)
}

/** Two words of a block, which every step changes. */
type Block = [number, number]

function rounds(block: Block, keys: Uint8Array, sp: Uint32Array): void {
  let [left, right] = block
  for (let at = 0; at < keys.length; at += 8) {
    let mixed = 0
    // Each box gets six neighbouring bits: four of its own, and the ones beside them.
    let turned = (right << 5) | (right >>> 27)
    for (let box = 0; box < 8; box++) {
      mixed |= sp[box * 64 + ((turned ^ keys[at + box]!) & 63)]!
      turned = (turned << 4) | (turned >>> 28)
    }
    const next = left ^ mixed
    left = right
    right = next
  }
  // The halves are not exchanged after the last round.
  block[0] = right
  block[1] = left
}

/** The steps of the initial permutation; those of the final one are the same from the other end. */
const swaps: readonly (readonly [shift: number, mask: number, from: 0 | 1])[] = [
  [4, 0x0f0f0f0f, 0],
  [16, 0x0000ffff, 0],
  [2, 0x33333333, 1],
  [8, 0x00ff00ff, 1],
  [1, 0x55555555, 0],
]

function swap(block: Block, [shift, mask, from]: (typeof swaps)[number]): void {
  const to = from === 0 ? 1 : 0
  const bits = ((block[from] >>> shift) ^ block[to]) & mask
  block[to] ^= bits
  block[from] ^= bits << shift
}

/** 3DES under a key of three times eight octets, block by block. */
export interface TripleDes {
  encrypt(block: Block): void
  decrypt(block: Block): void
}

export function tripleDes(key: Uint8Array): TripleDes {
  const sp = tables()
  const [first, second, third] = [0, 8, 16].map((at) => roundKeys(key.subarray(at, at + 8))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ]
  const through = (schedules: readonly Uint8Array[]) => (block: Block) => {
    for (const step of swaps) swap(block, step)
    for (const keys of schedules) rounds(block, keys, sp)
    for (let step = swaps.length - 1; step >= 0; step--) swap(block, swaps[step]!)
  }
  return {
    encrypt: through([first, backwards(second), third]),
    decrypt: through([backwards(third), second, backwards(first)]),
  }
}

/** CBC with padding. @see RFC 3370 §5.1, RFC 5652 §6.3 */
export function encryptCbc({ encrypt }: TripleDes, iv: Uint8Array, content: Uint8Array): Bytes {
  const added = desBlockLength - (content.length % desBlockLength)
  const output = new Uint8Array(content.length + added).fill(added)
  output.set(content)
  const view = new DataView(output.buffer)
  const block = words(iv)
  for (let at = 0; at < output.length; at += desBlockLength) {
    block[0] ^= view.getInt32(at)
    block[1] ^= view.getInt32(at + 4)
    encrypt(block)
    view.setInt32(at, block[0])
    view.setInt32(at + 4, block[1])
  }
  return output
}

/**
 * Undoes {@link encryptCbc}, for whole blocks.
 *
 * @returns nothing when the padding is wrong.
 */
export function decryptCbc({ decrypt }: TripleDes, iv: Uint8Array, encrypted: Uint8Array): Bytes | undefined {
  const input = new DataView(encrypted.buffer, encrypted.byteOffset, encrypted.length)
  const output = new DataView(new ArrayBuffer(encrypted.length))
  let [before0, before1] = words(iv)
  for (let at = 0; at < encrypted.length; at += desBlockLength) {
    const [left, right] = [input.getInt32(at), input.getInt32(at + 4)]
    const block: Block = [left, right]
    decrypt(block)
    output.setInt32(at, block[0] ^ before0)
    output.setInt32(at + 4, block[1] ^ before1)
    before0 = left
    before1 = right
  }
  const padded = new Uint8Array(output.buffer)
  const added = padded.at(-1) ?? 0
  const whole = added >= 1 && added <= desBlockLength && padded.subarray(-added).every((octet) => octet === added)
  return whole ? padded.slice(0, -added) : undefined
}

function words(octets: Uint8Array): Block {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  return [view.getInt32(0), view.getInt32(4)]
}
