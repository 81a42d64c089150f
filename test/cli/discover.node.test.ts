import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certRecord, ldifEntry } from '../../src/discovery/index.js'
import { encodePem, loadCertificates } from '../../src/keys/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { type DirectoryServer, directoryBase, startDirectory } from '../helpers/directory.node.js'
import { freePort } from '../helpers/free-port.node.js'
import { issueAuthority, issueMailbox } from '../helpers/issue.js'
import { type NameServer, startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'
import { ran } from './ran.js'

describe.skipIf(!needs('bind') || !needs('slapd'))('direct-smime discover', () => {
  const folder = mkdtempSync(join(tmpdir(), 'discover-'))
  const domain = 'direct.example'
  let bind: NameServer
  let directory: DirectoryServer
  let bob: Certificate
  let ida: Certificate

  beforeAll(async () => {
    const root = await issueAuthority({ cn: 'CA' })
    const other = await issueAuthority({ cn: 'Another' })
    bob = await issueMailbox(`bob@${domain}`, { cn: 'Bob', by: 'CA' })
    ida = await issueMailbox(`ida@${domain}`, { cn: 'Ida', by: 'CA' })
    const old = await issueMailbox(`old@${domain}`, { cn: 'Old', by: 'CA', notAfter: Date.UTC(2026, 1, 1) })
    writeFileSync(`${folder}/root.pem`, encodePem('CERTIFICATE', root.bytes))
    writeFileSync(`${folder}/other.pem`, encodePem('CERTIFICATE', other.bytes))
    directory = await startDirectory(ldifEntry([ida], { base: directoryBase }))
    bind = await startNameServer({
      [domain]: [certRecord(bob), certRecord(old)].join('\n'),
      'away.example': `_ldap._tcp SRV 0 0 ${await freePort()} ldap\nldap A 127.0.0.1`,
    })
  }, 60_000)

  afterAll(async () => {
    await Promise.all([bind.stop(), directory.stop()])
    rmSync(folder, { recursive: true })
  })

  test('exit code 0: found, with the whole trace', async () => {
    const { code, printed, complained } = await ran('discover', '--dns', bind.server, `bob@${domain}`)
    expect({ code, complained }).toEqual({ code: 0, complained: '' })
    expect(printed).toContain(`✓ DNS has certificates for this name. [bob.${domain}]`)
    expect(printed).toContain('This certificate may be used.')
    expect(printed).toContain(`bob@${domain}: found\n  CN=Bob, issued by CN=CA, serial `)
  })

  test('exit code 1: not found, and why', async () => {
    const { code, printed } = await ran('discover', '--dns', bind.server, `old@${domain}`)
    expect(code).toBe(1)
    expect(printed).toContain('✗ This certificate may not be used.')
    expect(printed).toContain('expired')
    expect(printed).toContain(`old@${domain}: not found\n`)
  })

  test('exit code 2: the lookup failed', async () => {
    const { code, printed } = await ran('discover', '--own-network', '--dns', bind.server, 'bob@away.example')
    expect(code).toBe(2)
    expect(printed).toContain('? A directory of the domain could not be asked.')
  })

  test('a directory in the own network is not asked without being told so', async () => {
    const { code, printed } = await ran('discover', '--dns', bind.server, '--json', 'bob@away.example')
    expect(code).toBe(2)
    expect(JSON.parse(printed)).toMatchObject({ outcome: 'lookup-failed' })
  })

  test('--ldap names the directory', async () => {
    const place = `127.0.0.1:${directory.port}`
    const { code, printed } = await ran('discover', '--dns', bind.server, '--ldap', place, '--pem', `ida@${domain}`)
    expect(code).toBe(0)
    expect(loadCertificates(printed).map(({ bytes }) => bytes)).toEqual([ida.bytes])
  })

  test('--json', async () => {
    const { code, printed } = await ran('discover', `bob@${domain}`, '--json', '--dns', bind.server)
    expect(code).toBe(0)
    const answer = JSON.parse(printed)
    expect(answer).toMatchObject({
      address: `bob@${domain}`,
      outcome: 'found',
      certificates: [{ subject: 'CN=Bob', notAfter: '2027-01-01T00:00:00.000Z' }],
      steps: [{ code: 'dns-records', outcome: 'passed', about: { dnsName: `bob.${domain}` } }],
    })
    expect(loadCertificates(answer.certificates[0].pem).map(({ bytes }) => bytes)).toEqual([bob.bytes])
  })

  test.each([
    { comment: 'its own anchor', file: 'root.pem', code: 0 },
    { comment: 'another anchor', file: 'other.pem', code: 1 },
  ])('--trust with $comment', async ({ file, code }) => {
    const answer = await ran('discover', '--dns', bind.server, '--trust', `${folder}/${file}`, `bob@${domain}`)
    expect(answer.code).toBe(code)
  })
})

describe('the command line', () => {
  const cases = [
    { comment: 'no address', words: ['discover'], says: 'one address, please' },
    { comment: 'two addresses', words: ['discover', 'a@b.example', 'c@d.example'], says: 'one address, please' },
    { comment: 'an option that is not known', words: ['discover', '--colour', 'a@b.example'], says: "'--colour'" },
    { comment: 'an option without its value', words: ['discover', 'a@b.example', '--dns'], says: '--dns' },
    {
      comment: 'both kinds of DNS',
      words: ['discover', '--dns', '192.0.2.1', '--doh', 'https://dns.example/', 'a@b.example'],
      says: 'either --dns or --doh',
    },
    {
      comment: 'a directory that is none',
      words: ['discover', '--ldap', ':389', 'a@b.example'],
      says: 'a directory is HOST',
    },
    {
      comment: 'a DNS server without an address',
      words: ['discover', '--dns', 'ns.example', 'a@b.example'],
      says: 'a DNS server is ADDRESS',
    },
    {
      comment: 'a file that is not there',
      words: ['discover', '--trust', '/none/such.pem', 'a@b.example'],
      says: '/none/such.pem',
    },
    { comment: 'a command that is not known', words: ['constructor'], says: 'there is no command "constructor"' },
  ]
  test.each(cases)('64: $comment', async ({ words, says }) => {
    const { code, printed, complained } = await ran(...words)
    expect({ code, printed }).toEqual({ code: 64, printed: '' })
    expect(complained).toContain(says)
    expect(complained).toContain('usage: direct-smime')
  })

  test('70: what cannot be carried out', async () => {
    const { code, complained } = await ran('discover', '--trust', 'package.json', 'a@b.example')
    expect(code).toBe(70)
    expect(complained).toBe('direct-smime discover: not a trust bundle (ERR_TRUST_BUNDLE_FORMAT)\n')
  })

  test('help', async () => {
    expect(await ran('help')).toMatchObject({ code: 0, printed: expect.stringContaining('  discover    finds') })
    const { code, printed } = await ran('discover', '--help')
    expect(code).toBe(0)
    expect(printed).toContain('--dns SERVER')
    expect(printed).toContain('  2  the lookup failed')
  })
})
