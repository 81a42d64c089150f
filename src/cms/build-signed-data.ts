import { type DerNode, der } from '../asn1/index.js'
import { type Bytes, distinctBy } from '../bytes/index.js'
import {
  algorithmIdentifier,
  type ContentCipherName,
  type CryptoProvider,
  computeDigest,
  type DigestName,
  digests,
  type Signer,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { attribute } from './attributes.js'
import { certificateIdentifier, type IdentifierType } from './certificate-identifier.js'
import { contentTypes } from './content-info.js'
import { CmsError } from './errors.js'
import { smimeCapabilities } from './smime-capabilities.js'

export interface SignerDraft {
  readonly certificate: Certificate
  /** Certificates towards the anchor, to be sent along (AS-54). */
  readonly chain: readonly Certificate[]
  readonly key: Signer
  /** Default: by issuer and serial number, which every peer reads. */
  readonly identifiedBy?: IdentifierType
}

export interface SignedDataDraft {
  readonly content: Uint8Array
  /** Who signs; several sign the same content, each on its own. */
  readonly signer: SignerDraft | readonly SignerDraft[]
  /** Milliseconds since 1970. */
  readonly signingTime: number
  /** Default `detached`: the content stays outside (AS-53). `opaque` takes it in. */
  readonly form?: 'detached' | 'opaque'
  /** The ciphers that may be used in answer, best first. Default: AES-256 and AES-128, in CBC mode and in GCM. */
  readonly capabilities?: readonly ContentCipherName[]
}

const defaultCapabilities: readonly ContentCipherName[] = ['AES-256-CBC', 'AES-128-CBC', 'AES-256-GCM', 'AES-128-GCM']

/**
 * Signs a content: a SignedData with its signers, their certificates and chains.
 *
 * Signed are the content type, the digest, the time, the certificate used and the ciphers this library reads.
 *
 * @returns a ContentInfo in DER.
 * @throws {@link CmsError} `ERR_CMS_DRAFT` without a signer; whatever a {@link Signer} throws when its key cannot be
 *   reached.
 * @see RFC 5652 §5, RFC 8551 §2.5, RFC 5035 §4
 */
export async function buildSignedData(
  draft: SignedDataDraft,
  crypto: CryptoProvider,
  signal?: AbortSignal,
): Promise<Bytes> {
  const signers = [draft.signer].flat()
  if (signers.length === 0) throw new CmsError('ERR_CMS_DRAFT', 'nobody to sign')
  const signerInfos = await Promise.all(signers.map((signer) => signerInfo(signer, draft, crypto, signal)))
  const certificates = signers.flatMap(({ certificate, chain }) => [certificate, ...chain]).map(({ bytes }) => bytes)
  const signedData = der.sequence(
    der.integer(Math.max(...signers.map(versionOf))),
    der.setOf([...new Set(signers.map(({ key }) => key.digest))].map(digestIdentifier)),
    encapContentInfo(draft),
    der.implicit(0, der.setOf(distinctBy(certificates, (bytes) => bytes))),
    der.setOf(signerInfos),
  )
  return der.encode(der.sequence(der.oid(contentTypes.signedData), der.explicit(0, signedData)))
}

/**
 * Writes a SignedData that nobody signed: what carries certificates alone, a `.p7b` or `.p7c`.
 *
 * @param content - what lies beside them; mostly nothing.
 * @returns a ContentInfo in DER; the certificates are in the order of DER.
 * @see RFC 5652 §5.2 (the degenerate case), RFC 8551 §3.2.2 (certs-only)
 */
export function buildCertificatesOnly(certificates: readonly Certificate[], content?: Uint8Array): Bytes {
  const eContent = content ? [der.explicit(0, der.octetString(content))] : []
  const pool = distinctBy(
    certificates.map(({ bytes }) => bytes),
    (bytes) => bytes,
  )
  const signedData = der.sequence(
    der.integer(1),
    der.setOf([]),
    der.sequence(der.oid(contentTypes.data), ...eContent),
    der.implicit(0, der.setOf(pool)),
    der.setOf([]),
  )
  return der.encode(der.sequence(der.oid(contentTypes.signedData), der.explicit(0, signedData)))
}

function encapContentInfo({ content, form = 'detached' }: SignedDataDraft): DerNode {
  const eContent = form === 'opaque' ? [der.explicit(0, der.octetString(content))] : []
  return der.sequence(der.oid(contentTypes.data), ...eContent)
}

/** Of a SignerInfo, and of the SignedData around it: both say how the signer is named (CMS-4). @see RFC 5652 §5.1, §5.3 */
function versionOf({ identifiedBy }: SignerDraft): number {
  return identifiedBy === 'subjectKeyIdentifier' ? 3 : 1
}

async function signerInfo(
  signer: SignerDraft,
  draft: SignedDataDraft,
  crypto: CryptoProvider,
  signal: AbortSignal | undefined,
): Promise<DerNode> {
  const { certificate, key, identifiedBy } = signer
  const signedAttrs = der.encode(der.setOf(await signedAttributes(signer, draft, crypto)))
  const signature = await key.sign(signedAttrs, signal && { signal })
  return der.sequence(
    der.integer(versionOf(signer)),
    certificateIdentifier(certificate, identifiedBy),
    digestIdentifier(key.digest),
    der.implicit(0, signedAttrs),
    algorithmIdentifier(key.signatureAlgorithm),
    der.octetString(signature),
  )
}

async function signedAttributes(
  { certificate, key }: SignerDraft,
  { content, signingTime, capabilities = defaultCapabilities }: SignedDataDraft,
  crypto: CryptoProvider,
): Promise<DerNode[]> {
  const [contentDigest, certificateDigest] = await Promise.all([
    computeDigest(crypto, key.digest, content),
    computeDigest(crypto, 'SHA-256', certificate.bytes),
  ])
  const essCertIdV2 = der.sequence(der.octetString(certificateDigest))
  return [
    attribute('contentType', der.oid(contentTypes.data)),
    attribute('messageDigest', der.octetString(contentDigest)),
    attribute('signingTime', der.time(signingTime)),
    attribute('signingCertificateV2', der.sequence(der.sequence(essCertIdV2))),
    smimeCapabilities(capabilities),
  ]
}

/** SHA-2 digests are written without parameters. @see RFC 5754 §2 */
function digestIdentifier(name: DigestName): DerNode {
  return algorithmIdentifier({ algorithm: digests[name].oid })
}
