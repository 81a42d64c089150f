/** Messages with texts, files, pictures and messages in them. */

import { concat, encodeUtf8 } from '../../../src/bytes/index.js'
import { buildMessage, buildMultipart, buildPart } from '../../../src/mime/index.js'
import { base, type DraftRow } from './draft-case.js'

const everyOctet = Uint8Array.from({ length: 256 }, (_, octet) => octet)
const lineEnds = '\r\n\n\r\r\n \r\n\t\n.\r\n..\r\nFrom here\n\r\n--=_direct-1\r\n\0'
const picture = (name: string) => ({
  filename: `${name}.png`,
  type: 'image/png',
  content: everyOctet,
  contentId: `<${name}@clinic.example>`,
})
const noise = (length: number) => {
  let state = 1
  return Uint8Array.from({ length }, () => (state = (state * 48271) % 0x7fffffff))
}
const inPieces = (content: Uint8Array, length: number) => ({
  size: content.length,
  async *stream() {
    for (let at = 0; at < content.length; at += length) yield content.subarray(at, at + length)
  },
})
const xml =
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<ClinicalDocument>\n  <title>Überweisung</title>\r</ClinicalDocument>'
const forwarded = await buildMessage({
  ...base,
  subject: 'Überweisung von gestern',
  text: 'Grüße\n',
  html: '<p>Grüße</p>',
  attachments: [{ filename: 'inner.bin', content: everyOctet }],
})

