import { statSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseEntity } from '../../src/mime/index.js'
import { ann, bob, cas, eve, letter, max, type Office, old, openOffice, password } from './office.js'
import { ranWith } from './ran.js'

let office: Office
beforeAll(async () => {
  office = await openOffice()
}, 60_000)
afterAll(() => office.close())

/** Seals a message as Ann, with the directory and without a network. */
function sealed(stdin: string, ...words: readonly string[]) {
  const files = { identity: 'ann.pem', trust: 'hospital.pem', directory: 'directory.pem' }
  const options = Object.entries(files).flatMap(([option, name]) => [`--${option}`, office.path(name)])
  return ranWith({ stdin })('seal', '--offline', ...options, ...words)
}

describe('direct-smime seal', () => {
  const cases = [
    { comment: 'all get it', to: [bob], code: 0, says: '' },
    { comment: 'one has no certificate', to: [bob, eve], code: 1, says: `not for ${eve}: no-certificate\n✗ ` },
    { comment: 'the certificate of one has expired', to: [bob, old], code: 1, says: `${old}: no-usable-certificate` },
    { comment: 'the revocation of one is not known', to: [bob, cas], code: 2, says: `${cas}: revocation-unknown` },
    { comment: 'one is lost, another not known', to: [eve, cas], code: 2, says: `${eve}: no-certificate` },
    { comment: 'nobody is trusted', to: [max], code: 3, says: `not for ${max}: untrusted` },
  ]
  test.each(cases)('$comment: exit code $code', async ({ to, code, says }) => {
    const answer = await sealed(letter(to))
    expect(answer.code).toBe(code)
    expect(answer.complained).toContain(says)
    if (to.includes(bob)) expect(parseEntity(answer.bytes).contentType).toMatchObject({ subtype: 'pkcs7-mime' })
    else expect(answer.printed).toBe('')
  })

  test('nothing that was written is printed', async () => {
    const { printed, complained } = await sealed(letter([bob, eve]), '--json')
    expect(printed + complained).not.toMatch(/Miller|Potassium|PRIVATE/)
  })

  test('a file is read as the standard input is', async () => {
    const { code, printed } = await sealed('', office.write('letter.eml', letter([bob])))
    expect(code).toBe(0)
    expect(printed).toContain(`To: ${bob}\r\n`)
  })

  test('--to and --from are the envelope, whatever the header says', async () => {
    const { code, printed } = await sealed(letter([eve]), '--to', bob, '--from', `bounces+1@clinic.example`, '--json')
    expect(code).toBe(0)
    const { messages, accepted, rejected } = JSON.parse(printed)
    expect(messages).toMatchObject([{ envelope: { mailFrom: 'bounces+1@clinic.example', rcptTo: [bob] } }])
    expect([accepted.map(({ address }: { address: string }) => address), rejected]).toEqual([[bob], []])
  })

  test('--save takes each message into a file of its own, for nobody else to read', async () => {
    const folder = office.path('out/sealed')
    const { code, printed } = await sealed(
      letter([bob], `Bcc: ${ann}`),
      '--save',
      folder,
      '--trust',
      office.path('clinic.pem'),
    )
    expect([code, printed]).toEqual([0, `${folder}/1.eml: for ${bob}\n${folder}/2.eml: for ${ann}\n`])
    expect(parseEntity(office.read('out/sealed/2.eml')).contentType.subtype).toBe('pkcs7-mime')
    expect(statSync(`${folder}/1.eml`).mode & 0o077).toBe(0)
  })

  test('--save writes over nothing', async () => {
    office.write('1.eml', 'kept')
    const { code, complained } = await sealed(letter([bob]), '--save', office.path('.'))
    expect(code).toBe(64)
    expect(complained).toContain('1.eml cannot be written, or is there already')
    expect(office.read('1.eml')).toEqual(new TextEncoder().encode('kept'))
  })

  test('--json with --save names the files', async () => {
    const { printed } = await sealed(letter([bob]), '--save', office.path('named'), '--json')
    const { messages } = JSON.parse(printed)
    expect(messages).toEqual([{ envelope: { mailFrom: ann, rcptTo: [bob] }, file: office.path('named/1.eml') }])
  })

  test('two messages do not go to the standard output', async () => {
    const { code, printed, complained } = await sealed(
      letter([bob], `Bcc: ${ann}`),
      '--trust',
      office.path('clinic.pem'),
    )
    expect([code, printed]).toEqual([64, ''])
    expect(complained).toContain('there are 2 messages: --save FOLDER takes them')
  })
})

describe('the identity', () => {
  const seal = (environment: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    ranWith({ stdin: letter([bob]), environment })(
      ...['seal', '--offline', '--trust', office.path('hospital.pem'), '--directory', office.path('directory.pem')],
      ...words,
    )

  test.each([
    { comment: 'the password of a PKCS#12 in a file', files: ['ann.p12', 'password'], environment: {}, code: 0 },
    { comment: 'in the environment', files: ['ann.p12'], environment: { DIRECT_SMIME_PASSWORD: password }, code: 0 },
    { comment: 'a wrong one', files: ['ann.p12'], environment: { DIRECT_SMIME_PASSWORD: 'other' }, code: 70 },
    { comment: 'none', files: ['ann.p12'], environment: {}, code: 70 },
    { comment: 'no private key', files: ['ann.crt'], environment: {}, code: 70 },
    { comment: 'somebody else than the author', files: ['bob.pem'], environment: {}, code: 70 },
    { comment: 'no file', files: ['none.pem'], environment: {}, code: 64 },
  ])('$comment: exit code $code', async ({ files: [identity, secret], environment, code }) => {
    const options = secret ? ['--password-file', office.path(secret)] : []
    const answer = await seal(environment, '--identity', office.path(identity!), ...options)
    expect(answer.code).toBe(code)
    expect(answer.printed + answer.complained).not.toContain(password)
  })
})

describe('called the wrong way', () => {
  const needed = () => ['--identity', office.path('ann.pem'), '--trust', office.path('hospital.pem')]
  test.each([
    { comment: 'nobody', words: () => ['--trust', office.path('hospital.pem')], says: '--identity FILE says who' },
    { comment: 'no trust', words: () => ['--identity', office.path('ann.pem')], says: '--trust FILE says whom' },
    { comment: 'no place to look', words: () => [...needed(), '--offline'], says: '--offline wants --directory' },
    {
      comment: 'two places to look',
      words: () => [...needed(), '--directory', office.path('directory.pem'), '--dns', '192.0.2.1'],
      says: 'either --directory, or DNS and LDAP',
    },
    {
      comment: 'a policy that is none',
      words: () => [...needed(), '--policy', 'toString'],
      says: 'no policy "toString"',
    },
    { comment: 'two files', words: () => [...needed(), 'a', 'b'], says: 'one file, please' },
  ])('$comment', async ({ words, says }) => {
    const { code, complained } = await ranWith({ stdin: letter([bob]) })('seal', ...words())
    expect(code).toBe(64)
    expect(complained).toContain(says)
  })

  test('a message without an author cannot be sealed', async () => {
    const { code, complained } = await sealed('To: x@y.example\r\n\r\n')
    expect([code, complained]).toEqual([70, expect.stringContaining('ERR_AGENT_NO_AUTHOR')])
  })
})
