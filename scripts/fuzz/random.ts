/** A small source of numbers that gives the same ones for the same seed: what makes a find happen again. */
export interface Random {
  /** From 0 up to, not including, `below`. */
  int(below: number): number
  /** True this often, from 0 to 1. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  bytes(length: number): Uint8Array
}

/** @param seed - any text; another text gives other numbers. */
export function randomFrom(seed: string): Random {
  // FNV-1a for the state, sfc32 for the numbers (public domain, C. Doty-Humphrey).
  let hash = 0x811c9dc5
  for (const character of seed) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193)
  let [a, b, c, counter] = [hash, hash ^ 0x9e3779b9, 0x243f6a88, 1]
  const next = () => {
    const sum = (a + b + counter++) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  for (let warm = 0; warm < 12; warm++) next()
  const int = (below: number) => Math.floor((next() / 0x1_0000_0000) * below)
  return {
    int,
    chance: (probability) => next() < probability * 0x1_0000_0000,
    pick: (items) => items[int(items.length)]!,
    bytes: (length) => Uint8Array.from({ length }, () => int(256)),
  }
}
