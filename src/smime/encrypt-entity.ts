import type { Bytes } from '../bytes/index.js'
import { buildEnvelopedData, type EnvelopedDataDraft } from '../cms/index.js'
import type { CryptoProvider } from '../crypto/index.js'
import { buildPart } from '../mime/index.js'

/**
 * Encrypts an entity: application/pkcs7-mime in base64, named `smime.p7m` (AS-50, SMIME-7).
 *
 * @returns an entity.
 */
export async function encryptEntity(
  entity: Uint8Array,
  envelope: Omit<EnvelopedDataDraft, 'content'>,
  crypto: CryptoProvider,
): Promise<Bytes> {
  return buildPart({
    contentType: 'application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"',
    disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7m' } },
    transferEncoding: 'base64',
    content: await buildEnvelopedData({ ...envelope, content: entity }, crypto),
  })
}
