import { encodeUtf8 } from '../../../src/bytes/index.js'
import { decodeWords, encodeWords, type MessageDraft } from '../../../src/mime/index.js'
import { mailboxes, octetsOf, type Reading, sha256 } from './reading.js'

/** Where a reader finds something else than what a message says, and what that is: nothing but this passes. */
export interface KnownLimit {
  readonly reader: string
  readonly reason: string
  /** The version that has the limit no more, where it is known. */
  readonly before?: string
  /** What it finds instead; for a message that the limit does not touch the same. */
  readonly instead: (said: Reading, draft: MessageDraft) => Partial<Reading> | Promise<Partial<Reading>>
}

/** RFC 2231 is how these are written. */
const isExtended = (filename: string | null) =>
  filename !== null && (/[^ -~]|=\?/.test(filename) || filename.length > 60)

/** Anything in a multipart whose transfer encoding does not hide its line ends. */
const endsAtDelimiter = ({ text, html, attachments }: Reading) =>
  attachments.length > 0 || (text !== null && html !== null)

const knownLimits: readonly KnownLimit[] = [
  {
    reader: 'postal-mime',
    reason:
      'The line end before a delimiter, which belongs to the delimiter (RFC 2046 §5.1.1), is read as part of a text in 7 bit, and a last line gets an end.',
    instead: (said) => {
      const ended = (text: string | null) => {
        if (text === null || /[^\0-\x7f]/.test(text)) return text
        return endsAtDelimiter(said) ? `${text}\n` : text.replace(/([^\n])$/, '$1\n')
      }
      return { text: ended(said.text), html: ended(said.html) }
    },
  },
  {
    reader: 'postal-mime',
    reason: 'CRLF in an attachment that is not encoded becomes LF; only a message is attached so.',
    instead: async (said, { attachments = [] }) => {
      const message = attachments.find(({ type }) => type === 'message/rfc822')
      if (!message) return {}
      const text = new TextDecoder().decode(await octetsOf(message.content))
      const changed = await sha256(encodeUtf8(`${text.replaceAll('\r\n', '\n')}\n`))
      return {
        attachments: said.attachments.map((each) =>
          each.type === 'message/rfc822' ? { ...each, sha256: changed } : each,
        ),
      }
    },
  },
  {
    reader: 'postal-mime',
    reason: 'What RFC 2231 spells is decoded once more when it looks like an encoded word.',
    instead: ({ filenames }) => ({ filenames: filenames.map((filename) => filename && decodeWords(filename)) }),
  },
  ...['postal-mime', 'mime4j'].map((reader) => ({
    reader,
    reason: 'The quotes of a local part are not given back.',
    instead: ({ to }: Reading) => ({ to: to.map(([name, address]) => [name, address.replaceAll('"', '')] as const) }),
  })),
  {
    reader: 'mailparser',
    reason: 'The type of what is called application/octet-stream is guessed from its name.',
    instead: ({ attachments, filenames }) => ({
      attachments: attachments.map((each, index) =>
        each.type === 'application/octet-stream' && filenames[index]?.endsWith('.pdf')
          ? { ...each, type: 'application/pdf' }
          : each,
      ),
    }),
  },
  {
    reader: 'mailparser',
    reason: 'Encoded words stay as they are in fields that it does not know.',
    instead: ({ fields }) => ({
      fields: Object.fromEntries(Object.entries(fields).map(([name, text]) => [name, encodeWords(text)])),
    }),
  },
  {
    reader: 'mailparser',
    reason: 'Domains in A-labels are given back in Unicode.',
    instead: (_, { from, to }) => ({ from: mailboxes(from), to: mailboxes(to) }),
  },
  {
    reader: 'Python email',
    reason: 'The white space between two encoded words of a name is read as text (python/cpython#128110).',
    instead: ({ from, to }) => {
      const apart = ([name, address]: readonly [string, string]) =>
        [encodeWords(name).split(' ').map(decodeWords).join(' '), address] as const
      return { from: from.map(apart), to: to.map(apart) }
    },
  },
  {
    reader: 'mime4j',
    reason: 'RFC 2231 is not known (MIME4J-109).',
    before: '0.8.6',
    instead: ({ filenames }) => ({ filenames: filenames.map((filename) => (isExtended(filename) ? null : filename)) }),
  },
]

/** The limits of a reader in the version that is there. */
export function limitsOf({
  name,
  version,
}: {
  readonly name: string
  readonly version?: string
}): readonly KnownLimit[] {
  const inOrder = new Intl.Collator('en', { numeric: true })
  const isBefore = (bound: string) => version !== undefined && inOrder.compare(version, bound) < 0
  return knownLimits.filter(({ reader, before }) => reader === name && (before === undefined || isBefore(before)))
}

/** What a reader with these limits finds in the message of a draft that says this. */
export async function through(limits: readonly KnownLimit[], said: Reading, draft: MessageDraft): Promise<Reading> {
  let reading = said
  for (const { instead } of limits) reading = { ...reading, ...(await instead(said, draft)) }
  return reading
}
