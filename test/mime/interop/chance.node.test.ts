import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { buildMessage, type MessageDraft } from '../../../src/mime/index.js'
import { limitsOf, through } from './known-limits.js'
import { readers } from './readers.node.js'
import { comparable, type Reading, readingOf } from './reading.js'

/** What means something somewhere in a header, and letters of which some are long in UTF-8. */
const letters = [...'aZ0 .",;:=?_\'%*<>@()[]#/é日👩ש€', '\\', '\u0301', ' =?utf-8?q?x?= ', '=?utf-8?b?eA==?=']
const phrase = (maxLength: number) =>
  fc.array(fc.constantFrom(...letters), { maxLength }).map((units) => units.join('').replace(/ +/g, ' ').trim())
const text = fc
  .array(
    fc.constantFrom(...letters, '\n', '\n.\n', '\t', 'word ', '\nFrom ', '=\n', '\n--=_direct-1', 'x'.repeat(300)),
    {
      maxLength: 120,
    },
  )
  .map((units) => units.join(''))
const address = (local: string) =>
  phrase(60).map((name) => ({ ...(name && { name }), address: `${local}@clinic.example` }))
/** Octets that come in pieces. */
const inPieces = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 100 }))
  .map(([octets, length]) => {
    async function* stream() {
      for (let at = 0; at < octets.length; at += length) yield octets.subarray(at, at + length)
    }
    return { size: octets.length, stream }
  })
const attachment = fc.record({
  filename: phrase(30).map((name) => `${name.replace(/[/\\]/g, '')}.x`.trim()),
  content: fc.oneof(fc.uint8Array({ maxLength: 300 }), inPieces),
  type: fc.constantFrom('application/json', 'text/plain', 'text/html', 'image/png', 'text/xml'),
})
const draft: fc.Arbitrary<MessageDraft> = fc.record(
  {
    from: address('ann'),
    to: fc.tuple(address('bob'), address('carol')),
    subject: phrase(60),
    text,
    html: text,
    attachments: fc.array(attachment, { maxLength: 3 }),
    messageId: fc.constant('<1@clinic.example>'),
    date: fc.integer({ min: 0, max: 4e9 }).map((seconds) => seconds * 1000),
  },
  { requiredKeys: ['from', 'messageId', 'date'] },
)

/** How texts end is shown by the drafts of the table, where the readers that change it do so in a known way. */
function withoutEnds(reading: Reading): Reading {
  const ended = (value: string | null) => value?.replace(/\n+$/, '') || null
  return { ...reading, text: ended(reading.text), html: ended(reading.html) }
}

describe('messages made by chance', async () => {
  const drafts = fc.sample(draft, { numRuns: 150, seed: 20261123 })
  const messages = await Promise.all(drafts.map((each) => buildMessage(each)))

  test.each(readers.filter(({ present }) => present))('$name reads them alike', async (reader) => {
    const found = (await reader.read(messages)).map(comparable)
    expect(found.length).toBe(drafts.length)
    for (const [index, each] of drafts.entries()) {
      const said = await through(limitsOf(reader), comparable(await readingOf(each)), each)
      expect(withoutEnds(found[index]!)).toEqual(withoutEnds(said))
    }
  })
})
