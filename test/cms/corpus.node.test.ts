import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  CmsError,
  contentTypes,
  parseContentInfo,
  parseEnvelopedData,
  parseSignedData,
  verifySignedData,
} from '../../src/cms/index.js'
import { borrowed, borrowedFiles, fuzzCorpus, readAll } from '../helpers/borrowed.node.js'
import { algorithms } from './fixtures.js'

describe.skipIf(!borrowed)('structures of other people', () => {
  const readers = { parseContentInfo, parseSignedData, parseEnvelopedData }
  test.each(['parseContentInfo', 'parseSignedData', 'parseEnvelopedData'] as const)(
    '%s: fuzzed inputs are read or a CmsError, in no time',
    (name) => {
      const { good, slowestMs, strangers } = readAll(fuzzCorpus('cms'), readers[name], [CmsError])
      expect(strangers).toEqual([])
      expect(slowestMs).toBeLessThan(50)
      if (name !== 'parseEnvelopedData') expect(good).toBeGreaterThan(0)
    },
  )

  test('fuzzed signatures are never right', async () => {
    for (const { id, input } of fuzzCorpus('cms')) {
      const signedData = readable(input)
      if (!signedData) continue
      const verdicts = await verifySignedData(signedData, new Uint8Array(0), { crypto, algorithms })
      expect(
        verdicts.filter(({ ok }) => ok),
        id,
      ).toEqual([])
    }
  })

  test('every example of RFC 4134 is read', () => {
    // ExContent is the content of the others; 3.1, 3.2, 6.0, 7.1 and 7.2 have types that only ContentInfo knows.
    const examples = borrowedFiles('rfc4134-smime-examples', '.bin').filter(({ name }) => name !== 'ExContent.bin')
    const types = examples.map(({ path }) => {
      const bytes = Uint8Array.from(readFileSync(path))
      const { contentType } = parseContentInfo(bytes)
      if (contentType === contentTypes.signedData) parseSignedData(bytes)
      if (contentType === contentTypes.envelopedData) parseEnvelopedData(bytes)
      return contentType
    })
    expect(types.filter((type) => type === contentTypes.signedData).length).toBeGreaterThanOrEqual(8)
    expect(types.filter((type) => type === contentTypes.envelopedData).length).toBeGreaterThanOrEqual(2)
  })
})

function readable(input: Uint8Array) {
  try {
    return parseSignedData(input)
  } catch {
    return undefined
  }
}
