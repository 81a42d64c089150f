import type { Bytes } from '../bytes/index.js'
import { buildSignedData, type SignerDraft } from '../cms/index.js'
import { type CryptoProvider, digests } from '../crypto/index.js'
import { buildMultipart, buildPart } from '../mime/index.js'

export interface SigningPorts {
  readonly crypto: CryptoProvider
  /** Signing time, in milliseconds since 1970. */
  readonly at: number
  readonly signal?: AbortSignal
}

/**
 * Signs an entity: multipart/signed with the entity, octet for octet, and a detached signature (AS-51, AS-53).
 *
 * @param entity - header, blank line and body, with CRLF line ends: what RFC 8551 §3.1.1 calls canonical.
 * @returns an entity.
 */
export async function signEntity(entity: Uint8Array, signer: SignerDraft, ports: SigningPorts): Promise<Bytes> {
  const draft = { content: entity, signer, signingTime: ports.at }
  const signature = buildPart({
    contentType: 'application/pkcs7-signature; name="smime.p7s"',
    disposition: { disposition: 'attachment', parameters: { filename: 'smime.p7s' } },
    transferEncoding: 'base64',
    content: await buildSignedData(draft, ports.crypto, ports.signal),
  })
  const { micalg } = digests[signer.key.digest]
  return buildMultipart('signed', [entity, signature], { protocol: 'application/pkcs7-signature', micalg })
}
