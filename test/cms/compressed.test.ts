import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { concat, encodeUtf8 } from '../../src/bytes/index.js'
import {
  buildCompressedData,
  type CompressedData,
  contentTypes,
  decompress,
  parseCompressedData,
} from '../../src/cms/index.js'
import { codeOf } from '../helpers/codes.js'
import { contentInfo } from './fixtures.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')

async function answer(compressed: CompressedData, maxContentBytes?: number): Promise<string> {
  const verdict = await decompress(compressed, maxContentBytes === undefined ? {} : { maxContentBytes })
  return verdict.ok ? 'ok' : verdict.code
}

const changed = (compressed: CompressedData, eContent: Uint8Array): CompressedData => ({
  ...compressed,
  encapContentInfo: { ...compressed.encapContentInfo, eContent },
})

describe('compressed content (RFC 3274)', () => {
  const sizes = [0, 1, 4095, 4096, 4097, 100_000]
  test.each(sizes)('%d octets come back', async (length) => {
    const octets = Uint8Array.from({ length }, (_, index) => (index * index) % 251)
    const verdict = await decompress(parseCompressedData(await buildCompressedData(octets)))
    expect(verdict.ok && verdict.content).toEqual(octets)
  })

  test('as many octets as the limit come out, and not one more', async () => {
    const compressed = parseCompressedData(await buildCompressedData(content))
    expect(await answer(compressed, content.length)).toBe('ok')
    expect(await answer(compressed, content.length - 1)).toBe('content-too-large')
  })

  test('200 MB in 200 KB stop at the limit', async () => {
    const pieces = Array.from({ length: 200 }, () => new Uint8Array(1_000_000))
    const bomb = parseCompressedData(await buildCompressedData(concat(pieces)))
    expect(bomb.encapContentInfo.eContent.length).toBeLessThan(250_000)
    expect(await answer(bomb)).toBe('content-too-large')
    expect(await answer(bomb, 200_000_000)).toBe('ok')
  })

  test('damage is found: cut, changed, nothing at all', async () => {
    const compressed = parseCompressedData(await buildCompressedData(content))
    const { eContent } = compressed.encapContentInfo
    expect(await answer(changed(compressed, eContent))).toBe('ok')
    const last = eContent.map((octet, index) => (index === eContent.length - 1 ? octet ^ 1 : octet))
    for (const bad of [eContent.subarray(0, -1), last, new Uint8Array(0)]) {
      expect(await answer(changed(compressed, bad))).toBe('not-decompressible')
    }
  })

  test('another algorithm is not tried', async () => {
    const compressed = parseCompressedData(await buildCompressedData(content))
    expect(await answer(compressed)).toBe('ok')
    expect(await answer({ ...compressed, compressionAlgorithm: { algorithm: '1.2.3' } })).toBe('compression-unknown')
  })

  const zlib = der.sequence(der.oid('1.2.840.113549.1.9.16.3.8'))
  const structure = (...content: readonly DerNode[]) =>
    der.encode(
      contentInfo(
        contentTypes.compressedData,
        der.sequence(der.integer(0), zlib, der.sequence(der.oid(contentTypes.data), ...content)),
      ),
    )
  const structures = [
    {
      comment: 'content in an OCTET STRING',
      bytes: structure(der.explicit(0, der.octetString(content))),
      code: undefined,
    },
    { comment: 'no content', bytes: structure(), code: 'ERR_CMS_MALFORMED' },
    {
      comment: 'another type of content',
      bytes: der.encode(contentInfo(contentTypes.data, der.octetString(content))),
      code: 'ERR_CMS_CONTENT_TYPE',
    },
    { comment: 'no structure', bytes: content, code: 'ERR_CMS_MALFORMED' },
  ]
  test.each(structures)('$comment: $code', ({ bytes, code }) => {
    expect(codeOf(() => parseCompressedData(bytes))).toBe(code)
  })
})
