import { describe, expect, test } from 'vitest'
import { Asn1Error, type Asn1Limits, der, parseAsn1 } from '../../src/asn1/index.js'
import { codeOf } from '../helpers/codes.js'
import { issueMailbox } from '../helpers/issue.js'

/** NULL in that many levels of SEQUENCE, the NULL counted. */
const nested = (levels: number) => {
  let node = der.nul()
  for (let level = 1; level < levels; level++) node = der.sequence(node)
  return der.encode(node)
}
const wide = (elements: number) => der.encode(der.setInOrder(Array.from({ length: elements - 1 }, der.nul)))

describe('limits of the reader, each with the twin that is just inside', () => {
  const cases: {
    comment: string
    inside: Uint8Array
    outside: Uint8Array
    limits?: Partial<Asn1Limits>
    code: string
  }[] = [
    { comment: '64 levels', inside: nested(64), outside: nested(65), code: 'ERR_ASN1_TOO_DEEP' },
    {
      comment: 'levels, as told',
      inside: nested(3),
      outside: nested(4),
      limits: { maxDepth: 3 },
      code: 'ERR_ASN1_TOO_DEEP',
    },
    { comment: '500,000 elements', inside: wide(500_000), outside: wide(500_001), code: 'ERR_ASN1_TOO_MANY_ELEMENTS' },
    {
      comment: 'elements, as told',
      inside: wide(10),
      outside: wide(11),
      limits: { maxElements: 10 },
      code: 'ERR_ASN1_TOO_MANY_ELEMENTS',
    },
    {
      comment: 'bytes, as told',
      inside: wide(50),
      outside: wide(51),
      limits: { maxBytes: 100 },
      code: 'ERR_ASN1_TOO_LARGE',
    },
  ]
  test.each(cases)('$comment', ({ inside, outside, limits = {}, code }) => {
    expect(() => parseAsn1(inside, { limits })).not.toThrow()
    expect(codeOf(() => parseAsn1(outside, { limits }))).toBe(code)
  })

  test('a hundred thousand levels of indefinite length end in the same error, not on the stack', () => {
    const deep = Uint8Array.from({ length: 200_000 }, (_, index) => (index % 2 === 0 ? 0x30 : 0x80))
    expect(codeOf(() => parseAsn1(deep))).toBe('ERR_ASN1_TOO_DEEP')
  })
})

describe('a certificate that was damaged', async () => {
  const { bytes } = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })

  test('cut off anywhere, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(
        codeOf(() => parseAsn1(bytes.subarray(0, length), { rules: 'der' })),
        `cut at ${length}`,
      ).toBe('ERR_ASN1_TRUNCATED')
    }
  })

  test('with any one bit changed, it is a value or an Asn1Error', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      try {
        parseAsn1(changed)
      } catch (error) {
        if (!(error instanceof Asn1Error)) throw error
        expect(error.offset).toBeLessThanOrEqual(bytes.length)
      }
    }
  })
})
