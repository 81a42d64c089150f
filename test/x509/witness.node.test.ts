import 'reflect-metadata'
import { X509Certificate as NodeCertificate } from 'node:crypto'
import * as peculiar from '@peculiar/x509'
import { describe, expect, test } from 'vitest'
import { distributionPointAt, parseCertificate } from '../../src/x509/index.js'
import { issueAuthority, issueMailbox, now } from '../helpers/issue.js'

describe('what is built is read and verified by others', async () => {
  const authority = await issueAuthority({
    cn: 'Clinic CA',
    pathLenConstraint: 0,
    subjectKeyIdentifier: Uint8Array.of(7, 8),
  })
  const mailbox = await issueMailbox('ann@clinic.example', {
    cn: 'Ann',
    by: 'Clinic CA',
    extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    authorityKeyIdentifier: Uint8Array.of(7, 8),
    cRLDistributionPoints: [distributionPointAt('http://ca.example/ca.crl')],
  })

  test('node:crypto', () => {
    const [ca, ann] = [new NodeCertificate(authority.bytes), new NodeCertificate(mailbox.bytes)]
    expect({ ca: ca.ca, issued: ann.checkIssued(ca), verified: ann.verify(ca.publicKey) }).toEqual({
      ca: true,
      issued: true,
      verified: true,
    })
    expect(ann.verify(ann.publicKey)).toBe(false)
    expect({ subject: ann.subject, issuer: ann.issuer, names: ann.subjectAltName }).toEqual({
      subject: 'CN=Ann',
      issuer: 'CN=Clinic CA',
      names: 'email:ann@clinic.example',
    })
    expect([Date.parse(ann.validFrom), Date.parse(ann.validTo)]).toEqual([mailbox.notBefore, mailbox.notAfter])
    expect(ann.keyUsage).toEqual(['1.3.6.1.5.5.7.3.4'])
  })

  test('@peculiar/x509', async () => {
    const certificate = (bytes: Uint8Array) => new peculiar.X509Certificate(Uint8Array.from(bytes))
    const [ca, ann] = [certificate(authority.bytes), certificate(mailbox.bytes)]
    expect(await ann.verify({ publicKey: ca.publicKey, date: new Date(now) })).toBe(true)
    expect(await ann.verify({ publicKey: ann.publicKey, signatureOnly: true })).toBe(false)
    expect(ca.getExtension(peculiar.BasicConstraintsExtension)).toMatchObject({ ca: true, pathLength: 0 })
    expect(ann.getExtension(peculiar.KeyUsagesExtension)?.usages).toBe(
      peculiar.KeyUsageFlags.digitalSignature | peculiar.KeyUsageFlags.keyEncipherment,
    )
    expect(ann.getExtension(peculiar.SubjectAlternativeNameExtension)?.names.toJSON()).toEqual([
      { type: 'email', value: 'ann@clinic.example' },
    ])
    expect(ann.getExtension(peculiar.AuthorityKeyIdentifierExtension)?.keyId).toBe('0708')
  })
})

test('what @peculiar/x509 issues is read here', async () => {
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const issued = await peculiar.X509CertificateGenerator.createSelfSigned({
    serialNumber: '0102',
    name: 'C=US, O=Example Clinic, CN=Example CA',
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2060-01-01T00:00:00Z'),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new peculiar.BasicConstraintsExtension(true, 3, true),
      new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.keyCertSign | peculiar.KeyUsageFlags.cRLSign, true),
      new peculiar.SubjectAlternativeNameExtension([{ type: 'dns', value: 'clinic.example' }]),
      await peculiar.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  expect(parseCertificate(new Uint8Array(issued.rawData))).toMatchObject({
    serialNumber: 0x0102n,
    notBefore: Date.UTC(2026, 0, 1),
    notAfter: Date.UTC(2060, 0, 1),
    basicConstraints: { cA: true, pathLenConstraint: 3 },
    keyUsage: new Set(['keyCertSign', 'cRLSign']),
    subjectAltName: [{ type: 'dNSName', value: 'clinic.example' }],
  })
})
