import { describe, expect, test } from 'vitest'
import { decodeUtf8, encodeLatin1, encodeUtf8 } from '../../src/bytes/index.js'
import {
  decodeBody,
  decodeTransferEncoding,
  encodeTransferEncoding,
  parseEntity,
  type TransferEncoding,
} from '../../src/mime/index.js'

describe('strict and lenient (RFC 2045 §6)', () => {
  const cases: readonly {
    comment: string
    encoding: TransferEncoding
    good: string
    bad: string
    at: number
    lenient: string
  }[] = [
    {
      comment: 'base64 with another character',
      encoding: 'base64',
      good: 'SGVs\r\nbG8=',
      bad: 'SG!Vs',
      at: 2,
      lenient: 'Hel',
    },
    { comment: 'base64 without its padding', encoding: 'base64', good: 'SGk=', bad: 'SGk', at: 3, lenient: 'Hi' },
    { comment: 'a lone equals sign', encoding: 'quoted-printable', good: 'a=3Db', bad: 'a=b', at: 1, lenient: 'a=b' },
    { comment: 'small digits', encoding: 'quoted-printable', good: '=3D', bad: '=3d', at: 0, lenient: '=' },
    {
      comment: 'white space at the end of a line',
      encoding: 'quoted-printable',
      good: 'a=20\r\n',
      bad: 'a \r\n',
      at: 1,
      lenient: 'a\r\n',
    },
    { comment: 'a bare line feed', encoding: 'quoted-printable', good: 'a\r\nb', bad: 'a\nb', at: 1, lenient: 'a\nb' },
    {
      comment: 'a line of 77',
      encoding: 'quoted-printable',
      good: 'x'.repeat(76),
      bad: 'x'.repeat(77),
      at: 76,
      lenient: 'x'.repeat(77),
    },
    { comment: 'octets beyond ASCII', encoding: '7bit', good: 'ab', bad: 'a\u00e4', at: 1, lenient: 'a\ufffd' },
    { comment: 'NUL', encoding: '8bit', good: 'ab', bad: 'a\0', at: 1, lenient: 'a\0' },
    { comment: 'a bare CR', encoding: '8bit', good: 'a\r\nb', bad: 'a\rb', at: 1, lenient: 'a\rb' },
    {
      comment: 'a line of 999',
      encoding: '7bit',
      good: `${'x'.repeat(998)}\r\n`,
      bad: 'x'.repeat(999),
      at: 998,
      lenient: 'x'.repeat(999),
    },
  ]
  test.each(cases)('$encoding: $comment', ({ encoding, good, bad, at, lenient }) => {
    expect(() => decodeTransferEncoding(encodeLatin1(good), encoding)).not.toThrow()
    expect(() => decodeTransferEncoding(encodeLatin1(bad), encoding)).toThrow(
      expect.objectContaining({ code: 'ERR_MIME_ENCODING', message: expect.stringContaining(`offset ${at})`) }),
    )
    expect(decodeUtf8(decodeTransferEncoding(encodeLatin1(bad), encoding, { lenient: true }))).toBe(lenient)
  })

  test('what has nothing to undo is not copied, and binary holds anything', () => {
    const bytes = encodeLatin1('a\r\nb')
    for (const encoding of ['7bit', '8bit', 'binary'] as const) {
      expect(decodeTransferEncoding(bytes, encoding)).toBe(bytes)
      expect(encodeTransferEncoding(bytes, encoding)).toBe(bytes)
    }
    expect(() => encodeTransferEncoding(encodeLatin1('\0\n\u00ff'), 'binary')).not.toThrow()
    for (const encoding of ['7bit', '8bit'] as const) {
      expect(() => encodeTransferEncoding(encodeLatin1('a\n'), encoding)).toThrow(
        expect.objectContaining({ code: 'ERR_MIME_ENCODING' }),
      )
    }
  })

  test('every octet comes back, in lines of 76, and strictly', () => {
    const octets = Uint8Array.from({ length: 1024 }, (_, at) => at)
    for (const encoding of ['base64', 'quoted-printable'] as const) {
      const encoded = encodeTransferEncoding(octets, encoding)
      expect(decodeTransferEncoding(encoded, encoding)).toEqual(octets)
      for (const line of decodeUtf8(encoded).split('\r\n')) expect(line.length).toBeLessThanOrEqual(76)
    }
  })

  test('an encoding that is not known is refused, or leaves the body as it is', () => {
    const body = encodeUtf8('begin 644 a')
    expect(() => decodeTransferEncoding(body, 'x-uuencode')).toThrow(
      expect.objectContaining({ code: 'ERR_MIME_ENCODING' }),
    )
    expect(decodeTransferEncoding(body, 'x-uuencode', { lenient: true })).toBe(body)
    expect(decodeTransferEncoding(encodeUtf8('SGk='), 'BASE64')).toEqual(encodeUtf8('Hi'))
  })

  test('a body is decoded leniently unless told otherwise', () => {
    const entity = parseEntity(encodeUtf8('Content-Transfer-Encoding: base64\r\n\r\nSGk!='))
    expect(decodeBody(entity)).toEqual(encodeUtf8('Hi'))
    expect(() => decodeBody(entity, { lenient: false })).toThrow(expect.objectContaining({ code: 'ERR_MIME_ENCODING' }))
  })
})
