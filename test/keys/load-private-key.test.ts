import { describe, expect, test } from 'vitest'
import { loadIdentity, loadPrivateKey, parsePrivateKey } from '../../src/keys/index.js'
import identities from '../../vectors/keys/identities.json' with { type: 'json' }
import rows from '../../vectors/keys/private-keys.json' with { type: 'json' }
import { hasAes192, signs } from './put-to-use.js'

interface Row {
  readonly comment: string
  readonly of: string
  readonly key: string
  readonly password?: string
  readonly error?: string
}
const all: readonly Row[] = (rows as readonly Row[]).map((row) =>
  hasAes192 || !row.comment.includes('AES-192') ? row : { ...row, error: 'ERR_KEYS_UNSUPPORTED' },
)
const identityOf = (name: string) => identities.find(({ comment }) => comment === name)!
const optionsOf = ({ password }: Row) => (password === undefined ? {} : { password })
const readable = all.filter(({ error }) => !error)
const encrypted = readable.filter(({ password }) => password !== undefined)

describe('private keys that OpenSSL wrote (RFC 5958 §3, RFC 5915, RFC 8017 A.1.2)', () => {
  test.each(readable)('$comment', async (row) => {
    const { certificate, key } = identityOf(row.of)
    const identity = await loadIdentity({ certificate, privateKey: row.key, ...optionsOf(row) })
    expect(await signs(identity.signing!)).toBe(true)
    expect((await loadPrivateKey(row.key, optionsOf(row))).algorithm).toEqual(parsePrivateKey(key).algorithm)
  })

  test.each(encrypted)('$comment: the wrong password, and none', async ({ key }) => {
    await expect(loadPrivateKey(key, { password: 'wrong' })).rejects.toMatchObject({ code: 'ERR_KEYS_PASSWORD' })
    await expect(loadPrivateKey(key)).rejects.toMatchObject({ code: 'ERR_KEYS_ENCRYPTED' })
    expect(() => parsePrivateKey(key)).toThrow(expect.objectContaining({ code: 'ERR_KEYS_ENCRYPTED' }))
  })

  test.each(all.filter(({ error }) => error))('$comment: $error', async (row) => {
    await expect(loadPrivateKey(row.key, optionsOf(row))).rejects.toMatchObject({ code: row.error })
  })

  test('a password for a key that is not encrypted does no harm', async () => {
    const { key } = identityOf('p256')
    expect(await loadPrivateKey(key, { password: 'unused' })).toEqual(parsePrivateKey(key))
  })

  test('SEC 1 becomes the PKCS#8 that OpenSSL makes of it', () => {
    const { key } = all.find(({ comment }) => comment === 'SEC 1')!
    expect(parsePrivateKey(key)).toEqual(parsePrivateKey(identityOf('p256').key))
  })

  test('the message about the old form says how to convert it, and nothing of the key', async () => {
    const { key } = all.find(({ comment }) => comment.startsWith('the form that OpenSSL had'))!
    await expect(loadPrivateKey(key, { password: 'x' })).rejects.toThrow('openssl pkcs8 -topk8')
  })

  test('rounds beyond the limit are not begun', async () => {
    const row = all.find(({ comment }) => comment === 'PBES2, 100,000 rounds')!
    const load = (maxIterations: number) => loadPrivateKey(row.key, { ...optionsOf(row), limits: { maxIterations } })
    await expect(load(99_999)).rejects.toMatchObject({ code: 'ERR_KEYS_LIMIT' })
    expect((await load(100_000)).algorithm.algorithm).toBe('1.2.840.10045.2.1')
  })
})
