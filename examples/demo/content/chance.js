/** Numbers and identifiers that look random and are the same every time. */

/**
 * A generator of numbers from 0 up to 1, the same sequence for the same seed (mulberry32 over an FNV-1a hash).
 *
 * @param {string} seed
 * @returns {() => number}
 */
export function seededNumbers(seed) {
  let state = 0x811c9dc5
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * An identifier in the form of a version 4 UUID. It is as unique as its seed.
 *
 * @param {() => number} next
 * @returns {string}
 */
export function uuid(next) {
  const digits = Array.from({ length: 32 }, () => Math.floor(next() * 16).toString(16))
  digits[12] = '4'
  digits[16] = '89ab'.charAt(Math.floor(next() * 4))
  return digits.join('').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
