import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createAgent, type OpenOptions, policies } from '../../src/agent/index.js'
import { loadCertificates, loadIdentity } from '../../src/keys/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { codesOf, messageIn, outcomeOf } from './world.js'

const folder = join(borrowed ?? '', 'direct-ri', 'files')
const read = (file: string) => Uint8Array.from(readFileSync(join(folder, file)))
const pem = (name: string) => readFileSync(join(folder, `keys/${name}.pem`), 'utf8')

/** All certificates of these suites are valid then; they are signed with SHA-1 and carry no revocation pointer. */
const receivedAt = Date.parse('2026-11-23T12:00:00Z')

interface Case {
  readonly comment: string
  readonly file: string
  readonly recipient: 'externuser1' | 'ryan'
  readonly anchor: string
  readonly author: string
  readonly subject?: string
  readonly protection?: 'none'
}

const java = { recipient: 'externuser1', anchor: 'cacert.crt', author: 'User1@Cerner.com' } as const
const interop = {
  recipient: 'ryan',
  anchor: 'securehealthemailcacert.crt',
  author: 'gm2552@securehealthemail.com',
} as const
const draft = 'I-D ACTION:draft-ietf-mailext-pipeline-01.txt'

const cases: readonly Case[] = [
  {
    ...java,
    subject: draft,
    file: 'java-ri-8.1.0/AES128-RSA_OAEP-SHA1-SHA256WITHRSA.eml',
    comment: 'OAEP with SHA-1, the default of the Java RI',
  },
  {
    ...java,
    subject: draft,
    file: 'java-ri-8.1.0/AES256-RSA_OAEP-SHA256-SHA256WITHRSA.eml',
    comment: 'OAEP with SHA-256',
  },
  {
    ...java,
    subject: draft,
    file: 'java-ri-8.1.0/AES256-RSA_PKCS1_V15-SHA256-SHA384WITHRSA.eml',
    comment: 'RSA v1.5 and a signature with SHA-384',
  },
  {
    ...interop,
    subject: 'test pic',
    file: 'java-ri-8.1.0/with-attachment.eml',
    comment: 'a message with an attachment',
  },
  {
    ...interop,
    subject: 'test pic',
    file: 'messages/EncryptedMessage2.txt',
    comment: 'BER of indefinite length, AES-128-CBC, RSA v1.5',
  },
  { ...interop, file: 'negative/good.eml', comment: 'wrapped, SHA-256' },
  { ...interop, file: 'negative/xmime.eml', comment: 'the old name of the type, application/x-pkcs7-mime' },
  { ...interop, file: 'negative/opaque-signed-data.eml', comment: 'an opaque signature' },
  { ...interop, file: 'negative/unwrapped.eml', comment: 'not wrapped', protection: 'none' },
]

async function open({ file, recipient, anchor }: Omit<Case, 'comment' | 'author'>, options: OpenOptions) {
  const identity = await loadIdentity({ certificate: pem(`${recipient}.crt`), privateKey: pem(`${recipient}.key`) })
  const agent = createAgent({ identities: [identity], trust: loadCertificates(pem(anchor)), discovery: [] })
  return agent.open(read(file), { receivedAt, ...options })
}

describe.skipIf(!borrowed)('messages of the Java reference implementation', () => {
  test.each(cases)('$comment: opens under the legacy policy', async (row) => {
    const opened = messageIn(await open(row, { policy: policies.legacy }))
    const { message } = opened
    expect(message.author).toBe(row.author)
    expect(message.header.protection).toBe(row.protection ?? 'signed')
    if (row.subject) expect(message.header.subject).toBe(row.subject)
    expect(opened.recipients).toHaveLength(1)
  })

  test.each(cases)('$comment: refused by default, for its certificate alone', async (row) => {
    const opened = await open(row, {})
    expect(outcomeOf(opened)).toBe('untrusted')
    if (opened.kind !== 'rejected') throw new Error(opened.kind)
    expect(codesOf(opened.explanation.steps, 'failed')).toEqual(['untrusted', 'signature-algorithm-not-allowed'])
  })

  test('an MDN without Date and MIME-Version is a notification, addressed with a +tag', async () => {
    const mdn = { ...java, file: 'java-ri-8.1.0/mdn.eml' }
    const opened = await open(mdn, { policy: policies.legacy })
    expect(outcomeOf(opened)).toBe('notification')
    expect(outcomeOf(await open(mdn, {}))).toBe('untrusted')
  })

  test.each([policies.legacy, policies.direct])('MD5 is refused whatever the policy', async (policy) => {
    const opened = await open({ ...interop, file: 'negative/md5.eml' }, { policy })
    expect(outcomeOf(opened)).toBe('signature-invalid')
    if (opened.kind !== 'rejected') throw new Error(opened.kind)
    expect(codesOf(opened.explanation.steps, 'failed')).toContain('digest-not-allowed')
  })

  test('of two recipients in the envelope, the one who was added on the way gets nothing (AS-46)', async () => {
    const rcptTo = ['ryan@securehealthemail.com', 'highlandclinic@securehealthemail.com']
    const message = { ...interop, file: 'messages/EncryptedMessage2.txt' }
    const opened = messageIn(await open(message, { policy: policies.legacy, envelope: { rcptTo } }))
    expect(opened.recipients.map(({ address }) => address)).toEqual(['ryan@securehealthemail.com'])
  })

  test('white space before the first field does not hide the message; no key of ours opens it', async () => {
    const file = 'messages/EncryptedMessage-leading-space-header.txt'
    const envelope = { rcptTo: ['ryan@securehealthemail.com'] }
    expect(outcomeOf(await open({ ...interop, file }, { envelope }))).toBe('not-decryptable')
  })
})
