import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { type DigestName, digests } from '../../src/crypto/index.js'
import { iteratedDigest } from '../../src/keys/iterated-digest.js'

const names = Object.keys(digests) as DigestName[]

async function byProvider(name: DigestName, data: Uint8Array, count: number): Promise<Uint8Array> {
  let digest = Uint8Array.from(data)
  for (let round = 0; round < count; round++) digest = new Uint8Array(await crypto.subtle.digest(name, digest))
  return digest
}

describe('digests of digests (FIPS 180-4)', () => {
  const abc = [
    { name: 'SHA-1', digest: 'a9993e364706816aba3e25717850c26c9cd0d89d' },
    { name: 'SHA-256', digest: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
  ] as const
  test.each(abc)('$name of "abc"', ({ name, digest }) => {
    expect(encodeHex(iteratedDigest(name, encodeUtf8('abc'), 1))).toBe(digest)
  })

  test.each(names)('%s: every length around the ends of blocks is what WebCrypto says', async (name) => {
    for (let length = 0; length < 260; length++) {
      const data = Uint8Array.from({ length }, (_, i) => i * 7 + length)
      expect(iteratedDigest(name, data, 1)).toEqual(await byProvider(name, data, 1))
    }
  })

  test.each(names)('%s: any input, any number of rounds', async (name) => {
    const input = fc.asyncProperty(
      fc.uint8Array({ maxLength: 600 }),
      fc.integer({ min: 1, max: 20 }),
      async (data, n) => {
        expect(iteratedDigest(name, data, n)).toEqual(await byProvider(name, data, n))
      },
    )
    await fc.assert(input, { numRuns: 50 })
  })
})
