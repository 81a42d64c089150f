import 'reflect-metadata'
import * as peculiar from '@peculiar/x509'
import { createAgent, loadCertificates, loadIdentity } from 'direct-smime'
import { createAuthority } from 'direct-smime/testing'
import { describe, expect, test } from 'vitest'

const at = Date.UTC(2026, 5, 1)
const clock = () => at
const algorithm = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
}
const validity = { notBefore: new Date(Date.UTC(2026, 0, 1)), notAfter: new Date(Date.UTC(2027, 0, 1)) }

/** An authority and one mailbox below it, both issued by @peculiar/x509. */
async function peculiarIdentity(address: string) {
  const caKeys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const authority = await peculiar.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: 'CN=Peculiar CA, O=Example Hospital',
    keys: caKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new peculiar.BasicConstraintsExtension(true, 0, true),
      new peculiar.KeyUsagesExtension(peculiar.KeyUsageFlags.keyCertSign | peculiar.KeyUsageFlags.cRLSign, true),
      await peculiar.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const { digitalSignature, keyEncipherment } = peculiar.KeyUsageFlags
  const certificate = await peculiar.X509CertificateGenerator.create({
    ...validity,
    serialNumber: '02',
    issuer: authority.subject,
    subject: 'CN=Bob',
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new peculiar.BasicConstraintsExtension(false, undefined, true),
      new peculiar.KeyUsagesExtension(digitalSignature | keyEncipherment, true),
      new peculiar.ExtendedKeyUsageExtension([peculiar.ExtendedKeyUsage.emailProtection]),
      new peculiar.SubjectAlternativeNameExtension([{ type: 'email', value: address }]),
      await peculiar.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  })
  const privateKey = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { authority: authority.toString('pem'), certificate: certificate.toString('pem'), privateKey }
}

describe('certificates of @peculiar/x509 and of direct-smime/testing', () => {
  test('each reads and verifies the other: a message from the one side to the other, and back', async () => {
    const ann = 'ann@direct.clinic.example'
    const bob = 'bob@direct.hospital.example'
    const clinic = await createAuthority({ organization: 'Example Clinic', at })
    const own = await clinic.issue({ address: ann })
    const { authority, certificate, privateKey } = await peculiarIdentity(bob)
    const discovery = [own.certificate, ...loadCertificates(certificate)]
    const [annAgent, bobAgent] = [
      createAgent({ identities: [own.identity], trust: loadCertificates(authority), discovery, clock }),
      createAgent({
        identities: [await loadIdentity({ certificate, privateKey })],
        trust: [clinic.certificate],
        discovery,
        clock,
      }),
    ]
    const sealed = await annAgent.seal({ from: ann, to: bob, text: 'To certificates of the other kind.' })
    const opened = await bobAgent.open(sealed.messages[0]!.raw)
    expect(opened).toMatchObject({ kind: 'message', message: { text: 'To certificates of the other kind.' } })
    const back = await bobAgent.seal({ from: bob, to: ann, text: 'And back.' })
    expect(await annAgent.open(back.messages[0]!.raw)).toMatchObject({
      kind: 'message',
      message: { text: 'And back.' },
    })
  })

  test('its chain builder finds the way from a mailbox to its authority', async () => {
    const clinic = await createAuthority({ organization: 'Example Clinic', at })
    const { certificatePem } = await clinic.issue({ domain: 'direct.clinic.example' })
    const [root, leaf] = [clinic.certificatePem, certificatePem].map((pem) => new peculiar.X509Certificate(pem))
    const chain = await new peculiar.X509ChainBuilder({ certificates: [root!] }).build(leaf!)
    expect(chain.map(({ subject }) => subject)).toEqual([leaf!.subject, root!.subject])
    expect(await leaf!.verify({ publicKey: root!.publicKey, date: new Date(at) })).toBe(true)
  })
})
