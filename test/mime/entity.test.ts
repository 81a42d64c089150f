import { describe, expect, test } from 'vitest'
import { concat, decodeUtf8, encodeLatin1, encodeUtf8 } from '../../src/bytes/index.js'
import { decodeBody, type Entity, fieldBodies, fieldBody, parseEntity, parseHeader } from '../../src/mime/index.js'

const crlf = (text: string) => encodeUtf8(text.replaceAll('\n', '\r\n'))
const body = (entity: Entity | undefined) => entity && decodeUtf8(entity.body)
const multipart = (lines: string, boundary = 'b') =>
  parseEntity(crlf(`Content-Type: multipart/mixed; boundary="${boundary}"\n\n${lines}`))

describe('headers (RFC 5322 §2.2)', () => {
  const fields = [
    {
      comment: 'a folded body is joined at its line breaks',
      text: 'A: one\r\n\ttwo\r\n  three',
      body: 'one\ttwo  three',
    },
    { comment: 'white space before the colon', text: 'A : one', body: 'one' },
    { comment: 'UTF-8 as it is (RFC 6532)', text: 'A: Zoë', body: 'Zoë' },
    { comment: 'a body that holds colons', text: 'A: b: c', body: 'b: c' },
    { comment: 'an empty body', text: 'A:', body: '' },
    { comment: 'a byte order mark before the first field', text: '\ufeffA: one', body: 'one' },
    {
      comment: 'an mbox line before the first field',
      text: 'From ann@clinic.example Mon Nov 23\r\nA: one',
      body: 'one',
    },
    { comment: 'white space before the first name', text: ' A: one', body: 'one' },
    { comment: 'a line that is no field is passed over', text: 'B: x\r\nno field\r\nA: one', body: 'one' },
  ]
  test.each(fields)('$comment', ({ text, body }) => {
    for (const ends of ['\r\n', '\n']) {
      const message = encodeUtf8(`${text}\r\n\r\nbody`.replaceAll('\r\n', ends))
      const { header, bodyStart } = parseHeader(message)
      expect(fieldBody(header, 'a')).toBe(body)
      expect(decodeUtf8(message.subarray(bodyStart))).toBe('body')
      expect(decodeUtf8(header.bytes) + ends).toBe(decodeUtf8(message.subarray(0, bodyStart)))
    }
  })

  test('octets that are no UTF-8 are read as Latin-1', () => {
    expect(fieldBody(parseHeader(encodeLatin1('A: Zo\u00eb\r\n\r\n')).header, 'A')).toBe('Zoë')
  })

  test('names are compared without case, the first one counts, and all can be had', () => {
    const { header } = parseHeader(crlf('To: 1\ntO: 2\nX: 3\n\n'))
    expect(fieldBody(header, 'TO')).toBe('1')
    expect(fieldBodies(header, 'to')).toEqual(['1', '2'])
    expect(fieldBody(header, 'Y')).toBeUndefined()
  })

  test('a field knows its bytes, line ends included', () => {
    const { header } = parseHeader(crlf('A: 1\n 2\nB: 3\n\n'))
    expect(header.fields.map(({ bytes }) => decodeUtf8(bytes))).toEqual(['A: 1\r\n 2\r\n', 'B: 3\r\n'])
  })

  test('without a field on the first line everything is body', () => {
    const entity = parseEntity(encodeUtf8('Hello\nSubject: no\n\nbye'))
    expect(entity.header.fields).toEqual([])
    expect(body(entity)).toBe('Hello\nSubject: no\n\nbye')
    expect(entity.defects).toContain('malformed-header-line')
  })

  test('without a blank line there is no body', () => {
    const entity = parseEntity(encodeUtf8('A: 1\nB: 2'))
    expect(entity.header.fields).toHaveLength(2)
    expect(body(entity)).toBe('')
  })
})

