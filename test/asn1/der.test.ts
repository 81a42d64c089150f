import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type DerNode,
  decodeOid,
  der,
  type Element,
  encodeOid,
  formatTime,
  parseAsn1,
  readBits,
  readInteger,
  readOctets,
  readOid,
  readText,
  readTime,
  type Tag,
  tags,
} from '../../src/asn1/index.js'
import { concat, encodeHex } from '../../src/bytes/index.js'
import { codeOf } from '../helpers/codes.js'

const hexOf = (node: DerNode) => encodeHex(der.encode(node))
const strict = (node: DerNode) => parseAsn1(der.encode(node), { rules: 'der' })

describe('the writer (X.690 §10, §11)', () => {
  const written: { comment: string; node: DerNode; hex: string }[] = [
    { comment: 'OBJECT IDENTIFIER 2.100.3', node: der.oid('2.100.3'), hex: '0603813403' },
    { comment: 'INTEGER 0', node: der.integer(0), hex: '020100' },
    { comment: 'INTEGER 127', node: der.integer(127), hex: '02017f' },
    { comment: 'INTEGER 128', node: der.integer(128), hex: '02020080' },
    { comment: 'INTEGER -128', node: der.integer(-128), hex: '020180' },
    { comment: 'INTEGER -129', node: der.integer(-129), hex: '0202ff7f' },
    { comment: 'BOOLEAN TRUE', node: der.boolean(true), hex: '0101ff' },
    { comment: 'NULL', node: der.nul(), hex: '0500' },
    { comment: 'an empty SEQUENCE', node: der.sequence(), hex: '3000' },
    { comment: 'no named bits', node: der.namedBits([]), hex: '030100' },
    { comment: 'the first named bit', node: der.namedBits([0]), hex: '03020780' },
    { comment: 'named bits 0 and 2', node: der.namedBits([2, 0]), hex: '030205a0' },
    { comment: 'the ninth named bit', node: der.namedBits([8]), hex: '0303070080' },
    { comment: 'an EXPLICIT tag wraps', node: der.explicit(0, der.integer(2)), hex: 'a003020102' },
    { comment: 'an IMPLICIT tag replaces', node: der.implicit(0, der.octetString(Uint8Array.of(7))), hex: '800107' },
    { comment: 'an IMPLICIT tag keeps the constructed bit', node: der.implicit(1, der.sequence()), hex: 'a100' },
    {
      comment: 'an IMPLICIT tag on finished bytes',
      node: der.implicit(0, der.encode(der.setOf([der.nul()]))),
      hex: 'a0020500',
    },
    {
      comment: 'a SET OF in the order of its encodings',
      node: der.setOf([der.integer(300), der.nul(), der.integer(1)]),
      hex: '31090201010202012c0500',
    },
    { comment: 'a SET left as it was given', node: der.setInOrder([der.nul(), der.integer(1)]), hex: '31050500020101' },
  ]
  test.each(written)('$comment', ({ node, hex }) => expect(hexOf(node)).toBe(hex))

  const lengths = [
    { length: 127, head: '047f' },
    { length: 128, head: '048180' },
    { length: 255, head: '0481ff' },
    { length: 256, head: '04820100' },
    { length: 65_536, head: '0483010000' },
  ]
  test.each(lengths)('a length of $length', ({ length, head }) => {
    expect(hexOf(der.octetString(new Uint8Array(length))).slice(0, head.length)).toBe(head)
  })

  const refused: { comment: string; write: () => unknown }[] = [
    { comment: 'an underscore in a PrintableString', write: () => der.printableString('a_b') },
    { comment: 'an accent in an IA5String', write: () => der.ia5String('é') },
    { comment: 'an OID of one arc', write: () => encodeOid('1') },
    { comment: 'an OID with a leading zero', write: () => encodeOid('1.02') },
    { comment: 'an OID of 1.40', write: () => encodeOid('1.40') },
    { comment: 'an OID under 3', write: () => encodeOid('3.1') },
    { comment: 'a time that is no number', write: () => der.time(Number.NaN) },
    { comment: 'a time after the year 9999', write: () => der.time(Date.UTC(10_000, 0, 1)) },
  ]
  test.each(refused)('$comment is refused', ({ write }) => expect(codeOf(write)).toBe('ERR_ASN1_VALUE'))

  const times = [
    { at: Date.UTC(1949, 11, 31, 23, 59, 59), text: '19491231235959Z', type: 'generalizedTime' },
    { at: Date.UTC(1950, 0, 1), text: '500101000000Z', type: 'utcTime' },
    { at: Date.UTC(2049, 11, 31, 23, 59, 59, 999), text: '491231235959Z', type: 'utcTime' },
    { at: Date.UTC(2050, 0, 1), text: '20500101000000Z', type: 'generalizedTime' },
    { at: Date.UTC(9999, 11, 31, 23, 59, 59), text: '99991231235959Z', type: 'generalizedTime' },
  ]
  test.each(times)('$text is a $type', ({ at, text, type }) => expect(formatTime(at)).toEqual({ text, type }))
})

