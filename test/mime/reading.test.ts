import { describe, expect, test } from 'vitest'
import { concat, encodeLatin1, encodeUtf8 } from '../../src/bytes/index.js'
import {
  addressKey,
  buildMultipart,
  buildPart,
  domainOf,
  formatAddress,
  parseAddresses,
  parseContentType,
  parseEntity,
  readContent,
} from '../../src/mime/index.js'

const content = (head: string, body: Uint8Array | string) =>
  readContent(parseEntity(concat([encodeUtf8(`${head}\r\n\r\n`), typeof body === 'string' ? encodeUtf8(body) : body])))
const mixed = (...parts: readonly string[]) =>
  content('Content-Type: multipart/mixed; boundary=b', `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`)

describe('what a person reads', () => {
  test('HTML alone is given as text too, and says so', async () => {
    const read = await content('Content-Type: text/html', '<p>One &amp; <b>two</b></p><script>x()</script>')
    expect(read).toMatchObject({ text: expect.stringContaining('One & two'), textFrom: 'html' })
    expect(read.text).not.toContain('x()')
    expect(await content('Content-Type: text/plain', 'One')).not.toHaveProperty('textFrom')
  })

  test('texts one after the other are joined, and stand in the HTML where there is any', async () => {
    const read = await mixed('Content-Type: text/html\r\n\r\n<b>a</b>', 'Content-Type: text/plain\r\n\r\n1 < 2')
    expect(read.text).toBe('a\n1 < 2')
    expect(read.html).toBe('<b>a</b>\n<pre>1 &lt; 2</pre>')
  })

  test('a named text behind another is a file, without a name it is text', async () => {
    const named = await mixed('\r\none', 'Content-Type: text/plain; name=a.txt\r\n\r\ntwo')
    expect([named.text, named.attachments.map(({ filename }) => filename)]).toEqual(['one', ['a.txt']])
    const plain = await mixed('\r\none', 'Content-Type: text/plain\r\n\r\ntwo')
    expect([plain.text, plain.attachments]).toEqual(['one\ntwo', []])
  })

  test('flowed text is joined (RFC 3676)', async () => {
    expect((await content('Content-Type: text/plain; format=flowed', 'one \r\ntwo\r\n')).text?.trim()).toBe('one two')
    expect((await content('Content-Type: text/plain', 'one \r\ntwo\r\n')).text).toBe('one \ntwo\n')
  })

  const charsets = [
    { charset: 'utf-7', body: encodeUtf8('Gr+APwA3w-e +-'), text: 'Grü\u00dfe +' },
    { charset: 'cp1252', body: encodeLatin1('\u0093a\u0094'), text: '“a”' },
    { charset: 'shift_jis', body: Uint8Array.of(0x93, 0xfa), text: '日' },
    { charset: 'utf-16be', body: Uint8Array.of(0, 0x61, 0, 0x0a), text: 'a\n' },
    { charset: 'x-none', body: encodeUtf8('ä'), text: 'ä' },
  ]
  test.each(charsets)('the character set $charset', async ({ charset, body, text }) => {
    expect((await content(`Content-Type: text/plain; charset=${charset}`, body)).text).toBe(text)
  })
})

test('attachments of any length lie side by side, octet for octet', async () => {
  const lengths = Array.from({ length: 40 }, (_, index) => [0, 1, 57, 1000, 1024, 1025, 5000, 8192][index % 8]!)
  const files = lengths.map((length, index) => new Uint8Array(length).fill(index))
  const parts = files.map((content) => buildPart({ contentType: 'image/png', content }))
  const { attachments } = await readContent(parseEntity(buildMultipart('mixed', parts)))
  expect(attachments.map(({ content }) => content)).toEqual(files)
})

