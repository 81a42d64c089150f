import { type Bytes, decodeHex, encodeLatin1, encodeUtf8 } from '../bytes/index.js'
import { Asn1Error } from './errors.js'
import { encodeOid, type Oid } from './oid.js'
import { context, type Tag, tags } from './tags.js'
import { formatTime } from './time.js'

/**
 * Something to be written: an element of its parts, or bytes that are an encoding already. Nothing is copied until
 * {@link encode} writes the whole at once, so a large content costs one copy however deep it lies.
 */
export type DerNode = DerElement | Uint8Array

interface DerElement {
  readonly tag: Tag
  readonly constructed: boolean
  readonly parts: readonly DerNode[]
  /** Octets of the contents. */
  readonly length: number
}

/** Writes a node and all it contains. @see X.690 §10 */
export function encode(node: DerNode): Bytes {
  const output = new Uint8Array(sizeOf(node))
  write(node, output, 0)
  return output
}

export function sequence(...parts: readonly DerNode[]): DerNode {
  return element(tags.sequence, true, parts)
}

/** A SET OF: its members are put in the order of their encodings. @see X.690 §11.6 */
export function setOf(members: readonly DerNode[]): DerNode {
  return element(tags.set, true, members.map(encode).sort(byOctets))
}

/** A SET whose members stay as they are given: what a peer signed, not what DER asks for. */
export function setInOrder(members: readonly DerNode[]): DerNode {
  return element(tags.set, true, members)
}

/** `[number] EXPLICIT`. */
export function explicit(number: number, node: DerNode): DerNode {
  return element(context(number), true, [node])
}

/** `[number] IMPLICIT`: the node with another tag. */
export function implicit(number: number, node: DerNode): DerNode {
  if (!(node instanceof Uint8Array)) return { ...node, tag: context(number) }
  const encoded = Uint8Array.from(node)
  encoded[0] = (encoded[0]! & 0x20) | context(number)
  return encoded
}

export function boolean(value: boolean): DerNode {
  return element(tags.boolean, false, [Uint8Array.of(value ? 0xff : 0)])
}

/** An INTEGER, in the fewest octets. */
export function integer(value: bigint | number): DerNode {
  return element(tags.integer, false, [integerOctets(BigInt(value))])
}

export function enumerated(value: number): DerNode {
  return element(tags.enumerated, false, [integerOctets(BigInt(value))])
}

export function nul(): DerNode {
  return element(tags.null, false, [])
}

export function oid(value: Oid): DerNode {
  return element(tags.oid, false, [encodeOid(value)])
}

/** An OCTET STRING that holds these octets, or the encoding of this node. */
export function octetString(value: DerNode): DerNode {
  return element(tags.octetString, false, [value])
}

/** A BIT STRING of whole octets: a signature, a public key. */
export function bitString(value: DerNode): DerNode {
  return element(tags.bitString, false, [Uint8Array.of(0), value])
}

/** A named-bit list such as KeyUsage: bit 0 is the first, zeros at the end are left out. @see X.690 §11.2.2 */
export function namedBits(bits: readonly number[]): DerNode {
  const highest = Math.max(-1, ...bits)
  const octets = new Uint8Array(Math.ceil((highest + 1) / 8) + 1)
  octets[0] = highest < 0 ? 0 : 7 - (highest % 8)
  for (const bit of bits) octets[1 + (bit >> 3)]! |= 0x80 >> (bit & 7)
  return element(tags.bitString, false, [octets])
}

export function utf8String(text: string): DerNode {
  return element(tags.utf8String, false, [encodeUtf8(text)])
}

/** @throws {@link Asn1Error} `ERR_ASN1_VALUE` for a character that a PrintableString has not. */
export function printableString(text: string): DerNode {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw unwritable('PrintableString')
  return element(tags.printableString, false, [encodeLatin1(text)])
}

/** @throws {@link Asn1Error} `ERR_ASN1_VALUE` for a character outside ASCII. */
export function ia5String(text: string): DerNode {
  if (!/^[\x00-\x7f]*$/.test(text)) throw unwritable('IA5String')
  return element(tags.ia5String, false, [encodeLatin1(text)])
}

/** A Time in whole seconds: UTCTime until 2049, GeneralizedTime from then on. @param ms - since 1970, UTC */
export function time(ms: number): DerNode {
  const { text, type } = formatTime(ms)
  return element(tags[type], false, [encodeLatin1(text)])
}

/** A GeneralizedTime in whole seconds, also before 2050: what OCSP wants. @param ms - since 1970, UTC */
export function generalizedTime(ms: number): DerNode {
  const { text, type } = formatTime(ms)
  const century = text < '50' ? '20' : '19'
  return element(tags.generalizedTime, false, [encodeLatin1(type === 'utcTime' ? century + text : text)])
}

function element(tag: Tag, constructed: boolean, parts: readonly DerNode[]): DerElement {
  return { tag, constructed, parts, length: parts.reduce((sum, part) => sum + sizeOf(part), 0) }
}

function sizeOf(node: DerNode): number {
  if (node instanceof Uint8Array) return node.length
  return 1 + lengthOctets(node.length) + node.length
}

/** How many octets the length field takes. */
function lengthOctets(length: number): number {
  let octets = 1
  if (length >= 0x80) for (let left = length; left > 0; left = Math.floor(left / 256)) octets++
  return octets
}

/** Writes at an offset and returns the offset behind. */
function write(node: DerNode, output: Uint8Array, offset: number): number {
  if (node instanceof Uint8Array) {
    output.set(node, offset)
    return offset + node.length
  }
  output[offset] = node.tag | (node.constructed ? 0x20 : 0)
  const octets = lengthOctets(node.length)
  let at = offset + 1
  if (octets === 1) output[at++] = node.length
  else {
    output[at++] = 0x80 | (octets - 1)
    for (let shift = octets - 2; shift >= 0; shift--) output[at++] = Math.floor(node.length / 256 ** shift) & 0xff
  }
  for (const part of node.parts) at = write(part, output, at)
  return at
}

function integerOctets(value: bigint): Bytes {
  // Two's complement: one bit more than the magnitude has, for the sign.
  const magnitude = value < 0n ? -value - 1n : value
  const octets = Math.floor(magnitude.toString(2).length / 8) + 1
  return decodeHex(
    BigInt.asUintN(octets * 8, value)
      .toString(16)
      .padStart(octets * 2, '0'),
  )
}

/** As if the shorter were padded with zeros. @see X.690 §11.6 */
function byOctets(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

function unwritable(type: string): Asn1Error {
  return new Asn1Error('ERR_ASN1_VALUE', `a character that ${type} has not`, 0)
}
