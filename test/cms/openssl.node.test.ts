import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import {
  buildEnvelopedData,
  buildSignedData,
  decryptEnvelopedData,
  parseEnvelopedData,
  parseSignedData,
  verifySignedData,
} from '../../src/cms/index.js'
import type { ContentCipherName, DigestName, KeyTransportName } from '../../src/crypto/index.js'
import { loadCertificates, loadIdentity } from '../../src/keys/index.js'
import index from '../../vectors/openssl/index.json' with { type: 'json' }
import { needs } from '../helpers/needs.node.js'
import { algorithms } from './fixtures.js'

const root = new URL('../../vectors/openssl/', import.meta.url)
const bytesOf = (file: string) => Uint8Array.from(readFileSync(new URL(file, root)))
const pemOf = (name: string) => readFileSync(new URL(`${name}/cert.pem`, root), 'utf8')
const certificateOf = (name: string) => loadCertificates(pemOf(name))[0]!
const identityOf = (name: string, digest: DigestName = 'SHA-256') =>
  loadIdentity({ certificate: pemOf(name), privateKey: readFileSync(new URL(`${name}/key.pem`, root), 'utf8'), digest })
const content = bytesOf('content/entity.mime')
const ports = { crypto, algorithms }

interface Row {
  readonly file: string
  readonly kind: string
  readonly comment: string
  readonly expected?: string
  readonly form?: string
  readonly content?: string
  readonly signer?: string
  readonly signers?: readonly string[]
  readonly digest?: string
  readonly recipient?: string
  readonly recipients?: readonly string[]
}
const rows: readonly Row[] = index

/** What the index says in words. The certificates that are left out are valid to OpenSSL, which is told where they are. */
const codes: Readonly<Record<string, string>> = {
  valid: 'ok',
  'the digest of the content differs': 'digest-mismatch',
  'the signature does not hold': 'signature-mismatch',
}
const exceptions: Readonly<Record<string, string>> = { 'signed/nocerts.p7s': 'signer-certificate-missing' }

describe('what OpenSSL signed', () => {
  // Those in MIME belong to the tests of the room `smime`.
  const signed = rows.filter(({ kind, file }) => kind === 'signed' && /\.p7[sm]$/.test(file))

  test.each(signed)('$file: $comment', async ({ file, form, expected, signer, signers = [signer!], digest }) => {
    const signedData = parseSignedData(bytesOf(file))
    const verdicts = await verifySignedData(signedData, form === 'detached' ? content : undefined, ports)
    const code = exceptions[file] ?? codes[expected!]
    expect(verdicts.map((verdict) => (verdict.ok ? 'ok' : verdict.code))).toEqual(signers.map(() => code))
    if (code !== 'ok') return
    const found = verdicts.map((verdict) => verdict.ok && verdict.certificate.serialNumber)
    expect(found.sort()).toEqual(signers.map((name) => certificateOf(name).serialNumber).sort())
    expect(verdicts[0]).toMatchObject({ digest })
    if (form === 'opaque') expect(signedData.encapContentInfo.eContent).toEqual(content)
  })

  test('there are signatures of every form, right and wrong', () => {
    expect(new Set(signed.map(({ form, expected }) => `${form} ${codes[expected!]}`)).size).toBe(5)
  })

  test('certificates without a signature', () => {
    const { certificates, signerInfos } = parseSignedData(bytesOf('signed/certs-only.p7c'))
    const names = ['ida', 'clinic-issuing-ca', 'clinic-ca'].map((name) => certificateOf(name).serialNumber)
    expect(signerInfos).toEqual([])
    expect(certificates.map(({ serialNumber }) => serialNumber).sort()).toEqual(names.sort())
  })
})

describe('what OpenSSL encrypted', () => {
  const enveloped = rows.filter(({ kind }) => kind === 'enveloped')

  test.each(enveloped)('$file: $comment', async ({ file, recipient, recipients = [recipient!] }) => {
    const envelopedData = parseEnvelopedData(bytesOf(file))
    for (const name of recipients) {
      const verdict = await decryptEnvelopedData(envelopedData, (await identityOf(name)).decryption, ports)
      expect(verdict.ok && verdict.content).toEqual(content)
    }
    const stranger = await decryptEnvelopedData(envelopedData, (await identityOf('ann')).decryption, ports)
    expect(stranger).toMatchObject({ ok: false, code: 'no-matching-recipient' })
  })
})

describe.skipIf(!needs('openssl'))('what we make, OpenSSL takes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'direct-smime-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const save = (name: string, bytes: Uint8Array) => {
    writeFileSync(join(folder, name), bytes)
    return join(folder, name)
  }
  const path = (file: string) => new URL(file, root).pathname
  const cms = (...args: string[]) =>
    Uint8Array.from(execFileSync('openssl', ['cms', '-binary', ...args], { stdio: 'pipe' }))
  // A moment inside the validity of the certificates, as the journey's clock would give it.
  const at = ['-attime', String(certificateOf('ann').notBefore / 1000 + 86_400)]

  const digests: DigestName[] = ['SHA-256', 'SHA-384', 'SHA-512']
  test.each(digests)('a signature with %s', async (digest) => {
    const { signing } = await identityOf('ida', digest)
    const signer = { ...signing!, chain: [certificateOf('clinic-issuing-ca')] }
    const built = await buildSignedData({ content, signer, signingTime: Date.UTC(2026, 5, 1) }, crypto)
    const verify = (original: Uint8Array) =>
      cms(
        ...['-verify', '-inform', 'DER', '-in', save('signed', built), '-content', save('content', original)],
        ...['-CAfile', path('clinic-ca/cert.pem'), '-purpose', 'any', ...at],
      )
    expect(verify(content)).toEqual(content)
    const changed = Uint8Array.from(content)
    changed[40]! ^= 1
    expect(() => verify(changed)).toThrow()
  })

  const envelopes: { cipher: ContentCipherName; keyTransport: KeyTransportName }[] = [
    { cipher: 'AES-128-CBC', keyTransport: 'RSAES-PKCS1-v1_5' },
    { cipher: 'AES-192-CBC', keyTransport: 'RSAES-PKCS1-v1_5' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-PKCS1-v1_5' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-OAEP-SHA-1' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-OAEP-SHA-256' },
    { cipher: 'AES-256-CBC', keyTransport: 'RSAES-OAEP-SHA-512' },
  ]
  test.each(envelopes)('an envelope with $cipher and $keyTransport', async ({ cipher, keyTransport }) => {
    const recipients = ['carol-encryption', 'bob'].map((name) => ({ certificate: certificateOf(name), keyTransport }))
    const built = await buildEnvelopedData({ content, cipher, recipients }, crypto)
    const decrypt = (name: string) =>
      cms(
        ...['-decrypt', '-inform', 'DER', '-in', save('enveloped', built)],
        ...['-recip', path(`${name}/cert.pem`), '-inkey', path(`${name}/key.pem`)],
      )
    expect(decrypt('bob')).toEqual(content)
    expect(decrypt('carol-encryption')).toEqual(content)
    expect(() => decrypt('ann')).toThrow()
  })
})
