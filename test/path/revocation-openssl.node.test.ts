import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { createSigner } from '../../src/crypto/index.js'
import { encodePem, loadCertificates, loadPrivateKey } from '../../src/keys/index.js'
import {
  buildCertificate,
  buildCertificateList,
  buildName,
  buildOcspRequest,
  buildOcspResponse,
  type Certificate,
  certIdOf,
  ocspOids,
  parseCertificate,
  parseCertificateList,
  parseOcspResponse,
} from '../../src/x509/index.js'
import { needs } from '../helpers/needs.node.js'
import { type Asked, ask, day, hour } from './revocation-fixtures.js'

const vectors = fileURLToPath(new URL('../../vectors/openssl/', import.meta.url))
const pem = (name: string) => join(vectors, name, 'cert.pem')
const certificateOf = (name: string) => loadCertificates(readFileSync(pem(name), 'utf8'))[0]!
const [clinic, ann, revoked] = ['clinic-ca', 'ann', 'revoked'].map(certificateOf) as [
  Certificate,
  Certificate,
  Certificate,
]
const at = Date.now()
const answerTo = async (asked: Partial<Asked>) =>
  (await ask({ certificate: ann, anchors: [clinic], at, ...asked })).answer

const folder = mkdtempSync(join(tmpdir(), 'revocation-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

/** What OpenSSL says, on either output. */
function openssl(...options: readonly string[]): string {
  const { stdout, stderr } = spawnSync('openssl', options, { encoding: 'utf8' })
  return stdout + stderr
}

describe('the list that OpenSSL made for the clinic', () => {
  const list = parseCertificateList(Uint8Array.from(readFileSync(join(vectors, 'clinic-ca', 'ca.crl'))))

  test('has one certificate on it', async () => {
    expect(await answerTo({ crls: [list] })).toBe('accepted')
    expect(await answerTo({ certificate: revoked, crls: [list] })).toBe('certificate-revoked')
    expect([...list.entries()]).toEqual([
      { serialNumber: revoked.serialNumber, revocationDate: Date.UTC(2026, 0, 1), reason: 'keyCompromise' },
    ])
  })
})

const privateKey = async (name: string) => loadPrivateKey(readFileSync(join(vectors, name, 'key.pem'), 'utf8'))
const signerOf = async (name: string) => createSigner(crypto, await privateKey(name))
const hex = ({ serialNumber }: Certificate) => serialNumber.toString(16).toUpperCase()
const idOf = ({ issuer, serialNumber }: Certificate, digest: 'SHA-1' | 'SHA-256' = 'SHA-1') =>
  certIdOf(crypto, { issuer, issuerKey: clinic.publicKey, serialNumber }, digest)

describe.skipIf(!needs('openssl'))('a responder of OpenSSL', async () => {
  const index = file(
    'index.txt',
    [
      `V\t550101000000Z\t\t${hex(ann)}\tunknown\t/CN=Ann Archer`,
      `R\t550101000000Z\t260101000000Z,keyCompromise\t${hex(revoked)}\tunknown\t/CN=Ann Archer`,
      '',
    ].join('\n'),
  )
  const delegated = parseCertificate(
    await buildCertificate(
      {
        serialNumber: 77n,
        issuer: clinic.subject.bytes,
        subject: buildName([['CN', 'Responder']]),
        notBefore: at - day,
        notAfter: at + day,
        publicKey: certificateOf('bob').publicKey.bytes,
        keyUsage: ['digitalSignature'],
        extKeyUsage: ['1.3.6.1.5.5.7.3.9'],
        extensions: [{ oid: ocspOids.nocheck, critical: false, value: Uint8Array.of(5, 0) }],
      },
      await signerOf('clinic-ca'),
    ),
  )
  const delegatedPem = file('responder.pem', encodePem('CERTIFICATE', delegated.bytes))
  const signers = {
    'the issuer': ['-rsigner', pem('clinic-ca'), '-rkey', join(vectors, 'clinic-ca', 'key.pem')],
    'somebody for it': ['-rsigner', delegatedPem, '-rkey', join(vectors, 'bob', 'key.pem')],
  }

  /** Has OpenSSL answer our question. */
  function answerOf(request: Uint8Array, ...options: readonly string[]) {
    const respout = join(folder, 'response.der')
    const data = ['-index', index, '-CA', pem('clinic-ca'), '-ndays', '1']
    const said = openssl('ocsp', ...data, '-reqin', file('request.der', request), '-respout', respout, ...options)
    expect(said).not.toContain('rror')
    return parseOcspResponse(Uint8Array.from(readFileSync(respout)))
  }

  const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)
  const cases = (Object.keys(signers) as (keyof typeof signers)[]).flatMap((by) => [
    { by, comment: 'called by its key', options: ['-resp_key_id'] },
    { by, comment: 'with SHA-384', options: ['-rmd', 'sha384'] },
    { by, comment: 'in RSASSA-PSS', options: ['-rsigopt', 'rsa_padding_mode:pss', '-rsigopt', 'rsa_pss_saltlen:32'] },
  ])
  test.each(cases)('answers as $by, $comment', async ({ by, options }) => {
    const certIds = [await idOf(ann), await idOf(revoked, 'SHA-256')]
    const response = answerOf(buildOcspRequest({ certIds, nonce }), ...signers[by], ...options)
    expect(response).toMatchObject({ responses: [{ certStatus: 'good' }, { certStatus: 'revoked' }], nonce })
    const ocspResponses = [response]
    expect(await answerTo({ ocspResponses, ocspNonce: nonce })).toBe('accepted')
    expect(await answerTo({ ocspResponses, ocspNonce: Uint8Array.of(1) })).toBe('revocation-unknown')
    expect(await answerTo({ certificate: revoked, ocspResponses })).toBe('certificate-revoked')
    expect(await answerTo({ certificate: certificateOf('wrong-key'), ocspResponses })).toBe('revocation-unknown')
  })

  test('does not know everybody', async () => {
    const other = certificateOf('not-a-ca')
    const response = answerOf(buildOcspRequest({ certIds: [await idOf(other)] }), ...signers['the issuer'])
    expect(response).toMatchObject({ responses: [{ certStatus: 'unknown' }] })
    expect(await answerTo({ certificate: other, ocspResponses: [response] })).toBe('revocation-unknown')
  })
})

describe.skipIf(!needs('openssl'))('OpenSSL reads what is written here', async () => {
  const signer = await signerOf('clinic-ca')
  const statuses = [
    { status: 'good' as const, said: 'good' },
    { status: 'unknown' as const, said: 'unknown' },
    { status: { revocationTime: at - day, reason: 'superseded' as const }, said: 'revoked' },
  ]
  test.each(statuses)('a response: $said', async ({ status: certStatus, said }) => {
    const dates = { thisUpdate: at - hour, nextUpdate: at + day }
    const response = await buildOcspResponse(
      {
        responderID: { byName: clinic.subject.bytes },
        producedAt: at,
        responses: [{ certID: await idOf(ann), certStatus, ...dates }],
      },
      signer,
    )
    const about = ['-CAfile', pem('clinic-ca'), '-issuer', pem('clinic-ca'), '-cert', pem('ann')]
    const output = openssl('ocsp', '-respin', file('ours.der', response), '-no_nonce', ...about)
    expect(output).toContain('Response verify OK')
    expect(output).toContain(`cert.pem: ${said}`)
    if (said === 'revoked') expect(output).toContain('Reason: superseded')
  })

  const lists = [
    { comment: 'that she is on', who: ann, said: 'certificate revoked' },
    { comment: 'that somebody else is on', who: revoked, said: ': OK' },
  ]
  test.each(lists)('a list $comment', async ({ who: { serialNumber }, said }) => {
    const bytes = await buildCertificateList(
      {
        issuer: clinic.subject.bytes,
        thisUpdate: at - hour,
        nextUpdate: at + day,
        crlNumber: 12n,
        issuingDistributionPoint: { onlyContainsUserCerts: true },
        revoked: [{ serialNumber, revocationDate: at - day, reason: 'superseded', invalidityDate: at - 2 * day }],
      },
      signer,
    )
    const list = file('ours.crl', encodePem('X509 CRL', bytes))
    const output = openssl('verify', '-crl_check', '-CAfile', pem('clinic-ca'), '-CRLfile', list, pem('ann'))
    expect(output).toContain(said)
    expect(openssl('crl', '-in', list, '-noout', '-CAfile', pem('clinic-ca'))).toContain('verify OK')
  })
})