export const contents: readonly DraftRow[] = [
  { name: 'nothing but a header', more: {} },
  { name: 'text', more: { text: 'Hello\n' } },
  { name: 'text without an end of its last line', more: { text: 'Hello' } },
  { name: 'text that ends in blank lines', more: { text: '\n\nHello\n\n\n' } },
  { name: 'text in CRLF', more: { text: 'Hello\r\n\r\nBob\r\n' } },
  { name: 'text beyond ASCII', more: { text: 'Grüße aus Zürich: 日本語, 👩‍⚕️\n' } },
  { name: 'text beyond ASCII throughout', more: { text: '日本語のテキスト。\n'.repeat(40) } },
  {
    name: 'text that gateways like to change',
    more: {
      text: `From here on\n.\n..\n= signs =20\n${'long '.repeat(300)}\nblanks  \n\ttabs\t\n--=_direct-1\nend\n`,
    },
  },
  { name: 'a line of text beyond every limit', more: { text: `${'x'.repeat(5000)}\n` } },
  { name: 'HTML', more: { html: '<p>Hello &amp; <b>Grüße</b></p>\n' } },
  { name: 'text and HTML', more: { text: 'Hello\n', html: '<p>Hello</p>\n' } },
  {
    name: 'HTML and its pictures',
    more: {
      html: '<img src="cid:one@clinic.example"><img src="cid:two@clinic.example">\n',
      attachments: [picture('one'), picture('two')],
    },
  },
  {
    name: 'text, HTML, pictures and files',
    more: {
      text: 'Hello\n',
      html: '<img src="cid:one@clinic.example">\n',
      attachments: [{ filename: 'a.pdf', type: 'application/pdf', content: noise(5000) }, picture('one')],
    },
  },
  { name: 'a picture without HTML', more: { text: 'Hello\n', attachments: [picture('one')] } },
  {
    name: 'a file alone',
    more: { attachments: [{ filename: 'a.pdf', type: 'application/pdf', content: noise(10) }] },
  },
  {
    name: 'files of every length around a line of base64',
    more: {
      text: 'Hello\n',
      attachments: [0, 1, 2, 3, 55, 56, 57, 58, 59, 113, 114, 115, 1000].map((length) => ({
        filename: `${length}.bin`,
        content: noise(length),
      })),
    },
  },
  {
    name: 'two hundred files',
    more: {
      text: 'Hello\n',
      attachments: Array.from({ length: 200 }, (_, index) => ({ filename: `${index}.bin`, content: noise(index) })),
    },
  },
  { name: 'a file of 300,000 octets', more: { attachments: [{ filename: 'scan.bin', content: noise(300_000) }] } },
  {
    name: 'files that are text, with line ends of every kind',
    more: {
      text: 'Hello\n',
      attachments: [
        { filename: 'C-CDA.xml', type: 'text/xml', content: xml },
        { filename: 'ends.txt', type: 'text/plain', content: lineEnds },
        { filename: 'ends.html', type: 'text/html', content: lineEnds },
        { filename: 'ends.csv', type: 'text/csv', content: 'a,b\r\nc,d\r\n' },
        { filename: 'octets.txt', type: 'text/plain', content: everyOctet },
        { filename: 'empty.txt', type: 'text/plain', content: '' },
        { filename: 'ends.json', type: 'application/json', content: '{\n}\n' },
      ],
    },
  },
  {
    name: 'files without a name or a type',
    more: { text: 'Hello\n', attachments: [{ content: everyOctet }, { type: 'application/pdf', content: noise(9) }] },
  },
  {
    name: 'a message as an attachment',
    more: { text: 'Hello\n', attachments: [{ filename: 'old.eml', type: 'message/rfc822', content: forwarded }] },
  },
  {
    name: 'a message as the only attachment, and a file behind it',
    more: {
      attachments: [
        { type: 'message/rfc822', content: forwarded },
        { filename: 'a.bin', content: everyOctet },
      ],
    },
  },
  {
    name: 'file names beyond ASCII',
    more: {
      text: 'Hello\n',
      attachments: [
        'Überweisung „neu“.pdf',
        '日本語.pdf',
        '👩‍⚕️🩺.pdf',
        'תוצאות.pdf',
        'نتيجة ١.pdf',
        "d'été 100%.pdf",
      ].map((filename) => ({ filename, type: 'application/pdf', content: everyOctet })),
    },
  },
  {
    name: 'file names that have to be quoted',
    more: {
      text: 'Hello\n',
      attachments: [
        'report (1).pdf',
        'a; filename=b.pdf',
        'a "quoted" name.pdf',
        'a,b=c.pdf',
        "it's 100%.pdf",
        '=.pdf',
        "'",
        'no ending',
        '=?utf-8?q?x?=.pdf',
        'two  blanks .pdf',
      ].map((filename) => ({ filename, content: everyOctet })),
    },
  },
  {
    name: 'long file names',
    more: {
      text: 'Hello\n',
      attachments: [`${'long '.repeat(40)}.pdf`, `${'größer '.repeat(40)}.pdf`, `${'x'.repeat(250)}.pdf`].map(
        (filename) => ({ filename, content: everyOctet }),
      ),
    },
  },
  {
    name: 'files that come as streams',
    more: {
      text: 'Hello\n',
      attachments: [
        { filename: 'blob.bin', content: new Blob([noise(200_000)]) },
        { filename: 'pieces.bin', content: inPieces(noise(1000), 7) },
        { filename: 'large-pieces.bin', content: inPieces(noise(100_000), 40_000) },
        { filename: 'empty.bin', content: new Blob([]) },
        { filename: 'text.txt', type: 'text/plain', content: new Blob([lineEnds]) },
      ],
    },
  },
  {
    name: 'pictures and a message that come as streams',
    more: {
      text: 'Hello\n',
      html: '<img src="cid:one@clinic.example">\n',
      attachments: [
        { ...picture('one'), content: new Blob([everyOctet]) },
        { filename: 'old.eml', type: 'message/rfc822', content: inPieces(forwarded, 100) },
        { filename: 'web.bin', content: { size: 5000, stream: () => new Blob([noise(5000)]).stream() } },
      ],
    },
  },
  {
    name: 'a ready body of parts',
    more: {
      body: buildMultipart('mixed', [
        buildPart({ contentType: 'text/plain; charset=utf-8', content: encodeUtf8('Grüße\r\n') }),
        buildPart({
          contentType: 'image/png',
          content: concat([everyOctet, everyOctet]),
          disposition: { disposition: 'attachment', parameters: { filename: 'a.png' } },
        }),
      ]),
    },
    reads: {
      text: 'Grüße\n',
      filenames: ['a.png'],
      attachments: [
        {
          type: 'image/png',
          contentId: null,
          sha256: '110009dcee21620b166f3abfecb5eff7a873be729d1c2d53822e7acc5f34eb9b',
        },
      ],
    },
  },
]
