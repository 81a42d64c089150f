import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { unlessThrown } from '../../src/errors/index.js'
import { anchorOf, buildPath, type PathPolicy } from '../../src/path/index.js'
import { parseCertificate, parseCertificateList, X509Error } from '../../src/x509/index.js'
import { borrowed, borrowedFiles } from '../helpers/borrowed.node.js'
import { now } from '../helpers/issue.js'
import { policy } from './fixtures.js'

interface Row {
  readonly id: string
  readonly title: string
  /** As OpenSSL takes them. */
  readonly params: string
  readonly expected: 'valid' | 'invalid'
  /** The policies that the path is valid under, of those asked for. */
  readonly user_set_out?: string
}

/** Answers that are not those of the publisher, on purpose. */
const exceptions: Readonly<Record<string, { readonly answer: 'valid' | 'invalid'; readonly why: string }>> = {
  '4.1.4': { answer: 'invalid', why: 'DSA, which no WebCrypto has' },
  '4.1.5': { answer: 'invalid', why: 'DSA, which no WebCrypto has' },
  '4.14.30': {
    answer: 'valid',
    why: 'NIST calls it valid; the row is the answer of OpenSSL, which takes no list from an issuer that is on it itself',
  },
}

/** Titles that differ from the names of their files. */
const fileNames: Readonly<Record<string, string>> = {
  '4.1.1': 'ValidCertificatePathTest1',
  '4.3.1': 'InvalidNameChainingTest1',
  '4.3.6': 'ValidNameUIDsTest6',
  '4.4.1': 'InvalidMissingCRLTest1',
  '4.8.1.1': 'ValidCertificatePathTest1',
  '4.8.1.2': 'ValidCertificatePathTest1',
  '4.8.1.3': 'ValidCertificatePathTest1',
  '4.8.1.4': 'ValidCertificatePathTest1',
  '4.13.19': 'ValidDNnameConstraintsTest19',
  '4.13.20': 'InvalidDNnameConstraintsTest20',
  '4.14.11': 'InvalidonlyContainsUserCertsTest11',
  '4.14.12': 'InvalidonlyContainsCACertsTest12',
  '4.14.13': 'ValidonlyContainsCACertsTest13',
}

const plain = (text: string) => text.replace(/[^a-z0-9]/gi, '').toLowerCase()

/** The inputs of RFC 5280 §6.1.1 as the options of OpenSSL name them. */
function policyOf(params: string): PathPolicy {
  const words = params.split(' ')
  const policies = words.flatMap((word, index) => (word === '-policy' ? words[index + 1]! : []))
  return {
    ...policy,
    endsInAuthority: 'allowed',
    revocation: { ...policy.revocation, mode: 'required', withoutPointer: 'refused' },
    initialPolicySet:
      policies.length > 0 ? policies.map((name) => name.replace('anyPolicy', '2.5.29.32.0')) : ['2.5.29.32.0'],
    initialExplicitPolicy: words.includes('-explicit_policy'),
    initialPolicyMappingInhibit: words.includes('-inhibit_map'),
    initialAnyPolicyInhibit: words.includes('-inhibit_any'),
  }
}

describe.skipIf(!borrowed)('NIST PKITS, with all certificates and lists at hand', async () => {
  const read = (path: string) => Uint8Array.from(readFileSync(path))
  const certificates = borrowedFiles('nist-pkits', '.crt').flatMap(({ name, path }) => {
    const certificate = unlessThrown(X509Error, () => parseCertificate(read(path)))
    return certificate ? [{ name: plain(name), certificate }] : []
  })
  const crls = borrowedFiles('nist-pkits', '.crl').flatMap(
    ({ path }) => unlessThrown(X509Error, () => parseCertificateList(read(path))) ?? [],
  )
  const byName = new Map(certificates.map(({ name, certificate }) => [name, certificate]))
  const rows: readonly Row[] = borrowed
    ? JSON.parse(readFileSync(join(borrowed, 'nist-pkits', 'files', 'pkits-expected.json'), 'utf8'))
    : []
  const evidence = {
    crypto,
    at: now,
    anchors: borrowed ? [anchorOf(byName.get(plain('certs/TrustAnchorRootCertificate.crt'))!)] : [],
    certificates: certificates.map(({ certificate }) => certificate),
    crls,
  }
  const answers: { readonly row: Row; readonly answer: string; readonly policies: readonly string[] }[] = []
  for (const row of rows) {
    const certificate = byName.get(plain(`certs/${fileNames[row.id] ?? row.title}EE.crt`))
    if (!certificate) {
      answers.push({ row, answer: 'no certificate', policies: [] })
      continue
    }
    const verdict = await buildPath(certificate, evidence, policyOf(row.params))
    answers.push({ row, answer: verdict.ok ? 'valid' : verdict.code, policies: verdict.ok ? verdict.policies : [] })
  }
  const isRight = ({ row, answer }: (typeof answers)[number]) =>
    (answer === 'valid') === ((exceptions[row.id]?.answer ?? row.expected) === 'valid')

  test('every case has the answer of its publisher, save those with a reason', () => {
    const wrong = answers.filter((each) => !isRight(each)).map(({ row, answer }) => [row.id, row.expected, answer])
    expect(wrong).toEqual([])
    expect(answers.filter(({ answer }) => answer === 'no certificate')).toEqual([])
    const accepted = answers.filter(({ answer }) => answer === 'valid').length
    console.info(
      `PKITS: ${answers.length} cases, ${accepted} accepted, ${answers.length - accepted} refused, ${Object.keys(exceptions).length} otherwise than published`,
    )
    expect(answers).toHaveLength(247)
  })

  test('and the policies of its publisher', () => {
    const published = (text: string) =>
      text === '<empty>' ? [] : text.replace('X509v3 Any Policy', '2.5.29.32.0').split(':')
    const wrong = answers.flatMap(({ row, answer, policies }) => {
      if (answer !== 'valid' || row.user_set_out === undefined) return []
      const [theirs, ours] = [published(row.user_set_out), policies].map((each) => [...each].sort().join(' '))
      return theirs === ours ? [] : [[row.id, theirs, ours]]
    })
    expect(wrong).toEqual([])
  })
})
