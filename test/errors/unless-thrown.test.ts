import { describe, expect, test } from 'vitest'
import { Asn1Error } from '../../src/asn1/index.js'
import { DirectError, unlessThrown } from '../../src/errors/index.js'

const throwing = (error: unknown) => () => {
  throw error
}

describe('unlessThrown', () => {
  const bad = new Asn1Error('ERR_ASN1_VALUE', 'not a time', 0)

  test('gives what was read, also when that is nothing much', () => {
    expect(unlessThrown(Asn1Error, () => 0)).toBe(0)
  })

  test.each([Asn1Error, DirectError, Error])('gives nothing for an error of the kind', (kind) => {
    expect(unlessThrown(kind, throwing(bad))).toBeUndefined()
  })

  test.each([new TypeError('a fault of ours'), new RangeError('too deep'), 'no error at all'])(
    'passes on what is of no such kind',
    (fault) => {
      expect(() => unlessThrown(DirectError, throwing(fault))).toThrow(fault as Error)
    },
  )
})
