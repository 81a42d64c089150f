import { Asn1Error, der, fieldsOf, parseAsn1, readInteger, tags } from '../asn1/index.js'
import { type Bytes, concat, equal } from '../bytes/index.js'
import { unlessThrown } from '../errors/index.js'
import type { PrimeCurve } from './curves.js'
import { i2osp, os2ip } from './integers.js'

/**
 * From what messages carry, a SEQUENCE of two numbers, to what WebCrypto takes, the two side by side (CMS-12).
 *
 * Only the one encoding of DER is read: a second form of the same signature would be another message that verifies.
 *
 * @returns nothing for any other encoding, and for numbers outside 1 to n − 1.
 * @see RFC 5753 §7.2, RFC 3279 §2.2.3
 */
export function readEcdsaSignature({ n, octets }: PrimeCurve, signature: Uint8Array): Bytes | undefined {
  const numbers = unlessThrown(Asn1Error, () => {
    const fields = fieldsOf(parseAsn1(signature))
    const read = [readInteger(fields.next(tags.integer)), readInteger(fields.next(tags.integer))] as const
    fields.end()
    return read
  })
  if (!numbers?.every((value) => value > 0n && value < n)) return undefined
  if (!equal(encode(numbers), signature)) return undefined
  return concat(numbers.map((value) => i2osp(value, octets)))
}

/** From what WebCrypto makes to what messages carry. */
export function writeEcdsaSignature({ octets }: PrimeCurve, signature: Uint8Array): Bytes {
  return encode([os2ip(signature.subarray(0, octets)), os2ip(signature.subarray(octets))])
}

function encode(numbers: readonly bigint[]): Bytes {
  return der.encode(der.sequence(...numbers.map(der.integer)))
}
