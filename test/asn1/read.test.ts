import { describe, expect, test } from 'vitest'
import {
  type Asn1Error,
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
  tags,
} from '../../src/asn1/index.js'
import { decodeHex, encodeHex, encodeLatin1 } from '../../src/bytes/index.js'
import { codeOf } from '../helpers/codes.js'

const parse = (hex: string, rules: 'ber' | 'der' = 'ber') => parseAsn1(decodeHex(hex.replaceAll(' ', '')), { rules })

describe('values (X.690 §8)', () => {
  const integers = [
    { comment: 'zero has one octet', hex: '02 01 00', value: 0n },
    { comment: '127 is the largest in one octet', hex: '02 01 7f', value: 127n },
    { comment: '128 needs a leading zero', hex: '02 02 00 80', value: 128n },
    { comment: '256', hex: '02 02 01 00', value: 256n },
    { comment: '-128 is the smallest in one octet', hex: '02 01 80', value: -128n },
    { comment: '-129', hex: '02 02 ff 7f', value: -129n },
    { comment: '2^64, beyond what a number holds', hex: '02 09 01 00 00 00 00 00 00 00 00', value: 1n << 64n },
  ]
  test.each(integers)('INTEGER: $comment', ({ hex, value }) => expect(readInteger(parse(hex))).toBe(value))

  const oids = [
    { comment: 'the example of X.690 §8.19.5', hex: '06 03 88 37 03', value: '2.999.3' },
    { comment: 'the second arc may exceed 39 under 2', hex: '06 03 81 34 03', value: '2.100.3' },
    { comment: 'rsaEncryption', hex: '06 09 2a 86 48 86 f7 0d 01 01 01', value: '1.2.840.113549.1.1.1' },
    { comment: '0.39, the last under 0', hex: '06 01 27', value: '0.39' },
    { comment: '1.0, the first under 1', hex: '06 01 28', value: '1.0' },
    { comment: '2.0, the first under 2', hex: '06 01 50', value: '2.0' },
    { comment: 'an arc of 2^64', hex: '06 0b 2a 82 80 80 80 80 80 80 80 80 00', value: '1.2.18446744073709551616' },
  ]
  test.each(oids)('OBJECT IDENTIFIER: $comment', ({ hex, value }) => expect(readOid(parse(hex))).toBe(value))

  const octets = [
    { comment: 'in one piece', hex: '04 03 010203' },
    { comment: 'with a length in more octets than needed', hex: '04 81 03 010203' },
    { comment: 'with a length in six octets', hex: '04 86 000000000003 010203' },
    { comment: 'in pieces', hex: '24 07 04 01 01 04 02 0203' },
    { comment: 'in pieces of indefinite length', hex: '24 80 04 01 01 04 02 0203 00 00' },
    { comment: 'in pieces of pieces', hex: '24 80 24 80 04 01 01 00 00 24 04 04 02 0203 00 00' },
    { comment: 'in pieces, some of them empty', hex: '24 80 04 00 04 03 010203 04 00 00 00' },
  ]
  test.each(octets)('OCTET STRING $comment', ({ hex }) => expect(encodeHex(readOctets(parse(hex)))).toBe('010203'))

  const bits = [
    { comment: 'the example of X.690 §8.6.4.2 in one piece', hex: '03 07 04 0a3b5f291cd0' },
    { comment: 'the same in pieces', hex: '23 80 03 03 00 0a3b 03 05 04 5f291cd0 00 00' },
  ]
  test.each(bits)('BIT STRING: $comment', ({ hex }) => {
    const { octets, unusedBits } = readBitString(parse(hex))
    expect([encodeHex(octets), unusedBits]).toEqual(['0a3b5f291cd0', 4])
  })

  test('named bits are counted from the first octet, highest first', () => {
    expect(readBits(parse('03 03 07 a0 80'))).toEqual([0, 2, 8])
  })

  const texts = [
    { comment: 'UTF8String', hex: '0c 04 c3a96f 21', value: 'éo!' },
    { comment: 'PrintableString', hex: '13 02 4f6b', value: 'Ok' },
    { comment: 'TeletexString, taken for Latin-1', hex: '14 01 e9', value: 'é' },
    { comment: 'BMPString', hex: '1e 04 00e9 20ac', value: 'é€' },
    { comment: 'UniversalString', hex: '1c 04 0001f600', value: '😀' },
    { comment: 'a UTF8String in pieces that divide a character', hex: '2c 80 0c 01 c3 04 01 a9 00 00', value: 'é' },
  ]
  test.each(texts)('$comment', ({ hex, value }) => expect(readText(parse(hex))).toBe(value))

  test('any octet but zero is true', () => {
    expect(['01 01 00', '01 01 01', '01 01 ff'].map((hex) => readBoolean(parse(hex)))).toEqual([false, true, true])
  })

  test('a tag of 31 or more takes further octets', () => {
    expect(parse('9f 1f 00').tag).toBe(31 * 256 + 0x9f)
    expect(parse('bf 81 00 00').tag).toBe(128 * 256 + 0x9f)
  })
})

