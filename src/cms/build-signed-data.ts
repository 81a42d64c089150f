import { type DerNode, der } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type CryptoProvider,
  computeDigest,
  contentCiphers,
  type DigestName,
  digests,
  type Signer,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { attribute, smimeCapabilities } from './attributes.js'
import { issuerAndSerialNumber } from './certificate-identifier.js'
import { contentTypes } from './content-info.js'

export interface SignerDraft {
  readonly certificate: Certificate
  /** Certificates towards the anchor, to be sent along (AS-54). */
  readonly chain: readonly Certificate[]
  readonly key: Signer
}

export interface SignedDataDraft {
  /** What is signed. It stays outside: the signature is detached (AS-53). */
  readonly content: Uint8Array
  readonly signer: SignerDraft
  /** Milliseconds since 1970. */
  readonly signingTime: number
}

/**
 * Signs a content and gives the detached signature: a SignedData with one signer, its certificate and chain.
 *
 * Signed are the content type, the digest, the time, the certificate used and the ciphers this library reads.
 *
 * @returns a ContentInfo in DER.
 * @throws whatever the {@link Signer} throws when its key cannot be reached.
 * @see RFC 5652 §5, RFC 8551 §2.5, RFC 5035 §4
 */
export async function buildSignedData(
  draft: SignedDataDraft,
  crypto: CryptoProvider,
  signal?: AbortSignal,
): Promise<Bytes> {
  const { certificate, chain, key } = draft.signer
  const signedAttrs = der.encode(der.setOf(await signedAttributes(draft, crypto)))
  const signature = await key.sign(signedAttrs, signal && { signal })
  const digestAlgorithm = digestIdentifier(key.digest)
  const signerInfo = der.sequence(
    der.integer(1),
    issuerAndSerialNumber(certificate),
    digestAlgorithm,
    der.implicit(0, signedAttrs),
    algorithmIdentifier(key.signatureAlgorithm),
    der.octetString(signature),
  )
  const signedData = der.sequence(
    der.integer(1),
    der.setOf([digestAlgorithm]),
    der.sequence(der.oid(contentTypes.data)),
    der.implicit(0, der.setOf([certificate, ...chain].map(({ bytes }) => bytes))),
    der.setOf([signerInfo]),
  )
  return der.encode(der.sequence(der.oid(contentTypes.signedData), der.explicit(0, signedData)))
}

async function signedAttributes(
  { content, signer, signingTime }: SignedDataDraft,
  crypto: CryptoProvider,
): Promise<DerNode[]> {
  const contentDigest = await computeDigest(crypto, signer.key.digest, content)
  const certificateDigest = await computeDigest(crypto, 'SHA-256', signer.certificate.bytes)
  const essCertIdV2 = der.sequence(der.octetString(certificateDigest))
  return [
    attribute('contentType', der.oid(contentTypes.data)),
    attribute('messageDigest', der.octetString(contentDigest)),
    attribute('signingTime', der.time(signingTime)),
    attribute('signingCertificateV2', der.sequence(der.sequence(essCertIdV2))),
    smimeCapabilities([
      { algorithm: contentCiphers['AES-256-CBC'].oid },
      { algorithm: contentCiphers['AES-128-CBC'].oid },
    ]),
  ]
}

/** SHA-2 digests are written without parameters. @see RFC 5754 §2 */
function digestIdentifier(name: DigestName): DerNode {
  const identifier: AlgorithmIdentifier = { algorithm: digests[name].oid }
  return algorithmIdentifier(identifier)
}
