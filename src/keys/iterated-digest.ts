import type { Bytes } from '../bytes/index.js'
import type { DigestName } from '../crypto/index.js'

/** One digest of the family: how its state begins, and what folds a block into it. All words have 32 bits. */
interface Compression {
  readonly initial: Int32Array
  /** Octets of a block, and of the result. */
  readonly blockLength: number
  readonly digestLength: number
  readonly compress: (state: Int32Array, block: Int32Array) => void
}

/** Octets that the input of these digests is cut into, which key derivation asks for. */
export const blockLengths: Readonly<Record<DigestName, number>> = {
  'SHA-1': 64,
  'SHA-256': 64,
  'SHA-384': 128,
  'SHA-512': 128,
}

const compressions: Readonly<Record<DigestName, () => Compression>> = {
  'SHA-1': () => ({ initial: sha1Initial(), blockLength: 64, digestLength: 20, compress: sha1() }),
  'SHA-256': () => ({ initial: sha256Initial(), blockLength: 64, digestLength: 32, compress: sha256() }),
  'SHA-384': () => ({ initial: sha512Initial(8), blockLength: 128, digestLength: 48, compress: sha512() }),
  'SHA-512': () => ({ initial: sha512Initial(0), blockLength: 128, digestLength: 64, compress: sha512() }),
}

/**
 * Digests data, then the result, and so on, `count` times in all.
 *
 * WebCrypto takes 60 µs for each round, whatever the length, because it answers from another thread; this takes about
 * half a microsecond with SHA-1, and holds up the thread meanwhile. Nothing but key derivation needs it.
 *
 * @param count - 1 or more.
 * @see FIPS 180-4 §6
 */
export function iteratedDigest(name: DigestName, data: Uint8Array, count: number): Bytes {
  const { initial, blockLength, digestLength, compress } = compressions[name]()
  const state = Int32Array.from(initial)
  const padded = pad(data, blockLength)
  for (let at = 0; at < padded.length; at += blockLength) compress(state, words(padded.subarray(at, at + blockLength)))
  // A digest and its padding fit into one block, so that only the words of the digest change from round to round.
  const block = words(pad(new Uint8Array(digestLength), blockLength))
  for (let round = 1; round < count; round++) {
    for (let i = 0; i < digestLength / 4; i++) block[i] = state[i]!
    state.set(initial)
    compress(state, block)
  }
  const digest = new Uint8Array(digestLength)
  const view = new DataView(digest.buffer)
  for (let i = 0; i < digestLength / 4; i++) view.setInt32(i * 4, state[i]!)
  return digest
}

/** @see FIPS 180-4 §5.1 */
function pad(data: Uint8Array, blockLength: number): Bytes {
  const trailer = 1 + blockLength / 8
  const padded = new Uint8Array(Math.ceil((data.length + trailer) / blockLength) * blockLength)
  padded.set(data)
  padded[data.length] = 0x80
  const view = new DataView(padded.buffer)
  view.setUint32(padded.length - 8, Math.floor(data.length / 0x2000_0000))
  view.setUint32(padded.length - 4, data.length << 3)
  return padded
}

function words(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4))
}

function sha1Initial(): Int32Array {
  return Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
}

/** @see FIPS 180-4 §6.1.2 */
function sha1(): Compression['compress'] {
  const w = new Int32Array(80)
  return (state, block) => {
    for (let t = 0; t < 16; t++) w[t] = block[t]!
    for (let t = 16; t < 80; t++) {
      const x = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!
      w[t] = (x << 1) | (x >>> 31)
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    for (let t = 0; t < 80; t++) {
      let f: number
      if (t < 20) f = ((b & c) | (~b & d)) + 0x5a827999
      else if (t < 40) f = (b ^ c ^ d) + 0x6ed9eba1
      else if (t < 60) f = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
      else f = (b ^ c ^ d) + 0xca62c1d6
      const next = (((a << 5) | (a >>> 27)) + f + e + w[t]!) | 0
      e = d
      d = c
      c = (b << 30) | (b >>> 2)
      b = a
      a = next
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
    state[4]! += e
  }
}

function sha256Initial(): Int32Array {
  return everySecond(sha512Initial(0))
}

/** @see FIPS 180-4 §6.2.2 */
function sha256(): Compression['compress'] {
  const k = everySecond(roundConstants())
  const w = new Int32Array(64)
  return (state, block) => {
    for (let t = 0; t < 16; t++) w[t] = block[t]!
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15]!
      const y = w[t - 2]!
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3)
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10)
      w[t] = w[t - 16]! + s0 + w[t - 7]! + s1
    }
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[t]! + w[t]!) | 0
      const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c))
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    state[0]! += a
    state[1]! += b
    state[2]! += c
    state[3]! += d
    state[4]! += e
    state[5]! += f
    state[6]! += g
    state[7]! += h
  }
}

