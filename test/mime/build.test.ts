import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concat, decodeUtf8, encodeLatin1, encodeUtf8, equal } from '../../src/bytes/index.js'
import {
  buildMessage,
  buildMultipart,
  buildPart,
  canonicalLines,
  decodeBody,
  decodeQuotedPrintable,
  decodeWords,
  encodeQuotedPrintable,
  fieldBody,
  type MessageDraft,
  parseAddresses,
  parseEntity,
  readContent,
  unwrapMessage,
  wrapMessage,
} from '../../src/mime/index.js'

const draft: MessageDraft = {
  from: 'ann@clinic.example',
  to: 'bob@hospital.example',
  messageId: '<1@clinic.example>',
  date: Date.UTC(2026, 10, 23),
}
const built = async (more: Partial<MessageDraft>) => parseEntity(await buildMessage({ ...draft, ...more }))
const shape = (entity: ReturnType<typeof parseEntity>): string =>
  entity.contentType.type === 'multipart'
    ? `${entity.contentType.subtype}(${entity.parts.map(shape).join(' ')})`
    : `${entity.contentType.type}/${entity.contentType.subtype}`

describe('messages', () => {
  const picture = { contentId: '<p@clinic.example>', type: 'image/png', content: 'x' }
  const file = { filename: 'a.pdf', type: 'application/pdf', content: 'x' }
  const shapes: readonly { comment: string; more: Partial<MessageDraft>; tree: string }[] = [
    { comment: 'nothing is an empty text', more: {}, tree: 'text/plain' },
    {
      comment: 'text and HTML are alternatives',
      more: { text: 'a', html: 'b' },
      tree: 'alternative(text/plain text/html)',
    },
    { comment: 'a file alone is an attachment', more: { attachments: [file] }, tree: 'mixed(application/pdf)' },
    {
      comment: 'pictures go with the HTML, files beside it',
      more: { text: 'a', html: 'b', attachments: [file, picture] },
      tree: 'mixed(alternative(text/plain related(text/html image/png)) application/pdf)',
    },
    {
      comment: 'a picture without HTML is a file',
      more: { text: 'a', attachments: [picture] },
      tree: 'mixed(text/plain image/png)',
    },
    {
      comment: 'a ready entity is taken as it is',
      more: { body: buildPart({ contentType: 'text/calendar', content: encodeUtf8('x') }) },
      tree: 'text/calendar',
    },
  ]
  test.each(shapes)('$comment', async ({ more, tree }) => {
    expect(shape(await built(more))).toBe(tree)
  })

  test('the same draft gives the same bytes', async () => {
    const one = { ...draft, text: 'a', html: 'b', attachments: [file] }
    expect(await buildMessage(one)).toEqual(await buildMessage(one))
  })

  test('a forwarded message is carried as it is, for it may not be encoded (RFC 2046 §5.2.1)', async () => {
    const forwarded = await buildMessage({ ...draft, text: 'Grüße', attachments: [file] })
    const attachments = [{ type: 'message/rfc822', content: forwarded }]
    const [, part] = (await built({ text: 'see below', attachments })).parts
    expect(part?.transferEncoding).toBe('7bit')
    expect(part?.body).toEqual(forwarded)
  })
})

