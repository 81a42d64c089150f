import type { Bytes } from '../bytes/index.js'
import { buildEnvelopedData, type EnvelopedDataDraft } from '../cms/index.js'
import { type CryptoProvider, contentCiphers } from '../crypto/index.js'
import { buildPart, type PartDraft } from '../mime/index.js'

/**
 * Encrypts an entity: application/pkcs7-mime in base64, named `smime.p7m` (AS-50, SMIME-7).
 *
 * @param fields - what the header says outside the encryption, when the entity is a message. Default: nothing.
 * @returns an entity.
 */
export async function encryptEntity(
  entity: Uint8Array,
  envelope: Omit<EnvelopedDataDraft, 'content'>,
  crypto: CryptoProvider,
  fields: PartDraft['fields'] = [],
): Promise<Bytes> {
  // RFC 8551 §3.2.2
  const smimeType = contentCiphers[envelope.cipher].tagLength > 0 ? 'authEnveloped-data' : 'enveloped-data'
  return buildPart({
    fields,
    contentType: `application/pkcs7-mime; smime-type=${smimeType}; name="smime.p7m"`,
    disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7m' } },
    transferEncoding: 'base64',
    content: await buildEnvelopedData({ ...envelope, content: entity }, crypto),
  })
}
