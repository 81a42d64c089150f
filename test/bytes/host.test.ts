import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Base64Error, concat, decodeBase64, encodeBase64Lines, encodeUtf8 } from '../../src/bytes/index.js'

/** A blank before the text makes it irregular, so that the loop decodes it and not the host. */
const byLoop = (text: Uint8Array, lenient: boolean) => decodeBase64(concat([encodeUtf8(' '), text]), { lenient })

const outcome = (decode: () => Uint8Array) => {
  try {
    return decode().join()
  } catch (error) {
    if (error instanceof Base64Error) return error.code
    throw error
  }
}

describe('long base64, which the host decodes where it can', () => {
  const long = (length: number) => Uint8Array.from({ length }, (_, at) => (at * 2_654_435_761) >>> 13)

  test.each([12_600, 12_601, 12_602, 12_650, 57 * 300])('%i octets come back', (length) => {
    expect(decodeBase64(encodeBase64Lines(long(length)))).toEqual(long(length))
  })

  test.each([false, true])('any octet changed anywhere: the host and the loop agree (lenient: %s)', (lenient) => {
    const text = encodeBase64Lines(long(12_601))
    const change = fc.tuple(
      fc.oneof(fc.nat(text.length - 1), fc.integer({ min: text.length - 90, max: text.length - 1 })),
      fc.nat(255),
    )
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        const changed = Uint8Array.from(text)
        for (const [at, octet] of changes) changed[at] = octet
        expect(outcome(() => decodeBase64(changed, { lenient }))).toBe(outcome(() => byLoop(changed, lenient)))
      }),
      { numRuns: 300, examples: [[[[1000, 0x2d]]], [[[1000, 0x5f]]], [[[text.length - 3, 0x3d]]], [[[77, 0x20]]]] },
    )
  })
})
