import {
  Asn1Error,
  decodeOid,
  der,
  type Element,
  elementsOf,
  encodeOid,
  fieldsOf,
  formatTime,
  onlyChild,
  parseAsn1,
  readBitString,
  readBits,
  readBoolean,
  readInteger,
  readOctets,
  readOid,
  readSmallInteger,
  readText,
  readTime,
  type Tag,
  tags,
} from '../../../src/asn1/index.js'
import { concat, encodeLatin1, equal } from '../../../src/bytes/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import { same, type Target } from '../target.js'

/** So many elements of a tree have their values read; a large one has more. */
const maxRead = 60

const files = ['asn1/element.ts', 'asn1/values.ts', 'asn1/fields.ts', 'asn1/oid.ts', 'asn1/time.ts', 'asn1/errors.ts']

export const asn1Targets: readonly Target[] = [
  {
    name: 'asn1-ber',
    files,
    seeds: ['der', 'cms', 'algorithm', 'pfx'],
    mutators: ['der', 'bytes'],
    own: [Asn1Error],
    run: (input) => readAll(parseAsn1(input)),
  },
  {
    name: 'asn1-der',
    files,
    seeds: ['certificate', 'crl', 'der', 'key'],
    mutators: ['der', 'bytes'],
    own: [Asn1Error],
    run(input) {
      const element = parseAsn1(input, { rules: 'der' })
      readAll(element)
      // Lengths in DER have one form: written again from its parts, it is what it was.
      if (input.length < 10_000) same('DER is written again as it was read', equal(rewritten(element), input), true)
      same('what is DER is BER', parseAsn1(input).children.length, element.children.length)
    },
  },
  {
    name: 'asn1-limits',
    files: ['asn1/element.ts'],
    seeds: ['der'],
    mutators: ['der', 'bytes'],
    own: [Asn1Error],
    run: (input) => readAll(parseAsn1(input, { limits: { maxDepth: 8, maxBytes: 4096, maxElements: 200 } })),
  },
]

/** The reader for the tag, and one of the others in turn. */
function readAll(root: Element): void {
  const found = [root]
  for (let index = 0; index < Math.min(found.length, maxRead); index++) {
    const element = found[index]!
    const others = Object.values(readers)
    for (const read of [readers[element.tag] ?? readText, others[index % others.length]!]) {
      unlessThrown(Asn1Error, () => read(element))
    }
    for (const child of element.children) found.push(child)
  }
}

const readers: Readonly<Record<Tag, (element: Element) => void>> = {
  [tags.integer](element) {
    const number = readInteger(element)
    same('an INTEGER is read as it is written', readInteger(parseAsn1(der.encode(der.integer(number)))), number)
    readSmallInteger(element)
  },
  [tags.enumerated]: readSmallInteger,
  [tags.boolean]: readBoolean,
  [tags.octetString]: readOctets,
  [tags.bitString](element) {
    readBitString(element)
    readBits(element)
  },
  [tags.utf8String]: (element) => void readText(element),
  [tags.null]: (element) => void readText(element, tags.bmpString),
  [tags.oid](element) {
    const oid = readOid(element)
    same('an OBJECT IDENTIFIER is written as it was', equal(encodeOid(oid), element.content), true)
    same('an OBJECT IDENTIFIER is read as it is written', decodeOid(encodeOid(oid)), oid)
  },
  [tags.utcTime]: readWholeTime,
  [tags.generalizedTime]: readWholeTime,
  [tags.sequence](element) {
    const fields = fieldsOf(element, element.tag)
    fields.optional(tags.integer, tags.boolean)
    fields.next()
    fields.next(tags.octetString)
    fields.end()
  },
  [tags.set](element) {
    elementsOf(element, tags.set)
    onlyChild(element)
  },
}

function readWholeTime(element: Element): void {
  const seconds = Math.floor(readTime(element) / 1000) * 1000
  const { text, type } = formatTime(seconds)
  const again = parseAsn1(concat([Uint8Array.of(tags[type], text.length), encodeLatin1(text)]))
  same('a time is read as it is written', readTime(again), seconds)
}

function rewritten(element: Element): Uint8Array {
  const head = element.bytes.length - element.content.length
  const children = element.constructed ? concat(element.children.map(rewritten)) : element.content
  const tag = element.bytes.subarray(0, tagOctets(element.bytes))
  const written = concat([tag, lengthOctets(children.length), children])
  same('a length is written in the octets it was read from', written.length - children.length, head)
  return written
}

function tagOctets(bytes: Uint8Array): number {
  return (bytes[0]! & 0x1f) === 0x1f ? bytes.findIndex((octet, index) => index > 0 && octet < 0x80) + 1 : 1
}

function lengthOctets(length: number): Uint8Array {
  return der.encode(der.octetString(new Uint8Array(length))).subarray(1, length === 0 ? 2 : -length)
}
