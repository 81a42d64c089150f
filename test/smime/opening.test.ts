import { describe, expect, test } from 'vitest'
import { der } from '../../src/asn1/index.js'
import { type Bytes, concat, encodeBase64, encodeUtf8 } from '../../src/bytes/index.js'
import { buildCompressedData, buildEnvelopedData, contentTypes } from '../../src/cms/index.js'
import { buildPart, parseEntity } from '../../src/mime/index.js'
import { decompressEntity, decryptEntity, type LayerLimits } from '../../src/smime/index.js'
import { contentInfo } from '../cms/fixtures.js'
import { bobs, letter, ports, toBob } from './people.js'

const pkcs7 = (content: Uint8Array, contentType = 'application/pkcs7-mime'): Bytes =>
  buildPart({ contentType, transferEncoding: 'base64', content })
const [to] = toBob.recipients
const short = { maxHeaderBytes: 9 }

interface Case {
  readonly comment: string
  readonly entity: Uint8Array
  readonly answer: string
  readonly limits?: Partial<LayerLimits>
}

describe('an encrypted entity (RFC 8551 §3.3)', async () => {
  const cms = await buildEnvelopedData({ ...toBob, content: letter }, crypto)
  const twice = await buildEnvelopedData({ ...toBob, recipients: [to, to], content: letter }, crypto)
  const tagged = await buildEnvelopedData({ ...toBob, cipher: 'AES-256-GCM', content: letter }, crypto)
  // Of some length, base64 ends with padding.
  const lengthened = await Promise.all(
    [0, 1, 2].map((more) => {
      const content = concat([letter, new Uint8Array(more).fill(0x61)])
      return buildEnvelopedData({ ...toBob, cipher: 'AES-256-GCM', content }, crypto)
    }),
  )
  const padded = encodeBase64(lengthened.find(({ length }) => length % 3 === 1)!)
  const plain = der.encode(contentInfo(contentTypes.data, der.octetString(letter)))

  async function open(entity: Uint8Array, limits: Partial<LayerLimits> = {}, recipients = [bobs]) {
    const opened = await decryptEntity(parseEntity(entity), recipients, { ...ports, limits })
    if (!opened.ok)
      expect(opened.explanation).toMatchObject({ code: opened.code, steps: [{ code: opened.code, outcome: 'failed' }] })
    return opened
  }

  const cases: Case[] = [
    { comment: 'an envelope', entity: pkcs7(cms), answer: 'ok' },
    { comment: 'an envelope with a tag (RFC 5083)', entity: pkcs7(tagged), answer: 'ok' },
    { comment: 'a content that nobody encrypted', entity: pkcs7(plain), answer: 'malformed' },
    { comment: 'a recipient who is named twice', entity: pkcs7(twice), answer: 'ok' },
    {
      comment: 'a structure without recipients',
      entity: pkcs7(der.encode(contentInfo(contentTypes.envelopedData, der.sequence()))),
      answer: 'malformed',
    },
    { comment: 'a content that opens and cannot be read', entity: pkcs7(cms), limits: short, answer: 'malformed' },
    { comment: 'a file that only begins like an envelope', entity: pkcs7(cms.subarray(0, -1)), answer: 'malformed' },
    {
      comment: 'a file that was named for something else',
      entity: pkcs7(cms, 'application/octet-stream; name="smime.p7m.txt"'),
      answer: 'not-encrypted',
    },
    {
      comment: 'a file that was named .p7m',
      entity: pkcs7(cms, 'application/octet-stream; name="smime.p7m"'),
      answer: 'ok',
    },
    {
      comment: 'another type whose name ends in .p7m',
      entity: pkcs7(cms, 'application/pdf; name="smime.p7m"'),
      answer: 'not-encrypted',
    },
    {
      comment: 'text of the subtype of an envelope',
      entity: pkcs7(cms, 'text/pkcs7-mime'),
      answer: 'not-encrypted',
    },
    {
      comment: 'octets that are neither a structure nor base64',
      entity: concat([encodeUtf8('Content-Type: application/pkcs7-mime\r\n\r\n'), Uint8Array.of(0xff)]),
      answer: 'malformed',
    },
    {
      comment: 'base64 that nobody announced, without its padding',
      entity: encodeUtf8(`Content-Type: application/pkcs7-mime\r\n\r\n${padded.replace(/=+$/, '')}`),
      answer: 'ok',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ entity, limits, answer }) => {
    const opened = await open(entity, limits)
    expect(opened.ok ? 'ok' : opened.code).toBe(answer)
  })

  test('of keys that do not open it one thing is said, and what the matter is goes below', async () => {
    const opened = await open(pkcs7(cms), {}, [])
    expect(opened).toMatchObject({
      code: 'not-decryptable',
      explanation: { steps: [{ steps: [{ code: 'no-matching-recipient' }] }] },
    })
    expect(await open(pkcs7(cms))).toMatchObject({
      ok: true,
      explanation: { steps: [{ code: 'decrypted', steps: [{ code: 'decrypted' }] }] },
    })
  })
})

describe('a compressed entity (RFC 8551 §3.6)', async () => {
  const cms = await buildCompressedData(letter)
  const cases: Case[] = [
    { comment: 'compressed', entity: pkcs7(cms), answer: 'ok' },
    {
      comment: 'a structure that holds nothing',
      entity: pkcs7(der.encode(contentInfo(contentTypes.compressedData, der.sequence()))),
      answer: 'malformed',
    },
    { comment: 'a content that cannot be read', entity: pkcs7(cms), limits: short, answer: 'malformed' },
    {
      comment: 'a content above the limit',
      entity: pkcs7(cms),
      limits: { maxContentBytes: letter.length - 1 },
      answer: 'not-decompressible',
    },
    { comment: 'an entity of another kind', entity: letter, answer: 'not-compressed' },
  ]
  test.each(cases)('$comment: $answer', async ({ entity, limits, answer }) => {
    const opened = await decompressEntity(parseEntity(entity), limits)
    expect(opened.ok ? 'ok' : opened.code).toBe(answer)
    const step = opened.ok ? { code: 'decompressed', steps: [{ code: 'decompressed' }] } : { code: answer }
    expect(opened.explanation.steps).toMatchObject([step])
  })

  test('why it does not open goes below', async () => {
    const opened = await decompressEntity(parseEntity(pkcs7(cms)), { maxContentBytes: 1 })
    expect(opened.explanation.steps).toMatchObject([{ steps: [{ code: 'content-too-large' }] }])
  })
})
