import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import { buildMessage, type MessageDraft } from '../../src/mime/index.js'
import { needs } from '../helpers/needs.node.js'

// Reads a message from standard input, and says what an independent reader sees in it.
const script = `
import base64, email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
def defects(p):
    return [type(d).__name__ for d in p.defects] + [d for h in p.values() for d in map(repr, getattr(h, 'defects', ()))]
def tree(p):
    return [p.get_content_type(), [tree(q) for q in p.iter_parts()]] if p.is_multipart() and p.get_content_maintype() == 'multipart' else p.get_content_type()
parts = [p for p in m.walk() if p.get_content_maintype() != 'multipart']
print(json.dumps({
    'subject': m['Subject'], 'from': [[a.display_name, a.addr_spec] for a in m['From'].addresses],
    'to': [[a.display_name, a.addr_spec] for a in m['To'].addresses],
    'ids': [m['Message-ID'], m['References']], 'seconds': int(m['Date'].datetime.timestamp()),
    'tree': tree(m), 'defects': [d for p in m.walk() for d in defects(p)],
    'text': next((p.get_content() for p in parts if p.get_content_type() == 'text/plain' and not p.is_attachment()), None),
    'files': [[p.get_filename(), base64.b64encode(p.get_payload(decode=True)).decode()] for p in parts if p.get_filename()],
}))
`

interface Reading {
  readonly subject: string
  readonly from: readonly (readonly [string, string])[]
  readonly to: readonly (readonly [string, string])[]
  readonly ids: readonly (string | null)[]
  readonly seconds: number
  readonly tree: unknown
  readonly defects: readonly string[]
  readonly text: string | null
  readonly files: readonly (readonly [string, string])[]
}

const base: MessageDraft = {
  from: { name: 'Ann Lee', address: 'ann@clinic.example' },
  to: 'bob@hospital.example',
  subject: 'Referral',
  messageId: '<1@clinic.example>',
  date: Date.UTC(2026, 10, 23, 10),
  text: 'Hello\n',
}

const cases: readonly { comment: string; more: Partial<MessageDraft>; tree: unknown }[] = [
  { comment: 'plain text', more: {}, tree: 'text/plain' },
  {
    comment: 'names and a subject beyond ASCII, long enough to fold',
    more: {
      from: { name: 'Zoë, "Dr." 日本語', address: 'zoe@clinic.example' },
      to: [{ name: 'Lee, Bob', address: 'bob@hospital.example' }, 'carol@hospital.example'],
      subject: 'Überweisung für 日本語 👩‍⚕️ '.repeat(8).trim(),
      references: Array.from({ length: 12 }, (_, i) => `<${i}.reference@clinic.example>`),
    },
    tree: 'text/plain',
  },
  {
    comment: 'text that needs quoted-printable',
    more: { text: `Grüße \nFrom here on = signs\n.\n${'long '.repeat(60)}\n` },
    tree: 'text/plain',
  },
  {
    comment: 'alternatives, and files of every kind',
    more: {
      html: '<p>Hello</p>',
      attachments: [
        { filename: 'C-CDA.xml', type: 'text/xml', content: '<?xml version="1.0"?>\n<ClinicalDocument/>\n' },
        {
          filename: 'Überweisung „neu“.pdf',
          type: 'application/pdf',
          content: Uint8Array.from({ length: 5000 }, (_, i) => i * 7),
        },
        { filename: `${'sehr lang und größer '.repeat(10)}.txt`, type: 'text/plain', content: 'x'.repeat(100_000) },
        { filename: 'empty.bin', content: new Uint8Array(0) },
        { filename: 'a "quoted\\" name.txt', content: 'x' },
      ],
    },
    tree: [
      'multipart/mixed',
      [
        ['multipart/alternative', ['text/plain', 'text/html']],
        'text/xml',
        'application/pdf',
        'text/plain',
        'application/octet-stream',
        'application/octet-stream',
      ],
    ],
  },
]

const named = (mailboxes: MessageDraft['to']) =>
  [mailboxes ?? []]
    .flat()
    .map((mailbox) => (typeof mailbox === 'string' ? ['', mailbox] : [mailbox.name ?? '', mailbox.address]))

describe.skipIf(!needs('python3'))("Python's email package reads what we write", () => {
  test.each(cases)('$comment', async ({ more, tree }) => {
    const draft = { ...base, ...more }
    const input = await buildMessage(draft)
    const read = JSON.parse(execFileSync('python3', ['-c', script], { input, encoding: 'utf8' })) as Reading
    expect(read.defects).toEqual([])
    expect(read.tree).toEqual(tree)
    expect(read.subject).toBe(draft.subject)
    expect(read.from).toEqual(named(draft.from))
    expect(read.to).toEqual(named(draft.to))
    expect(read.ids).toEqual([draft.messageId, draft.references?.join(' ') ?? null])
    expect(read.seconds * 1000).toBe(draft.date)
    expect(read.text?.replaceAll('\r\n', '\n')).toBe(draft.text)
    const files = (draft.attachments ?? []).map(({ filename, content }) => [
      filename,
      typeof content === 'string' ? encodeUtf8(content) : content,
    ])
    expect(read.files.map(([name, content]) => [name, decodeBase64(content)])).toEqual(files)
  })
})
