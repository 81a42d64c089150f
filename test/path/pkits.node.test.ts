import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Certificate, parseCertificate, X509Error } from '../../src/x509/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { answerTo } from './fixtures.js'

interface Row {
  readonly id: string
  readonly title: string
  readonly params: string
  readonly expected: 'valid' | 'invalid'
}

/** Cases whose only fault is in a CRL: revocation is not judged here yet. */
const revocation: Readonly<Record<string, string>> = {
  '4.4.': 'basic CRLs',
  '4.5.2': 'the CRL of an authority that issued itself anew revokes the certificate',
  '4.5.5': 'the same',
  '4.5.7': 'the same, with a key for CRLs',
  '4.7.4': 'the authority may not sign CRLs',
  '4.7.5': 'the same',
  '4.14.': 'distribution points',
  '4.15.': 'delta CRLs',
}

/** Paths that are right and refused all the same, with the code for each and why. */
const refusals: readonly { readonly ids: readonly string[]; readonly why: string }[] = [
  { ids: ['4.1.4', '4.1.5'], why: 'DSA, which no WebCrypto has' },
  { ids: ['4.6.8', '4.6.14', '4.14.13'], why: 'the end of the path is an authority (AS-23)' },
  { ids: ['4.12.7', '4.12.9'], why: 'inhibitAnyPolicy is critical and not understood' },
  {
    ids: [1, 4, 5, 6, 11, 14, 18, 19, 21, 23, 25, 27, 30, 32, 34, 36].map((test) => `4.13.${test}`),
    why: 'an authority in the path constrains names, which is not judged yet',
  },
]

/** Titles that differ from the names of their files. */
const fileNames: Readonly<Record<string, string>> = {
  '4.1.1': 'ValidCertificatePathTest1',
  '4.3.1': 'InvalidNameChainingTest1',
  '4.3.6': 'ValidNameUIDsTest6',
  '4.4.1': 'InvalidMissingCRLTest1',
  '4.13.19': 'ValidDNnameConstraintsTest19',
  '4.13.20': 'InvalidDNnameConstraintsTest20',
  '4.14.11': 'InvalidonlyContainsUserCertsTest11',
  '4.14.12': 'InvalidonlyContainsCACertsTest12',
  '4.14.13': 'ValidonlyContainsCACertsTest13',
}

const plain = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase()

describe.skipIf(!borrowed)('NIST PKITS, the cases with the default parameters, all certificates at hand', async () => {
  const files = new Map(borrowedFiles('nist-pkits', '.crt').map(({ name, path }) => [plain(name), readable(path)]))
  const certificates = [...files.values()].flatMap((certificate) => certificate ?? [])
  const anchor = files.get(plain('certs/TrustAnchorRootCertificate.crt'))
  const rows: readonly Row[] = borrowed
    ? JSON.parse(readFileSync(join(borrowed, 'nist-pkits', 'files', 'pkits-expected.json'), 'utf8'))
    : []
  const answers = await Promise.all(
    rows
      .filter(({ params }) => params === '')
      .map(async ({ id, title, expected }) => {
        const certificate = files.get(plain(`certs/${fileNames[id] ?? title}EE.crt`))
        const answer = certificate ? await answerTo({ certificate, anchors: [anchor!], certificates }) : 'malformed'
        return { id, expected, accepted: answer.startsWith('path of'), answer }
      }),
  )
  const idsOf = (list: typeof answers) => list.map(({ id }) => id)

  test('no case is accepted that must not be, save those whose fault is in a CRL', () => {
    const wrong = answers.filter(({ expected, accepted }) => expected === 'invalid' && accepted)
    const known = (id: string) =>
      Object.keys(revocation).some((start) => id === start || (start.endsWith('.') && id.startsWith(start)))
    expect(idsOf(wrong).filter((id) => !known(id))).toEqual([])
  })

  test('of those that must be accepted, as many are as we know', () => {
    const refused = answers.filter(({ expected, accepted }) => expected === 'valid' && !accepted)
    expect(idsOf(refused).sort()).toEqual(refusals.flatMap(({ ids }) => ids).sort())
    expect(answers.filter(({ expected, accepted }) => expected === 'valid' && accepted).length).toBeGreaterThan(40)
    console.info(
      `PKITS: ${refused.length} of ${answers.filter(({ expected }) => expected === 'valid').length} valid cases refused`,
    )
  })

  test('every case has its certificate', () => {
    expect(answers).toHaveLength(167)
    expect(answers.filter(({ answer }) => answer === 'malformed')).toEqual([])
  })
})

function readable(path: string): Certificate | undefined {
  try {
    return parseCertificate(Uint8Array.from(readFileSync(path)))
  } catch (error) {
    if (error instanceof X509Error) return undefined
    throw error
  }
}
