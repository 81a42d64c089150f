import { describe, expect, test } from 'vitest'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import { buildMultipart, parseEntity } from '../../src/mime/index.js'
import {
  compressEntity,
  decompressEntity,
  decryptEntity,
  encryptEntity,
  type LayerLimits,
  openLayers,
  signEntity,
  verifyEntity,
} from '../../src/smime/index.js'
import { ann, bobs, letter, ports, signerOf, toBob } from './people.js'

const encrypt = (entity: Uint8Array) => encryptEntity(entity, toBob, crypto)
const encryptGcm = (entity: Uint8Array) => encryptEntity(entity, { ...toBob, cipher: 'AES-256-GCM' }, crypto)
const sign = async (entity: Uint8Array) => signEntity(entity, await signerOf('Ann'), ports)
const signOpaque = async (entity: Uint8Array) => signEntity(entity, await signerOf('Ann'), ports, { form: 'opaque' })
const compress = compressEntity

type Step = (entity: Uint8Array) => Promise<Uint8Array>
const make = (steps: readonly Step[]) =>
  steps.reduce(async (entity, step) => step(await entity), Promise.resolve<Uint8Array>(letter))

async function open(bytes: Uint8Array, limits: Partial<LayerLimits> = {}) {
  const opened = await openLayers(parseEntity(bytes), [bobs], { ...ports, limits })
  if (!opened.ok) return opened.code
  expect(opened.content.bytes).toEqual(letter)
  return opened.layers.map(({ type }) => type).join(' ')
}

describe('nested layers, for those who ask', () => {
  // From the inside out.
  const cases: { comment: string; steps: Step[]; answer: string }[] = [
    { comment: 'signed', steps: [sign], answer: 'signed' },
    { comment: 'signed and encrypted', steps: [sign, encrypt], answer: 'encrypted signed' },
    { comment: 'the same with GCM', steps: [signOpaque, encryptGcm], answer: 'encrypted signed' },
    { comment: 'triple wrapping (RFC 2634)', steps: [sign, encrypt, sign], answer: 'signed encrypted signed' },
    { comment: 'compressed inside', steps: [compress, sign, encrypt], answer: 'encrypted signed compressed' },
    { comment: 'compressed between', steps: [signOpaque, compress, encrypt], answer: 'encrypted compressed signed' },
    {
      comment: 'five layers',
      steps: [compress, signOpaque, compress, encrypt, signOpaque],
      answer: 'signed encrypted compressed signed compressed',
    },
    { comment: 'six layers', steps: [sign, sign, sign, sign, sign, sign], answer: 'too-many-layers' },
    { comment: 'not signed inside the encryption', steps: [encrypt, sign], answer: 'not-signed' },
    { comment: 'only encrypted', steps: [encrypt], answer: 'not-signed' },
    { comment: 'only encrypted, with a tag', steps: [encryptGcm], answer: 'not-signed' },
    { comment: 'only compressed', steps: [compress], answer: 'not-signed' },
    { comment: 'nothing', steps: [], answer: 'not-signed' },
  ]
  test.each(cases)('$comment: $answer', async ({ steps, answer }) => {
    expect(await open(await make(steps))).toBe(answer)
  })

  test('a limit of layers is exact', async () => {
    const bytes = await make([sign, encrypt, sign])
    expect(await open(bytes, { maxLayers: 3 })).toBe('signed encrypted signed')
    expect(await open(bytes, { maxLayers: 2 })).toBe('too-many-layers')
  })

  test('every layer is told of, and what ended it', async () => {
    const told = async (steps: readonly Step[], limits: Partial<LayerLimits> = {}) => {
      const opened = await openLayers(parseEntity(await make(steps)), [bobs], { ...ports, limits })
      return opened.explanation.steps.map(({ code, outcome }) => (outcome === 'failed' ? `not: ${code}` : code))
    }
    expect(await told([compress, sign, encrypt])).toEqual(['decrypted', 'signed', 'decompressed'])
    expect(await told([sign, encrypt], { maxLayers: 1 })).toEqual(['decrypted', 'not: too-many-layers'])
    expect(await told([encrypt, sign])).toEqual(['signed', 'decrypted', 'not: not-signed'])
  })

  test('a layer of signature brings its signers and their certificates', async () => {
    const opened = await openLayers(parseEntity(await make([sign, encrypt])), [bobs], ports)
    const { bytes } = ann
    expect(opened).toMatchObject({
      layers: [
        { type: 'encrypted', certificates: [{ bytes: bobs.certificate.bytes }] },
        { type: 'signed', signers: [{ certificate: { bytes } }], certificates: [{ bytes }] },
      ],
    })
  })

  test('a limit of octets is that of what comes out', async () => {
    const bytes = await make([compress, sign])
    expect(await open(bytes, { maxContentBytes: letter.length })).toBe('signed compressed')
    expect(await open(bytes, { maxContentBytes: letter.length - 1 })).toBe('not-decompressible')
  })

  test('a layer in a part of a multipart is content: nothing of it is opened (EFAIL)', async () => {
    const encrypted = await make([sign, encrypt])
    const mixed = buildMultipart('mixed', [encodeUtf8('\r\n<img src="http://thief.example/'), encrypted])
    const signed = await sign(mixed)
    const opened = await openLayers(parseEntity(signed), [bobs], ports)
    expect(opened.ok && opened.content.bytes).toEqual(mixed)
    expect(opened.ok && opened.layers.map(({ type }) => type)).toEqual(['signed'])
    expect(await open(encrypted)).toBe('encrypted signed')
  })

  test('a layer that fails ends it, and nothing comes out', async () => {
    const bytes = Uint8Array.from(await make([sign, encrypt]))
    const outer = await sign(bytes)
    const other = { ...bobs, key: { decryptKey: async () => new Uint8Array(32) } }
    const opened = await openLayers(parseEntity(outer), [other], ports)
    expect(opened.ok).toBe(false)
    expect(await open(outer)).toBe('signed encrypted signed')
    expect(await openLayers(parseEntity(outer), [], ports)).toMatchObject({ ok: false, code: 'not-decryptable' })
  })
})

