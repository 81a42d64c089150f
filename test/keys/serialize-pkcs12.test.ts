import { describe, expect, test } from 'vitest'
import { elementsOf, parseAsn1, readOctets, tags } from '../../src/asn1/index.js'
import { decodeBase64, encodeHex } from '../../src/bytes/index.js'
import {
  loadCertificates,
  loadIdentity,
  loadPkcs12,
  type Pkcs12,
  parsePrivateKey,
  serializePkcs12,
} from '../../src/keys/index.js'
import identities from '../../vectors/keys/identities.json' with { type: 'json' }
import files from '../../vectors/keys/pkcs12.json' with { type: 'json' }
import { abilities } from './put-to-use.js'

const identityOf = (name: string) => identities.find(({ comment }) => comment === name)!
const certificateOf = (name: string) => loadCertificates(identityOf(name).certificate)[0]!
const keyOf = (name: string) => parsePrivateKey(identityOf(name).key)
const quick = { iterations: 10 }
const password = 'pässwört'

function contentOf(keys: readonly string[], certificates: readonly string[]): Pkcs12 {
  return {
    keys: keys.map((name) => ({ privateKey: keyOf(name) })),
    certificates: certificates.map((name) => ({ certificate: certificateOf(name) })),
  }
}

describe('PKCS#12 that is written here (RFC 7292)', () => {
  const written = [
    { comment: 'EC', keys: ['p256'], certificates: ['p256', 'issuing', 'root'], can: 'signs, decrypts with 1' },
    { comment: 'RSA', keys: ['rsa'], certificates: ['issuing', 'rsa'], can: 'signs, decrypts with 1' },
    { comment: 'Ed25519', keys: ['ed25519'], certificates: ['ed25519'], can: 'signs' },
    { comment: 'X25519', keys: ['x25519'], certificates: ['x25519'], can: 'decrypts with 1' },
    {
      comment: 'a key for each use',
      keys: ['signing', 'decryption'],
      certificates: ['decryption', 'signing'],
      can: 'signs, decrypts with 1',
    },
  ]
  test.each(written)('$comment: is read again', async ({ keys, certificates, can }) => {
    const content = contentOf(keys, certificates)
    const pkcs12 = await serializePkcs12(content, password, quick)
    const read = await loadPkcs12(pkcs12, { password })
    expect(read.keys.map(({ privateKey }) => privateKey)).toEqual(content.keys.map(({ privateKey }) => privateKey))
    expect(read.certificates.map(({ certificate }) => certificate)).toEqual(
      content.certificates.map(({ certificate }) => certificate),
    )
    expect(await abilities(await loadIdentity({ pkcs12, password }))).toBe(can)
    await expect(loadPkcs12(pkcs12, { password: 'passwort' })).rejects.toMatchObject({ code: 'ERR_KEYS_PASSWORD' })
  })

  test('a key and its certificate get the same localKeyId, others none', async () => {
    const content = contentOf(['p256'], ['root', 'p256', 'p256-renewed'])
    const { keys, certificates } = await loadPkcs12(await serializePkcs12(content, password, quick), { password })
    const expected = new Uint8Array(await crypto.subtle.digest('SHA-1', certificateOf('p256').bytes.slice()))
    expect(keys[0]?.localKeyId).toEqual(expected)
    expect(certificates.map(({ localKeyId }) => localKeyId && encodeHex(localKeyId))).toEqual([
      undefined,
      encodeHex(expected),
      undefined,
    ])
  })

  test('names and localKeyIds that are there are kept', async () => {
    const attributes = { friendlyName: 'Schlüssel 🔑', localKeyId: Uint8Array.of(1, 0, 0, 0) }
    const content = {
      keys: [{ privateKey: keyOf('p256'), ...attributes }],
      certificates: [{ certificate: certificateOf('p256'), ...attributes }],
    }
    expect(await loadPkcs12(await serializePkcs12(content, password, quick), { password })).toEqual(content)
  })

  test('what an old file held is written anew', async () => {
    const old = files.find(({ comment }) => comment === 'OpenSSL -legacy: RC2-40 and 3DES')!
    const content = await loadPkcs12(decodeBase64(old.pkcs12), { password: old.password })
    expect(await loadPkcs12(await serializePkcs12(content, '', quick), { password: '' })).toEqual(content)
  })

  test('certificates alone, and a key alone', async () => {
    const certificates = contentOf([], ['root'])
    expect(await loadPkcs12(await serializePkcs12(certificates, password, quick), { password })).toEqual(certificates)
    const key = contentOf(['p256'], [])
    expect(await loadPkcs12(await serializePkcs12(key, password, quick), { password })).toEqual(key)
  })

  test('asks for 600,000 rounds unless told otherwise, in the MAC and in each part', async () => {
    const pkcs12 = await serializePkcs12(contentOf(['p256'], ['p256']), password)
    const limited = (maxIterations: number) => loadPkcs12(pkcs12, { password, limits: { maxIterations } })
    await expect(limited(3 * 600_000 - 1)).rejects.toMatchObject({ code: 'ERR_KEYS_LIMIT' })
    expect((await limited(3 * 600_000)).keys).toHaveLength(1)
  }, 60_000)

  test('salts are fresh, and nothing of the key shows', async () => {
    const content = contentOf(['p256'], ['p256'])
    const [one, other] = await Promise.all([1, 2].map(() => serializePkcs12(content, password, quick)))
    const authSafe = (pkcs12: Uint8Array) => {
      const [, contentInfo] = elementsOf(parseAsn1(pkcs12, { rules: 'der' }), tags.sequence)
      return encodeHex(readOctets(contentInfo!.children[1]!.children[0]!))
    }
    expect(authSafe(one!)).not.toBe(authSafe(other!))
    expect(authSafe(one!)).not.toContain(encodeHex(keyOf('p256').privateKey.slice(7, 39)))
  })
})
