import * as pkijs from 'pkijs'
import { describe, expect, test } from 'vitest'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { buildEnvelopedData, buildSignedData } from '../../src/cms/index.js'
import { issueMailbox, keyPair, now } from '../helpers/issue.js'

// pkijs knows nothing of us: it reads the same bytes by code of its own.
const buffer = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer
const contentOf = (bytes: Uint8Array) => pkijs.ContentInfo.fromBER(buffer(bytes)).content

describe('what we make, pkijs takes', async () => {
  const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')
  const certificate = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })
  const pair = await keyPair('Ann')

  test('a signature, and not over another content', async () => {
    const signer = { certificate, chain: [], key: pair.signer() }
    const built = await buildSignedData({ content, signer, signingTime: now }, crypto)
    const signedData = new pkijs.SignedData({ schema: contentOf(built) })
    const verify = (data: Uint8Array) =>
      signedData.verify({ signer: 0, data: buffer(data), extendedMode: true }).then(
        ({ signatureVerified }) => signatureVerified === true,
        () => false,
      )
    expect(await verify(content)).toBe(true)
    expect(await verify(encodeUtf8('Content-Type: text/plain\r\n\r\nHallo\r\n'))).toBe(false)
  })

  test('an envelope with RSA-OAEP', async () => {
    const recipients = [{ certificate, keyTransport: 'RSAES-OAEP-SHA-256' }] as const
    const built = await buildEnvelopedData({ content, cipher: 'AES-256-CBC', recipients }, crypto)
    const envelopedData = new pkijs.EnvelopedData({ schema: contentOf(built) })
    const recipientCertificate = pkijs.Certificate.fromBER(buffer(certificate.bytes))
    const opened = await envelopedData.decrypt(0, { recipientCertificate, recipientPrivateKey: buffer(pair.pkcs8) })
    expect(new Uint8Array(opened)).toEqual(content)
  })
})