describe('nothing that a caller passes begins another line or field', () => {
  const into: Readonly<Record<string, (bad: string) => Partial<MessageDraft>>> = {
    'the address of from': (bad) => ({ from: `ann${bad}@clinic.example` }),
    'the name of from': (bad) => ({ from: { name: `Ann${bad}`, address: 'ann@clinic.example' } }),
    'a name that is encoded': (bad) => ({ from: { name: `Zoë${bad}`, address: 'ann@clinic.example' } }),
    sender: (bad) => ({ sender: `ann${bad}@clinic.example` }),
    'reply-to': (bad) => ({ replyTo: `ann@clinic.example${bad}` }),
    to: (bad) => ({ to: ['bob@hospital.example', `bob@hospital.example${bad}`] }),
    cc: (bad) => ({ cc: { name: bad, address: 'bob@hospital.example' } }),
    bcc: (bad) => ({ bcc: `"${bad}"@hospital.example` }),
    subject: (bad) => ({ subject: `Hi${bad}` }),
    'a subject that is encoded': (bad) => ({ subject: `Grüße${bad}` }),
    filename: (bad) => ({ attachments: [{ filename: `a${bad}.pdf`, content: 'x' }] }),
    'a filename that is encoded': (bad) => ({ attachments: [{ filename: `ä${bad}.pdf`, content: 'x' }] }),
    'the type of an attachment': (bad) => ({ attachments: [{ type: `text/plain${bad}`, content: 'x' }] }),
    'content-id': (bad) => ({ attachments: [{ contentId: `<a${bad}@b.example>`, content: 'x' }] }),
    'message-id': (bad) => ({ messageId: `<a${bad}@b.example>` }),
    'in-reply-to': (bad) => ({ inReplyTo: `<a@b.example${bad}>` }),
    references: (bad) => ({ references: ['<a@b.example>', `<a@b${bad}.example>`] }),
    'the body of a further field': (bad) => ({ fields: [['X-Extra', `a${bad}`]] }),
    'the name of a further field': (bad) => ({ fields: [[`X-Extra${bad}`, 'a']] }),
  }
  const places = Object.keys(into).map((place) => ({ place }))
  test.each(places)('$place', async ({ place }) => {
    const code = expect.stringMatching(/^ERR_MIME_(FIELD_INVALID|ADDRESS_INVALID|MESSAGE_ID)$/)
    for (const bad of ['\r\nBcc: eve@evil.example', '\nX: y', '\r', '\n', '\0', '\r\n\r\nbody']) {
      const written = buildMessage({ ...draft, ...into[place]!(bad) })
      await expect(written).rejects.toMatchObject({ code, message: expect.not.stringMatching(/evil|clinic/) })
    }
    if (place !== 'cc' && place !== 'bcc') await buildMessage({ ...draft, ...into[place]!('') })
  })

  test('the error says which field holds what is no address, and not the address', async () => {
    const write = (cc: string) => buildMessage({ ...draft, cc: ['dr.lee@hospital.example', cc] })
    const refused = write('Dr. Roe <roe@hospital.example>')
    await expect(refused).rejects.toThrow(/^Cc holds what is no address: write name@domain/)
    await expect(refused).rejects.not.toThrow(/roe|lee|hospital/i)
    expect(await write('roe@hospital.example')).toBeDefined()
  })

  test.each(['From', 'BCC', 'Content-Type', 'MIME-Version', 'date'])('%s is not a further field', async (name) => {
    await expect(buildMessage({ ...draft, fields: [[name, 'x']] })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_MIME_FIELD_INVALID' }),
    )
    expect(await buildMessage({ ...draft, fields: [[`X-${name}`, 'x']] })).toBeDefined()
  })
})

