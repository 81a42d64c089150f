import type { Oid } from '../asn1/index.js'
import { type AlgorithmIdentifier, hasNoParameters } from './algorithm-identifier.js'
import { type DigestName, digestOf, digests } from './digest.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'
import type { PublicKeyInfo } from './public-key.js'
import { modulusOctets, rsaEncryption } from './rsa-key.js'

/** How to verify one kind of signature: everything that the code below needs to know of it. */
export interface SignatureScheme {
  readonly name: 'RSASSA-PKCS1-v1_5'
  /** What the signature is made over. */
  readonly digest: DigestName
  /** The kind of key that makes it. */
  readonly keyAlgorithm: Oid
  readonly importParameters: RsaHashedImportParams
  readonly verifyParameters: { readonly name: string }
  /** Whether a signature by this key has this many octets, and the key is large enough for the digest. */
  fits(publicKey: PublicKeyInfo, octets: number): boolean
}

interface SchemeRow {
  /** Absent when the digest algorithm beside the signature algorithm decides. */
  readonly digest?: DigestName
  build(digest: DigestName): SignatureScheme
}

const schemes: Readonly<Record<Oid, SchemeRow>> = {
  [rsaEncryption]: { build: rsassaPkcs1 },
  '1.2.840.113549.1.1.5': { digest: 'SHA-1', build: rsassaPkcs1 },
  '1.2.840.113549.1.1.11': { digest: 'SHA-256', build: rsassaPkcs1 },
  '1.2.840.113549.1.1.12': { digest: 'SHA-384', build: rsassaPkcs1 },
  '1.2.840.113549.1.1.13': { digest: 'SHA-512', build: rsassaPkcs1 },
}

/** What a signer with an RSA key writes, so that certificates and SignerInfo name the digest twice and alike. */
export function rsaSignatureOid(digest: DigestName): Oid {
  return Object.keys(schemes).find((oid) => schemes[oid]?.digest === digest)!
}

/** Octets that the encoded message has beside the digest: padding of eight at least, marks, and the DigestInfo's head. */
const encodedOverhead = 11 + 19

function rsassaPkcs1(digest: DigestName): SignatureScheme {
  const minOctets = digests[digest].length + encodedOverhead
  return {
    name: 'RSASSA-PKCS1-v1_5',
    digest,
    keyAlgorithm: rsaEncryption,
    importParameters: { name: 'RSASSA-PKCS1-v1_5', hash: digest },
    verifyParameters: { name: 'RSASSA-PKCS1-v1_5' },
    fits({ rsa }, octets) {
      return rsa !== undefined && octets === modulusOctets(rsa) && octets >= minOctets
    },
  }
}

/**
 * Finds out how a signature was made.
 *
 * In a SignerInfo the digest algorithm stands beside the signature algorithm and decides when the latter is plain
 * rsaEncryption; in a certificate there is none. Parameters may be absent or NULL.
 *
 * @returns nothing when an algorithm is unknown or has other parameters, or when the two contradict each other.
 * @see RFC 5754 §3.2, RFC 5652 §5.3
 */
export function signatureSchemeOf(
  signature: AlgorithmIdentifier,
  digest?: AlgorithmIdentifier,
): SignatureScheme | undefined {
  const row = schemes[signature.algorithm]
  if (!row || !hasNoParameters(signature)) return undefined
  if (!digest) return row.digest && row.build(row.digest)
  const named = digestOf(digest)?.name
  if (!named || (row.digest && row.digest !== named)) return undefined
  return row.build(named)
}

/** Errors by which a provider says that the key is at fault. */
const keyFaults: ReadonlySet<string> = new Set(['DataError', 'NotSupportedError'])

/**
 * Verifies a signature over data, which the provider digests.
 *
 * @returns `false` for a signature that is wrong or has the wrong length, and for a key that is of another kind,
 *   malformed or too small for the digest. Whether the key is good enough is not asked: see `publicKeyWeakness`.
 * @throws {@link CryptoError} `ERR_CRYPTO_PROVIDER` when the provider fails for any other reason.
 * @see RFC 8017 §8.2.2
 */
export async function verifySignature(
  provider: CryptoProvider,
  scheme: SignatureScheme,
  publicKey: PublicKeyInfo,
  signature: Uint8Array,
  data: Uint8Array,
): Promise<boolean> {
  if (publicKey.algorithm.algorithm !== scheme.keyAlgorithm) return false
  if (!scheme.fits(publicKey, signature.length)) return false
  const { subtle } = provider
  try {
    const key = await importedOrNot(
      subtle.importKey('spki', narrow(publicKey.bytes), scheme.importParameters, false, ['verify']),
    )
    return key !== undefined && (await subtle.verify(scheme.verifyParameters, key, narrow(signature), narrow(data)))
  } catch (cause) {
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not verify a signature', { cause })
  }
}

async function importedOrNot(key: Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  try {
    return await key
  } catch (error) {
    if (error instanceof Error && keyFaults.has(error.name)) return undefined
    throw error
  }
}