describe('multiparts (RFC 2046 §5.1)', () => {
  test('a part is exactly what lies between its delimiter lines, and the line end before a delimiter is not its own', () => {
    const { parts, preamble, epilogue, defects } = multipart('before\n--b\nA: 1\n\none\n\n--b\n\ntwo\n--b--\nafter\n')
    expect(parts.map(({ bytes }) => decodeUtf8(bytes))).toEqual(['A: 1\r\n\r\none\r\n', '\r\ntwo'])
    expect(decodeUtf8(preamble!)).toBe('before')
    expect(decodeUtf8(epilogue!)).toBe('after\r\n')
    expect(defects).toEqual([])
  })

  const shapes = [
    { comment: 'white space behind a delimiter', lines: '--b \t\n\none\n--b-- \n', bodies: ['one'] },
    {
      comment: 'a line that begins like the delimiter is content',
      lines: '--b\n\n--bc\n--b x\n--b--\n',
      bodies: ['--bc\r\n--b x'],
    },
    {
      comment: 'a closing delimiter with more behind it is content',
      lines: '--b\n\n--b--c\n--b--\n',
      bodies: ['--b--c'],
    },
    { comment: 'a delimiter inside a line is content', lines: '--b\n\nx --b\n--b--\n', bodies: ['x --b'] },
    {
      comment: 'nothing behind the closing delimiter is a part',
      lines: '--b\n\none\n--b--\n--b\n\ntwo\n--b--\n',
      bodies: ['one'],
    },
    { comment: 'a part without header and content', lines: '--b\n--b\n\ntwo\n--b--', bodies: ['', 'two'] },
    { comment: 'a part that is one blank line', lines: '--b\n\n--b--', bodies: [''] },
    { comment: 'no part at all', lines: '--b--', bodies: [] },
  ]
  test.each(shapes)('$comment', ({ lines, bodies }) => {
    expect(multipart(lines).parts.map(body)).toEqual(bodies)
  })

  test('bare line feeds part as well', () => {
    const { parts } = parseEntity(
      encodeUtf8('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n'),
    )
    expect(parts.map(body)).toEqual(['one', 'two'])
  })

  test('a boundary that begins another one does not take its lines', () => {
    const inner = 'Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\ninner\n--bb--'
    const { parts } = multipart(`--b\n${inner}\n--b\n\nouter\n--b--\n`)
    expect(parts).toHaveLength(2)
    expect(parts[0]?.parts.map(body)).toEqual(['inner'])
  })

  test('a delimiter of the outer multipart ends an inner one left open', () => {
    const inner = 'Content-Type: multipart/mixed; boundary=i\n\n--i\n\ninner'
    const outer = multipart(`--b\n${inner}\n--b\n\nnext\n--b--\n`)
    expect(outer.parts.map(({ defects }) => defects)).toEqual([['missing-close-delimiter'], []])
    expect(outer.parts[0]?.parts.map(body)).toEqual(['inner'])
    expect(body(outer.parts[1])).toBe('next')
  })

  test('a last part without a delimiter behind it goes to the end, and says so', () => {
    const entity = multipart('--b\n\none\n')
    expect(entity.parts.map(body)).toEqual(['one\r\n'])
    expect(entity.defects).toEqual(['missing-close-delimiter'])
  })

  const withoutBoundary = [
    { comment: 'absent', type: 'multipart/mixed' },
    { comment: 'empty', type: 'multipart/mixed; boundary=""' },
    { comment: 'white space', type: 'multipart/mixed; boundary=" "' },
    { comment: 'one that holds a line end', type: "multipart/mixed; boundary*=utf-8''a%0Ab" },
  ]
  test.each(withoutBoundary)('a boundary that cannot be: $comment', ({ type }) => {
    const entity = parseEntity(encodeUtf8(`Content-Type: ${type}\n\n--\na\nb\n--a\nb--\n`))
    expect(entity.parts).toEqual([])
    expect(entity.defects).toEqual(['no-boundary'])
  })

  test('types that are absent or unreadable have their default (RFC 2045 §5.2, RFC 2046 §5.1.5)', () => {
    const digest = parseEntity(crlf('Content-Type: multipart/digest; boundary=b\n\n--b\n\nA: 1\n\n--b--\n'))
    expect(digest.parts[0]?.contentType).toMatchObject({ type: 'message', subtype: 'rfc822' })
    const odd = parseEntity(crlf('Content-Type: nonsense\n\n'))
    expect(odd.contentType).toEqual({ type: 'text', subtype: 'plain', parameters: { charset: 'us-ascii' } })
    expect(odd.defects).toEqual(['malformed-content-type'])
  })

  test('a message inside a message is a leaf (AS-48)', () => {
    const inner = 'Content-Type: multipart/mixed; boundary=i\n\n--i\n\nx\n--i--\n'
    expect(multipart(`--b\nContent-Type: message/rfc822\n\n${inner}\n--b--\n`).parts[0]?.parts).toEqual([])
  })

  test('parts are views of the source, and their spans say where', () => {
    const { source, parts } = multipart('--b\nA: 1\n\none\n--b--\n')
    const [part] = parts
    expect(part!.bytes.buffer).toBe(source.buffer)
    expect(source.subarray(part!.span.start, part!.span.end)).toEqual(part!.bytes)
    expect(source.subarray(part!.span.bodyStart, part!.span.end)).toEqual(part!.body)
  })
})

describe('transfer encodings (RFC 2045 §6)', () => {
  const cases = [
    { encoding: 'base64', encoded: 'SGV!s\r\nbG8=\r\ngarbage', decoded: 'Hello' },
    { encoding: 'BASE64 (as ever)', encoded: 'SGVsbG8', decoded: 'Hello' },
    { encoding: 'quoted-printable', encoded: 'H=65l=\r\nlo  \r\n=zz', decoded: 'Hello\r\n=zz' },
    { encoding: '7bit', encoded: 'SGVs', decoded: 'SGVs' },
    { encoding: 'x-unknown', encoded: 'SGVs', decoded: 'SGVs' },
    { encoding: '__proto__', encoded: 'SGVs', decoded: 'SGVs' },
    { encoding: 'constructor', encoded: 'SGVs', decoded: 'SGVs' },
    { encoding: '', encoded: 'SGVs', decoded: 'SGVs' },
  ]
  test.each(cases)('"$encoding"', ({ encoding, encoded, decoded }) => {
    const entity = parseEntity(encodeUtf8(`Content-Transfer-Encoding: ${encoding}\n\n${encoded}`))
    expect(decodeUtf8(decodeBody(entity))).toBe(decoded)
  })
})

