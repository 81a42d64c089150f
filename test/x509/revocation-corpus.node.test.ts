import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type CertificateList,
  parseCertificateList,
  parseOcspRequest,
  parseOcspResponse,
  X509Error,
} from '../../src/x509/index.js'
import { borrowed, borrowedFiles, fuzzCorpus, readAll } from '../helpers/borrowed.node.js'
import { codeOf } from '../helpers/codes.js'
import { needs } from '../helpers/needs.node.js'

function derOf(path: string): Uint8Array {
  const content = readFileSync(path)
  const block = /-----BEGIN X509 CRL-----([^-]+)/.exec(content.toString('latin1'))?.[1]
  return Uint8Array.from(block ? Buffer.from(block, 'base64') : content)
}

/** What the one and the other say of a list, in words that can be compared. */
function ours(list: CertificateList): readonly string[] {
  const numbers = [...list.entries()].map(({ serialNumber, revocationDate }) => `${serialNumber} ${revocationDate}`)
  return [`${list.thisUpdate} ${list.nextUpdate}`, ...numbers]
}

function openssls(bytes: Uint8Array): readonly string[] {
  const text = execFileSync('openssl', ['crl', '-inform', 'der', '-noout', '-text'], { input: bytes, encoding: 'utf8' })
  const dates = [...text.matchAll(/(?:Last|Next) Update: (.*)/g)].map(([, date]) => Date.parse(date!))
  const entries = [...text.matchAll(/Serial Number: (-?)([0-9A-F]+)\s+Revocation Date: (.*)/g)]
  return [dates.join(' '), ...entries.map(([, sign, hex, date]) => `${sign}${BigInt(`0x${hex}`)} ${Date.parse(date!)}`)]
}

describe.skipIf(!borrowed)('lists of other people', () => {
  const pkits = borrowedFiles('nist-pkits', '.crl')

  test.skipIf(!needs('openssl'))('NIST PKITS: read here as OpenSSL reads them', () => {
    expect(pkits).toHaveLength(173)
    for (const { name, path } of pkits) {
      const bytes = derOf(path)
      expect(ours(parseCertificateList(bytes)), name).toEqual(openssls(bytes))
    }
  })

  test('every entry of theirs, and of a list of nearly 10,000, is found by its number', () => {
    const long = borrowedFiles('debian-cryptography-vectors', 'crl_almost_10k.pem')
    const lists = [...pkits, ...long].map(({ path }) => parseCertificateList(derOf(path)))
    const found = lists.flatMap((list) => {
      const own = [...list.entries()].filter(({ certificateIssuer }) => !certificateIssuer)
      return own.map((entry) => ({ entry, by: list.find(entry.serialNumber, list.issuer) }))
    })
    expect(found.length).toBeGreaterThan(10_000)
    for (const { entry, by } of found) expect(by).toEqual(entry)
  })

  /** What is refused of pyca/cryptography's, whose names say what is wrong. */
  const refused: Readonly<Record<string, string>> = {
    'x509/custom/crl_bad_version.pem': 'version 4',
    'x509/custom/crl_dup_entry_ext.pem': 'an extension of an entry twice',
    'x509/custom/crl_inval_cert_issuer_entry_ext.pem': 'an issuer of an entry that is no list of names',
    'x509/custom/crl_invalid_time.der': 'a date without its zone',
  }
  const pyca = borrowedFiles('debian-cryptography-vectors', '.pem', '.der').filter(({ name }) =>
    /(\/|_)crl[._]/.test(name),
  )

  test('pyca/cryptography: every list is read, save those that are wrong', () => {
    const lists = pyca.filter(({ name }) => !/cdp_/.test(name))
    const codes = lists.map(({ name, path }) => [name, codeOf(() => [...parseCertificateList(derOf(path)).entries()])])
    expect(Object.fromEntries(codes.filter(([, code]) => code))).toEqual(
      Object.fromEntries(Object.keys(refused).map((name) => [name, 'ERR_X509_MALFORMED'])),
    )
    expect(codes.length).toBeGreaterThan(20)
  })

  test.each(['crl', 'x509', 'cms'] as const)('fuzzed %s inputs: a list or an X509Error, in no time', (name) => {
    const read = (input: Uint8Array) => [...parseCertificateList(input).entries()]
    const { good, slowestMs, strangers } = readAll(fuzzCorpus(name), read, [X509Error])
    expect(strangers).toEqual([])
    expect(slowestMs).toBeLessThan(50)
    if (name === 'crl') expect(good).toBeGreaterThan(0)
  })
})

describe.skipIf(!borrowed)('OCSP of other people', () => {
  const files = borrowedFiles('debian-cryptography-vectors', '.der').filter(({ name }) => name.startsWith('x509/ocsp/'))
  const bytesAt = (name: string) => Uint8Array.from(readFileSync(files.find((file) => file.name.endsWith(name))!.path))

  const statuses = [
    { name: 'resp-sha256.der', status: ['good'] },
    { name: 'resp-revoked.der', status: ['revoked'] },
    { name: 'resp-revoked-reason.der', status: ['revoked superseded'] },
    { name: 'resp-revoked-no-next-update.der', status: ['revoked'] },
    { name: 'resp-delegate-unknown-cert.der', status: ['unknown'] },
    { name: 'resp-responder-key-hash.der', status: ['revoked'] },
    { name: 'resp-unknown-extension.der', status: ['revoked superseded'] },
    { name: 'resp-unknown-hash-alg.der', status: ['revoked'] },
    { name: 'resp-invalid-signature-oid.der', status: ['good'] },
    { name: 'resp-unauthorized.der', status: ['unauthorized'] },
  ]
  test.each(statuses)('$name: $status', ({ name, status }) => {
    const response = parseOcspResponse(bytesAt(name))
    const said =
      response.responseStatus === 'successful'
        ? response.responses.map(({ certStatus, revocationReason: why }) => (why ? `${certStatus} ${why}` : certStatus))
        : [response.responseStatus]
    expect(said).toEqual(status)
  })

  const refused = [
    'resp-response-type-unknown-oid.der',
    'resp-successful-no-response-bytes.der',
    'resp-unknown-response-status.der',
  ]
  test.each(refused)('%s is refused', (name) => {
    expect(codeOf(() => parseOcspResponse(bytesAt(name)))).toBe('ERR_X509_MALFORMED')
  })

  test('requests: one certificate, two, a nonce; an extension twice', () => {
    expect(parseOcspRequest(bytesAt('req-sha1.der')).certIds).toHaveLength(1)
    expect(parseOcspRequest(bytesAt('req-multi-sha1.der')).certIds).toHaveLength(2)
    expect(parseOcspRequest(bytesAt('req-ext-nonce.der')).nonce).toHaveLength(16)
    expect(codeOf(() => parseOcspRequest(bytesAt('req-duplicate-ext.der')))).toBe('ERR_X509_MALFORMED')
  })

  test.each(['asn1', 'crl', 'cms'] as const)('fuzzed %s inputs: a response or an X509Error, in no time', (name) => {
    for (const read of [parseOcspResponse, parseOcspRequest]) {
      const { slowestMs, strangers } = readAll(fuzzCorpus(name), read, [X509Error])
      expect(strangers).toEqual([])
      expect(slowestMs).toBeLessThan(50)
    }
  })
})
