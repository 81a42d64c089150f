import { type Bytes, concat } from '../bytes/index.js'

// SHA-224, which WebCrypto has not. Some senders derive keys with it (RFC 5753 §7.1.4); what it digests here has a few
// hundred octets.

/** Octets of the result. */
const sha224Length = 28

/** @see FIPS 180-4 §4.2.2 */
const constants: readonly number[] = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]

/** @see FIPS 180-4 §5.3.2 */
const initial: readonly number[] = [
  0xc1059ed8, 0x367cd507, 0x3070dd17, 0xf70e5939, 0xffc00b31, 0x68581511, 0x64f98fa7, 0xbefa4fa4,
]

const blockOctets = 64

/** @see FIPS 180-4 §6.3 */
export function sha224(data: Uint8Array): Bytes {
  const zeros = new Uint8Array((blockOctets + 55 - (data.length % blockOctets)) % blockOctets)
  const bits = new DataView(new ArrayBuffer(8))
  bits.setUint32(4, data.length * 8)
  const padded = concat([data, Uint8Array.of(0x80), zeros, new Uint8Array(bits.buffer)])
  const view = new DataView(padded.buffer)
  let state = initial
  for (let at = 0; at < padded.length; at += blockOctets) state = compress(state, view, at)
  const output = new DataView(new ArrayBuffer(sha224Length))
  for (let word = 0; word < sha224Length / 4; word++) output.setUint32(word * 4, state[word]!)
  return new Uint8Array(output.buffer)
}

function turn(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits))
}

function compress(state: readonly number[], view: DataView, offset: number): readonly number[] {
  const words = Array.from({ length: 16 }, (_, index) => view.getUint32(offset + index * 4))
  for (let t = 16; t < 64; t++) {
    const [early, late] = [words[t - 15]!, words[t - 2]!]
    const small0 = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)
    const small1 = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10)
    words.push((small1 + words[t - 7]! + small0 + words[t - 16]!) | 0)
  }
  let [a, b, c, d, e, f, g, h] = state as [number, number, number, number, number, number, number, number]
  words.forEach((word, t) => {
    const chosen = (e & f) ^ (~e & g)
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + constants[t]! + word) | 0
    const majority = (a & b) ^ (a & c) ^ (b & c)
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + majority) | 0
    ;[a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g]
  })
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + state[index]!) | 0)
}