describe('what is written is read alike', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'Z', ' ', '.', 'ë', '日', '👩', '"', '\\', ',', '=', '?', '_', "'", '%', '*'),
    maxLength: 40,
  })
  const trimmed = name.map((text) => text.trim())
  const text = fc.string({
    unit: fc.constantFrom('a', ' ', '\n', '.', '=', 'ë', 'From ', '--=_direct-1', '\t'),
    maxLength: 200,
  })
  const filename = name.map((each) => `f${each.replaceAll('\\', '').trim()}.xml`)
  const attachment = fc.record({ filename, content: fc.uint8Array({ maxLength: 300 }) })

  test('subject, names, text and attachments of any message', async () => {
    await fc.assert(
      fc.asyncProperty(
        trimmed,
        trimmed,
        text,
        fc.array(attachment, { maxLength: 4 }),
        async (subject, toName, body, attachments) => {
          const to = { ...(toName && { name: toName }), address: 'bob@hospital.example' }
          const bytes = await buildMessage({ ...draft, to, subject, text: body, attachments })
          // 7-bit lines that nothing on the way has to change (RFC 8551 §3.1.3).
          expect(decodeUtf8(bytes)).toMatch(/^(?:[\t -~]{0,998}\r\n)*[\t -~]{0,998}$/)
          const entity = parseEntity(bytes)
          expect(decodeWords(fieldBody(entity.header, 'Subject')!)).toBe(subject)
          const read = await readContent(entity)
          expect(read.text).toBe(body)
          expect(read.attachments.map(({ filename, content }) => ({ filename, content }))).toEqual(attachments)
          const [mailbox] = parseAddresses(fieldBody(entity.header, 'To')!)
          expect(mailbox?.address).toBe(to.address)
          expect(mailbox?.name?.replace(/ +/g, ' ')).toBe(to.name?.replace(/ +/g, ' '))
        },
      ),
    )
  })

  const contents: readonly { comment: string; content: Uint8Array }[] = [
    {
      comment: 'a document with LF line ends',
      content: encodeUtf8('<?xml version="1.0"?>\n<ClinicalDocument>\n\t<name>Zoë</name> \n</ClinicalDocument>\n'),
    },
    {
      comment: 'a binary file',
      content: concat([encodeUtf8('%PDF-1.7\r\n%'), Uint8Array.from({ length: 70_000 }, (_, i) => i * 7)]),
    },
    { comment: 'an empty file', content: new Uint8Array(0) },
    { comment: 'one long line', content: encodeUtf8('x'.repeat(100_000)) },
    { comment: 'a file full of boundaries', content: encodeUtf8('\r\n--=_direct-1\r\n--=_direct-2--\r\n') },
    { comment: 'bare carriage returns', content: encodeUtf8('a\rb\r\r\n') },
  ]
  test.each(contents)('$comment arrives octet for octet, as a file of any type', async ({ content }) => {
    for (const type of ['text/xml', 'application/pdf']) {
      const message = await built({ text: 'x', attachments: [{ filename: 'ä.xml', type, content }] })
      const [read] = (await readContent(message)).attachments
      expect(read).toMatchObject({ filename: 'ä.xml', type, inline: false })
      expect(read?.content).toEqual(content)
    }
  })
})

describe('a text of more than one block is written as if it were one', () => {
  const block = 0x3_8000
  const line = 'Seen today in the afternoon.\n'
  const lines = line.repeat(Math.floor(block / line.length))
  const texts = [
    { comment: 'in 7-bit lines', text: lines.repeat(2), encoding: '7bit' },
    { comment: 'with few letters beyond ASCII', text: `${lines}Grüße\n${lines}`, encoding: 'quoted-printable' },
    { comment: 'with many of them', text: 'Grüße für Zoë\r\n'.repeat(20_000), encoding: 'base64' },
    { comment: 'whose lines end in CR', text: lines.repeat(2).replaceAll('\n', '\r'), encoding: '7bit' },
    {
      comment: 'with a line like From behind the first block',
      text: `${lines}From me\n`,
      encoding: 'quoted-printable',
    },
    { comment: 'with a blank at its end', text: `${lines.repeat(2)} `, encoding: 'quoted-printable' },
    { comment: 'in one line', text: 'a'.repeat(block * 2 + 1), encoding: 'base64' },
    { comment: 'with a boundary behind the first block', text: `${lines}=_direct-1\n`, encoding: '7bit' },
  ] as const
  // What may not be broken stands at, before and behind the border.
  const borders = ['\r\n', '\n', '\r', 'ü', '€', '😀', '\ud83d'].flatMap((unit) =>
    [0, 1, 2, 3].map((before) => ({
      comment: `with ${JSON.stringify(unit)} ${before} before the border`,
      text: `${'a'.repeat(block - before)}${unit}b`,
      encoding: 'base64' as const,
    })),
  )
  test.each([...texts, ...borders])('$comment', async ({ text, encoding }) => {
    const content = encodeUtf8(text)
    const [part, file] = (await built({ text, attachments: [{ content: text }] })).parts
    const contentType = 'text/plain; charset=utf-8'
    // Compared as a whole: `toEqual` takes seconds for so many octets.
    expect(equal(part!.bytes, buildPart({ contentType, content: canonicalLines(content) }))).toBe(true)
    expect(part?.transferEncoding).toBe(encoding)
    expect(equal(decodeBody(file!), content)).toBe(true)
  })
})