describe('limits', () => {
  const nested = (depth: number) => {
    const open = Array.from({ length: depth }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}e\n\n--b${i}e\n`)
    return encodeUtf8(`${open.join('')}\nx\n`)
  }
  const cases = [
    { comment: 'depth', good: nested(32), bad: nested(33), limits: {}, code: 'ERR_MIME_TOO_DEEP' },
    { comment: 'depth, far beyond', good: nested(1), bad: nested(5000), limits: {}, code: 'ERR_MIME_TOO_DEEP' },
    {
      comment: 'parts',
      good: encodeUtf8(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(10)}--b--`),
      bad: encodeUtf8(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(11)}--b--`),
      limits: { maxParts: 10 },
      code: 'ERR_MIME_TOO_MANY_PARTS',
    },
    {
      comment: 'octets of a header',
      good: encodeUtf8(`A: ${'x'.repeat(50)}\n\n`),
      bad: encodeUtf8(`A: ${'x'.repeat(200)}\n\n`),
      limits: { maxHeaderBytes: 100 },
      code: 'ERR_MIME_HEADER_TOO_LARGE',
    },
    {
      comment: 'fields of a header',
      good: encodeUtf8(`${'A: 1\n'.repeat(5)}\n`),
      bad: encodeUtf8(`${'A: 1\n'.repeat(50)}\n`),
      limits: { maxFields: 10 },
      code: 'ERR_MIME_HEADER_TOO_LARGE',
    },
  ]
  test.each(cases)('$comment', ({ good, bad, limits, code }) => {
    expect(() => parseEntity(good, limits)).not.toThrow()
    expect(() => parseEntity(bad, limits)).toThrow(expect.objectContaining({ code }))
  })
})

describe('hostile messages cost no more than their length', () => {
  const filler = 1_000_000
  const head = 'Content-Type: multipart/mixed; boundary='
  const cases: readonly { comment: string; message: Uint8Array }[] = [
    {
      comment: 'a long boundary of the same character as the body',
      message: encodeUtf8(`${head}"${'-'.repeat(900)}"\n\n${'-'.repeat(filler)}`),
    },
    { comment: 'lines that are nearly delimiters', message: encodeUtf8(`${head}a\n\n${'--ax\n'.repeat(filler / 5)}`) },
    {
      comment: 'multiparts that never close before a long end',
      message: concat([
        encodeUtf8(`${head}b\n\n${`--b\n${head}zz\n\n`.repeat(3000)}--b--\n`),
        new Uint8Array(4 * filler),
      ]),
    },
    { comment: 'one parameter many times', message: encodeUtf8(`Content-Type: a/b;${'a=b;'.repeat(100_000)}\n\n`) },
    { comment: 'sections of one parameter', message: encodeUtf8(`Content-Type: a/b;${'a*1=b;'.repeat(100_000)}\n\n`) },
    { comment: 'a long quoted value', message: encodeUtf8(`Content-Type: a/b; c="${'\\x'.repeat(400_000)}"\n\n`) },
    { comment: 'open comments', message: encodeUtf8(`Content-Type: a/b ${'('.repeat(900_000)}\n\n`) },
    { comment: 'a header of blanks', message: encodeUtf8(`A: b\n${' \n'.repeat(400_000)}\n`) },
  ]
  test.each(cases)('$comment', ({ message }) => {
    // The quadratic forms of these took tens of seconds.
    const start = performance.now()
    parseEntity(message)
    expect(performance.now() - start).toBeLessThan(3000)
  })
})

describe('a line that is two delimiters: with the boundaries "a" and "a--" the outer one counts', () => {
  const nested = (outer: string, inner: string) =>
    multipart(
      `--${outer}\nContent-Type: multipart/mixed; boundary="${inner}"\n\n--${inner}\n\none\n--a--\n\ntwo\n--a----\n`,
      outer,
    )

  test('it opens a part of the outer', () => {
    const { parts } = nested('a--', 'a')
    expect(parts.map((part) => part.parts.length)).toEqual([1, 0])
    expect(body(parts[1])).toBe('two')
  })

  test('it closes the outer', () => {
    const entity = nested('a', 'a--')
    expect(entity.parts).toHaveLength(1)
    expect(entity.defects).toEqual([])
    expect(decodeUtf8(entity.epilogue!)).toContain('two')
  })
})
