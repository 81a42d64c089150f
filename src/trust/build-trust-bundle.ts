import type { Bytes } from '../bytes/index.js'
import { buildCertificatesOnly, buildSignedData, type SignerDraft } from '../cms/index.js'
import { type CryptoProvider, hostCrypto } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { serializeBundleMetadata, type TrustBundleMetadata } from './bundle-metadata.js'
import { TrustError } from './errors.js'

export interface TrustBundleDraft {
  readonly certificates: readonly Certificate[]
  readonly metadata?: TrustBundleMetadata
  /** Who signs it; without one the bundle is a `.p7b` (TB-2), with one a `.p7m` around it (TB-3). */
  readonly signer?: SignerDraft
  /** Milliseconds since 1970; needed to sign: it guards those who take the bundle against an older one (TB-17). */
  readonly signingTime?: number
  /** Default: the host's WebCrypto. */
  readonly crypto?: CryptoProvider
}

/**
 * Writes a trust bundle.
 *
 * @returns DER.
 * @throws {@link TrustError} `ERR_TRUST_BUNDLE_EMPTY` without a certificate, `ERR_TRUST_BUNDLE_DATE` when it is to be
 *   signed and no time is given.
 * @see TB-2, TB-3, TB-7
 */
export async function buildTrustBundle(draft: TrustBundleDraft): Promise<Bytes> {
  const { certificates, metadata, signer, signingTime, crypto = hostCrypto() } = draft
  if (certificates.length === 0) throw new TrustError('ERR_TRUST_BUNDLE_EMPTY', 'a bundle needs an anchor')
  const bundle = buildCertificatesOnly(certificates, metadata && serializeBundleMetadata(metadata))
  if (!signer) return bundle
  if (signingTime === undefined) throw new TrustError('ERR_TRUST_BUNDLE_DATE', 'a signature needs a time')
  return buildSignedData({ content: bundle, signer, signingTime, form: 'opaque' }, crypto)
}