describe('parts', () => {
  const crlf = encodeUtf8('line\r\n'.repeat(20))
  const encodings = [
    { comment: '7-bit lines', type: 'text/plain', content: crlf, encoding: '7bit' },
    {
      comment: 'white space at the end of a line',
      type: 'text/plain',
      content: concat([crlf, encodeUtf8('x \r\n')]),
      encoding: 'quoted-printable',
    },
    {
      comment: 'a line that starts with From',
      type: 'text/plain',
      content: concat([crlf, encodeUtf8('From x\r\n')]),
      encoding: 'quoted-printable',
    },
    {
      comment: 'a little beyond ASCII',
      type: 'text/plain',
      content: concat([crlf, encodeUtf8('ä\r\n')]),
      encoding: 'quoted-printable',
    },
    { comment: 'much beyond ASCII', type: 'text/plain', content: encodeUtf8('日本語\r\n'), encoding: 'base64' },
    { comment: 'text with bare line feeds', type: 'text/xml', content: encodeUtf8('a\nb\n'), encoding: 'base64' },
    { comment: 'anything but text', type: 'application/xml', content: crlf, encoding: 'base64' },
    { comment: 'a message', type: 'message/rfc822', content: crlf, encoding: '7bit' },
    {
      comment: 'a message with 8-bit octets',
      type: 'message/rfc822',
      content: encodeUtf8('A: ä\r\n'),
      encoding: '8bit',
    },
    {
      comment: 'a message with a long line',
      type: 'message/rfc822',
      content: encodeUtf8('x'.repeat(999)),
      encoding: 'binary',
    },
  ]
  test.each(encodings)('$comment: $encoding', ({ type, content, encoding }) => {
    const part = parseEntity(buildPart({ contentType: type, content }))
    expect(part.transferEncoding).toBe(encoding)
    expect(decodeBody(part)).toEqual(content)
  })

  test('7bit is refused to what is not', () => {
    const ask = (text: string) => () =>
      buildPart({ contentType: 'text/plain', transferEncoding: '7bit', content: encodeUtf8(text) })
    for (const text of ['ä', 'a\nb', 'a\rb', 'x'.repeat(999)])
      expect(ask(text)).toThrow(expect.objectContaining({ code: 'ERR_MIME_NOT_7BIT' }))
    expect(ask('x'.repeat(998))).not.toThrow()
  })

  test('a type that is none is refused', () => {
    expect(() => buildPart({ contentType: 'pdf', content: crlf })).toThrow(
      expect.objectContaining({ code: 'ERR_MIME_FIELD_INVALID' }),
    )
  })

  test('a boundary occurs in no part, and begins none that does', () => {
    const parts = ['=_direct-1', '=_direct-25', '--=_direct-3\r\n'].map((text) => encodeUtf8(`\r\n${text}`))
    const entity = parseEntity(buildMultipart('mixed', parts))
    expect(entity.contentType.parameters.boundary).toBe('=_direct-4')
    expect(entity.parts.map(({ bytes }) => bytes)).toEqual(parts)
  })

  test('parts full of boundaries are read once', () => {
    const many = Array.from({ length: 100_000 }, (_, i) => `=_direct-${i + 1}\r\n`).join('')
    const start = performance.now()
    expect(parseEntity(buildMultipart('mixed', [encodeUtf8(`\r\n${many}`)])).parts).toHaveLength(1)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})

describe('lines', () => {
  const cases = [
    { comment: 'bare line feeds', text: 'a\nb\n', canonical: 'a\r\nb\r\n' },
    { comment: 'bare carriage returns', text: 'a\rb\r', canonical: 'a\r\nb\r\n' },
    { comment: 'all kinds', text: '\r\r\n\n\r\n', canonical: '\r\n\r\n\r\n\r\n' },
  ]
  test.each(cases)('$comment become CRLF (RFC 8551 §3.1.1)', ({ text, canonical }) => {
    expect(decodeUtf8(canonicalLines(encodeUtf8(text)))).toBe(canonical)
  })

  test('what is canonical is not copied', () => {
    const bytes = encodeUtf8('a\r\n\r\nb')
    expect(canonicalLines(bytes)).toBe(bytes)
  })

  test('quoted-printable keeps any bytes, in lines of 76 characters that start with no From', () => {
    const piece = fc.constantFrom(
      'a',
      '=',
      ' ',
      '\t',
      '\r\n',
      '\n',
      '\r',
      'From ',
      '.',
      '\u00ff',
      '\0',
      'x'.repeat(74),
      'x'.repeat(75),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const bytes = encodeLatin1(pieces.join(''))
        const encoded = encodeQuotedPrintable(bytes)
        expect(decodeQuotedPrintable(encoded)).toEqual(bytes)
        for (const line of decodeUtf8(encoded).split('\r\n')) expect(line).toMatch(/^(?!From )[\t -~]{0,75}[!-~]?$/)
      }),
    )
  })
})

