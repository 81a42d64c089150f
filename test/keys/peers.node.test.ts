import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadCertificates, loadIdentity, loadPkcs12, parsePrivateKey, serializePkcs12 } from '../../src/keys/index.js'
import { needs } from '../helpers/needs.node.js'
import { certificateOf, keyOf } from './fixtures.js'
import { abilities } from './put-to-use.js'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
afterAll(() => rmSync(folder, { recursive: true }))
const run = (program: string, ...args: readonly string[]) =>
  execFileSync(program, args, { cwd: folder, stdio: 'pipe' }).toString()

const names = ['rsa', 'rsa-pss', 'p256', 'p384', 'p521', 'ed25519', 'x25519']
const chain = ['issuing', 'root']
const password = 'pässwört €'

/** Writes a file here, with 2,048 rounds: how many there are is no question of reading. */
async function write(name: string, withPassword = password): Promise<string> {
  const content = {
    keys: [{ privateKey: keyOf(name), friendlyName: name }],
    certificates: [name, ...chain].map((each) => ({ certificate: certificateOf(each) })),
  }
  const file = `${name}.p12`
  writeFileSync(join(folder, file), await serializePkcs12(content, withPassword, { iterations: 2048 }))
  return file
}

describe.skipIf(!needs('openssl'))('what is written here, OpenSSL reads', () => {
  test.each(names)('%s', async (name) => {
    const text = run('openssl', 'pkcs12', '-in', await write(name), '-passin', `pass:${password}`, '-noenc')
    expect(parsePrivateKey(text)).toEqual(keyOf(name))
    expect(loadCertificates(text)).toEqual([name, ...chain].map(certificateOf))
  })

  test('pairs the key and its certificate, and names the algorithms', async () => {
    const file = await write('p256')
    const args = ['pkcs12', '-in', file, '-passin', `pass:${password}`, '-noenc']
    expect(loadCertificates(run('openssl', ...args, '-clcerts', '-nokeys'))).toEqual([certificateOf('p256')])
    expect(run('openssl', ...args, '-cacerts', '-nokeys')).not.toContain('localKeyID')
    const info = execFileSync('bash', ['-c', `openssl ${args.map((arg) => `'${arg}'`).join(' ')} -info -noout 2>&1`], {
      cwd: folder,
    }).toString()
    const scheme = 'PBES2, PBKDF2, AES-256-CBC, Iteration 2048, PRF hmacWithSHA256'
    expect(info.match(/PBES2.*/g)).toEqual([scheme, scheme])
    expect(info).toContain('MAC: sha256, Iteration 2048')
  })

  test('the empty password; the wrong one is refused', async () => {
    const file = await write('p256', '')
    expect(parsePrivateKey(run('openssl', 'pkcs12', '-in', file, '-passin', 'pass:', '-noenc'))).toEqual(keyOf('p256'))
    expect(() => run('openssl', 'pkcs12', '-in', file, '-passin', 'pass:x', '-noenc')).toThrow('Mac verify error')
  })
})

describe.skipIf(!needs('nss'))('what is written here, NSS reads', () => {
  // NSS 3.87 knows neither key of Curve25519.
  test.each(names.filter((name) => !name.includes('25519')))('%s', async (name) => {
    const database = `sql:nss-${name}`
    run('mkdir', `nss-${name}`)
    run('certutil', '-N', '-d', database, '--empty-password')
    run('pk12util', '-i', await write(name), '-d', database, '-K', '', '-W', password)
    expect(run('certutil', '-K', '-d', database)).toMatch(new RegExp(` ${name}\n`))
    const stored = run('certutil', '-L', '-d', database, '-n', name, '-a')
    expect(loadCertificates(stored)).toEqual([certificateOf(name)])
  })

  test('and gives it back', async () => {
    const database = 'sql:nss-back'
    run('mkdir', 'nss-back')
    run('certutil', '-N', '-d', database, '--empty-password')
    run('pk12util', '-i', await write('rsa'), '-d', database, '-K', '', '-W', password)
    run('pk12util', '-o', 'back.p12', '-n', 'rsa', '-d', database, '-K', '', '-W', password)
    const pkcs12 = readFileSync(join(folder, 'back.p12'))
    expect(await abilities(await loadIdentity({ pkcs12, password }))).toBe('signs, decrypts with 1')
  })
})

// Java takes characters of the command line by the locale, so the password is ASCII.
describe.skipIf(!needs('keytool'))('what is written here, Java reads', () => {
  const ascii = 'letters and 1 number'

  test.each(names)('%s', async (name) => {
    const file = await write(name, ascii)
    const store = ['-keystore', file, '-storepass', ascii]
    const listed = run('keytool', '-list', '-rfc', ...store)
    expect(listed).toContain(`Alias name: ${name}`)
    expect(listed).toContain('Entry type: PrivateKeyEntry')
    expect(loadCertificates(listed)).toEqual([name, ...chain].map(certificateOf))
  })

  test('and gives it back', async () => {
    const source = ['-srckeystore', await write('p256', ascii), '-srcstorepass', ascii]
    const target = ['-destkeystore', 'java.p12', '-deststoretype', 'PKCS12', '-deststorepass', ascii]
    run('keytool', '-importkeystore', '-noprompt', ...source, ...target)
    const { keys, certificates } = await loadPkcs12(readFileSync(join(folder, 'java.p12')), { password: ascii })
    expect(keys.map(({ privateKey, friendlyName }) => [privateKey, friendlyName])).toEqual([[keyOf('p256'), 'p256']])
    expect(certificates.map(({ certificate }) => certificate)).toEqual(['p256', ...chain].map(certificateOf))
  })
})
