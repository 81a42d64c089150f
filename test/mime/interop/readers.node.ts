/** Four mail readers that others wrote, and our own, each as a function from messages to readings. */

import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type AddressObject,
  type EmailAddress,
  type Attachment as ParsedAttachment,
  type ParsedMail,
  simpleParser,
} from 'mailparser'
import PostalMime, { type Address, decodeWords as decodePostal, type Email } from 'postal-mime'
import { decodeWords, fieldBody, parseAddresses, parseDate, parseEntity, readContent } from '../../../src/mime/index.js'
import { mime4jJars, needs } from '../../helpers/needs.node.js'
import { type Reading, sha256 } from './reading.js'

export interface Reader {
  readonly name: string
  /** Of one that comes with the machine, where a limit ends with a version. */
  readonly version?: string
  readonly present: boolean
  /** Reads all messages at once, for some readers take long to start. */
  readonly read: (messages: readonly Uint8Array[]) => Promise<readonly Reading[]>
}

const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url))

const hasMime4j = needs('mime4j')

export const readers: readonly Reader[] = [
  { name: 'direct-smime', present: true, read: (messages) => Promise.all(messages.map(readOurs)) },
  { name: 'postal-mime', present: true, read: (messages) => Promise.all(messages.map(readPostal)) },
  { name: 'mailparser', present: true, read: (messages) => Promise.all(messages.map(readMailparser)) },
  {
    name: 'Python email',
    present: needs('python3'),
    read: (messages) => inFolder((folder) => run(folder, messages, 'python3', [pathOf('read.py')])),
  },
  {
    name: 'mime4j',
    present: hasMime4j,
    ...(hasMime4j && { version: mime4jVersion() }),
    read: (messages) =>
      inFolder((folder) => {
        const classes = join(folder, 'classes')
        mkdirSync(classes)
        execFileSync('javac', ['-d', classes, '-cp', mime4jJars.join(':'), pathOf('ReadMail.java')])
        return run(folder, messages, 'java', ['-cp', [classes, ...mime4jJars].join(':'), 'ReadMail'])
      }),
  },
]

/** Debian's link names it. */
function mime4jVersion(): string {
  const names = readdirSync(dirname(mime4jJars[0]!))
  return names.map((name) => /^apache-mime4j-core-(.+)\.jar$/.exec(name)?.[1]).find(Boolean) ?? ''
}

async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a program once: it gets the path of one message a line, and gives one reading a line. */
async function run(
  folder: string,
  messages: readonly Uint8Array[],
  program: string,
  options: readonly string[],
): Promise<readonly Reading[]> {
  const paths = messages.map((message, index) => {
    const path = join(folder, `${index}.eml`)
    writeFileSync(path, message)
    return path
  })
  const output = await new Promise<string>((resolve, reject) => {
    const child = execFile(program, options, { maxBuffer: 1 << 26 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    )
    child.stdin!.end(paths.map((path) => `${path}\n`).join(''))
  })
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Reading)
}

async function readOurs(message: Uint8Array): Promise<Reading> {
  const entity = parseEntity(message)
  const content = await readContent(entity)
  const field = (name: string) => fieldBody(entity.header, name)
  const mailboxes = (name: string) =>
    parseAddresses(field(name) ?? '').map((each) => [each.name ?? '', each.address] as const)
  const subject = field('Subject')
  const further = entity.header.fields.filter(({ name }) => /^x-/i.test(name))
  return {
    subject: subject === undefined ? null : decodeWords(subject),
    date: parseDate(field('Date') ?? '') ?? Number.NaN,
    messageId: field('Message-ID') ?? '',
    inReplyTo: field('In-Reply-To') ?? null,
    references: field('References') ?? null,
    from: mailboxes('From'),
    sender: mailboxes('Sender'),
    replyTo: mailboxes('Reply-To'),
    to: mailboxes('To'),
    cc: mailboxes('Cc'),
    bcc: mailboxes('Bcc'),
    fields: Object.fromEntries(further.map(({ name, body }) => [name.toLowerCase(), decodeWords(body)])),
    text: content.textFrom === 'html' ? null : (content.text ?? null),
    html: content.html ?? null,
    filenames: content.attachments.map(({ filename }) => filename ?? null),
    attachments: await Promise.all(
      content.attachments.map(async (each) => ({
        type: each.type,
        contentId: each.contentId ?? null,
        sha256: await sha256(each.content),
      })),
    ),
    complaints: entity.defects,
  }
}

async function readPostal(message: Uint8Array): Promise<Reading> {
  const email = await PostalMime.parse(message, { forceRfc822Attachments: true })
  const further = email.headers.filter(({ key }) => key.startsWith('x-'))
  return {
    subject: email.subject ?? null,
    date: Date.parse(email.date ?? ''),
    messageId: email.messageId ?? '',
    inReplyTo: email.inReplyTo ?? null,
    references: email.references ?? null,
    ...postalMailboxes(email),
    fields: Object.fromEntries(further.map(({ key, value }) => [key, decodePostal(value)])),
    text: email.text ?? null,
    html: email.html ?? null,
    filenames: email.attachments.map(({ filename }) => filename),
    attachments: await Promise.all(
      email.attachments.map(async ({ mimeType, contentId, content }) => ({
        type: mimeType,
        contentId: contentId ?? null,
        sha256: await sha256(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
      })),
    ),
    complaints: [],
  }
}

type Addressed = Pick<Reading, 'from' | 'sender' | 'replyTo' | 'to' | 'cc' | 'bcc'>

function postalMailboxes({ from, sender, replyTo, to, cc, bcc }: Email): Addressed {
  const list = (addresses: Address | Address[] | undefined) =>
    [addresses ?? []].flat().flatMap(({ name, address }) => (address ? [[name, address] as const] : []))
  return {
    from: list(from),
    sender: list(sender),
    replyTo: list(replyTo),
    to: list(to),
    cc: list(cc),
    bcc: list(bcc),
  }
}

async function readMailparser(message: Uint8Array): Promise<Reading> {
  const mail = await simpleParser(Buffer.from(message), {
    skipHtmlToText: true,
    skipTextToHtml: true,
    keepCidLinks: true,
    ignoreEmbedded: true,
  })
  const further = [...mail.headers].filter(([name]) => name.startsWith('x-'))
  return {
    subject: mail.subject ?? null,
    date: mail.date?.getTime() ?? Number.NaN,
    messageId: mail.messageId ?? '',
    inReplyTo: mail.inReplyTo ?? null,
    references: [mail.references ?? []].flat().join(' ') || null,
    ...mailparserMailboxes(mail),
    fields: Object.fromEntries(further.map(([name, value]) => [name, String(value)])),
    text: mail.text ?? null,
    html: mail.html || null,
    filenames: mail.attachments.map(({ filename }) => filename ?? null),
    attachments: await Promise.all(mail.attachments.map(mailparserAttachment)),
    complaints: [],
  }
}

function mailparserMailboxes({ headers }: ParsedMail): Addressed {
  const list = (name: string) => {
    const value = headers.get(name) as AddressObject | undefined
    return (value?.value ?? []).map(({ name, address }: EmailAddress) => [name, address ?? ''] as const)
  }
  return {
    from: list('from'),
    sender: list('sender'),
    replyTo: list('reply-to'),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'),
  }
}

async function mailparserAttachment({ contentType, contentId, content }: ParsedAttachment) {
  return { type: contentType, contentId: contentId ?? null, sha256: await sha256(content) }
}
