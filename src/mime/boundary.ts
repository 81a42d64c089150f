import { encodeUtf8, finder } from '../bytes/index.js'

/** `=_` can be in neither base64 nor quoted-printable. */
const boundaryStem = '=_direct-'

/**
 * Boundaries that occur in none of the parts: the first of a row of names, so the same parts give the same bytes.
 *
 * One pass over the parts, however many names they hold. A name that begins like one of theirs is taken too.
 */
export function unusedBoundaries(parts: Iterable<Uint8Array>, count = 1): readonly [string, ...string[]] {
  const find = finder(encodeUtf8(boundaryStem))
  const taken = new Set<number>()
  for (const part of parts) {
    for (let at = find(part); at >= 0; at = find(part, at + 1)) {
      let number = 0
      for (let next = at + boundaryStem.length; isDigit(part[next]) && number < 1e9; next++) {
        number = number * 10 + (part[next]! - 0x30)
        taken.add(number)
      }
    }
  }
  const free: number[] = []
  for (let number = 1; free.length < count; number++) if (!taken.has(number)) free.push(number)
  const [first, ...others] = free.map((number) => `${boundaryStem}${number}`)
  return [first!, ...others]
}

function isDigit(octet: number | undefined): boolean {
  return octet !== undefined && octet >= 0x30 && octet <= 0x39
}
