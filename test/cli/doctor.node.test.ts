import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { certRecord } from '../../src/discovery/index.js'
import { loadCertificates } from '../../src/keys/index.js'
import { startNameServer } from '../helpers/name-server.node.js'
import { needs } from '../helpers/needs.node.js'
import { ann, bob, cas, eve, max, type Office, old, openOffice } from './office.js'
import { ran } from './ran.js'

let office: Office
beforeAll(async () => {
  office = await openOffice()
}, 60_000)
afterAll(() => office.close())

const doctor = (...words: readonly string[]) =>
  ran('doctor', '--offline', '--directory', office.path('directory.pem'), ...words)
const trusting = (...names: readonly string[]) => names.flatMap((name) => ['--trust', office.path(name)])

describe('direct-smime doctor', () => {
  const cases = [
    {
      comment: 'all is well',
      address: bob,
      code: 0,
      says: `${bob}: can be written to\n  O=Hospital, CN=${bob}, issued by`,
    },
    { comment: 'the chain is told', address: bob, code: 0, says: '\n    below O=Hospital, CN=Hospital CA, issued by' },
    { comment: 'nothing is found', address: eve, code: 1, says: `${eve}: no certificate was found` },
    {
      comment: 'it has expired',
      address: old,
      code: 1,
      says: 'no certificate that was found may be used\nWhat to do:',
    },
    { comment: 'its revocation is not known', address: cas, code: 2, says: 'whether it was revoked is not known' },
    {
      comment: 'nobody trusts it, and what to do',
      address: max,
      code: 3,
      says: 'leads to none of the anchors\nWhat to do:\n  → Add the anchor of its issuer',
    },
  ]
  test.each(cases)('$comment: exit code $code', async ({ address, code, says }) => {
    const answer = await doctor(...trusting('hospital.pem'), address)
    expect(answer).toMatchObject({ code, complained: '' })
    expect(answer.printed).toContain(says)
  })

  test('--at', async () => {
    const { code, printed } = await doctor(...trusting('hospital.pem'), '--at', '2028-01-01', bob)
    expect([code, printed]).toEqual([1, expect.stringContaining('has expired')])
  })

  test('--json', async () => {
    const { printed } = await doctor('--json', ...trusting('hospital.pem'), bob)
    expect(JSON.parse(printed)).toMatchObject({
      address: bob,
      outcome: 'trusted',
      certificates: [{ subject: `O=Hospital, CN=${bob}`, anchor: { subject: 'O=Hospital, CN=Hospital CA' } }],
      remedies: [],
    })
    const refused = await doctor('--json', ...trusting('hospital.pem'), max)
    expect(JSON.parse(refused.printed)).toMatchObject({ outcome: 'untrusted', remedies: [expect.any(String)] })
  })

  test('wants to know whom to trust', async () => {
    const { code, complained } = await doctor(bob)
    expect([code, complained]).toEqual([64, expect.stringContaining('--trust FILE')])
  })

  test.skipIf(!needs('bind'))('in DNS: every place is told, and one that does not answer', async () => {
    const bind = await startNameServer({
      'direct.hospital.example': certRecord(loadCertificates(office.read('bob.crt'))[0]!),
    })
    try {
      const asked = (address: string) => ran('doctor', '--dns', bind.server, ...trusting('hospital.pem'), address)
      const found = await asked(bob)
      expect([found.code, found.printed]).toEqual([0, expect.stringContaining('[bob.direct.hospital.example]')])
      const refused = await asked('bob@direct.other.example')
      expect([refused.code, refused.printed]).toEqual([2, expect.stringContaining('not every place could be asked')])
    } finally {
      await bind.stop()
    }
  })
})

describe('direct-smime doctor --self', () => {
  const self = (...words: readonly string[]) => doctor('--self', ...words)
  const identity = (name: string) => ['--identity', office.path(name)]

  test('exit code 0: nothing is wrong', async () => {
    const { code, printed } = await self(...identity('ann.pem'), ...trusting('clinic.pem'), ann)
    expect([code, printed]).toEqual([0, expect.stringContaining(`${ann}: 0 problems, 0 unknown, 0 warnings\n`)])
  })

  const problems = [
    {
      comment: 'nobody is served',
      words: () => [...identity('bob.pem'), ...trusting('clinic.pem'), ann],
      code: 1,
      says: 'Nobody is served here',
    },
    {
      comment: 'those who would trust',
      words: () => [...identity('ann.pem'), ...trusting('hospital.pem'), ann],
      code: 1,
      says: '1 problems',
    },
    {
      comment: 'an expired certificate',
      words: () => [...identity('old.pem'), ...trusting('hospital.pem'), old],
      code: 1,
      says: 'What to do:',
    },
    {
      comment: 'revocation that is not known',
      words: () => [...identity('cas.pem'), ...trusting('hospital.pem'), cas],
      code: 2,
      says: '0 problems, ',
    },
    {
      comment: 'what ends within the time asked for',
      words: () => [...identity('ann.pem'), ...trusting('clinic.pem'), '--within', '400', ann],
      code: 0,
      says: 'What to do:',
    },
  ]
  test.each(problems)('$comment: exit code $code', async ({ words, code, says }) => {
    const answer = await self(...words())
    expect(answer).toMatchObject({ code, complained: '' })
    expect(answer.printed).toContain(says)
  })

  test('--peer-trust: others trust by other anchors', async () => {
    const words = [...identity('ann.pem'), ...trusting('hospital.pem')]
    expect((await self(...words, '--peer-trust', office.path('clinic.pem'), ann)).code).toBe(0)
  })

  test('--json', async () => {
    const { printed } = await self('--json', ...identity('ann.pem'), ...trusting('clinic.pem'), ann)
    expect(JSON.parse(printed)).toMatchObject({
      address: ann,
      ok: true,
      problems: [],
      explanation: { code: 'accepted' },
    })
    expect(printed).not.toContain('PRIVATE')
  })

  test('--within wants a number', async () => {
    const { code } = await self(...identity('ann.pem'), ...trusting('clinic.pem'), '--within', 'soon', ann)
    expect(code).toBe(64)
  })
})
