import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../../src/agent/index.js'
import { loadCertificates, loadIdentity } from '../../src/keys/index.js'
import { now } from '../helpers/issue.js'
import { ann, bob, cas, letter, type Office, openOffice } from './office.js'
import { ran, ranWith } from './ran.js'

let office: Office
beforeAll(async () => {
  office = await openOffice()
}, 60_000)
afterAll(() => office.close())

/** What a person seals for Bob, or for whom one says. */
async function from(name: 'ann' | 'cas' | 'bob', message: string, to = bob): Promise<Uint8Array> {
  const agent = await agentOf(name)
  const sealed = await agent.seal(new TextEncoder().encode(message), { envelope: { rcptTo: [to] } })
  return sealed.messages[0]!.raw
}

async function agentOf(name: string) {
  const file = office.read(`${name}.pem`)
  const certificates = ['clinic.pem', 'hospital.pem'].flatMap((each) => loadCertificates(office.read(each)))
  return createAgent({
    identities: [await loadIdentity({ certificate: file, privateKey: file })],
    trust: certificates,
    discovery: loadCertificates(office.read('directory.pem')),
    clock: () => now,
  })
}

/** Opens as Bob, who trusts both authorities, without a network. */
function opened(stdin: Uint8Array, ...words: readonly string[]) {
  const trust = ['clinic.pem', 'hospital.pem'].flatMap((name) => ['--trust', office.path(name)])
  return ranWith({ stdin })('open', '--offline', '--identity', office.path('bob.pem'), ...trust, ...words)
}

const referral = letter([bob], 'Message-ID: <1@direct.clinic.example>', 'Date: Mon, 01 Jun 2026 00:00:00 +0000')
const secrets = /Miller|Potassium|PRIVATE/

const withAttachment = [
  `From: ${ann}`,
  `To: ${bob}`,
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  '',
  'See what is attached. \u001b[2J',
  '--b',
  'Content-Type: application/pdf; name="../../.ssh/x y.pdf"',
  'Content-Disposition: attachment; filename="../../.ssh/x y.pdf"',
  '',
  '%PDF',
  '--b--',
  '',
].join('\r\n')

describe('direct-smime open', () => {
  test('exit code 0: a message, and nothing of what it says', async () => {
    const { code, printed } = await opened(await from('ann', referral))
    expect(code).toBe(0)
    expect(printed).toContain('✓ The signer is the author of the message.')
    expect(printed).toContain(`message from ${ann}: accepted\n  for ${bob}\n`)
    expect(printed).not.toMatch(secrets)
  })

  test('exit code 0: a notification', async () => {
    const agent = await agentOf('ann')
    const receipt = { version: 1, notify: bob, recipients: [ann], deliveryRequested: false, receiptRequested: false }
    const about = { ...receipt, version: 1, messageId: '<2@direct.hospital.example>' } as const
    const answer = await agent.acknowledge(about, 'processed')
    const { code, printed } = await opened(answer.messages[0]!.raw)
    expect(code).toBe(0)
    expect(printed).toContain(`notification from ${ann}: accepted\n  for ${bob}\n`)
    expect(printed).toMatch(/about +<2@direct.hospital.example>\n(.*\n)+disposition +processed\n/)
  })

  test('exit code 1: rejected, and why', async () => {
    const { code, printed } = await opened(new TextEncoder().encode(referral))
    expect(code).toBe(1)
    expect(printed).toContain('✗ The message is not encrypted.')
    expect(printed).toContain('rejected: not-encrypted\n')
    expect(printed).not.toMatch(secrets)
  })

  test('exit code 2: deferred; the last attempt is refused', async () => {
    const raw = await from('cas', letter([bob]).replace(ann, cas))
    const deferred = await opened(raw)
    expect(deferred.code).toBe(2)
    expect(deferred.printed).toContain('deferred: evidence-unreachable\n')
    const final = await opened(raw, '--final')
    expect(final.code).toBe(1)
    expect(final.printed).toContain('rejected: revocation-unknown\n')
  })

  test('nobody who is served', async () => {
    const { code, printed } = await opened(await from('ann', referral), '--rcpt', ann)
    expect(code).toBe(1)
    expect(printed).toContain('rejected: no-local-recipient')
  })

  test('--at is when the message came in', async () => {
    const { code, printed } = await opened(await from('ann', referral), '--at', '2028-01-01', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(printed)).toMatchObject({ kind: 'rejected', code: 'untrusted', smtpAdvice: 'discard' })
  })

  test('--from that differs from the author is told', async () => {
    const { code, printed } = await opened(await from('ann', referral), '--from', 'max@direct.elsewhere.example')
    expect(code).toBe(0)
    expect(printed).toContain('The envelope names another sender')
  })

  test('--json holds what an answer needs, and no content', async () => {
    const { printed } = await opened(await from('ann', referral), '--json')
    expect(JSON.parse(printed)).toMatchObject({
      kind: 'message',
      smtpAdvice: 'accept',
      author: ann,
      recipients: [{ address: bob, mailbox: bob, duplicate: false }],
      receipt: { messageId: '<1@direct.clinic.example>', notify: ann, recipients: [bob] },
      explanation: { code: 'accepted' },
    })
    expect(printed).not.toMatch(secrets)
  })
})

