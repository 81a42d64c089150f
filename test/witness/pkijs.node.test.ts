import { fromBER } from 'asn1js'
import { createAuthority, type TestIdentity } from 'direct-smime/testing'
import * as pkijs from 'pkijs'
import { beforeAll, describe, expect, test } from 'vitest'
import { policies } from '../../src/agent/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { decryptEnvelopedData, parseEnvelopedData } from '../../src/cms/index.js'
import { decodeBody, parseEntity } from '../../src/mime/index.js'
import { signEntity } from '../../src/smime/index.js'

const at = Date.UTC(2026, 5, 1)
const content = encodeUtf8('Content-Type: text/plain\r\n\r\nPlease see the summary.\r\n')
const changed = encodeUtf8('Content-Type: text/plain\r\n\r\nPlease see the Summary.\r\n')

let ann: TestIdentity

beforeAll(async () => {
  const clinic = await createAuthority({ organization: 'Example Clinic', at })
  ann = await clinic.issue({ address: 'ann@direct.clinic.example' })
})

/** What pkijs says of a detached signature: an error of its own counts as "no". */
async function verifies(signature: Uint8Array, signed: Uint8Array): Promise<boolean> {
  const { content: schema } = pkijs.ContentInfo.fromBER(Uint8Array.from(signature).buffer)
  const signedData = new pkijs.SignedData({ schema })
  const data = Uint8Array.from(signed).buffer
  return signedData.verify({ signer: 0, data, checkChain: false }).catch(() => false)
}

describe('pkijs reads the signatures made here', () => {
  test('signEntity: the first part is what was signed, octet for octet', async () => {
    const entity = parseEntity(await signEntity(content, ann.identity.signing!, { crypto, at }))
    const [signed, signature] = entity.parts
    expect(await verifies(decodeBody(signature!), signed!.bytes)).toBe(true)
    expect(await verifies(decodeBody(signature!), changed)).toBe(false)
  })
})

describe('what pkijs encrypts is opened here', () => {
  const cases = [
    { comment: 'OAEP with SHA-512, its default', hash: 'SHA-512' },
    { comment: 'OAEP with SHA-256', hash: 'SHA-256' },
    { comment: 'OAEP with SHA-1', hash: 'SHA-1' },
  ]
  test.each(cases)('$comment, the content in pieces of 1 KiB', async ({ hash }) => {
    const large = encodeUtf8('A summary. '.repeat(500))
    const certificate = pkijs.Certificate.fromBER(Uint8Array.from(ann.certificate.bytes).buffer)
    const enveloped = new pkijs.EnvelopedData()
    enveloped.addRecipientByCertificate(certificate, { oaepHashAlgorithm: hash })
    await enveloped.encrypt({ name: 'AES-CBC', length: 256 } as AesKeyAlgorithm, Uint8Array.from(large).buffer)
    const info = new pkijs.ContentInfo({
      contentType: pkijs.ContentInfo.ENVELOPED_DATA,
      content: enveloped.toSchema(),
    })
    const bytes = new Uint8Array(info.toSchema().toBER())
    expect(fromBER(bytes).offset).toBe(bytes.length)
    const { algorithms } = policies.direct
    const opened = await decryptEnvelopedData(parseEnvelopedData(bytes), ann.identity.decryption, {
      crypto,
      algorithms,
    })
    expect(opened).toMatchObject({ ok: true, content: large })
  })
})
