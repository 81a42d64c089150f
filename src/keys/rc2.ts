import { decodeHex } from '../bytes/index.js'

const blockLength = 8

/** A permutation of 0 to 255 from the digits of pi. @see RFC 2268 §2 */
const piTable =
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2' +
  '179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
  '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb626' +
  '6fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
  '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ec' +
  'c2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
  '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a9' +
  '0d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad'

/**
 * Undoes RC2 in CBC mode and gives what was encrypted, its padding included.
 *
 * No host has it any more, and nothing should be written with it: it is here because certificates inside PKCS#12 are
 * encrypted with 40 bits of it to this day.
 *
 * @param effectiveBits - how much of the key counts, 1 to 1024.
 * @param input - a multiple of 8 octets.
 * @see RFC 2268 §2 and §4
 */
export function decryptRc2(key: Uint8Array, effectiveBits: number, iv: Uint8Array, input: Uint8Array): Uint8Array {
  const k = expandKey(key, effectiveBits)
  const output = new Uint8Array(input.length)
  const from = new DataView(input.buffer, input.byteOffset, input.length)
  const to = new DataView(output.buffer)
  let previous = new DataView(iv.buffer, iv.byteOffset, blockLength)
  let previousAt = 0
  const r = new Uint16Array(4)
  for (let at = 0; at < input.length; at += blockLength) {
    for (let i = 0; i < 4; i++) r[i] = from.getUint16(at + 2 * i, true)
    decryptBlock(k, r)
    for (let i = 0; i < 4; i++) to.setUint16(at + 2 * i, r[i]! ^ previous.getUint16(previousAt + 2 * i, true), true)
    previous = from
    previousAt = at
  }
  return output
}

/** @returns 64 words of 16 bits. */
function expandKey(key: Uint8Array, effectiveBits: number): Uint16Array {
  const pi = decodeHex(piTable)
  const l = new Uint8Array(128)
  l.set(key)
  for (let i = key.length; i < 128; i++) l[i] = pi[(l[i - 1]! + l[i - key.length]!) & 0xff]!
  const octets = Math.ceil(effectiveBits / 8)
  const mask = 0xff >> (8 * octets - effectiveBits)
  l[128 - octets] = pi[l[128 - octets]! & mask]!
  for (let i = 127 - octets; i >= 0; i--) l[i] = pi[l[i + 1]! ^ l[i + octets]!]!
  return Uint16Array.from({ length: 64 }, (_, i) => l[2 * i]! | (l[2 * i + 1]! << 8))
}

const rotations = [1, 2, 3, 5] as const
/** Rounds of mixing, last first, between which the words are mashed. */
const mixingRounds = [5, 6, 5] as const

/** In place, on the four words of a block. @see RFC 2268 §4 */
function decryptBlock(k: Uint16Array, r: Uint16Array): void {
  let j = 63
  for (const [group, rounds] of mixingRounds.entries()) {
    if (group > 0) for (let i = 3; i >= 0; i--) r[i]! -= k[r[(i + 3) % 4]! & 63]!
    for (let round = 0; round < rounds; round++) {
      for (let i = 3; i >= 0; i--) {
        const rotated = (r[i]! >> rotations[i]!) | (r[i]! << (16 - rotations[i]!))
        r[i] = rotated - k[j--]! - (r[(i + 3) % 4]! & r[(i + 2) % 4]!) - (~r[(i + 3) % 4]! & r[(i + 1) % 4]!)
      }
    }
  }
}
