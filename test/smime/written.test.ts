import { describe, expect, test } from 'vitest'
import { parseEntity } from '../../src/mime/index.js'
import { compressEntity, encryptEntity, signEntity } from '../../src/smime/index.js'
import { letter, ports, signerOf, toBob } from './people.js'

const labelOf = (entity: Uint8Array) => {
  const { contentType, contentDisposition, transferEncoding } = parseEntity(entity)
  return { contentType, contentDisposition, transferEncoding }
}
const written = (subtype: string, parameters: Record<string, string>, filename: string) => ({
  contentType: { type: 'application', subtype, parameters: { ...parameters, name: filename } },
  contentDisposition: { disposition: 'attachment', parameters: { filename } },
  transferEncoding: 'base64',
})

// The names tell a gateway that knows no S/MIME what it has before it.
describe('how each entity is labelled (RFC 8551 §3.2, SMIME-7)', async () => {
  const detached = await signEntity(letter, await signerOf('Ann'), ports)
  const cases = [
    {
      comment: 'an envelope',
      entity: await encryptEntity(letter, toBob, crypto),
      header: written('pkcs7-mime', { 'smime-type': 'enveloped-data' }, 'smime.p7m'),
    },
    {
      comment: 'an envelope with a tag',
      entity: await encryptEntity(letter, { ...toBob, cipher: 'AES-256-GCM' }, crypto),
      header: written('pkcs7-mime', { 'smime-type': 'authEnveloped-data' }, 'smime.p7m'),
    },
    {
      comment: 'an opaque signature',
      entity: await signEntity(letter, await signerOf('Ann'), ports, { form: 'opaque' }),
      header: written('pkcs7-mime', { 'smime-type': 'signed-data' }, 'smime.p7m'),
    },
    {
      comment: 'a detached signature',
      entity: parseEntity(detached).parts[1]!.bytes,
      header: written('pkcs7-signature', {}, 'smime.p7s'),
    },
    {
      comment: 'a compressed entity',
      entity: await compressEntity(letter),
      header: written('pkcs7-mime', { 'smime-type': 'compressed-data' }, 'smime.p7z'),
    },
  ]
  test.each(cases)('$comment', ({ entity, header }) => {
    expect(labelOf(entity)).toEqual(header)
  })

  test('a multipart/signed says by which protocol, and holds the content as it is (RFC 1847 §2.1)', () => {
    const { contentType, parts } = parseEntity(detached)
    expect(contentType).toMatchObject({
      type: 'multipart',
      subtype: 'signed',
      parameters: { protocol: 'application/pkcs7-signature', micalg: 'sha-256' },
    })
    expect(parts.map(({ bytes }) => bytes)[0]).toEqual(letter)
    expect(parts).toHaveLength(2)
  })
})