describe('wrapping (AS-40, AS-47)', () => {
  const messages = [
    { comment: '7-bit', text: 'A: 1\r\n\r\nbody\r\n', encoding: '7bit' },
    { comment: '8-bit', text: 'A: 1\r\n\r\nZoë', encoding: '8bit' },
    { comment: 'a long line', text: `A: 1\r\n\r\n${'x'.repeat(999)}`, encoding: 'binary' },
  ]
  test.each(messages)('$comment comes back octet for octet', ({ text, encoding }) => {
    const wrapped = parseEntity(wrapMessage(encodeUtf8(text)))
    expect(wrapped.transferEncoding).toBe(encoding)
    expect(decodeUtf8(unwrapMessage(wrapped)!)).toBe(text)
  })

  test('a transfer encoding that should not be there is undone', () => {
    const wrapped = parseEntity(
      encodeUtf8('Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nQTogMQ0KDQp4'),
    )
    expect(decodeUtf8(unwrapMessage(wrapped)!)).toBe('A: 1\r\n\r\nx')
  })

  test('what is no message is not unwrapped', () => {
    expect(unwrapMessage(parseEntity(encodeUtf8('A: 1\r\n\r\nx')))).toBeUndefined()
  })
})

describe('content that somebody sent', () => {
  const names = [
    { comment: 'folders', name: '../../etc/passwd', safe: 'passwd' },
    { comment: 'folders of Windows', name: 'C:\\\\temp\\\\a.pdf', safe: 'a.pdf' },
    { comment: 'only dots', name: '..', safe: undefined },
    { comment: 'nothing', name: '', safe: undefined },
  ]
  test.each(names)('a file name loses $comment', async ({ name, safe }) => {
    const message = `Content-Type: application/pdf\r\nContent-Disposition: attachment; filename="${name}"\r\n\r\nx`
    expect((await readContent(parseEntity(encodeUtf8(message)))).attachments[0]?.filename).toBe(safe)
  })

  test('a file name loses control characters and turned writing', async () => {
    const message = "Content-Disposition: attachment; filename*=utf-8''a%E2%80%AEfdp.%0D%0Aexe\r\n\r\nx"
    expect((await readContent(parseEntity(encodeUtf8(message)))).attachments[0]?.filename).toBe('afdp.exe')
  })

  test('text is decoded by its character set, in LF lines; an unknown one is read as UTF-8', async () => {
    const read = async (charset: string, body: Uint8Array) => {
      const head = encodeUtf8(`Content-Type: text/plain; charset=${charset}\r\n\r\n`)
      return (await readContent(parseEntity(concat([head, body])))).text
    }
    expect(await read('iso-8859-1', encodeLatin1('Zo\u00eb\r\n'))).toBe('Zoë\n')
    expect(await read('x-none', encodeUtf8('Zoë'))).toBe('Zoë')
    expect(await read('us-ascii', encodeUtf8('Zoë'))).toBe('Zoë')
  })
})
