import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { letterPdf } from '../../examples/demo/content/letter.js'
import * as people from '../../examples/demo/content/people.js'
import { referralNote } from '../../examples/demo/content/referral.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { borrowedFiles } from '../helpers/borrowed.node.js'
import { ann, bob, bothAgents, envelope, messageIn } from './world.js'

/** Seals one file, opens it again, and gives what arrived. */
async function carry(filename: string, content: Uint8Array) {
  const { clinic, hospital } = await bothAgents()
  const sealed = await clinic.seal({
    from: ann,
    to: bob,
    subject: 'Document',
    text: 'See attached.',
    attachments: [{ filename, content }],
  })
  const { message } = messageIn(await hospital.open(sealed.messages[0]!.raw, { envelope }))
  expect(message.attachments).toHaveLength(1)
  return message.attachments[0]!
}

const note = referralNote({ ...people, at: new Date(0) })
const contents: readonly { comment: string; filename: string; content: Uint8Array }[] = [
  { comment: 'a C-CDA with LF line ends', filename: 'referral.xml', content: encodeUtf8(note) },
  { comment: 'a C-CDA with CRLF line ends', filename: 'crlf.xml', content: encodeUtf8(note.replaceAll('\n', '\r\n')) },
  { comment: 'a PDF', filename: 'letter.pdf', content: letterPdf({ title: 'Letter', lines: ['Dear Dr. Baker,'] }) },
  { comment: 'a name in UTF-8', filename: 'Überweisung – Zoë 患者.xml', content: encodeUtf8('<a/>') },
  { comment: 'a name longer than a line', filename: `${'long '.repeat(40)}name.xml`, content: encodeUtf8('<a/>') },
  { comment: 'an empty file', filename: 'empty.txt', content: new Uint8Array() },
  { comment: 'a line of 100,000 characters', filename: 'line.txt', content: encodeUtf8('x'.repeat(100_000)) },
  {
    comment: 'every octet there is',
    filename: 'all.bin',
    content: Uint8Array.from({ length: 256 }, (_, octet) => octet),
  },
  {
    comment: 'what looks like the end of the message',
    filename: 'b.txt',
    content: encodeUtf8('--=_direct-1--\r\n.\r\nFrom x\r\n'),
  },
]

describe('what is sent arrives octet for octet', () => {
  test.each(contents)('$comment', async ({ filename, content }) => {
    const arrived = await carry(filename, content)
    expect(arrived.filename).toBe(filename)
    expect(Buffer.compare(arrived.content, content)).toBe(0)
  })

  const documents = borrowedFiles('ccda-payloads', '.xml', '.XML')
  test.skipIf(documents.length === 0)('every C-CDA of the borrowed collections', { timeout: 120_000 }, async () => {
    for (const { name, path } of documents) {
      const content = Uint8Array.from(readFileSync(path))
      const arrived = await carry('document.xml', content)
      expect({ name, same: Buffer.compare(arrived.content, content) }).toEqual({ name, same: 0 })
    }
    console.log(`${documents.length} C-CDA documents arrived as they were sent`)
  })
})