describe('a text of more than one block is read as if it were one', () => {
  const block = 0x3_8000
  const read = async (charset: string, octets: Uint8Array) => {
    const head = encodeLatin1(`Content-Type: text/plain${charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n`)
    return (await readContent(parseEntity(concat([head, octets])))).text
  }
  const texts = [
    { comment: 'UTF-8', charset: '; charset=utf-8', octets: encodeUtf8('ü€😀'), text: 'ü€😀' },
    { comment: 'UTF-8 without a label', charset: '', octets: encodeUtf8('ü€😀'), text: 'ü€😀' },
    {
      comment: 'UTF-8 that broke',
      charset: '; charset=utf-8',
      octets: encodeLatin1('\xe2\x82\x80x\xe2'),
      text: '\u2080x\ufffd',
    },
    { comment: 'Latin-1 without a label', charset: '', octets: encodeLatin1('\xfc\xdf'), text: 'üß' },
    {
      comment: 'a set of two octets',
      charset: '; charset=shift_jis',
      octets: encodeLatin1('\x83\x65\x83\x58'),
      text: 'テス',
    },
    { comment: 'windows-1252', charset: '; charset=windows-1252', octets: encodeLatin1('\x80\x93'), text: '€“' },
    { comment: 'UTF-7', charset: '; charset=utf-7', octets: encodeLatin1('+IKw-'), text: '€' },
    { comment: 'a line end', charset: '', octets: encodeLatin1('\r\n'), text: '\n' },
    {
      comment: 'a mark that is no byte order mark',
      charset: '; charset=utf-8',
      octets: encodeUtf8('\n\ufeffx'),
      text: '\n\ufeffx',
    },
  ]
  const before = [0, 1, 2, 3, 4]
  test.each(texts)('$comment at the border', async ({ charset, octets, text }) => {
    for (const back of before) {
      const head = 'a'.repeat(block - back)
      const found = await read(charset, concat([encodeLatin1(head), octets, encodeLatin1('b')]))
      expect(found === `${head}${text}b`).toBe(true)
    }
  })
})

describe('addresses', () => {
  test('an encoded word is an atom: what is inside it parts nothing', () => {
    expect(parseAddresses('=?utf-8?q?M=C3=BCller,_J:_;?= <m@clinic.example>, b@clinic.example')).toEqual([
      { name: 'Müller, J: ;', address: 'm@clinic.example' },
      { address: 'b@clinic.example' },
    ])
  })

  test('domains are written and compared as A-labels (AS-2)', () => {
    expect(formatAddress({ name: 'A', address: 'a@bücher.example' })).toBe('A <a@xn--bcher-kva.example>')
    expect(addressKey('Ann@BÜCHER.example')).toBe(addressKey('ann@xn--bcher-kva.example'))
    expect(domainOf('a@bücher.example')).toBe('xn--bcher-kva.example')
    expect(addressKey('A@clinic.example')).toBe('a@clinic.example')
    expect(addressKey('"a.b"@clinic.example')).toBe('a.b@clinic.example')
    expect(addressKey('"a b"@clinic.example')).toBe('"a b"@clinic.example')
  })

  const disguised = [
    { comment: 'the Kelvin sign', domain: '\u212aclinic.example', plain: 'kclinic.example' },
    { comment: 'wide letters', domain: '\uff43linic.example', plain: 'clinic.example' },
    { comment: 'a soft hyphen', domain: 'cli\u00adnic.example', plain: 'clinic.example' },
    { comment: 'wide digits', domain: '\uff11.2.3.4', plain: '1.2.3.4' },
  ]
  test.each(disguised)('$comment is not what it looks like', ({ domain, plain }) => {
    expect(addressKey(`a@${domain}`)).not.toBe(addressKey(`a@${plain}`))
    expect(() => formatAddress(`a@${domain}`)).toThrow(expect.objectContaining({ code: 'ERR_MIME_ADDRESS_INVALID' }))
    expect(() => formatAddress(`a@${plain}`)).not.toThrow()
  })

  test('a local part beyond ASCII is refused, a domain is not', () => {
    expect(() => formatAddress('zoë@clinic.example')).toThrow(
      expect.objectContaining({ code: 'ERR_MIME_ADDRESS_INVALID' }),
    )
    expect(() => formatAddress('zoe@zoë.example')).not.toThrow()
  })
})

describe('parameters without their quotes', () => {
  const cases = [
    { text: 'a/b; name=report (1).pdf', name: 'report (1).pdf' },
    { text: 'a/b; name=report(1).pdf', name: 'report(1).pdf' },
    { text: 'a/b; name=report.pdf (a comment)', name: 'report.pdf' },
    { text: 'a/b; name=report.pdf other="x"', name: 'report.pdf' },
    { text: 'a/b name=report.pdf', name: 'report.pdf' },
  ]
  test.each(cases)('$text', ({ text, name }) => {
    expect(parseContentType(text)?.parameters.name).toBe(name)
  })
})
