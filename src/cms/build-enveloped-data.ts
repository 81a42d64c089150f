import { type DerNode, der } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import {
  algorithmIdentifier,
  type ContentCipherName,
  type CryptoProvider,
  contentCiphers,
  encryptContent,
  encryptKey,
  type KeyTransportName,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { issuerAndSerialNumber } from './certificate-identifier.js'
import { contentTypes } from './content-info.js'
import { CmsError } from './errors.js'

export interface RecipientDraft {
  readonly certificate: Certificate
  readonly keyTransport: KeyTransportName
}

export interface EnvelopedDataDraft {
  readonly content: Uint8Array
  readonly cipher: ContentCipherName
  /** One for each certificate; the same certificate twice would make the message malformed to its reader. */
  readonly recipients: readonly RecipientDraft[]
}

/**
 * Encrypts a content under a fresh key, and that key for every recipient (AS-56).
 *
 * @returns a ContentInfo in DER.
 * @throws {@link CmsError} `ERR_CMS_DRAFT` without a recipient.
 * @see RFC 5652 §6
 */
export async function buildEnvelopedData(draft: EnvelopedDataDraft, crypto: CryptoProvider): Promise<Bytes> {
  if (draft.recipients.length === 0) throw new CmsError('ERR_CMS_DRAFT', 'no recipient to encrypt to')
  const key = crypto.getRandomValues(new Uint8Array(contentCiphers[draft.cipher].keyLength))
  const recipientInfos = await Promise.all(
    draft.recipients.map((recipient) => keyTransRecipientInfo(recipient, key, crypto)),
  )
  const { algorithm, encryptedContent } = await encryptContent(crypto, draft.cipher, key, draft.content)
  const envelopedData = der.sequence(
    der.integer(0), // only KeyTransRecipientInfo of version 0 below (CMS-5)
    der.setOf(recipientInfos),
    der.sequence(
      der.oid(contentTypes.data),
      algorithmIdentifier(algorithm),
      der.implicit(0, der.octetString(encryptedContent)),
    ),
  )
  return der.encode(der.sequence(der.oid(contentTypes.envelopedData), der.explicit(0, envelopedData)))
}

async function keyTransRecipientInfo(
  recipient: RecipientDraft,
  key: Uint8Array,
  crypto: CryptoProvider,
): Promise<DerNode> {
  const { certificate, keyTransport } = recipient
  const { algorithm, encryptedKey } = await encryptKey(crypto, keyTransport, certificate.publicKey, key)
  return der.sequence(
    der.integer(0),
    issuerAndSerialNumber(certificate),
    algorithmIdentifier(algorithm),
    der.octetString(encryptedKey),
  )
}
