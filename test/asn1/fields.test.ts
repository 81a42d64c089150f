import { describe, expect, test } from 'vitest'
import {
  context,
  der,
  elementsOf,
  fieldsOf,
  onlyChild,
  parseAsn1,
  readSmallInteger,
  tags,
} from '../../src/asn1/index.js'
import { codeOf } from '../helpers/codes.js'

const read = (node: Parameters<typeof der.encode>[0]) => parseAsn1(der.encode(node))
const pair = () => fieldsOf(read(der.sequence(der.integer(7), der.nul())))

describe('fields of a SEQUENCE', () => {
  test('are walked in order, the optional ones only when they are there', () => {
    const fields = pair()
    expect(fields.optional(tags.boolean, context(0))).toBeUndefined()
    expect(readSmallInteger(fields.next(tags.integer))).toBe(7)
    expect(fields.optional(tags.boolean, tags.null)?.tag).toBe(tags.null)
    expect(fields.optional(tags.null)).toBeUndefined()
    expect(() => fields.end()).not.toThrow()
  })

  const refused: { comment: string; run: () => unknown; code: string }[] = [
    { comment: 'a field of another tag', run: () => pair().next(tags.boolean), code: 'ERR_ASN1_UNEXPECTED_TAG' },
    { comment: 'a field behind the last', run: () => fieldsOf(read(der.sequence())).next(), code: 'ERR_ASN1_MISSING' },
    { comment: 'a field too many', run: () => pair().end(), code: 'ERR_ASN1_UNEXPECTED_TAG' },
    {
      comment: 'a SET where a SEQUENCE must be',
      run: () => fieldsOf(read(der.setOf([]))),
      code: 'ERR_ASN1_UNEXPECTED_TAG',
    },
    {
      comment: 'a primitive SEQUENCE',
      run: () => elementsOf(parseAsn1(Uint8Array.of(0x10, 0)), tags.sequence),
      code: 'ERR_ASN1_UNEXPECTED_TAG',
    },
    { comment: 'an empty wrapper', run: () => onlyChild(read(der.sequence())), code: 'ERR_ASN1_MISSING' },
    {
      comment: 'a wrapper around two',
      run: () => onlyChild(read(der.sequence(der.nul(), der.nul()))),
      code: 'ERR_ASN1_MISSING',
    },
  ]
  test.each(refused)('$comment is refused', ({ run, code }) => expect(codeOf(run)).toBe(code))
})