describe('the content', () => {
  test('--content prints it', async () => {
    const { printed } = await opened(await from('ann', referral), '--content')
    const content = [
      '',
      `From: ${ann}`,
      `To: ${bob}`,
      'Date: 2026-06-01T00:00:00.000Z',
      'Subject: Results of Mr Miller',
    ]
    expect(printed).toContain([...content, '', 'Potassium is 4.1 mmol/l.', ''].join('\n'))
  })

  test('--content prints nothing that a terminal obeys', async () => {
    const { printed } = await opened(await from('ann', withAttachment), '--content')
    expect(printed).toContain('Attached: x y.pdf, application/pdf, 4 octets\n')
    expect(printed).toContain('See what is attached. ?[2J\n')
  })

  test('--content --json', async () => {
    const { printed } = await opened(await from('ann', withAttachment), '--content', '--json')
    expect(JSON.parse(printed).content).toMatchObject({
      header: { protection: 'signed', to: [{ address: bob }] },
      text: expect.stringContaining('See what is attached.'),
      attachments: [{ filename: 'x y.pdf', type: 'application/pdf', octets: 4 }],
    })
  })

  test('--save writes it into a folder, under names that lead nowhere else', async () => {
    const folder = office.path('in')
    const { code, printed } = await opened(await from('ann', withAttachment), '--save', folder)
    expect(code).toBe(0)
    const files = ['message.eml', 'text.txt', '1-x_y.pdf']
    expect(printed).toContain(files.map((name) => `${folder}/${name}\n`).join(''))
    expect(printed).not.toContain('See what')
    expect(files.map((name) => new TextDecoder().decode(office.read(`in/${name}`)))).toEqual([
      expect.stringContaining(withAttachment),
      expect.stringContaining('See what is attached.'),
      '%PDF',
    ])
    expect(statSync(`${folder}/text.txt`).mode & 0o077).toBe(0)
  })

  test('of what is rejected nothing is printed or saved, asked for or not', async () => {
    const folder = office.path('never')
    const words = ['--content', '--save', folder, '--policy', 'direct', '--at', '2028-01-01']
    const { code, printed } = await opened(await from('ann', referral), ...words)
    expect(code).toBe(1)
    expect(printed).not.toMatch(secrets)
    expect(office.has('never')).toBe(false)
  })
})

describe('messages that OpenSSL made', () => {
  const vectors = new URL('../../vectors/openssl/', import.meta.url).pathname
  const bobs = [
    '--identity',
    `${vectors}bob/identity.p12`,
    '--password-file',
    'PASSWORD',
    '--trust',
    `${vectors}clinic-ca/cert.pem`,
  ]
  const open = (...words: readonly string[]) => {
    const secret = office.write('test-password', 'test')
    const file = `${vectors}messages/streamed.eml`
    return ran('open', '--offline', ...bobs.map((word) => (word === 'PASSWORD' ? secret : word)), ...words, file)
  }

  test.each([
    { comment: 'best-effort', policy: 'legacy', code: 0 },
    { comment: 'no revocation at hand', policy: 'direct', code: 2 },
  ])('$comment: exit code $code', async ({ policy, code }) => {
    const answer = await open('--policy', policy)
    expect(answer).toMatchObject({ code, complained: '' })
  })
})

describe('called the wrong way', () => {
  test.each([
    { comment: 'no such month', at: '2026-13-01' },
    { comment: 'no such day', at: '2026-02-30' },
    { comment: 'a time without its zone', at: '2026-06-01T10:00' },
    { comment: 'words', at: 'yesterday' },
  ])('--at with $comment', async ({ at }) => {
    const { code, complained } = await opened(new Uint8Array(), '--at', at)
    expect(code).toBe(64)
    expect(complained).toContain('a time is a day')
  })

  test('a file that is not there', async () => {
    const { code, complained } = await opened(new Uint8Array(), office.path('none.eml'))
    expect([code, complained]).toEqual([64, expect.stringContaining('none.eml cannot be read')])
  })
})