describe('values that are refused', () => {
  const refused: { comment: string; read: () => unknown }[] = [
    { comment: 'an INTEGER without octets', read: () => readInteger(parse('02 00')) },
    { comment: 'an INTEGER in pieces', read: () => readInteger(parse('22 03 02 01 00')) },
    { comment: 'an INTEGER of 4097 octets', read: () => readInteger(parse(`02 82 1001 ${'01'.repeat(4097)}`)) },
    { comment: 'a small INTEGER below zero', read: () => readSmallInteger(parse('02 01 ff')) },
    { comment: 'a small INTEGER of 2^31', read: () => readSmallInteger(parse('02 05 00 80000000')) },
    { comment: 'a BOOLEAN of two octets', read: () => readBoolean(parse('01 02 0000')) },
    { comment: 'an OID without octets', read: () => readOid(parse('06 00')) },
    { comment: 'an OID that is cut off', read: () => readOid(parse('06 02 2a 86')) },
    { comment: 'an OID with a padded arc', read: () => readOid(parse('06 03 2a 80 01')) },
    { comment: 'an OID of 65 octets', read: () => readOid(parse(`06 41 ${'01'.repeat(65)}`)) },
    { comment: 'a BIT STRING without octets', read: () => readBitString(parse('03 00')) },
    { comment: 'a BIT STRING with eight unused bits', read: () => readBitString(parse('03 02 08 00')) },
    { comment: 'an empty BIT STRING with unused bits', read: () => readBitString(parse('03 01 01')) },
    {
      comment: 'a BIT STRING with unused bits in the middle',
      read: () => readBitString(parse('23 08 03 02 01 00 03 02 00 00')),
    },
    { comment: 'named bits of 33 octets', read: () => readBits(parse(`03 22 00 ${'ff'.repeat(33)}`)) },
    { comment: 'UTF-8 that is none', read: () => readText(parse('0c 01 ff')) },
    { comment: 'a BMPString of three octets', read: () => readText(parse('1e 03 000000')) },
    { comment: 'a UniversalString beyond Unicode', read: () => readText(parse('1c 04 00110000')) },
    { comment: 'a string with a piece of another kind', read: () => readOctets(parse('24 80 02 01 00 00 00')) },
    { comment: 'an OCTET STRING taken for text', read: () => readText(parse('04 01 41')) },
  ]
  test.each(refused)('$comment', ({ read }) => expect(codeOf(read)).toBe('ERR_ASN1_VALUE'))

  test('their neighbours that are just inside are taken', () => {
    expect(readInteger(parse(`02 82 1000 ${'01'.repeat(4096)}`))).toBeGreaterThan(0n)
    expect(readSmallInteger(parse('02 04 7fffffff'))).toBe(0x7fff_ffff)
    expect(readOid(parse(`06 40 ${'01'.repeat(64)}`)).split('.')).toHaveLength(65)
    expect(readBitString(parse('03 01 00')).octets).toHaveLength(0)
    expect(readBits(parse(`03 21 00 ${'ff'.repeat(32)}`))).toHaveLength(256)
    expect(readText(parse('1c 04 0010ffff'))).toBe('\u{10ffff}')
  })
})

