import type { Bytes } from '../bytes/index.js'
import { buildSignedData, type SignedDataDraft, type SignerDraft } from '../cms/index.js'
import { type CryptoProvider, digests } from '../crypto/index.js'
import { buildMultipart, buildPart } from '../mime/index.js'

export interface SigningPorts {
  readonly crypto: CryptoProvider
  /** Signing time, in milliseconds since 1970. */
  readonly at: number
  readonly signal?: AbortSignal
}

export type SignOptions = Pick<SignedDataDraft, 'form' | 'capabilities'>

/**
 * Signs an entity: multipart/signed with the entity, octet for octet, and a detached signature (AS-51, AS-53); or, when
 * asked for, an opaque application/pkcs7-mime, which nobody reads who has no S/MIME.
 *
 * @param entity - header, blank line and body, with CRLF line ends: what RFC 8551 §3.1.1 calls canonical.
 * @param signer - one, or several who sign side by side.
 * @returns an entity.
 */
export async function signEntity(
  entity: Uint8Array,
  signer: SignerDraft | readonly SignerDraft[],
  ports: SigningPorts,
  options: SignOptions = {},
): Promise<Bytes> {
  const draft = { content: entity, signer, signingTime: ports.at, ...options }
  const content = await buildSignedData(draft, ports.crypto, ports.signal)
  if (options.form === 'opaque') {
    return buildPart({
      contentType: 'application/pkcs7-mime; smime-type=signed-data; name="smime.p7m"',
      disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7m' } },
      transferEncoding: 'base64',
      content,
    })
  }
  const signature = buildPart({
    contentType: 'application/pkcs7-signature; name="smime.p7s"',
    disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7s' } },
    transferEncoding: 'base64',
    content,
  })
  const micalg = micalgOf([signer].flat())
  return buildMultipart('signed', [entity, signature], { protocol: 'application/pkcs7-signature', micalg })
}

/** Every digest once, for readers in one pass (AS-55). @see RFC 8551 §3.5.3.2 */
function micalgOf(signers: readonly SignerDraft[]): string {
  return [...new Set(signers.map(({ key }) => digests[key.digest].micalg))].join(',')
}
