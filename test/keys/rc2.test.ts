import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import { decryptRc2 } from '../../src/keys/rc2.js'
import vectors from '../../vectors/keys/rc2.json' with { type: 'json' }

const noIv = new Uint8Array(8)

describe('RC2 (RFC 2268)', () => {
  test.each(vectors)('§5: $comment', ({ key, effectiveBits, plaintext, ciphertext }) => {
    const output = decryptRc2(decodeHex(key), effectiveBits, noIv, decodeHex(ciphertext))
    expect(encodeHex(output)).toBe(plaintext)
  })

  test('in CBC mode a block is laid over the one before it, the first over the IV', () => {
    const { key, effectiveBits, plaintext, ciphertext } = vectors[1]!
    const iv = decodeHex('0123456789abcdef')
    const output = decryptRc2(decodeHex(key), effectiveBits, iv, decodeHex(ciphertext + ciphertext))
    const over = (block: Uint8Array) => encodeHex(decodeHex(plaintext).map((octet, i) => octet ^ block[i]!))
    expect(encodeHex(output)).toBe(over(iv) + over(decodeHex(ciphertext)))
  })
})