const element = (tag: number, text: string) => parseAsn1(Uint8Array.of(tag, text.length, ...encodeLatin1(text)))

describe('times (X.690 §8.25, §8.26; RFC 5280 §4.1.2.5)', () => {
  const taken = [
    { comment: 'UTCTime', tag: tags.utcTime, text: '260102030405Z', iso: '2026-01-02T03:04:05.000Z' },
    {
      comment: 'UTCTime of 49 is in this century',
      tag: tags.utcTime,
      text: '491231235959Z',
      iso: '2049-12-31T23:59:59.000Z',
    },
    {
      comment: 'UTCTime of 50 is in the last',
      tag: tags.utcTime,
      text: '500101000000Z',
      iso: '1950-01-01T00:00:00.000Z',
    },
    { comment: 'UTCTime without seconds', tag: tags.utcTime, text: '2601020304Z', iso: '2026-01-02T03:04:00.000Z' },
    {
      comment: 'UTCTime east of Greenwich',
      tag: tags.utcTime,
      text: '260102030405+0130',
      iso: '2026-01-02T01:34:05.000Z',
    },
    {
      comment: 'UTCTime west of Greenwich',
      tag: tags.utcTime,
      text: '260102230405-0500',
      iso: '2026-01-03T04:04:05.000Z',
    },
    {
      comment: 'the 29th of February of a leap year',
      tag: tags.utcTime,
      text: '240229000000Z',
      iso: '2024-02-29T00:00:00.000Z',
    },
    { comment: 'GeneralizedTime', tag: tags.generalizedTime, text: '20500101000000Z', iso: '2050-01-01T00:00:00.000Z' },
    {
      comment: 'the end of time (RFC 5280 §4.1.2.5)',
      tag: tags.generalizedTime,
      text: '99991231235959Z',
      iso: '9999-12-31T23:59:59.000Z',
    },
    {
      comment: 'the year 99 is not 1999',
      tag: tags.generalizedTime,
      text: '00990101000000Z',
      iso: '0099-01-01T00:00:00.000Z',
    },
    {
      comment: 'milliseconds',
      tag: tags.generalizedTime,
      text: '20260102030405.029Z',
      iso: '2026-01-02T03:04:05.029Z',
    },
    {
      comment: 'a fraction after a comma, cut to milliseconds',
      tag: tags.generalizedTime,
      text: '20260102030405,12999Z',
      iso: '2026-01-02T03:04:05.129Z',
    },
    { comment: 'hours alone', tag: tags.generalizedTime, text: '2026010203Z', iso: '2026-01-02T03:00:00.000Z' },
  ]
  test.each(taken)('$comment', ({ tag, text, iso }) => {
    expect(new Date(readTime(element(tag, text))).toISOString()).toBe(iso)
  })

  const refused = [
    { comment: 'the 29th of February of another year', tag: tags.utcTime, text: '230229000000Z' },
    { comment: 'the 31st of June', tag: tags.utcTime, text: '260631000000Z' },
    { comment: 'a month 13', tag: tags.utcTime, text: '261301000000Z' },
    { comment: 'a month 00', tag: tags.utcTime, text: '260001000000Z' },
    { comment: 'the hour 24', tag: tags.utcTime, text: '260101240000Z' },
    { comment: 'the second 60', tag: tags.utcTime, text: '260101235960Z' },
    { comment: 'no zone', tag: tags.utcTime, text: '260101000000' },
    { comment: 'a zone of 24 hours', tag: tags.utcTime, text: '260101000000+2400' },
    { comment: 'a fraction of a UTCTime', tag: tags.utcTime, text: '260101000000.5Z' },
    { comment: 'a fraction of an hour', tag: tags.generalizedTime, text: '2026010112.5Z' },
    { comment: 'four digits of year in a UTCTime', tag: tags.utcTime, text: '20260101000000Z' },
    { comment: 'two digits of year in a GeneralizedTime', tag: tags.generalizedTime, text: '260101000000Z' },
    { comment: 'a line end behind', tag: tags.utcTime, text: '260101000000Z\n' },
    { comment: 'nothing', tag: tags.utcTime, text: '' },
    { comment: 'another type', tag: tags.ia5String, text: '20260101000000Z' },
  ]
  test.each(refused)('$comment is refused', ({ tag, text }) => {
    expect(codeOf(() => readTime(element(tag, text)))).toBe('ERR_ASN1_VALUE')
  })
})

