import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadCertificates, loadIdentity } from '../../src/keys/index.js'
import { buildTrustBundle, loadTrustBundle } from '../../src/trust/index.js'
import { now } from '../helpers/issue.js'
import { type Office, openOffice, password } from './office.js'
import { ran, ranWith } from './ran.js'

let office: Office
let site: string
const server = createServer((request, response) => {
  const name = request.url!.slice(1)
  if (office.has(name)) response.end(office.read(name))
  else response.writeHead(name === 'busy' ? 503 : 404).end()
})

beforeAll(async () => {
  office = await openOffice()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const certificates = ['clinic.pem', 'hospital.pem', 'old.crt'].flatMap((name) => loadCertificates(office.read(name)))
  const file = office.read('ann.pem')
  const { signing } = await loadIdentity({ certificate: file, privateKey: file })
  const metadata = { profile: 'Example', distributionPoints: [], validTo: now + 86_400_000, anchors: [] }
  office.write('plain.p7b', await buildTrustBundle({ certificates, metadata }))
  office.write('signed.p7m', await buildTrustBundle({ certificates, signer: signing!, signingTime: now }))
  office.write('expired.p7b', await buildTrustBundle({ certificates: certificates.slice(2) }))
}, 60_000)
afterAll(() => {
  server.close()
  office.close()
})

describe('direct-smime bundle', () => {
  const cases = [
    {
      comment: 'a bundle that nobody signed',
      words: ['plain.p7b'],
      code: 0,
      says: 'unsigned trust bundle with 2 anchors',
    },
    {
      comment: 'an anchor that has expired',
      words: ['plain.p7b'],
      code: 0,
      says: 'An anchor in the bundle has expired',
    },
    {
      comment: 'until when it is valid',
      words: ['plain.p7b'],
      code: 0,
      says: '  valid until 2026-06-02T00:00:00.000Z',
    },
    {
      comment: 'a signature nobody looked at',
      words: ['signed.p7m'],
      code: 0,
      says: 'the signature was not looked at',
    },
    {
      comment: 'the right signer',
      words: ['signed.p7m', '--signer', 'ann.crt'],
      code: 0,
      says: '  signed at 2026-06-01T',
    },
    {
      comment: 'another signer',
      words: ['signed.p7m', '--signer', 'bob.crt'],
      code: 1,
      says: 'ERR_TRUST_BUNDLE_SIGNATURE',
    },
    {
      comment: 'a signer asked for, and none',
      words: ['plain.p7b', '--signer', 'ann.crt'],
      code: 1,
      says: 'nobody signed',
    },
    {
      comment: 'a bundle after its time',
      words: ['plain.p7b', '--at', '2026-07-01'],
      code: 1,
      says: 'ERR_TRUST_BUNDLE_DATE',
    },
    { comment: 'no anchor left', words: ['expired.p7b'], code: 1, says: 'ERR_TRUST_BUNDLE_EMPTY' },
    { comment: 'no bundle', words: ['password'], code: 1, says: 'ERR_TRUST_BUNDLE_FORMAT' },
  ]
  test.each(cases)('$comment: exit code $code', async ({ words, code, says }) => {
    const answer = await ran('bundle', ...words.map((word) => (office.has(word) ? office.path(word) : word)))
    expect(answer).toMatchObject({ code, complained: '' })
    expect(answer.printed).toContain(says)
  })

  const urls = [
    { comment: 'signed, over http', words: ['signed.p7m', '--signer'], code: 0, says: 'signed trust bundle with 2' },
    { comment: 'not there', words: ['nowhere', '--signer'], code: 1, says: 'not to be taken: not-found' },
    { comment: 'for now', words: ['busy', '--signer'], code: 2, says: 'not to be taken: download-failed' },
    { comment: 'over http, and nobody asks who signed', words: ['plain.p7b'], code: 1, says: 'ERR_TRUST_BUNDLE_URL' },
  ]
  test.each(urls)('a URL: $comment: exit code $code', async ({ words: [name, signer], code, says }) => {
    const signed = signer ? [signer, office.path('ann.crt')] : []
    const answer = await ran('bundle', '--own-network', `${site}/${name}`, ...signed)
    expect(answer).toMatchObject({ code, complained: '' })
    expect(answer.printed).toContain(says)
  })

  test('https is connected to, and nothing of the own network without being told so', async () => {
    const https = site.replace('http:', 'https:')
    expect(await ran('bundle', '--own-network', `${https}/plain.p7b`)).toMatchObject({ code: 2 })
    const { code, printed } = await ran('bundle', `${site}/signed.p7m`, '--signer', office.path('ann.crt'))
    expect([code, printed]).toEqual([2, expect.stringContaining('download-failed')])
  })

  test('--pem', async () => {
    const { printed } = await ran('bundle', '--pem', office.path('plain.p7b'))
    const anchors = ['clinic.pem', 'hospital.pem'].flatMap((name) => loadCertificates(office.read(name)))
    expect(loadCertificates(printed).map(({ bytes }) => bytes)).toEqual(anchors.map(({ bytes }) => bytes))
  })

  test('--json', async () => {
    const { printed } = await ran('bundle', '--json', office.path('signed.p7m'), '--signer', office.path('ann.crt'))
    expect(JSON.parse(printed)).toMatchObject({
      outcome: 'success',
      kind: 'signed',
      signer: { subject: 'O=Clinic, CN=ann@direct.clinic.example' },
      signingTime: '2026-06-01T00:00:00.000Z',
      certificates: [{ subject: 'O=Clinic, CN=Clinic CA' }, { subject: 'O=Hospital, CN=Hospital CA' }],
      steps: [{ code: 'anchor-expired-in-bundle' }],
    })
    const refused = await ran('bundle', '--json', office.path('password'))
    expect(JSON.parse(refused.printed)).toMatchObject({ outcome: 'ERR_TRUST_BUNDLE_FORMAT' })
  })
})

describe('direct-smime bundle --make', () => {
  const anchors = () =>
    new TextDecoder().decode(office.read('clinic.pem')) + new TextDecoder().decode(office.read('hospital.pem'))

  test('writes what is read again', async () => {
    const { code, bytes } = await ranWith({ stdin: anchors() })('bundle', '--make')
    expect(code).toBe(0)
    expect(await loadTrustBundle(bytes)).toMatchObject({ kind: 'unsigned', certificates: { length: 2 } })
  })

  test('signs it with an identity', async () => {
    const environment = { DIRECT_SMIME_PASSWORD: password }
    const { code, bytes } = await ranWith({ stdin: anchors(), environment })(
      'bundle',
      '--make',
      '--identity',
      office.path('ann.p12'),
    )
    expect(code).toBe(0)
    const signers = loadCertificates(office.read('ann.crt'))
    expect(await loadTrustBundle(bytes, { signers, at: now })).toMatchObject({ kind: 'signed', signingTime: now })
  })

  test('one identity signs', async () => {
    const two = ['ann', 'bob'].flatMap((name) => ['--identity', office.path(`${name}.pem`)])
    const { code, complained } = await ranWith({ stdin: anchors() })('bundle', '--make', ...two)
    expect([code, complained]).toEqual([64, expect.stringContaining('one identity')])
  })
})