/** Square roots of eight primes from the given one on: of the first for SHA-512, of the ninth for SHA-384. */
function sha512Initial(first: number): Int32Array {
  return Int32Array.from(
    primes()
      .slice(first, first + 8)
      .flatMap((prime) => fraction(prime, 2n)),
  )
}

/** Words of 64 bits are two of 32 here, the upper first. @see FIPS 180-4 §6.4.2 */
function sha512(): Compression['compress'] {
  const k = roundConstants()
  const w = new Int32Array(160)
  return (state, block) => {
    for (let t = 0; t < 32; t++) w[t] = block[t]!
    for (let t = 32; t < 160; t += 2) {
      const xh = w[t - 30]!
      const xl = w[t - 29]!
      const yh = w[t - 4]!
      const yl = w[t - 3]!
      const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7)
      const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25))
      const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6)
      const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26))
      const low = (w[t - 31]! >>> 0) + (s0l >>> 0) + (w[t - 13]! >>> 0) + (s1l >>> 0)
      w[t] = w[t - 32]! + s0h + w[t - 14]! + s1h + carryOf(low)
      w[t + 1] = low
    }
    let ah = state[0]!
    let al = state[1]!
    let bh = state[2]!
    let bl = state[3]!
    let ch = state[4]!
    let cl = state[5]!
    let dh = state[6]!
    let dl = state[7]!
    let eh = state[8]!
    let el = state[9]!
    let fh = state[10]!
    let fl = state[11]!
    let gh = state[12]!
    let gl = state[13]!
    let hh = state[14]!
    let hl = state[15]!
    for (let t = 0; t < 160; t += 2) {
      const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23))
      const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23))
      const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25))
      const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25))
      const choiceL = (el & fl) ^ (~el & gl)
      const majorityL = (al & bl) ^ (al & cl) ^ (bl & cl)
      const low1 = (hl >>> 0) + (s1l >>> 0) + (choiceL >>> 0) + (k[t + 1]! >>> 0) + (w[t + 1]! >>> 0)
      const high1 = (hh + s1h + ((eh & fh) ^ (~eh & gh)) + k[t]! + w[t]! + carryOf(low1)) | 0
      const lowE = (dl >>> 0) + (low1 >>> 0)
      const lowA = (low1 >>> 0) + (s0l >>> 0) + (majorityL >>> 0)
      hh = gh
      hl = gl
      gh = fh
      gl = fl
      fh = eh
      fl = el
      eh = (dh + high1 + carryOf(lowE)) | 0
      el = lowE | 0
      dh = ch
      dl = cl
      const majorityH = (ah & bh) ^ (ah & ch) ^ (bh & ch)
      ch = bh
      cl = bl
      bh = ah
      bl = al
      ah = (high1 + s0h + majorityH + carryOf(lowA)) | 0
      al = lowA | 0
    }
    const sums = [ah, al, bh, bl, ch, cl, dh, dl, eh, el, fh, fl, gh, gl, hh, hl]
    for (let i = 0; i < 16; i += 2) {
      const low = (state[i + 1]! >>> 0) + (sums[i + 1]! >>> 0)
      state[i]! += sums[i]! + carryOf(low)
      state[i + 1] = low
    }
  }
}

/** What a sum of lower halves hands on to the upper. */
function carryOf(sum: number): number {
  return (sum / 0x1_0000_0000) | 0
}

/** Cube roots of the first 80 primes; SHA-256 has the upper halves of 64 of them. */
function roundConstants(): Int32Array {
  return Int32Array.from(primes().flatMap((prime) => fraction(prime, 3n)))
}

function everySecond(pairs: Int32Array): Int32Array {
  return pairs.filter((_, i) => i % 2 === 0)
}

function primes(): readonly number[] {
  const found: number[] = []
  for (let n = 2; found.length < 80; n++) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}

/** The first 64 bits behind the point of a root, as two words. @see FIPS 180-4 §4.2.3, §5.3.5 */
function fraction(prime: number, degree: bigint): readonly [number, number] {
  const power = BigInt(prime) << (64n * degree)
  let root = 1n << 72n
  // Newton's method from above: the first step that does not fall has found the root.
  for (let next = root - 1n; next < root; next = ((degree - 1n) * root + power / root ** (degree - 1n)) / degree) {
    root = next
  }
  return [Number(BigInt.asIntN(32, root >> 32n)), Number(BigInt.asIntN(32, root))]
}
