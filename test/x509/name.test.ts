import { describe, expect, test } from 'vitest'
import { type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import { decodeHex } from '../../src/bytes/index.js'
import { buildName, nameKey, nameText, parseName } from '../../src/x509/index.js'
import { codeOf } from '../helpers/codes.js'

const name = (node: DerNode) => parseName(parseAsn1(der.encode(node)))
const attribute = (oid: string, value: DerNode) => der.sequence(der.oid(oid), value)
const commonName = (value: DerNode) => name(der.sequence(der.setOf([attribute('2.5.4.3', value)])))
const raw = (hex: string) => decodeHex(hex.replaceAll(' ', ''))
const plain = commonName(der.utf8String('Example Clinic'))

describe('the comparison of names (RFC 5280 §7.1)', () => {
  const same: { comment: string; value: DerNode }[] = [
    { comment: 'the same', value: der.utf8String('Example Clinic') },
    { comment: 'another string type', value: der.printableString('Example Clinic') },
    { comment: 'a BMPString', value: raw('1e 1c 004500780061006d0070006c006500200043006c0069006e00690063') },
    { comment: 'another case', value: der.utf8String('EXAMPLE clinic') },
    { comment: 'white space repeated and at the ends', value: der.utf8String('  Example \t Clinic ') },
    { comment: 'a compatible character (NFKC)', value: der.utf8String('Example Cl\u2170nic') },
  ]
  test.each(same)('the same: $comment', ({ value }) => expect(nameKey(commonName(value))).toBe(nameKey(plain)))

  const different: { comment: string; node: DerNode }[] = [
    { comment: 'another value', node: buildName([['CN', 'Example Clinics']]) },
    { comment: 'another attribute', node: buildName([['O', 'Example Clinic']]) },
    { comment: 'white space left out', node: buildName([['CN', 'ExampleClinic']]) },
    {
      comment: 'an attribute more',
      node: buildName([
        ['CN', 'Example Clinic'],
        ['C', 'US'],
      ]),
    },
    { comment: 'nothing', node: buildName([]) },
    { comment: 'the two attributes in one', node: buildName([['CN', 'Example Clinic","2.5.4.6=US']]) },
  ]
  test.each(different)('not the same: $comment', ({ node }) => expect(nameKey(name(node))).not.toBe(nameKey(plain)))

  test('the order counts between RDNs and not within one', () => {
    const [o, cn] = [attribute('2.5.4.10', der.utf8String('o')), attribute('2.5.4.3', der.utf8String('cn'))]
    const key = (...rdns: DerNode[][]) => nameKey(name(der.sequence(...rdns.map(der.setInOrder))))
    expect(key([o, cn])).toBe(key([cn, o]))
    expect(key([o], [cn])).not.toBe(key([cn], [o]))
    expect(key([o], [cn])).not.toBe(key([o, cn]))
  })
})

describe('the text of a name', () => {
  test('uses the short names, in the order of the certificate', () => {
    const parts = [
      ['C', 'US'],
      ['O', 'Example Clinic'],
      ['emailAddress', 'ann@clinic.example'],
    ] as const
    expect(nameText(name(buildName(parts)))).toBe('C=US, O=Example Clinic, emailAddress=ann@clinic.example')
  })

  test('no value passes for two attributes (RFC 4514 §2.4)', () => {
    const parts = [['CN', 'Ann, O=Example Clinic + C=US']] as const
    expect(nameText(name(buildName(parts)))).toBe('CN=Ann\\, O=Example Clinic \\+ C=US')
    expect(nameText(commonName(der.utf8String('a\\b "c" <d>; e')))).toBe('CN=a\\\\b \\"c\\" \\<d\\>\\; e')
  })

  test('writes what it does not know by number, and what is no text in hex', () => {
    expect(nameText(name(der.sequence(der.setOf([attribute('2.5.4.97', der.utf8String('x'))]))))).toBe('2.5.4.97=x')
    expect(nameText(commonName(raw('03 02 00 ff')))).toBe('CN=#030200ff')
  })

  const odd = [
    { comment: 'a GeneralString', hex: '1b 01 41' },
    { comment: 'a VideotexString', hex: '15 01 41' },
    { comment: 'a context-specific tag', hex: '80 01 41' },
    { comment: 'a SEQUENCE', hex: '30 03 0c 01 41' },
  ]
  test.each(odd)('$comment does not make the name unreadable', ({ hex }) => {
    expect(nameText(commonName(raw(hex)))).toBe(`CN=#${hex.replaceAll(' ', '')}`)
  })
})

test('an attribute has one value, and nothing behind it', () => {
  const text = der.utf8String('Example Clinic')
  const withValues = (...values: DerNode[]) => der.sequence(der.setOf([der.sequence(der.oid('2.5.4.3'), ...values)]))
  expect(codeOf(() => name(withValues(text)))).toBeUndefined()
  expect(codeOf(() => name(withValues(text, text)))).toBe('ERR_ASN1_UNEXPECTED_TAG')
})

test('a short name that is not known is refused', () => {
  expect(codeOf(() => buildName([['XX', 'x']]))).toBe('ERR_X509_DRAFT')
  expect(codeOf(() => buildName([['C', 'U_']]))).toBe('ERR_ASN1_VALUE')
})
