import { decodeLatin1, distinctBy, encodeHex } from '../bytes/index.js'
import { CmsError, parseSignedData, type SignedData, verifySignedData } from '../cms/index.js'
import { type AlgorithmPolicy, type CryptoProvider, computeDigest, hostCrypto } from '../crypto/index.js'
import { unlessThrown } from '../errors/index.js'
import { decodePem, KeyError, loadCertificates } from '../keys/index.js'
import { type Reasons, type Step, stepsFrom } from '../verdict/index.js'
import { type Certificate, describeCertificate, X509Error } from '../x509/index.js'
import { parseBundleMetadata, type TrustBundleMetadata } from './bundle-metadata.js'
import { TrustError } from './errors.js'

/** A set of anchors that somebody publishes as one file. @see TB-1 */
export interface TrustBundle {
  readonly kind: 'signed' | 'unsigned'
  /** The anchors, each once. In a signed bundle those of the signature are not among them (TB-4). */
  readonly certificates: readonly Certificate[]
  readonly metadata?: TrustBundleMetadata
  /** Who signed, when that was asked for and holds. */
  readonly signer?: Certificate
  /** When the signer says that it signed, in milliseconds since 1970. */
  readonly signingTime?: number
  /** What was left out, and why. */
  readonly steps: readonly Step[]
  /** SHA-256 of the file, in hex. */
  readonly digest: string
}

export interface LoadTrustBundleOptions {
  /**
   * Certificates obtained out of band, one of which must have signed the bundle (TB-9). With them an unsigned bundle is
   * refused; without them a signed one is, unless `signatureUnchecked`.
   */
  readonly signers?: readonly Certificate[]
  /** Takes the content of a signed bundle as if nobody had signed it: for a file whose source is otherwise known. */
  readonly signatureUnchecked?: boolean
  /**
   * The instant that dates are judged at, in milliseconds since 1970: anchors that have expired are left out (TB-14), a
   * bundle outside its own dates is refused (TB-8). Without it dates are not looked at; a path's anchor is judged anyway.
   */
  readonly at?: number
  /** What a signature may use. Default: SHA-256 or better, RSA from 2048 bits or a curve. */
  readonly algorithms?: Pick<AlgorithmPolicy, 'digests' | 'signatures' | 'minRsaBits' | 'maxRsaBits' | 'curves'>
  /** Default: the host's WebCrypto. */
  readonly crypto?: CryptoProvider
}

const reasons: Reasons<
  'anchor-expired-in-bundle' | 'anchor-unreadable' | 'metadata-unreadable' | 'signature-unchecked'
> = {
  'anchor-expired-in-bundle': {
    message: 'An anchor in the bundle has expired and is left out.',
    remedy: 'Its owner must have a new one put into the bundle.',
    standard: 'TB-14',
  },
  'anchor-unreadable': {
    message: 'A certificate in the bundle cannot be read and is left out.',
    remedy: 'Tell whoever publishes the bundle.',
    standard: 'TB-14',
  },
  'metadata-unreadable': {
    message: 'What the bundle says of itself cannot be read; its dates are not known.',
    standard: 'TB-7',
  },
  'signature-unchecked': {
    message: 'The bundle is signed, and the signature was not looked at, as asked.',
    standard: 'TB-9',
  },
}

const { failed, unknown, skipped } = stepsFrom(reasons)

const defaultAlgorithms: NonNullable<LoadTrustBundleOptions['algorithms']> = {
  digests: ['SHA-256', 'SHA-384', 'SHA-512'],
  signatures: ['RSASSA-PKCS1-v1_5', 'RSASSA-PSS', 'ECDSA', 'Ed25519'],
  minRsaBits: 2048,
  maxRsaBits: 8192,
  curves: ['P-256', 'P-384', 'P-521'],
}

/** The largest known bundle has some two hundred anchors. */
const maxAnchors = 5000

/**
 * Reads a trust bundle, signed or not, in whatever form it comes: PKCS#7 in DER or PEM (`.p7b`, `.p7c`, `.p7m`), one
 * certificate, or several in PEM. What it is, its content says (TB-5, TB-6).
 *
 * @throws {@link TrustError} that says why the bundle may not be taken. What is wrong with a single anchor is told in
 *   `steps`.
 *
 * @example
 * const agent = createAgent({ identities, discovery, trust: await loadTrustBundle(bytes, { at: Date.now() }) })
 */
