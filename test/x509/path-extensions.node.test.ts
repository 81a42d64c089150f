import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import {
  accessMethods,
  buildName,
  type CertificateDraft,
  distributionPointAt,
  type GeneralName,
  parseName,
} from '../../src/x509/index.js'
import { codeOfRejection } from '../helpers/codes.js'
import { issue } from '../helpers/issue.js'

const folder = mkdtempSync(join(tmpdir(), 'extensions-'))
afterAll(() => rmSync(folder, { recursive: true }))

const clinic = parseName(parseAsn1(der.encode(buildName([['O', 'Clinic']]))))
const uri = (value: string): GeneralName => ({ type: 'uniformResourceIdentifier', value })

/** Everything that a path may turn on. */
const draft = {
  subjectAltName: [
    { type: 'rfc822Name', value: 'ann@clinic.example' },
    { type: 'smtpUTF8Mailbox', value: 'änn@clinic.example' },
    { type: 'directoryName', name: clinic },
    { type: 'iPAddress', octets: Uint8Array.of(192, 0, 2, 1) },
    uri('http://clinic.example/'),
  ],
  nameConstraints: {
    permittedSubtrees: [
      { base: { type: 'rfc822Name', value: 'clinic.example' } },
      { base: { type: 'iPAddress', octets: Uint8Array.of(192, 0, 2, 0, 255, 255, 255, 0) } },
      { base: { type: 'directoryName', name: clinic } },
    ],
    excludedSubtrees: [{ base: { type: 'dNSName', value: 'other.example' } }],
  },
  certificatePolicies: ['1.2.3.4', '2.5.29.32.0'],
  policyMappings: [{ issuerDomainPolicy: '1.2.3.4', subjectDomainPolicy: '1.2.3.5' }],
  policyConstraints: { requireExplicitPolicy: 2, inhibitPolicyMapping: 0 },
  inhibitAnyPolicy: 3,
  cRLDistributionPoints: [distributionPointAt('http://ca.example/ca.crl')],
  freshestCRL: [distributionPointAt('http://ca.example/delta.crl')],
  authorityInfoAccess: [
    { accessMethod: accessMethods.caIssuers, accessLocation: uri('http://ca.example/ca.cer') },
    { accessMethod: accessMethods.ocsp, accessLocation: uri('http://ocsp.example/') },
  ],
} satisfies Partial<CertificateDraft>

describe('extensions that paths turn on', () => {
  test('are read again as they were written', async () => {
    expect(await issue({ cn: 'A', ...draft })).toMatchObject(draft)
  })

  test('OpenSSL reads them as they are meant', async () => {
    const { bytes } = await issue({ cn: 'A', ...draft })
    writeFileSync(join(folder, 'a.cer'), bytes)
    const options = ['x509', '-inform', 'DER', '-in', 'a.cer', '-noout', '-text']
    const text = execFileSync('openssl', options, { cwd: folder }).toString().replace(/\s+/g, ' ')
    for (const part of [
      'Permitted: email:clinic.example IP:192.0.2.0/255.255.255.0 DirName:O = Clinic Excluded: DNS:other.example',
      'Policy: 1.2.3.4',
      'Policy: X509v3 Any Policy',
      'X509v3 Policy Mappings: critical 1.2.3.4:1.2.3.5',
      'Require Explicit Policy:2, Inhibit Policy Mapping:0',
      'X509v3 Inhibit Any Policy: critical 3',
      'URI:http://ca.example/ca.crl',
      'X509v3 Freshest CRL',
      'CA Issuers - URI:http://ca.example/ca.cer',
      'OCSP - URI:http://ocsp.example/',
      'email:ann@clinic.example, othername: SmtpUTF8Mailbox',
    ]) {
      expect(text).toContain(part)
    }
  })

  const extension = (oid: string, value: DerNode) => ({
    extensions: [{ oid, critical: true, value: der.encode(value) }],
  })
  const subtree = (...parts: readonly DerNode[]) => der.sequence(der.implicit(0, der.sequence(der.sequence(...parts))))
  const mail = der.implicit(1, der.ia5String('clinic.example'))
  const list = (number: number, ...names: readonly DerNode[]) => der.implicit(number, der.sequence(...names))

  test.each([
    { comment: 'a name constraint', draft: extension('2.5.29.30', subtree(mail)), code: undefined },
    {
      comment: 'with a distance of nought, which is what none means',
      draft: extension('2.5.29.30', subtree(mail, der.implicit(0, der.integer(0)))),
      code: undefined,
    },
    {
      comment: 'with a distance',
      draft: extension('2.5.29.30', subtree(mail, der.implicit(0, der.integer(1)))),
      code: 'ERR_X509_MALFORMED',
    },
    {
      comment: 'with an end',
      draft: extension('2.5.29.30', subtree(mail, der.implicit(1, der.integer(1)))),
      code: 'ERR_X509_MALFORMED',
    },
    {
      comment: 'of a form that is not known',
      draft: extension('2.5.29.30', subtree(der.implicit(9, der.ia5String('x')))),
      code: 'ERR_X509_MALFORMED',
    },
    {
      comment: 'an empty list of excluded names beside a permitted one',
      draft: extension('2.5.29.30', der.sequence(list(0, der.sequence(mail)), list(1))),
      code: undefined,
    },
    {
      comment: 'an empty list of permitted names beside an excluded one',
      draft: extension('2.5.29.30', der.sequence(list(0), list(1, der.sequence(mail)))),
      code: 'ERR_X509_MALFORMED',
    },
    {
      comment: 'an empty list of excluded names alone',
      draft: extension('2.5.29.30', der.sequence(list(1))),
      code: 'ERR_X509_MALFORMED',
    },
    { comment: 'none at all', draft: extension('2.5.29.30', der.sequence()), code: 'ERR_X509_MALFORMED' },
    {
      comment: 'a policy that is there twice',
      draft: { certificatePolicies: ['1.2.3', '1.2.3'] },
      code: 'ERR_X509_MALFORMED',
    },
    { comment: 'two policies', draft: { certificatePolicies: ['1.2.3', '1.2.4'] }, code: undefined },
    { comment: 'no policy', draft: { certificatePolicies: [] }, code: 'ERR_X509_MALFORMED' },
    { comment: 'a negative number of certificates', draft: { inhibitAnyPolicy: -1 }, code: 'ERR_X509_MALFORMED' },
    {
      comment: 'an extension twice',
      draft: { ...extension('2.5.29.54', der.integer(1)), inhibitAnyPolicy: 1 },
      code: 'ERR_X509_MALFORMED',
    },
  ])('$comment: $code', async ({ draft: bent, code }) => {
    expect(await codeOfRejection(issue({ cn: 'A', ...bent }))).toBe(code)
  })
})
