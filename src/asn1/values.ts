import { concat, decodeLatin1, encodeHex } from '../bytes/index.js'
import type { Element } from './element.js'
import { Asn1Error } from './errors.js'
import { decodeOid, type Oid } from './oid.js'
import { type Tag, tags } from './tags.js'

// These read a value and do not look at its tag, which an implicit tag may have replaced: whoever took the element out
// of its structure has checked it.

/** The largest INTEGER read, in octets: twice an RSA modulus of 16,384 bits. */
const maxIntegerOctets = 4096

/** An INTEGER of any size, signed. @throws {@link Asn1Error} `ERR_ASN1_VALUE` when empty or above 4096 octets. */
export function readInteger(element: Element): bigint {
  const octets = primitive(element)
  if (octets.length === 0 || octets.length > maxIntegerOctets) throw value(element, 'not an integer')
  const unsigned = BigInt(`0x${encodeHex(octets)}`)
  return octets[0]! < 0x80 ? unsigned : unsigned - (1n << BigInt(octets.length * 8))
}

/** An INTEGER or ENUMERATED from 0 to 2^31−1. @throws {@link Asn1Error} `ERR_ASN1_VALUE` outside that range. */
export function readSmallInteger(element: Element): number {
  const integer = readInteger(element)
  if (integer < 0n || integer > 0x7fff_ffffn) throw value(element, 'an integer out of range')
  return Number(integer)
}

/** A BOOLEAN; any octet but zero is true (X.690 §8.2.2). */
export function readBoolean(element: Element): boolean {
  const octets = primitive(element)
  if (octets.length !== 1) throw value(element, 'not a boolean')
  return octets[0] !== 0
}

/** An OBJECT IDENTIFIER in dotted form. */
export function readOid(element: Element): Oid {
  return decodeOid(primitive(element), element.offset)
}

/**
 * The octets of an OCTET STRING. In one piece it is a view of the input; sent in pieces (X.690 §8.7.3) they are joined
 * once.
 */
export function readOctets(element: Element): Uint8Array {
  return element.constructed ? concat(pieces(element, tags.octetString)) : element.content
}

/** A BIT STRING and how many bits at its end do not count, 0 to 7. */
export function readBitString(element: Element): { readonly octets: Uint8Array; readonly unusedBits: number } {
  const parts = element.constructed ? pieces(element, tags.bitString) : [element.content]
  const last = parts.at(-1)
  const unusedBits = last?.[0]
  if (unusedBits === undefined || unusedBits > 7 || (last!.length === 1 && unusedBits > 0)) {
    throw value(element, 'not a bit string')
  }
  // Only the last piece may leave bits unused (X.690 §8.6.4).
  if (parts.slice(0, -1).some((part) => part[0] !== 0)) throw value(element, 'not a bit string')
  const octets = parts.map((part) => part.subarray(1))
  return { octets: octets.length === 1 ? octets[0]! : concat(octets), unusedBits }
}

/** The longest named-bit list read, in octets; the longest that is defined has two. */
const maxNamedBitOctets = 32

/**
 * The numbers of the bits that are set in a named-bit list such as KeyUsage; bit 0 is the first.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` when it is no bit string or longer than 32 octets.
 */
export function readBits(element: Element): readonly number[] {
  const { octets } = readBitString(element)
  if (octets.length > maxNamedBitOctets) throw value(element, 'a list of more bits than any standard names')
  return [...octets].flatMap((octet, index) =>
    [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => octet & (0x80 >> bit)).map((bit) => index * 8 + bit),
  )
}

const decoders: Readonly<Record<Tag, (octets: Uint8Array) => string>> = {
  [tags.utf8String]: (octets) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets),
  [tags.numericString]: decodeLatin1,
  [tags.printableString]: decodeLatin1,
  [tags.teletexString]: decodeLatin1,
  [tags.ia5String]: decodeLatin1,
  [tags.visibleString]: decodeLatin1,
  [tags.bmpString]: (octets) => fixedWidth(octets, 2),
  [tags.universalString]: (octets) => fixedWidth(octets, 4),
}

/**
 * The text of a character string of any kind, by its own tag or, when an implicit tag has replaced it, by the one given.
 * TeletexString is read as Latin-1, which is what those who still write it mean.
 *
 * @throws {@link Asn1Error} `ERR_ASN1_VALUE` when the element is no string or its octets are none of its kind.
 */
export function readText(element: Element, tag: Tag = element.tag): string {
  const decode = decoders[tag]
  if (!decode) throw value(element, 'not a character string')
  try {
    return decode(readOctets(element))
  } catch (cause) {
    throw new Asn1Error('ERR_ASN1_VALUE', 'a string with octets that are none of its kind', element.offset, { cause })
  }
}

function fixedWidth(octets: Uint8Array, width: 2 | 4): string {
  if (octets.length % width !== 0) throw new RangeError('a character is cut off')
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length)
  let text = ''
  for (let at = 0; at < octets.length; at += width) {
    text += width === 2 ? String.fromCharCode(view.getUint16(at)) : String.fromCodePoint(view.getUint32(at))
  }
  return text
}

function pieces(element: Element, tag: Tag): readonly Uint8Array[] {
  return element.children.flatMap((child) => {
    if (child.tag !== tag && child.tag !== element.tag) throw value(child, 'a piece of another kind')
    return child.constructed ? pieces(child, tag) : [child.content]
  })
}

function primitive(element: Element): Uint8Array {
  if (element.constructed) throw value(element, 'a value in pieces that must be in one')
  return element.content
}

function value(element: Element, message: string): Asn1Error {
  return new Asn1Error('ERR_ASN1_VALUE', message, element.offset)
}
