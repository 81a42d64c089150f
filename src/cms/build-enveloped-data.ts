import { type DerNode, der } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import {
  algorithmIdentifier,
  type ContentCipherName,
  type CryptoProvider,
  contentCiphers,
  type EncryptedContent,
  encryptContent,
} from '../crypto/index.js'
import { buildRecipientInfo, type RecipientDraft, type WrittenRecipient } from './build-recipient-info.js'
import { type ContentTypeName, contentTypes } from './content-info.js'
import { CmsError } from './errors.js'

export interface EnvelopedDataDraft {
  readonly content: Uint8Array
  readonly cipher: ContentCipherName
  /** One for each certificate; the same certificate twice would make the message malformed to its reader. */
  readonly recipients: readonly RecipientDraft[]
}

/**
 * Encrypts a content under a fresh key, and that key for every recipient, each in its own way (AS-56).
 *
 * @returns a ContentInfo in DER: an EnvelopedData, or an AuthEnvelopedData when the cipher has a tag.
 * @throws {@link CmsError} `ERR_CMS_DRAFT` without a recipient; CryptoError when a key is not for what it should do.
 * @see RFC 5652 §6, RFC 5083 §2.1
 */
export async function buildEnvelopedData(draft: EnvelopedDataDraft, crypto: CryptoProvider): Promise<Bytes> {
  if (draft.recipients.length === 0) throw new CmsError('ERR_CMS_DRAFT', 'no recipient to encrypt to')
  const key = crypto.getRandomValues(new Uint8Array(contentCiphers[draft.cipher].keyLength))
  const recipients = await Promise.all(draft.recipients.map((recipient) => buildRecipientInfo(recipient, key, crypto)))
  const encrypted = await encryptContent(crypto, draft.cipher, key, draft.content)
  return encrypted.mac
    ? contentInfo('authEnvelopedData', authEnvelopedDataVersion, recipients, encrypted, [
        der.octetString(encrypted.mac),
      ])
    : contentInfo('envelopedData', versionFor(recipients), recipients, encrypted)
}

const authEnvelopedDataVersion = 0

/** With neither certificates nor attributes beside the content, which are never written here (CMS-5). @see RFC 5652 §6.1 */
function versionFor(recipients: readonly WrittenRecipient[]): number {
  if (recipients.some(({ isPassword }) => isPassword)) return 3
  return recipients.every(({ version }) => version === 0) ? 0 : 2
}

function contentInfo(
  type: ContentTypeName,
  version: number,
  recipients: readonly WrittenRecipient[],
  { algorithm, encryptedContent }: EncryptedContent,
  behind: readonly DerNode[] = [],
): Bytes {
  const enveloped = der.sequence(
    der.integer(version),
    der.setOf(recipients.map(({ node }) => node)),
    der.sequence(
      der.oid(contentTypes.data),
      algorithmIdentifier(algorithm),
      der.implicit(0, der.octetString(encryptedContent)),
    ),
    ...behind,
  )
  return der.encode(der.sequence(der.oid(contentTypes[type]), der.explicit(0, enveloped)))
}
