import { describe, expect, test } from 'vitest'
import { encodeHex, encodeUtf8 } from '../../src/bytes/index.js'
import { sha224 } from '../../src/crypto/sha-224.js'

describe('SHA-224 (RFC 3874 §3)', () => {
  const values = [
    { comment: 'one block', input: 'abc', digest: '23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7' },
    {
      comment: 'two blocks',
      input: 'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      digest: '75388b16512776cc5dba5da1fd890150b0c6455cb4f58b1952522525',
    },
    {
      comment: 'many blocks',
      input: 'a'.repeat(1_000_000),
      digest: '20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67',
    },
  ]
  test.each(values)('$comment', ({ input, digest }) => {
    expect(encodeHex(sha224(encodeUtf8(input)))).toBe(digest)
  })
})
