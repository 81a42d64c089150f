import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { recipientAlgorithms } from '../../src/cms/index.js'
import { loadIdentity } from '../../src/keys/index.js'
import { parseEntity } from '../../src/mime/index.js'
import { encryptEntity, openLayers, signEntity } from '../../src/smime/index.js'
import { borrowedFiles } from '../helpers/borrowed.node.js'
import { letter } from './people.js'

const { algorithms, sending } = policies.direct
const files = borrowedFiles('rfc9216-smime-keys', '.pem')

/** The first file whose name says so. */
const pem = (...words: readonly string[]) =>
  readFileSync(files.find(({ name }) => words.every((word) => name.includes(word)))!.path, 'utf8')

const identityOf = (name: string) =>
  loadIdentity({
    signing: {
      certificate: pem(name, 'signature-verification', '.crt'),
      privateKey: pem(name, 'signing-private', '.key'),
    },
    decryption: {
      certificate: pem(name, 'encryption-end-entity', '.crt'),
      privateKey: pem(name, 'decryption-private', '.key'),
    },
  })

describe.skipIf(files.length === 0)('the people of RFC 9216 write to each other', () => {
  const pairs = [
    { from: 'alice', to: 'bob', signed: 'SHA-256', way: { keyTransport: 'RSAES-PKCS1-v1_5' } },
    { from: 'carlos', to: 'dana', signed: 'SHA-512', way: { keyAgreement: 'dhSinglePass-stdDH-hkdf-sha256' } },
    { from: 'dana', to: 'alice', signed: 'SHA-512', way: { keyTransport: 'RSAES-PKCS1-v1_5' } },
    { from: 'bob', to: 'carlos', signed: 'SHA-256', way: { keyAgreement: 'dhSinglePass-stdDH-hkdf-sha256' } },
  ] as const
  test.each(pairs)('$from to $to', async ({ from, to, signed, way }) => {
    const { signing } = await identityOf(from)
    const { decryption } = await identityOf(to)
    const found = recipientAlgorithms(decryption[0]!.certificate, sending)!
    expect(found.draft).toMatchObject(way)
    const at = Date.UTC(2026, 0, 1)
    const inner = await signEntity(letter, signing!, { crypto, at })
    for (const cipher of ['AES-256-CBC', 'AES-256-GCM'] as const) {
      const sealed = await encryptEntity(inner, { cipher, recipients: [found.draft] }, crypto)
      const opened = await openLayers(parseEntity(sealed), decryption, { crypto, algorithms })
      expect(opened.ok && opened.content.bytes).toEqual(letter)
      expect(opened.ok && opened.layers).toMatchObject([
        { type: 'encrypted', certificates: [decryption[0]!.certificate] },
        { type: 'signed', signers: [{ digest: signed, certificate: signing!.certificate }] },
      ])
      const stranger = (await identityOf(from)).decryption
      expect(await openLayers(parseEntity(sealed), stranger, { crypto, algorithms })).toMatchObject({ ok: false })
    }
  })
})