describe('what is written is read again', () => {
  const arcs = fc.array(fc.bigInt({ min: 0n, max: 1n << 70n }), { maxLength: 5 })
  const oids = fc
    .oneof(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 39 })), fc.tuple(fc.constant(2), fc.nat()))
    .chain((head) => arcs.map((tail) => [...head, ...tail].join('.')))
  const byteStrings = fc.uint8Array({ maxLength: 300 })

  test('INTEGER', () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        expect(readInteger(strict(der.integer(n)))).toBe(n)
      }),
    )
  })

  test('INTEGER is written in the fewest octets', () => {
    fc.assert(
      fc.property(fc.bigInt(), (n) => {
        const [first, second] = strict(der.integer(n)).content
        const padded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))
        expect(padded).toBe(false)
      }),
    )
  })

  test('OBJECT IDENTIFIER', () => {
    fc.assert(
      fc.property(oids, (oid) => {
        expect(readOid(strict(der.oid(oid)))).toBe(oid)
      }),
    )
    fc.assert(
      fc.property(oids, (oid) => {
        expect(decodeOid(encodeOid(oid))).toBe(oid)
      }),
    )
  })

  test('text, times and named bits', () => {
    const text = fc.string({ unit: 'grapheme' })
    fc.assert(
      fc.property(text, (value) => {
        expect(readText(strict(der.utf8String(value)))).toBe(value)
      }),
    )
    const seconds = fc.integer({ min: -62_167_219_200, max: 253_402_300_799 })
    fc.assert(
      fc.property(seconds, (s) => {
        expect(readTime(strict(der.time(s * 1000)))).toBe(s * 1000)
      }),
    )
    const bits = fc.uniqueArray(fc.integer({ min: 0, max: 255 })).map((list) => list.sort((a, b) => a - b))
    fc.assert(
      fc.property(bits, (list) => {
        expect(readBits(strict(der.namedBits(list)))).toEqual(list)
      }),
    )
  })

  test('a SET OF is sorted, whatever the order it was given in', () => {
    fc.assert(
      fc.property(fc.array(byteStrings), (members) => {
        const nodes = members.map((member) => der.octetString(member))
        const children = strict(der.setOf(nodes)).children.map(({ bytes }) => encodeHex(bytes))
        expect(children).toEqual([...children].sort())
        expect(hexOf(der.setOf([...nodes].reverse()))).toBe(hexOf(der.setOf(nodes)))
      }),
    )
  })

  type Tree = { readonly tag: Tag; readonly octets: string } | { readonly tag: Tag; readonly children: readonly Tree[] }
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      byteStrings.map((octets) => ({ tag: tags.octetString, octets: encodeHex(octets) })),
      fc.array(tie('tree'), { maxLength: 5 }).map((children) => ({ tag: tags.sequence, children })),
    ),
  }))
  const nodeOf = (node: Tree): DerNode =>
    'octets' in node
      ? der.octetString(Uint8Array.from(node.octets.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))
      : der.sequence(...node.children.map(nodeOf))
  const treeOf = (element: Element): Tree =>
    element.constructed
      ? { tag: element.tag, children: element.children.map(treeOf) }
      : { tag: element.tag, octets: encodeHex(readOctets(element)) }

  test('any tree, and its views cover the input', () => {
    fc.assert(
      fc.property(tree, (whole) => {
        const bytes = der.encode(nodeOf(whole))
        const element = parseAsn1(bytes, { rules: 'der', limits: { maxDepth: 1000 } })
        expect(treeOf(element)).toEqual(whole)
        expect(element.bytes).toEqual(bytes)
        if (element.constructed) expect(concat(element.children.map((child) => child.bytes))).toEqual(element.content)
      }),
    )
  })
})
