import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAgent } from '../../src/agent/index.js'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import type { Fetch } from '../../src/http/index.js'
import { loadCertificates, loadIdentity } from '../../src/keys/index.js'
import { buildMessage, type MessageDraft, parseEntity, unwrapMessage, wrapMessage } from '../../src/mime/index.js'
import index from '../../vectors/openssl/index.json' with { type: 'json' }
import { needs } from '../helpers/needs.node.js'
import { messageIn, notificationIn } from './world.js'

const vectors = new URL('../../vectors/openssl/', import.meta.url)
const path = (file: string) => new URL(file, vectors).pathname
const text = (file: string) => readFileSync(path(file), 'utf8')
const at = Date.parse('2026-06-01T09:30:00Z')
const ann = 'ann@direct.clinic.example'
const bob = 'bob@direct.hospital.example'
const published = ['ann', 'bob'].flatMap((name) => loadCertificates(text(`${name}/cert.pem`)))

async function agentOf(name: string, anchor: string) {
  const identity = await loadIdentity({ certificate: text(`${name}/cert.pem`), privateKey: text(`${name}/key.pem`) })
  const trust = loadCertificates(text(`${anchor}/cert.pem`))
  return createAgent({ identities: [identity], trust, discovery: published, clock: () => at, fetch: revocationLists })
}

/** The lists that the authorities publish. */
const revocationLists: Fetch = async (url) => {
  const [, organisation] = /^http:\/\/crl\.(\w+)\.example\/ca\.crl$/.exec(url) ?? []
  return new Response(Uint8Array.from(readFileSync(path(`${organisation}-ca/ca.crl`))))
}

const clinic = () => agentOf('ann', 'hospital-ca')
const hospital = () => agentOf('bob', 'clinic-ca')

describe('messages that OpenSSL made before', () => {
  const rows = index.filter(({ kind }) => kind === 'message')
  test.each(rows)('$comment', async ({ file, content }) => {
    const opened = messageIn(await (await hospital()).open(Uint8Array.from(readFileSync(path(file)))))
    const entity = parseEntity(Uint8Array.from(readFileSync(path(content!))))
    expect(Buffer.compare(opened.message.raw, unwrapMessage(entity) ?? entity.bytes)).toBe(0)
    expect(opened.message.author).toBe(ann)
  })
})

