import { describe, expect, test } from 'vitest'
import { concat, decodeLatin1, decodeUtf8, encodeLatin1, encodeUtf8 } from '../../src/bytes/index.js'
import {
  canonicalEntity,
  decodeBody,
  decodeWords,
  fieldBody,
  parseAddresses,
  parseEntity,
  serializeHeader,
  unwrapMessage,
} from '../../src/mime/index.js'

const canonical = (text: string) => canonicalEntity(parseEntity(encodeUtf8(text)))
const again = (text: string) => parseEntity(canonical(text))

describe('an entity made safe to sign (RFC 8551 §3.1)', () => {
  test('its own octets, when they are canonical already', () => {
    const source = encodeUtf8(
      'Subject: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n',
    )
    const entity = parseEntity(source)
    const bytes = canonicalEntity(entity)
    expect([bytes.buffer, bytes.length]).toEqual([source.buffer, source.length])
  })

  const same = [
    { comment: 'bare line feeds', text: 'Subject: a\n\nx\ny\n', canonical: 'Subject: a\r\n\r\nx\r\ny\r\n' },
    {
      comment: 'a label that promises more',
      text: 'Content-Transfer-Encoding: 8bit\r\n\r\nx',
      canonical: 'Content-Transfer-Encoding: 7bit\r\n\r\nx',
    },
    {
      comment: 'delimiters and what is around them',
      text: 'Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\nx\n--b--\npost',
      canonical: 'Content-Type: multipart/mixed; boundary=b\r\n\r\npre\r\n--b\r\n\r\nx\r\n--b--\r\npost',
    },
    {
      comment: 'a preamble beyond ASCII, which nobody reads',
      text: 'Content-Type: multipart/mixed; boundary=b\r\n\r\nä\r\n--b\r\n\r\nx\r\n--b--\r\n',
      canonical: 'Content-Type: multipart/mixed; boundary=b\r\n\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n',
    },
  ]
  test.each(same)('$comment', ({ text, canonical: expected }) => {
    expect(decodeLatin1(canonical(text))).toBe(expected)
  })

  test('text beyond ASCII is encoded, with its octets kept', () => {
    const entity = again('Content-Type: text/plain; charset=utf-8\n\nGrüße\nheute\n')
    expect(entity.transferEncoding).toMatch(/^(quoted-printable|base64)$/)
    expect(decodeUtf8(decodeBody(entity))).toBe('Grüße\r\nheute\r\n')
  })

  test('a file keeps every octet, its line ends too', () => {
    const entity = again('Content-Type: application/xml\n\n<a>\n</a>\n')
    expect([entity.transferEncoding, decodeUtf8(decodeBody(entity))]).toEqual(['base64', '<a>\n</a>\n'])
  })

  test('text with NUL, such as UTF-16, is a file', () => {
    const entity = parseEntity(
      canonicalEntity(parseEntity(encodeLatin1('Content-Type: text/plain; charset=utf-16be\r\n\r\n\0a\0\n'))),
    )
    expect(decodeLatin1(decodeBody(entity))).toBe('\0a\0\n')
  })

  test('headers become ASCII and say the same', () => {
    const { header, contentType } = again(
      'Subject: Grüße\r\nTo: "Müller, Jörg" <j@clinic.example>\r\nContent-Type: text/plain; name="ü.txt"\r\n\r\nx',
    )
    expect(decodeWords(fieldBody(header, 'Subject')!)).toBe('Grüße')
    expect(parseAddresses(fieldBody(header, 'To')!)).toEqual([{ name: 'Müller, Jörg', address: 'j@clinic.example' }])
    expect(contentType.parameters).toEqual({ name: 'ü.txt' })
  })

  const words = 'word  after word '.repeat(70).trim()
  const longLines = [
    { comment: 'is folded where it may be', body: words, written: words },
    { comment: 'that was folded once already is unfolded first', body: `a\r\n ${words}`, written: `a ${words}` },
    {
      comment: 'with a word that fits a line',
      body: `${words} ${'x'.repeat(899)}`,
      written: `${words} ${'x'.repeat(899)}`,
    },
    { comment: 'with a word too long becomes encoded words', body: `${words} ${'x'.repeat(900)}`, written: undefined },
    { comment: 'that looks like an encoded word does so too', body: `=?${words}`, written: undefined },
    { comment: 'loses control characters', body: `${words}\t\x01\x7fx`, written: `${words} x` },
  ]
  test.each(longLines)('a line of a header that is too long $comment', ({ body, written }) => {
    const bytes = canonicalEntity(parseEntity(encodeLatin1(`Subject: ${body}\r\n\r\n`)))
    const text = body.replace('\r\n', '').replace(/[\t\x01\x7f]+/, ' ')
    if (written !== undefined)
      expect(bytes).toEqual(concat([serializeHeader([['Subject', written]]), encodeLatin1('\r\n')]))
    expect(decodeWords(fieldBody(parseEntity(bytes).header, 'Subject')!)).toBe(text)
    expect(decodeLatin1(bytes)).not.toMatch(/[^\r\n]{999}/)
  })

  test('a boundary that is new occurs in no header that was folded', () => {
    const inner = `Subject: ${words} =_direct-1\r\n\r\nx`
    const message = `Content-Type: multipart/mixed; boundary="ä"\r\n\r\n--ä\r\nContent-Type: message/rfc822\r\n\r\n${inner}\r\n--ä--\r\n`
    expect(again(message).contentType.parameters.boundary).toBe('=_direct-2')
    expect(again(message.replace(' =_direct-1', '')).contentType.parameters.boundary).toBe('=_direct-1')
  })

  test('a message inside is not encoded: its own parts are', () => {
    const entity = again(
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 8bit\r\n\r\nSubject: ä\r\n\r\nGrüße',
    )
    expect(entity.transferEncoding).toBe('7bit')
    const inner = parseEntity(unwrapMessage(entity)!)
    expect(decodeWords(fieldBody(inner.header, 'Subject')!)).toBe('ä')
    expect(decodeUtf8(decodeBody(inner))).toBe('Grüße')
  })

  const signed = (text: string) =>
    `Content-Type: multipart/mixed; boundary=o\r\n\r\n--o\r\n\r\nä\r\n--o\r\nContent-Type: multipart/signed; boundary=s; protocol=x\r\n\r\n--s\r\n\r\n${text}\r\n--s\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: 8bit\r\n\r\nAA==\r\n--s--\r\n\r\n--o--\r\n`
  test('what is signed in ASCII is not touched, beyond ASCII it has to be', () => {
    const part = (text: string) => decodeLatin1(again(signed(text)).parts[1]!.bytes)
    expect(signed('plain ')).toContain(part('plain '))
    expect(part('plain ')).toContain('\r\nContent-Transfer-Encoding: 8bit\r\n')
    expect(part('groß')).not.toContain('groß')
  })

  test('a bare CR begins no field and no part', () => {
    const entity = again(
      'A: x\rBcc: eve@clinic.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\r--b\ry\n--b--\n',
    )
    expect(fieldBody(entity.header, 'Bcc')).toBeUndefined()
    expect(entity.parts.map(({ body }) => decodeLatin1(body))).toEqual(['x\r\n--b\r\ny'])
  })

  test('a boundary beyond ASCII, or one that only comes up now, is another one', () => {
    const foreign = again('Content-Type: multipart/mixed; boundary="ä"\r\n\r\n--ä\r\n\r\nx\r\n--ä--\r\n')
    expect(foreign.parts.map(({ body }) => decodeLatin1(body))).toEqual(['x'])
    expect(foreign.contentType.parameters.boundary).toMatch(/^[ -~]+$/)
    const inner = btoa('A: 1\r\n\r\n--b\r\n\u00e4\r\n')
    const hidden = again(
      `Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${inner}\u00e4\r\n--b--\r\n`,
    )
    expect(hidden.parts).toHaveLength(1)
  })

  test('messages within messages have a limit', () => {
    const nested = (depth: number) => `${'Content-Type: message/rfc822\r\n\r\n'.repeat(depth)}A: b\r\n\r\nä`
    expect(() => canonicalEntity(parseEntity(encodeUtf8(nested(33))))).toThrow(
      expect.objectContaining({ code: 'ERR_MIME_TOO_DEEP' }),
    )
    expect(() => canonicalEntity(parseEntity(encodeUtf8(nested(32))))).not.toThrow()
  })
})