describe('without asking, one layer is one layer', () => {
  test('what lies below a verified entity stays as it is (AS-48)', async () => {
    const inner = await make([sign, encrypt])
    const verified = await verifyEntity(parseEntity(await sign(inner)), ports)
    expect(verified.ok && verified.content.bytes).toEqual(inner)
    const twice = await encrypt(inner)
    const decrypted = await decryptEntity(parseEntity(twice), [bobs], ports)
    expect(decrypted.ok && decrypted.entity.bytes).toEqual(inner)
  })

  test('each function takes its own kind and no other', async () => {
    const made = {
      signed: await signOpaque(letter),
      encrypted: await encrypt(letter),
      compressed: await compress(letter),
    }
    const ask = async (bytes: Uint8Array) => {
      const entity = parseEntity(bytes)
      const answers = [
        await verifyEntity(entity, ports),
        await decryptEntity(entity, [bobs], ports),
        await decompressEntity(entity),
      ]
      return answers.map((answer) => (answer.ok ? 'ok' : answer.code))
    }
    expect(await ask(made.signed)).toEqual(['ok', 'not-encrypted', 'not-compressed'])
    expect(await ask(made.encrypted)).toEqual(['not-signed', 'ok', 'not-compressed'])
    expect(await ask(made.compressed)).toEqual(['not-signed', 'not-encrypted', 'ok'])
    expect(await ask(letter)).toEqual(['not-signed', 'not-encrypted', 'not-compressed'])
  })

  test('bytes behind the structure are refused', async () => {
    const good = parseEntity(await compress(letter))
    expect(await decompressEntity(good)).toMatchObject({ ok: true })
    const header = encodeUtf8('Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: 8bit\r\n\r\n')
    const bad = parseEntity(concat([header, Uint8Array.of(0x30, 0, 0)]))
    expect(await decryptEntity(bad, [bobs], ports)).toMatchObject({ ok: false, code: 'malformed' })
  })
})
