import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeLatin1, encodeLatin1, encodeUtf8, equal } from '../../../src/bytes/index.js'
import { loadIdentity } from '../../../src/keys/index.js'
import { canonicalEntity, parseEntity } from '../../../src/mime/index.js'
import { signEntity } from '../../../src/smime/index.js'
import { borrowed, borrowedFiles } from '../../helpers/borrowed.node.js'
import { needs } from '../../helpers/needs.node.js'

const vectors = new URL('../../../vectors/openssl/', import.meta.url)
const path = (file: string) => new URL(file, vectors).pathname
const at = Date.parse('2026-06-01T09:30:00Z')

/** Every file of these: whatever the bytes, they are an entity. */
const corpora = [
  'stalwart-mail-parser',
  'mime4j-testmsgs',
  'python-email-data',
  'enmime-testdata',
  'ruby-mail-fixtures',
  'thunderbird-mime',
  'mimekit-testdata',
  'js-mail-parsers-fixtures',
  'johnny-you-are-fired',
]

/** Lines that nothing on the way has a reason to change. @see RFC 8551 §3.1.3, RFC 5322 §2.1.1 */
function isSafeToSign(entity: Uint8Array): boolean {
  return decodeLatin1(entity)
    .split('\r\n')
    .every((line) => line.length <= 998 && /^[\x01-\t\v\f\x0e-\x7f]*$/.test(line))
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'direct-smime-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = promisify(execFile)

/** What OpenSSL prints as the signed content; it ends with an error when it does not accept the signature. */
async function verified(id: number, signed: Uint8Array): Promise<Uint8Array> {
  const [message, content] = [join(folder, `${id}.eml`), join(folder, `${id}.content`)]
  writeFileSync(message, signed)
  const options = ['-CAfile', path('clinic-ca/cert.pem'), '-attime', String(at / 1000)]
  await run('openssl', ['cms', '-verify', '-in', message, '-out', content, ...options])
  return new Uint8Array(readFileSync(content))
}

async function signer() {
  const text = (file: string) => readFileSync(path(file), 'utf8')
  const { signing } = await loadIdentity({ certificate: text('ann/cert.pem'), privateKey: text('ann/key.pem') })
  return signing!
}

/** Works on two at a time. */
async function inPairs<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const queue = items.entries()
  const worker = async () => {
    for (const [index, item] of queue) await work(item, index)
  }
  await Promise.all([worker(), worker()])
}

describe.skipIf(!borrowed || !needs('openssl'))('mail found in the wild, made safe to sign', () => {
  test.each(corpora)(
    '%s: OpenSSL accepts the signature over every message',
    async (suite) => {
      const files = borrowedFiles(suite, '').filter((file) => statSync(file.path).isFile())
      const ann = await signer()
      const faults: string[] = []
      await inPairs(files, async ({ name, path: file }, index) => {
        try {
          const canonical = canonicalEntity(parseEntity(new Uint8Array(readFileSync(file))))
          const content = await verified(index, await signEntity(canonical, ann, { crypto, at }))
          if (!equal(content, canonical)) faults.push(`${name}: OpenSSL prints something else`)
          if (!isSafeToSign(canonical)) faults.push(`${name}: not in lines of 7 bits`)
        } catch (error) {
          faults.push(`${name}: ${error instanceof Error ? error.message : error}`)
        }
      })
      console.log(`${suite}: ${files.length - faults.length} of ${files.length} signed and verified`)
      expect(files.length).toBeGreaterThan(0)
      expect(faults).toEqual([])
    },
    120_000,
  )
})

describe.skipIf(!needs('openssl'))('what OpenSSL says of a message that was signed', () => {
  const message = encodeUtf8('Subject: Grüße\n\nGrüße\n')

  test.each([
    { comment: 'it is accepted as it is', change: (text: string) => text, accepted: true },
    {
      comment: 'it is refused with one letter changed',
      change: (text: string) => text.replace('Subject', 'Subjekt'),
      accepted: false,
    },
  ])('$comment', async ({ change, accepted }) => {
    const signed = await signEntity(canonicalEntity(parseEntity(message)), await signer(), { crypto, at })
    const answer = verified(0, encodeLatin1(change(decodeLatin1(signed))))
    if (accepted) expect(decodeLatin1(await answer)).toMatch(/^Subject: /)
    else await expect(answer).rejects.toThrow(/verification failure/i)
  })
})
