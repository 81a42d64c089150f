import { describe, expect, test } from 'vitest'
import { certificateOwnerNames } from '../../src/discovery/index.js'

const label = 'a'.repeat(63)

describe('certificate owner names (DISC-20 to DISC-22, RFC 4398 §3)', () => {
  const cases = [
    {
      comment: 'the at sign becomes a dot',
      address: 'bob@direct.example',
      names: ['bob.direct.example', 'direct.example'],
    },
    { comment: 'in small letters', address: 'Bob@Direct.Example', names: ['bob.direct.example', 'direct.example'] },
    { comment: 'a dot parts labels', address: 'a.b@direct.example', names: ['a.b.direct.example', 'direct.example'] },
    {
      comment: 'a tag is tried, and then left out (AS-2)',
      address: 'bob+lab@direct.example',
      names: ['bob+lab.direct.example', 'bob.direct.example', 'direct.example'],
    },
    { comment: 'a domain alone', address: 'direct.example', names: ['direct.example'] },
    {
      comment: 'a label of 63 octets',
      address: `${label}@direct.example`,
      names: [`${label}.direct.example`, 'direct.example'],
    },
    { comment: 'not of 64', address: `${label}a@direct.example`, names: ['direct.example'] },
    {
      comment: 'no name longer than DNS has',
      address: `${label}.${label}.${label}.${label}@direct.example`,
      names: ['direct.example'],
    },
    { comment: 'an empty label', address: '"a..b"@direct.example', names: ['direct.example'] },
    { comment: 'a blank', address: '"a b"@direct.example', names: ['direct.example'] },
    { comment: 'letters beyond ASCII', address: 'zoë@direct.example', names: ['direct.example'] },
    {
      comment: 'a domain beyond ASCII is asked for in A-labels (RFC 5890)',
      address: 'bob@Klinik-Zürich.example',
      names: ['bob.xn--klinik-zrich-klb.example', 'xn--klinik-zrich-klb.example'],
    },
    { comment: 'one that is another in disguise is none', address: 'bob@\u212alinik.example', names: [] },
    { comment: 'what ends a name in a zone file', address: '"a\\b"@direct.example', names: ['direct.example'] },
  ]
  test.each(cases)('$comment: $address', ({ address, names }) => {
    expect(certificateOwnerNames(address).map(({ name }) => name)).toEqual(names)
  })
})