describe.skipIf(!needs('openssl'))('OpenSSL today', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'direct-smime-'))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const file = (name: string) => join(folder, name)
  const openssl = (...options: readonly string[]) => execFileSync('openssl', ['cms', ...options], { stdio: 'pipe' })

  /** What a peer on OpenSSL sends: signed, encrypted, with a header. */
  function sealWithOpenssl(
    message: Uint8Array,
    signing: readonly string[],
    encrypting: readonly string[],
    cipher: string,
  ) {
    writeFileSync(file('wrapped'), wrapMessage(message))
    const signer = ['-signer', path('ann/cert.pem'), '-inkey', path('ann/key.pem'), '-md', 'sha256']
    openssl('-sign', '-in', file('wrapped'), '-binary', '-crlfeol', ...signer, ...signing, '-out', file('signed'))
    const recipient = ['-recip', path('bob/cert.pem'), ...encrypting]
    openssl(
      '-encrypt',
      '-binary',
      `-${cipher}`,
      '-outform',
      'SMIME',
      '-in',
      file('signed'),
      ...recipient,
      '-out',
      file('sealed'),
    )
    const sealed = readFileSync(file('sealed'))
    return concat([encodeUtf8(`From: ${ann}\r\nTo: ${bob}\r\n`), sealed])
  }

  /** Decrypts and verifies with OpenSSL alone; what comes out is what was signed. */
  function openWithOpenssl(raw: Uint8Array, recipient: string, anchor: string): Uint8Array {
    writeFileSync(file('sealed'), raw)
    const key = ['-recip', path(`${recipient}/cert.pem`), '-inkey', path(`${recipient}/key.pem`)]
    openssl('-decrypt', '-in', file('sealed'), ...key, '-out', file('signed'))
    const trust = ['-CAfile', path(`${anchor}/cert.pem`), '-attime', String(at / 1000)]
    openssl('-verify', '-in', file('signed'), ...trust, '-out', file('content'))
    return Uint8Array.from(readFileSync(file('content')))
  }

  const sealing = ['aes-128-cbc', 'aes-256-cbc'].flatMap((cipher) =>
    [
      { transport: 'RSA v1.5', encrypting: [] },
      { transport: 'RSA-OAEP', encrypting: ['-keyopt', 'rsa_padding_mode:oaep'] },
      {
        transport: 'RSA-OAEP with SHA-256',
        encrypting: ['-keyopt', 'rsa_padding_mode:oaep', '-keyopt', 'rsa_oaep_md:sha256'],
      },
    ].flatMap((row) => [
      { ...row, cipher, form: 'DER', signing: [] },
      {
        ...row,
        cipher,
        form: 'streamed BER',
        signing: ['-stream', '-indef'],
        encrypting: [...row.encrypting, '-stream', '-indef'],
      },
    ]),
  )
  test.each(sealing)('makes what opens: $cipher, $transport, $form', async ({ cipher, signing, encrypting }) => {
    const message = await buildMessage({ ...draft, text: 'Potassium is 4.1 mmol/l.\n' })
    const opened = messageIn(await (await hospital()).open(sealWithOpenssl(message, signing, encrypting, cipher)))
    expect(Buffer.compare(opened.message.raw, message)).toBe(0)
  })

  test('opens what we seal: the message as it was signed, octet for octet', async () => {
    const attachments = [{ filename: 'Befund – Müller.xml', type: 'text/xml', content: '<r>4.1</r>\n' }]
    const sealed = await (await clinic()).seal({ from: ann, to: bob, subject: 'Blut', text: 'Grüße\n', attachments })
    const wrapped = openWithOpenssl(sealed.messages[0]!.raw, 'bob', 'clinic-ca')
    expect(Buffer.compare(wrapped, wrapMessage(sealed.inner))).toBe(0)
  })

  test('opens the notification, and we open it too', async () => {
    const sealed = await (await clinic()).seal({ from: ann, to: bob, text: 'See you.' })
    const opened = messageIn(await (await hospital()).open(sealed.messages[0]!.raw))
    const [answer] = (await (await hospital()).acknowledge(opened.receipt, 'processed')).messages
    const wrapped = Buffer.from(openWithOpenssl(answer!.raw, 'ann', 'hospital-ca')).toString('latin1')
    expect(wrapped).toContain(`\r\nOriginal-Message-ID: ${sealed.messageId}\r\n`)
    const told = notificationIn(await (await clinic()).open(answer!.raw))
    expect(told.spokenFor).toEqual([bob])
  })

  const megabytes = 20
  const large = Uint8Array.from({ length: megabytes * 1_000_000 }, (_, at) => (at * 2_654_435_761) >>> 21)
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const attachment = { filename: 'images.bin', content: large }

  test(`${megabytes} MB from us to OpenSSL, under five seconds`, { timeout: 120_000 }, async () => {
    const agent = await clinic()
    const start = performance.now()
    const sealed = await agent.seal({ from: ann, to: bob, text: 'Images.', attachments: [attachment] })
    const ms = performance.now() - start
    const wrapped = parseEntity(openWithOpenssl(sealed.messages[0]!.raw, 'bob', 'clinic-ca'))
    const [, part] = parseEntity(unwrapMessage(wrapped)!).parts
    expect(sha256(Buffer.from(Buffer.from(part!.body).toString('latin1'), 'base64'))).toBe(sha256(large))
    report(`sealing ${megabytes} MB`, ms)
    expect(ms).toBeLessThan(5000)
  })

  test(`${megabytes} MB from OpenSSL to us, under five seconds`, { timeout: 120_000 }, async () => {
    const raw = sealWithOpenssl(
      await buildMessage({ ...draft, text: 'Images.', attachments: [attachment] }),
      [],
      [],
      'aes-256-cbc',
    )
    const agent = await hospital()
    const start = performance.now()
    const opened = messageIn(await agent.open(raw))
    const ms = performance.now() - start
    expect(sha256(opened.message.attachments[0]!.content)).toBe(sha256(large))
    report(`opening ${megabytes} MB`, ms)
    expect(ms).toBeLessThan(5000)
  })
})

const draft: MessageDraft = {
  from: ann,
  to: bob,
  subject: 'Results',
  messageId: '<r1@direct.clinic.example>',
  date: at,
}

function report(what: string, ms: number): void {
  const { maxRSS } = process.resourceUsage()
  console.log(`${what}: ${Math.round(ms)} ms, peak memory of the process ${Math.round(maxRSS / 1024)} MB`)
}
