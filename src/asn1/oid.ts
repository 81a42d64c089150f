import type { Bytes } from '../bytes/index.js'
import { Asn1Error } from './errors.js'

/** An object identifier in dotted form: `1.2.840.113549.1.7.2`. */
export type Oid = string

/** The longest object identifier read, in content octets; real ones have about ten. */
const maxOctets = 64

/**
 * Reads the contents octets of an OBJECT IDENTIFIER. Arcs may be of any size.
 *
 * @param offset - where the octets lie in a larger input, for the error.
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` when empty, cut off, padded or longer than 64 octets.
 * @see X.690 §8.19
 */
export function decodeOid(octets: Uint8Array, offset = 0): Oid {
  const last = octets.at(-1)
  if (last === undefined || last >= 0x80 || octets.length > maxOctets) throw malformed(offset)
  const arcs: string[] = []
  let arc = 0n
  let fresh = true
  for (const octet of octets) {
    if (fresh && octet === 0x80) throw malformed(offset)
    arc = arc * 128n + BigInt(octet & 0x7f)
    fresh = octet < 0x80
    if (!fresh) continue
    if (arcs.length > 0) arcs.push(arc.toString())
    else if (arc < 80n) arcs.push(`${arc / 40n}`, `${arc % 40n}`)
    else arcs.push('2', (arc - 80n).toString())
    arc = 0n
  }
  return arcs.join('.')
}

/**
 * Writes the contents octets of an OBJECT IDENTIFIER.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` when the text is not an object identifier.
 * @see X.690 §8.19
 */
export function encodeOid(oid: Oid): Bytes {
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(oid)) throw malformed(0)
  const [first, second, ...rest] = oid.split('.').map(BigInt) as [bigint, bigint, ...bigint[]]
  if (first < 2n && second > 39n) throw malformed(0)
  return Uint8Array.from([first * 40n + second, ...rest].flatMap(groups))
}

/** Base 128, most significant group first, the high bit on all but the last. */
function groups(arc: bigint): number[] {
  const octets = [Number(arc & 0x7fn)]
  for (let left = arc >> 7n; left > 0n; left >>= 7n) octets.unshift(Number(left & 0x7fn) | 0x80)
  return octets
}

function malformed(offset: number): Asn1Error {
  return new Asn1Error('ERR_ASN1_VALUE', 'not an object identifier', offset)
}