describe('DER is BER in one form only (X.690 §10)', () => {
  const pairs = [
    { comment: 'an indefinite length', ber: '30 80 02 01 05 00 00', der: '30 03 02 01 05' },
    { comment: 'a length in more octets than needed', ber: '30 81 03 02 01 05', der: '30 03 02 01 05' },
    {
      comment: 'a long length with a leading zero',
      ber: `04 82 00 80 ${'00'.repeat(128)}`,
      der: `04 81 80 ${'00'.repeat(128)}`,
    },
    { comment: 'a string in pieces', ber: '24 03 04 01 05', der: '04 01 05' },
  ]
  test.each(pairs)('$comment', ({ ber, der }) => {
    expect(parse(ber).tag).toBe(parse(der).tag)
    expect(codeOf(() => parse(ber, 'der'))).toBe('ERR_ASN1_NOT_DER')
    expect(() => parse(der, 'der')).not.toThrow()
  })
})

describe('what is no encoding', () => {
  const broken = [
    { comment: 'nothing', hex: '', code: 'ERR_ASN1_TRUNCATED', offset: 0 },
    { comment: 'a tag alone', hex: '30', code: 'ERR_ASN1_TRUNCATED', offset: 1 },
    { comment: 'contents cut off', hex: '04 02 00', code: 'ERR_ASN1_TRUNCATED', offset: 0 },
    { comment: 'a child longer than its parent', hex: '30 03 04 02 00 00', code: 'ERR_ASN1_TRUNCATED', offset: 2 },
    { comment: 'an indefinite length without an end', hex: '30 80 02 01 00', code: 'ERR_ASN1_TRUNCATED', offset: 5 },
    { comment: 'half an end-of-contents', hex: '30 80 00', code: 'ERR_ASN1_TRUNCATED', offset: 3 },
    { comment: 'octets behind', hex: '05 00 00', code: 'ERR_ASN1_TRAILING_BYTES', offset: 2 },
    { comment: 'an indefinite primitive', hex: '04 80 00 00', code: 'ERR_ASN1_LENGTH', offset: 0 },
    { comment: 'a length in seven octets', hex: '04 87 00000000000000', code: 'ERR_ASN1_LENGTH', offset: 1 },
    { comment: 'the reserved length', hex: '04 ff', code: 'ERR_ASN1_LENGTH', offset: 1 },
    { comment: 'a length of 2^48-1', hex: '04 86 ffffffffffff', code: 'ERR_ASN1_TRUNCATED', offset: 0 },
    { comment: 'an end-of-contents in a definite length', hex: '30 02 00 00', code: 'ERR_ASN1_VALUE', offset: 2 },
    { comment: 'a small tag number in the long form', hex: '1f 1e 00', code: 'ERR_ASN1_VALUE', offset: 0 },
    { comment: 'a padded tag number', hex: '1f 80 1f 00', code: 'ERR_ASN1_VALUE', offset: 0 },
    { comment: 'a tag number without an end', hex: '1f ff ff ff ff ff', code: 'ERR_ASN1_VALUE', offset: 0 },
  ]
  test.each(broken)('$comment', ({ hex, code, offset }) => {
    const failure = caught(() => parse(hex))
    expect(failure).toMatchObject({ code, offset })
  })
})

function caught(read: () => unknown): Asn1Error | undefined {
  try {
    read()
  } catch (error) {
    return error as Asn1Error
  }
  return undefined
}
