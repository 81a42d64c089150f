import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { decodeUtf8 } from '../../src/bytes/index.js'
import type { Recipient } from '../../src/cms/index.js'
import type { DigestName } from '../../src/crypto/index.js'
import { decodePem, loadIdentity } from '../../src/keys/index.js'
import { fieldBody, parseEntity, unwrapMessage } from '../../src/mime/index.js'
import { decryptEntity, verifyEntity } from '../../src/smime/index.js'
import { nameText } from '../../src/x509/index.js'
import { borrowed } from '../helpers/borrowed.node.js'
import { needs } from '../helpers/needs.node.js'

const folder = join(borrowed ?? '', 'direct-ri', 'files')
const read = (file: string) => Uint8Array.from(readFileSync(join(folder, file)))
const { algorithms } = policies.legacy
const ports = { crypto, algorithms }

/** No agent and no trust: what the rooms give, one after the other. */
async function openPlainly(file: string, recipients: readonly Recipient[]) {
  const decrypted = await decryptEntity(parseEntity(read(file)), recipients, ports)
  if (!decrypted.ok) throw new Error(decrypted.code)
  const verified = await verifyEntity(decrypted.entity, ports)
  if (!verified.ok) throw new Error(verified.code)
  const inner = parseEntity(unwrapMessage(verified.content)!)
  return { subject: fieldBody(inner.header, 'Subject'), signers: verified.signers, body: decodeUtf8(inner.body) }
}

async function recipient(name: string): Promise<readonly Recipient[]> {
  const [certificate, privateKey] = [`keys/${name}.crt.pem`, `keys/${name}.key.pem`].map((file) =>
    decodeUtf8(read(file)),
  )
  return (await loadIdentity({ certificate: certificate!, privateKey: privateKey! })).decryption
}

describe.skipIf(!borrowed)('messages of the reference implementations, opened by plain functions', () => {
  const java: readonly { comment: string; file: string; digest: DigestName }[] = [
    { comment: 'Java, RSA-OAEP', file: 'AES128-RSA_OAEP-SHA1-SHA256WITHRSA.eml', digest: 'SHA-256' },
    { comment: 'Java, RSA v1.5', file: 'AES256-RSA_PKCS1_V15-SHA256-SHA384WITHRSA.eml', digest: 'SHA-384' },
  ]
  test.each(java)('$comment', async ({ file, digest }) => {
    const opened = await openPlainly(`java-ri-8.1.0/${file}`, await recipient('externuser1'))
    expect(opened.subject).toBe('I-D ACTION:draft-ietf-mailext-pipeline-01.txt')
    expect(opened.signers.map((signer) => signer.digest)).toEqual([digest])
    expect(nameText(opened.signers[0]!.certificate.subject)).toContain('CN=user1')
  })

  test.skipIf(!needs('openssl'))('.NET, whose header has no blanks and whose signature is one long line', async () => {
    const opened = await openPlainly(
      'messages/envelopeSignature.eml',
      await identitiesIn('keys/nhind_umamalga1_vm1.pfx'),
    )
    expect(opened.subject).toBe('Simple Text Message')
    expect(opened.signers.map((signer) => signer.digest)).toEqual(['SHA-1'])
  })

  test('a wrapping in base64, which the standard forbids, with a byte order mark before it (AS-47)', () => {
    const entity = parseEntity(read('wrapped/Wrapped_Base64.eml'))
    const inner = parseEntity(unwrapMessage(entity)!)
    expect(fieldBody(inner.header, 'Subject')).toBe('This message has a base64 internal message')
  })

  test('a wrapping in quoted-printable', () => {
    const [wrapping] = parseEntity(read('wrapped/Wrapped_Quoted.eml')).parts
    const inner = parseEntity(unwrapMessage(wrapping!)!)
    expect(fieldBody(inner.header, 'x-ses-message-id')).toBe('59dc9670-6e1c-404d-ada7-89972c742778@directaddress.net')
  })
})

/** The keys of a PKCS#12 file in the old encryption, taken out by OpenSSL, each with the certificate it belongs to. */
async function identitiesIn(file: string): Promise<readonly Recipient[]> {
  const dump = execFileSync(
    'openssl',
    ['pkcs12', '-legacy', '-in', join(folder, file), '-passin', 'pass:passw0rd!', '-nodes'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  const blocks = decodePem(dump)
  const of = (label: string) => blocks.filter((block) => block.label === label).map(({ bytes }) => bytes)
  const pairs = of('PRIVATE KEY').flatMap((privateKey) =>
    of('CERTIFICATE').map((certificate) => ({ privateKey, certificate })),
  )
  const identities = await Promise.allSettled(pairs.map((pair) => loadIdentity({ ...pair, use: 'decryption' })))
  return identities.flatMap((result) => (result.status === 'fulfilled' ? result.value.decryption : []))
}
