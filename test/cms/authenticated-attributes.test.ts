import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { encodeUtf8 } from '../../src/bytes/index.js'
import { contentTypes, decryptEnvelopedData, parseEnvelopedData } from '../../src/cms/index.js'
import { algorithmIdentifier, encryptContent, encryptKey } from '../../src/crypto/index.js'
import { algorithms, attributeOf, contentInfo } from './fixtures.js'
import { rsaRecipient } from './keys.js'

const content = encodeUtf8('Content-Type: text/plain\r\n\r\nHello\r\n')

/** An AuthEnvelopedData put together by hand, with certificates of its originator and attributes on both sides of the tag. */
describe('attributes that the tag of the content covers (RFC 5083 §2.1)', async () => {
  const bob = await rsaRecipient('Bob')
  const ann = await rsaRecipient('Ann')
  const contentType = attributeOf('1.2.840.113549.1.9.3', der.oid(contentTypes.data))
  const other = attributeOf('1.2.3.4', der.utf8String('a'))
  const inOrder = [contentType, other]

  async function make(sent: readonly DerNode[], authenticated: Uint8Array): Promise<Uint8Array> {
    const key = new Uint8Array(32).fill(7)
    const encrypted = await encryptContent(crypto, 'AES-256-GCM', key, content, authenticated)
    const transported = await encryptKey(crypto, 'RSAES-PKCS1-v1_5', bob.certificate.publicKey, key)
    const { issuer, serialNumber } = bob.certificate
    const recipient = der.sequence(
      der.integer(0),
      der.sequence(issuer.bytes, der.integer(serialNumber)),
      algorithmIdentifier(transported.algorithm),
      der.octetString(transported.encryptedKey),
    )
    const certificates = der.implicit(0, der.setOf([ann.certificate.bytes]))
    const authEnvelopedData = der.sequence(
      der.integer(0),
      der.implicit(0, der.sequence(certificates)),
      der.setOf([recipient]),
      der.sequence(
        der.oid(contentTypes.data),
        algorithmIdentifier(encrypted.algorithm),
        der.implicit(0, der.octetString(encrypted.encryptedContent)),
      ),
      der.implicit(1, der.setInOrder(sent)),
      der.octetString(encrypted.mac!),
      der.implicit(2, der.setOf([other])),
    )
    return der.encode(contentInfo(contentTypes.authEnvelopedData, authEnvelopedData))
  }

  async function answer(bytes: Uint8Array): Promise<string> {
    const verdict = await decryptEnvelopedData(parseEnvelopedData(bytes), [bob], { crypto, algorithms })
    if (verdict.ok) expect(verdict.content).toEqual(content)
    return verdict.ok ? 'ok' : verdict.code
  }

  const set = der.encode(der.setOf(inOrder))
  const cases = [
    { comment: 'their DER is covered', sent: inOrder, authenticated: set, code: 'ok' },
    { comment: 'sent in another order', sent: [...inOrder].reverse(), authenticated: set, code: 'ok' },
    { comment: 'nothing is covered', sent: inOrder, authenticated: new Uint8Array(), code: 'not-decryptable' },
    { comment: 'one was taken away', sent: [other], authenticated: set, code: 'not-decryptable' },
    {
      comment: 'covered under their tag in the message',
      sent: inOrder,
      authenticated: der.encode(der.implicit(1, der.setOf(inOrder))),
      code: 'not-decryptable',
    },
  ]
  test.each(cases)('$comment: $code', async ({ sent, authenticated, code }) => {
    expect(await answer(await make(sent, authenticated))).toBe(code)
  })

  test('all of it is read', async () => {
    const { authAttrs, mac, originatorCertificates } = parseEnvelopedData(await make(inOrder, set))
    expect(authAttrs?.attributes.map(({ type }) => type).sort()).toEqual(['1.2.3.4', '1.2.840.113549.1.9.3'])
    expect(authAttrs?.bytes).toEqual(set)
    expect(mac).toHaveLength(16)
    expect(originatorCertificates.map(({ bytes }) => bytes)).toEqual([ann.certificate.bytes])
  })
})
