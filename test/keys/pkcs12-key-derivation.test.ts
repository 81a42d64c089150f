import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex } from '../../src/bytes/index.js'
import {
  bmpPassword,
  bmpPasswords,
  derivePkcs12Key,
  type Pkcs12Derivation,
} from '../../src/keys/pkcs12-key-derivation.js'
import rows from '../../vectors/keys/key-derivation.json' with { type: 'json' }

interface Row extends Omit<Pkcs12Derivation, 'salt'> {
  readonly comment: string
  readonly password: string
  readonly salt: string
  readonly derived: string
}

describe('key derivation of PKCS#12 (RFC 7292 B.2)', () => {
  test.each(rows as readonly Row[])('as OpenSSL derives: $comment', ({ password, salt, derived, ...derivation }) => {
    const key = derivePkcs12Key(bmpPassword(password), { ...derivation, salt: decodeHex(salt) })
    expect(encodeHex(key)).toBe(derived)
  })
})

describe('passwords in octets (RFC 7292 B.1)', () => {
  const written = [
    { comment: 'ASCII', password: 'Ab', forms: ['004100620000'] },
    { comment: 'the empty password: two zeros, or nothing', password: '', forms: ['0000', ''] },
    {
      comment: 'outside ASCII: also as OpenSSL before 1.1 wrote it',
      password: 'é',
      forms: ['00e90000', '00c300a90000'],
    },
    { comment: 'outside the BMP: two surrogates', password: '🔑', forms: ['d83ddd110000', '00f0009f009400910000'] },
  ]
  test.each(written)('$comment', ({ password, forms }) => {
    expect(bmpPasswords(password).map(encodeHex)).toEqual(forms)
  })
})
