/** Messages of every kind that the writer can write. */

import { concat, encodeUtf8 } from '../../../src/bytes/index.js'
import { buildMessage, buildMultipart, buildPart, type MessageDraft } from '../../../src/mime/index.js'
import type { Reading } from './reading.js'

export interface DraftCase {
  readonly name: string
  readonly draft: MessageDraft
  /** What readers find beside what the draft says in words. */
  readonly reads?: Partial<Reading> | undefined
}

const base: MessageDraft = {
  from: { name: 'Ann Lee', address: 'ann@clinic.example' },
  to: 'bob@hospital.example',
  subject: 'Referral',
  messageId: '<1@clinic.example>',
  date: Date.UTC(2026, 10, 23, 10),
}

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

const cases: readonly (Omit<DraftCase, 'draft'> & { readonly draft: Partial<MessageDraft> })[] = [
  { name: 'nothing but a header', draft: {} },
  { name: 'text', draft: { text: 'Hello\n' } },
  { name: 'text without an end of its last line', draft: { text: 'Hello' } },
  { name: 'text that ends in blank lines', draft: { text: '\n\nHello\n\n\n' } },
  { name: 'text in CRLF', draft: { text: 'Hello\r\n\r\nBob\r\n' } },
  { name: 'text beyond ASCII', draft: { text: 'Grüße aus Zürich: 日本語, 👩‍⚕️\n' } },
  { name: 'text beyond ASCII throughout', draft: { text: '日本語のテキスト。\n'.repeat(40) } },
  {
    name: 'text that gateways like to change',
    draft: {
      text: `From here on\n.\n..\n= signs =20\n${'long '.repeat(300)}\nblanks  \n\ttabs\t\n--=_direct-1\nend\n`,
    },
  },
  { name: 'a line of text beyond every limit', draft: { text: `${'x'.repeat(5000)}\n` } },
  { name: 'HTML', draft: { html: '<p>Hello &amp; <b>Grüße</b></p>\n' } },
  { name: 'text and HTML', draft: { text: 'Hello\n', html: '<p>Hello</p>\n' } },
  {
    name: 'HTML and its pictures',
    draft: {
      html: '<img src="cid:one@clinic.example"><img src="cid:two@clinic.example">\n',
      attachments: [picture('one'), picture('two')],
    },
  },
  {
    name: 'text, HTML, pictures and files',
    draft: {
      text: 'Hello\n',
      html: '<img src="cid:one@clinic.example">\n',
      attachments: [{ filename: 'a.pdf', type: 'application/pdf', content: noise(5000) }, picture('one')],
    },
  },
  { name: 'a picture without HTML', draft: { text: 'Hello\n', attachments: [picture('one')] } },
  {
    name: 'a file alone',
    draft: { attachments: [{ filename: 'a.pdf', type: 'application/pdf', content: noise(10) }] },
  },
  {
    name: 'files of every length around a line of base64',
    draft: {
      text: 'Hello\n',
      attachments: [0, 1, 2, 3, 55, 56, 57, 58, 59, 113, 114, 115, 1000].map((length) => ({
        filename: `${length}.bin`,
        content: noise(length),
      })),
    },
  },
  {
    name: 'two hundred files',
    draft: {
      text: 'Hello\n',
      attachments: Array.from({ length: 200 }, (_, index) => ({ filename: `${index}.bin`, content: noise(index) })),
    },
  },
  { name: 'a file of 300,000 octets', draft: { attachments: [{ filename: 'scan.bin', content: noise(300_000) }] } },
  {
    name: 'files that are text, with line ends of every kind',
    draft: {
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
    draft: { text: 'Hello\n', attachments: [{ content: everyOctet }, { type: 'application/pdf', content: noise(9) }] },
  },
  {
    name: 'a message as an attachment',
    draft: { text: 'Hello\n', attachments: [{ filename: 'old.eml', type: 'message/rfc822', content: forwarded }] },
  },
  {
    name: 'a message as the only attachment, and a file behind it',
    draft: {
      attachments: [
        { type: 'message/rfc822', content: forwarded },
        { filename: 'a.bin', content: everyOctet },
      ],
    },
  },
  {
    name: 'file names beyond ASCII',
    draft: {
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
    draft: {
      text: 'Hello\n',
      attachments: [
        'report (1).pdf',
        'a; filename=b.pdf',
        'a "quoted" name.pdf',
        'a,b=c.pdf',
        "it's 100%.pdf",
        '=.pdf',
        'no ending',
        'two  blanks .pdf',
      ].map((filename) => ({ filename, content: everyOctet })),
    },
  },
  {
    name: 'long file names',
    draft: {
      text: 'Hello\n',
      attachments: [`${'long '.repeat(40)}.pdf`, `${'größer '.repeat(40)}.pdf`, `${'x'.repeat(250)}.pdf`].map(
        (filename) => ({ filename, content: everyOctet }),
      ),
    },
  },
  { name: 'a subject beyond ASCII', draft: { subject: 'Überweisung für 日本語 👩‍⚕️', text: 'x\n' } },
  { name: 'a subject from right to left', draft: { subject: 'תוצאות בדיקה – نتيجة', text: 'x\n' } },
  { name: 'a long subject', draft: { subject: 'word '.repeat(60).trim(), text: 'x\n' } },
  { name: 'a long subject beyond ASCII', draft: { subject: 'Überweisung 👩‍⚕️ '.repeat(40).trim(), text: 'x\n' } },
  { name: 'a subject of one long word', draft: { subject: 'x'.repeat(500), text: 'x\n' } },
  { name: 'a subject that looks encoded', draft: { subject: '=?utf-8?q?no?= and =?x', text: 'x\n' } },
  { name: 'a subject with runs of blanks', draft: { subject: 'one  two   three', text: 'x\n' } },
  { name: 'no subject', draft: { text: 'x\n' } },
  {
    name: 'names that have to be quoted',
    draft: {
      from: { name: 'Lee, Ann (Dr.) "A" \\ <x@y>', address: 'ann@clinic.example' },
      to: [
        { name: 'J. Roe', address: 'roe@hospital.example' },
        { name: 'a: group;', address: 'group@hospital.example' },
        { name: '@', address: 'at@hospital.example' },
      ],
      text: 'x\n',
    },
  },
  {
    name: 'names beyond ASCII',
    draft: {
      from: { name: 'Zoë', address: 'zoe@clinic.example' },
      to: [
        { name: 'Müller, Jörg', address: 'mueller@hospital.example' },
        { name: '山田 太郎', address: 'yamada@hospital.example' },
        { name: 'ד"ר כהן', address: 'cohen@hospital.example' },
        { name: `Jörg ${'von und zu '.repeat(12)}Ende`, address: 'long@hospital.example' },
      ],
      cc: { name: '👩‍⚕️', address: 'emoji@hospital.example' },
      text: 'x\n',
    },
  },
  {
    name: 'every field of addresses and identifiers',
    draft: {
      sender: { name: 'The Desk', address: 'desk@clinic.example' },
      replyTo: ['replies@clinic.example', { name: 'Ann', address: 'ann@clinic.example' }],
      cc: ['c1@hospital.example', 'c2@hospital.example'],
      bcc: 'b@hospital.example',
      inReplyTo: '<0@hospital.example>',
      references: ['<a@hospital.example>', '<0@hospital.example>'],
      text: 'x\n',
    },
  },
  {
    name: 'odd addresses',
    draft: {
      to: ["o'hara+tag@hospital.example", '!#$%&*/=?^_`{|}~-@hospital.example', '"a b"@hospital.example', 'a@b'],
      text: 'x\n',
    },
  },
  {
    name: 'three hundred recipients',
    draft: {
      to: Array.from({ length: 300 }, (_, index) => ({
        name: `Bob ${index}`,
        address: `bob${index}@hospital.example`,
      })),
      text: 'x\n',
    },
  },
  {
    name: 'a hundred references',
    draft: {
      references: Array.from({ length: 100 }, (_, index) => `<${index}.reference@clinic.example>`),
      text: 'x\n',
    },
  },
  {
    name: 'further fields',
    draft: {
      fields: [
        ['X-Short', 'a'],
        ['X-Long', 'word '.repeat(50).trim()],
        ['X-One-Word', 'y'.repeat(300)],
        ['Disposition-Notification-Options', 'X-DIRECT-FINAL-DESTINATION-DELIVERY=optional,true'],
      ],
      text: 'x\n',
    },
  },
  {
    name: 'further fields beyond ASCII',
    draft: {
      fields: [
        ['X-Note', 'Grüße aus Zürich 👩‍⚕️'],
        ['X-Long-Note', 'Grüße an alle, '.repeat(30).trim()],
      ],
      text: 'x\n',
    },
  },
  {
    name: 'domains beyond ASCII',
    draft: {
      from: { name: 'Zoë', address: 'zoe@zürich.example' },
      to: ['bob@hôpital.example', 'carol@病院.example'],
      text: 'x\n',
    },
    reads: {
      from: [['Zoë', 'zoe@xn--zrich-kva.example']],
      to: [
        ['', 'bob@xn--hpital-ixa.example'],
        ['', 'carol@xn--0rys90e.example'],
      ],
    },
  },
  {
    name: 'files that come as streams',
    draft: {
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
  { name: 'a date long ago', draft: { date: Date.UTC(1971, 1, 28, 23, 59, 59), text: 'x\n' } },
  {
    name: 'a ready body of parts',
    draft: {
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

export const drafts: readonly DraftCase[] = cases.map(({ draft, ...rest }) => ({
  ...rest,
  draft: { ...base, ...draft },
}))
