import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { encodePem } from '../../src/keys/index.js'
import { type Office, openOffice } from './office.js'
import { ran, ranWith } from './ran.js'

const vectors = new URL('../../vectors/openssl/', import.meta.url).pathname
const at = (file: string) => vectors + file
const text = (...files: readonly string[]) => files.map((file) => readFileSync(at(file), 'utf8')).join('')
const clinic = ['--trust', at('clinic-ca/cert.pem')]
const withList = ['--offline', '--crl', at('clinic-ca/ca.crl')]

describe('direct-smime validate, of certificates that OpenSSL made', () => {
  const ann = ['ann/cert.pem']
  const cases = [
    { comment: 'a path of one', files: ann, words: withList, code: 0, says: 'may be used' },
    { comment: 'no revocation list', files: ann, words: ['--offline'], code: 2, says: 'revocation-unknown' },
    {
      comment: 'an authority between, whose list is missing',
      files: ['ida/cert.pem', 'clinic-issuing-ca/cert.pem'],
      words: withList,
      code: 2,
      says: 'revocation-unknown',
    },
    {
      comment: 'the same where the policy makes the best of it',
      files: ['ida/cert.pem', 'clinic-issuing-ca/cert.pem'],
      words: [...withList, '--policy', 'legacy'],
      code: 0,
      says: 'below O=Example Clinic, CN=Example Clinic Issuing CA',
    },
    {
      comment: 'the authority first',
      files: ['clinic-issuing-ca/cert.pem', 'ida/cert.pem'],
      words: [...withList, '--policy', 'legacy'],
      code: 0,
      says: 'CN=Ida Ivory, issued by',
    },
    { comment: 'no authority between', files: ['ida/cert.pem'], words: withList, code: 1, says: 'untrusted' },
    {
      comment: 'revoked',
      files: ['revoked/cert.pem'],
      words: withList,
      code: 1,
      says: 'since 2026-01-01 (keyCompromise)',
    },
    { comment: 'expired', files: ['expired/cert.pem'], words: withList, code: 1, says: 'has expired' },
    {
      comment: 'expired, before it did',
      files: ['expired/cert.pem'],
      words: ['--offline', '--policy', 'legacy', '--at', '2020-06-01'],
      code: 0,
      says: 'may be used',
    },
    {
      comment: 'another address',
      files: ann,
      words: [...withList, '--address', 'bob@direct.clinic.example'],
      code: 1,
      says: 'not-bound',
    },
    {
      comment: 'a domain',
      files: ['hospital-domain/cert.pem'],
      words: ['--trust', at('hospital-ca/cert.pem'), '--crl', at('hospital-ca/ca.crl'), '--offline'],
      code: 0,
      says: 'postmaster@direct.hospital.example',
    },
    {
      comment: 'encryption with a key that signs',
      files: ['carol-signing/cert.pem'],
      words: ['--trust', at('hospital-ca/cert.pem'), '--crl', at('hospital-ca/ca.crl'), '--offline'],
      code: 1,
      says: 'meant for another use',
    },
    {
      comment: 'signing with it',
      files: ['carol-signing/cert.pem'],
      words: [
        '--trust',
        at('hospital-ca/cert.pem'),
        '--crl',
        at('hospital-ca/ca.crl'),
        '--offline',
        '--use',
        'signing',
      ],
      code: 0,
      says: 'may be used for signing',
    },
  ]
  test.each(cases)('$comment: exit code $code', async ({ files, words, code, says }) => {
    const answer = await ranWith({ stdin: text(...files) })('validate', ...clinic, ...words)
    expect(answer).toMatchObject({ code, complained: '' })
    expect(answer.printed).toContain(says)
  })

  test('a revocation list in PEM', async () => {
    const office = await openOffice()
    const list = office.write('ca.pem', encodePem('X509 CRL', new Uint8Array(readFileSync(at('clinic-ca/ca.crl')))))
    const { code } = await ran('validate', ...clinic, '--offline', '--crl', list, at('ann/cert.pem'))
    office.close()
    expect(code).toBe(0)
  })

  test('--json', async () => {
    const accepted = await ran('validate', '--json', ...clinic, ...withList, at('ann/cert.pem'))
    expect(JSON.parse(accepted.printed)).toMatchObject({
      certificate: { subject: 'O=Example Clinic, CN=Ann Archer' },
      outcome: 'accepted',
      path: [{ serialNumber: '5a01000000000010' }],
      anchor: { serialNumber: '5a01000000000001' },
      explanation: { code: 'accepted' },
    })
    const refused = await ran('validate', '--json', ...clinic, ...withList, at('revoked/cert.pem'))
    expect(JSON.parse(refused.printed)).toMatchObject({ outcome: 'not-usable', explanation: { code: 'not-usable' } })
  })
})

describe('direct-smime validate', () => {
  let office: Office
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url)
    response.writeHead(404).end()
  })
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    office = await openOffice(`http://127.0.0.1:${(server.address() as AddressInfo).port}/ca.crl`)
  }, 60_000)
  afterAll(() => {
    server.close()
    office.close()
  })

  test.each([
    {
      comment: '--own-network',
      words: ['--own-network'],
      urls: ['/ca.crl'],
      says: 'The server says that it does not have it',
    },
    { comment: 'without it', words: [], urls: [], says: 'strangers may not have us ask' },
    { comment: '--offline', words: ['--offline', '--own-network'], urls: [], says: 'revocation-unknown' },
  ])('what is fetched of the own network: $comment', async ({ words, urls, says }) => {
    asked.length = 0
    const { code, printed } = await ran(
      'validate',
      '--trust',
      office.path('hospital.pem'),
      ...words,
      office.path('cas.crt'),
    )
    expect([code, asked]).toEqual([2, urls])
    expect(printed).toContain(says)
  })

  const cases = [
    { comment: 'no trust', words: () => [office.path('ann.crt')], says: '--trust FILE says whom' },
    {
      comment: 'another use',
      words: () => ['--trust', office.path('clinic.pem'), '--use', 'tls'],
      says: '--use wants',
    },
    {
      comment: 'a list that is none',
      words: () => ['--trust', office.path('clinic.pem'), '--crl', office.path('ann.crt')],
      says: 'holds no revocation list',
    },
    {
      comment: 'a certificate that names nobody',
      words: () => ['--trust', office.path('clinic.pem'), office.path('clinic.pem')],
      says: 'names nobody',
    },
  ]
  test.each(cases)('64: $comment', async ({ words, says }) => {
    const { code, complained } = await ran('validate', '--offline', ...words())
    expect([code, complained]).toEqual([64, expect.stringContaining(says)])
  })

  test('70: no certificate', async () => {
    const { code, complained } = await ran('validate', '--offline', '--trust', office.path('clinic.pem'))
    expect([code, complained]).toEqual([70, expect.stringContaining('ERR_KEYS_MISSING')])
  })
})