export async function loadTrustBundle(
  input: Uint8Array | string,
  options: LoadTrustBundleOptions = {},
): Promise<TrustBundle> {
  const { signers = [], signatureUnchecked = false, crypto = hostCrypto() } = options
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input
  const digest = encodeHex(await computeDigest(crypto, 'SHA-256', bytes))
  const outer = contentOf(bytes)
  if (outer.signed && signers.length === 0 && !signatureUnchecked) {
    throw new TrustError('ERR_TRUST_BUNDLE_NO_SIGNER', 'a signed bundle, and nobody said who is to have signed it')
  }
  if (!outer.signed && signers.length > 0) {
    throw new TrustError('ERR_TRUST_BUNDLE_SIGNATURE', 'a bundle that nobody signed')
  }
  const signature =
    outer.signed && signers.length > 0 ? await verified(outer.signed, { ...options, signers, crypto }) : {}
  const inner = outer.signed ? contentOf(outer.signed.encapContentInfo.eContent ?? new Uint8Array(0)) : outer
  if (inner.signed) throw new TrustError('ERR_TRUST_BUNDLE_FORMAT', 'a signed bundle inside of a signed bundle')
  return {
    kind: outer.signed ? 'signed' : 'unsigned',
    ...signature,
    ...(await anchorsOf(inner, outer.signed !== undefined && signers.length === 0, options.at)),
    digest,
  }
}

/** What a file holds. */
interface Content {
  /** The structure when somebody signed it: then its certificates are those of the signature (TB-4). */
  readonly signed?: SignedData
  readonly certificates: readonly Certificate[]
  readonly unreadable: number
  readonly metadata?: Uint8Array
}

function contentOf(bytes: Uint8Array): Content {
  const pkcs7 = pkcs7In(bytes)
  if (!pkcs7) return { certificates: certificatesIn(bytes), unreadable: 0 }
  const { certificates, unreadableCertificates: unreadable, encapContentInfo, signerInfos } = pkcs7
  if (signerInfos.length > 0) return { signed: pkcs7, certificates: [], unreadable: 0 }
  const { eContent } = encapContentInfo
  return { certificates, unreadable, ...(eContent && eContent.length > 0 && { metadata: eContent }) }
}

function pkcs7In(bytes: Uint8Array): SignedData | undefined {
  const der = bytes[0] === 0x30 ? bytes : pemPkcs7(bytes)
  return der && unlessThrown(CmsError, () => parseSignedData(der, { maxCertificates: maxAnchors }))
}

function pemPkcs7(bytes: Uint8Array): Uint8Array | undefined {
  const blocks = unlessThrown(KeyError, () => decodePem(decodeLatin1(bytes))) ?? []
  return blocks.find(({ label }) => label === 'PKCS7' || label === 'CMS')?.bytes
}

function certificatesIn(bytes: Uint8Array): readonly Certificate[] {
  try {
    return loadCertificates(bytes)
  } catch (cause) {
    if (!(cause instanceof KeyError || cause instanceof X509Error)) throw cause
    throw new TrustError('ERR_TRUST_BUNDLE_FORMAT', 'not a trust bundle', { cause })
  }
}

async function anchorsOf(
  { certificates, unreadable, metadata }: Content,
  unchecked: boolean,
  at: number | undefined,
): Promise<Pick<TrustBundle, 'certificates' | 'metadata' | 'steps'>> {
  const known = metadata && (await parseBundleMetadata(metadata))
  if (at !== undefined && known && !(at >= (known.validFrom ?? -Infinity) && at <= (known.validTo ?? Infinity))) {
    throw new TrustError('ERR_TRUST_BUNDLE_DATE', 'a bundle outside of its own dates')
  }
  const distinct = distinctBy(certificates, ({ bytes }) => bytes)
  const expired = distinct.filter(({ notAfter }) => at !== undefined && at > notAfter)
  const kept = distinct.filter((certificate) => !expired.includes(certificate))
  if (kept.length === 0) throw new TrustError('ERR_TRUST_BUNDLE_EMPTY', 'no anchor in the bundle')
  return {
    certificates: kept,
    ...(known && { metadata: known }),
    steps: [
      ...(unchecked ? [skipped('signature-unchecked')] : []),
      ...(metadata && !known ? [unknown('metadata-unreadable')] : []),
      ...expired.map((certificate) =>
        failed('anchor-expired-in-bundle', { certificate: describeCertificate(certificate) }),
      ),
      ...Array.from({ length: unreadable }, () => failed('anchor-unreadable')),
    ],
  }
}

/** Who of those asked for signed it; they need not have sent their certificates along. */
async function verified(
  signedData: SignedData,
  options: LoadTrustBundleOptions & { readonly signers: readonly Certificate[]; readonly crypto: CryptoProvider },
): Promise<Pick<TrustBundle, 'signer' | 'signingTime'>> {
  const { signers, crypto, at, algorithms = defaultAlgorithms } = options
  const pool = { ...signedData, certificates: signers }
  const verdicts = await verifySignedData(pool, undefined, { crypto, algorithms })
  const found = verdicts.find((verdict) => verdict.ok)
  if (!found) throw new TrustError('ERR_TRUST_BUNDLE_SIGNATURE', 'no right signature of any of the signers asked for')
  const { certificate: signer, signingTime } = found
  if (at !== undefined && !(at >= signer.notBefore && at <= signer.notAfter)) {
    throw new TrustError('ERR_TRUST_BUNDLE_SIGNER', 'the certificate that signed the bundle is not valid at this time')
  }
  return { signer, ...(signingTime !== undefined && { signingTime }) }
}
