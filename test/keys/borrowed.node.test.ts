import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keyKindOf } from '../../src/crypto/index.js'
import { loadCertificates, loadIdentity, loadPkcs12, loadPrivateKey } from '../../src/keys/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { abilities } from './put-to-use.js'

/** The pass phrases of each suite: of all its files, or of those whose names have something in them. */
const suites: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'bouncycastle-smime-cms': { '': '' },
  'covert-content-attacks': { '': 'test12345678' },
  'debian-cryptography-vectors': { 'no-password': '', 'no-pwd': '', '-pwd': 'password', '': 'cryptography' },
  'direct-ri': { '.pfx': 'passw0rd!', '': '' },
  'gnupg-gpgsm-ksba': {
    nistp256: 'abc',
    'opensc-test': 'password',
    't5793-openssl': 'test',
    'edward.tester': 'abc,123456',
    '': 'start',
  },
  'mimekit-testdata': { '': 'no.secret' },
  'nss-smime-interop': { '': 'nss' },
  'protected-headers-drafts': { autocrypt: 'bob', '': '' },
  'rfc9216-smime-keys': { alice: 'alice', bob: 'bob', carlos: 'carlos', dana: 'dana' },
  'thunderbird-smime': { '': 'nss' },
}

/** Files that make no identity, by what is in their names: the code, and the reason. */
const exceptions: Readonly<Record<string, readonly [code: string, reason: string]>> = {
  'aes256cbc-no-key': ['ERR_KEYS_MISSING', 'a certificate alone'],
  'no-cert-': ['ERR_KEYS_MISSING', 'a key alone, or certificates of authorities alone'],
  credential_private: ['ERR_KEYS_PASSWORD', 'the pass phrase is not published with the suite'],
  'cryptlib-key': ['ERR_KEYS_PASSWORD', 'the pass phrase is not published with the suite'],
  't5793-test': ['ERR_KEYS_PASSWORD', 'the pass phrase is not published with the suite'],
  'edward.tester': ['ERR_KEYS_PASSWORD', 'the key is under another pass phrase than the rest, which OpenSSL says too'],
  'certificate-authority.pfx': ['ERR_KEYS_USAGE', 'an authority, which only signs certificates'],
  intermediate: ['ERR_KEYS_USAGE', 'an authority, which only signs certificates'],
  'dsa/': ['ERR_KEYS_UNSUPPORTED', 'DSA'],
  'ec/': ['ERR_KEYS_UNSUPPORTED', 'a curve that is spelled out'],
}

const entryOf = <Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.entries(table).find(([part]) => name.includes(part))?.[1]

const files = Object.entries(suites).flatMap(([suite, passwords]) =>
  borrowedFiles(suite, '.p12', '.pfx', '.p12.pem').map((file) => ({
    ...file,
    suite,
    password: entryOf(passwords, file.name)!,
    code: entryOf(exceptions, file.name)?.[0],
  })),
)

describe.skipIf(!borrowed)('PKCS#12 that others published', () => {
  test('is all there', () => {
    expect(files.length).toBeGreaterThan(80)
  })

  test.each(files.filter(({ code }) => !code))('$suite: $name', async ({ path, password }) => {
    const identity = await loadIdentity({ pkcs12: readFileSync(path), password })
    expect(await abilities(identity)).toMatch(/^(signs|decrypts with \d|signs, decrypts with \d)$/)
  })

  test.each(files.filter(({ code }) => code))('$suite: $name: $code', async ({ path, password, code }) => {
    await expect(loadIdentity({ pkcs12: readFileSync(path), password })).rejects.toMatchObject({ code })
  })

  test('PKITS: 405 files, of which five have a key for DSA', async () => {
    const outcomes: Record<string, number> = {}
    for (const { path } of borrowedFiles('nist-pkits', '.p12')) {
      const { keys, certificates } = await loadPkcs12(readFileSync(path), { password: 'password' })
      const what = `${keys.length} key, ${certificates.length} certificate, ${keyKindOf(keys[0]!.privateKey.algorithm.algorithm)}`
      outcomes[what] = (outcomes[what] ?? 0) + 1
    }
    expect(outcomes).toEqual({ '1 key, 1 certificate, RSA': 400, '1 key, 1 certificate, undefined': 5 })
  }, 60_000)
})

describe.skipIf(!borrowed)('private keys that others published', () => {
  const passwords = { 'enc-rsa': 'foobar', 'enc2-rsa': 'baz', '': '123456' }
  const refused = { 'bad-encryption-oid': 'ERR_KEYS_UNSUPPORTED' }
  const keys = borrowedFiles('debian-cryptography-vectors', '.pem')
    .filter(({ name }) => name.startsWith('asymmetric/PKCS8/') && !name.endsWith('.pub.pem'))
    .map((file) => ({ ...file, password: entryOf(passwords, file.name)!, code: entryOf(refused, file.name) }))

  test.each(keys)('$name', async ({ path, password, code }) => {
    const loading = loadPrivateKey(readFileSync(path), { password })
    if (code) await expect(loading).rejects.toMatchObject({ code })
    else expect((await loading).bytes[0]).toBe(0x30)
  })
})

describe.skipIf(!borrowed)('PKCS#7 that others published', () => {
  const files = borrowedFiles('debian-cryptography-vectors', '.p7b', '.der', '.pem').filter(({ name }) =>
    name.startsWith('pkcs7/'),
  )
  const counts: Readonly<Record<string, number>> = { isrg: 1, 'amazon-roots': 2 }

  test.each(files)('$name', ({ name, path }) => {
    const load = () => loadCertificates(readFileSync(path))
    const count = entryOf(counts, name)
    if (count) expect(load()).toHaveLength(count)
    else expect(load).toThrow(expect.objectContaining({ code: 'ERR_KEYS_MALFORMED' }))
  })
})
