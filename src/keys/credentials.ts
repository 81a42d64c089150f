import { distinctBy, equal } from '../bytes/index.js'
import {
  CryptoError,
  type CryptoProvider,
  createDecrypter,
  createSigner,
  type DecrypterOptions,
  keyKindOf,
  keysMatch,
  type PrivateKeyInfo,
  type SignerOptions,
} from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { chainOf } from './chain.js'
import { asKeyError, KeyError } from './errors.js'
import type { Credential, Identity } from './index.js'
import { cryptoKeyMatches } from './match-crypto-key.js'
import { restrictedTo } from './pkcs8.js'
import { bothUses, type KeyUse, type Uses, usesOfCertificate, usesOfCryptoKey, usesOfKind } from './use.js'

/** Keys and certificates that came together, not matched yet. What has the same localKeyId is said to belong together. */
export interface Holdings {
  readonly keys: readonly HeldKey[]
  readonly certificates: readonly HeldCertificate[]
}

interface HeldKey {
  readonly privateKey: PrivateKeyInfo | CryptoKey
  readonly localKeyId?: Uint8Array
}

interface HeldCertificate {
  readonly certificate: Certificate
  readonly localKeyId?: Uint8Array
}

export interface CredentialOptions extends SignerOptions, DecrypterOptions {
  readonly crypto: CryptoProvider
  /** Default: what the certificates allow. */
  readonly use?: KeyUse | undefined
}

/** A key with one of its certificates. */
interface CertifiedKey {
  readonly privateKey: PrivateKeyInfo | CryptoKey
  readonly certificate: Certificate
  /** Whether the key signs with this certificate rather than with another of its own. */
  readonly first: boolean
  /** What the key can do, and what of it the certificate allows. */
  readonly able: Uses
  readonly allowed: Uses
}

/**
 * Matches keys with certificates, puts the other certificates in chains, and makes credentials: for signing one of the
 * newest, for decryption one for each certificate.
 *
 * A key that no certificate belongs to, or of a kind that is unknown, is left out as long as another can be used. When
 * `use` is given it prevails over keyUsage, where otherwise nothing would be left.
 *
 * @throws {@link KeyError} what is wrong with the first key, when none can be used.
 */
export async function makeIdentity({ keys, certificates }: Holdings, options: CredentialOptions): Promise<Identity> {
  if (keys.length === 0) throw new KeyError('ERR_KEYS_MISSING', 'no private key in what was given')
  if (certificates.length === 0) throw new KeyError('ERR_KEYS_MISSING', 'no certificate in what was given')
  const found: CertifiedKey[] = []
  const problems: unknown[] = []
  for (const key of keys) {
    try {
      found.push(...(await certify(options.crypto, key, certificates)))
    } catch (error) {
      problems.push(asKeyError(error))
    }
  }
  const fault = problems.find((problem) => found.length === 0 || !(problem instanceof KeyError))
  if (fault) throw fault
  found.sort((a, b) => b.certificate.notBefore - a.certificate.notBefore || Number(b.first) - Number(a.first))

  const { use } = options
  // What stands in a file twice is one.
  const certified = distinctBy(found, ({ certificate }) => certificate.bytes)
  const signing = use === 'decryption' ? [] : choose(certified, 'signing', use)
  const decryption = use === 'signing' ? [] : choose(certified, 'decryption', use)
  const signer = signing.find(({ first }) => first) ?? signing[0]
  if (!signer && decryption.length === 0) {
    throw new KeyError('ERR_KEYS_USAGE', 'a certificate whose keyUsage allows neither signing nor decryption')
  }
  const pool = certificates.map(({ certificate }) => certificate)
  const credential = <Key>({ certificate }: CertifiedKey, key: Key): Credential<Key> => {
    return { certificate, chain: chainOf(certificate, pool), key }
  }
  return {
    ...(signer && { signing: credential(signer, signerOf(signer, options)) }),
    decryption: decryption.map((each) => credential(each, createDecrypter(options.crypto, each.privateKey, options))),
  }
}

/** Those that may be used so; when the caller says that one is to be, and none may, then those that can. */
function choose(found: readonly CertifiedKey[], what: keyof Uses, use: KeyUse | undefined): readonly CertifiedKey[] {
  const allowed = found.filter((key) => key.allowed[what])
  if (allowed.length > 0 || use === undefined) return allowed
  const able = found.filter((key) => key.able[what])
  if (able.length === 0) throw new KeyError('ERR_KEYS_USAGE', `a key that cannot be used for ${what}`)
  return able
}

function signerOf({ privateKey }: CertifiedKey, { crypto, digest, scheme }: CredentialOptions) {
  try {
    return createSigner(crypto, privateKey, { ...(digest && { digest }), ...(scheme && { scheme }) })
  } catch (cause) {
    if (!(cause instanceof CryptoError && cause.code === 'ERR_CRYPTO_KEY')) throw asKeyError(cause)
    throw new KeyError('ERR_KEYS_USAGE', 'a key that does not sign with this digest or in this scheme', { cause })
  }
}

/** All certificates of a key. @throws KeyError or CryptoError when there is none, or when the key cannot be used. */
async function certify(
  crypto: CryptoProvider,
  { privateKey, localKeyId }: HeldKey,
  certificates: readonly HeldCertificate[],
): Promise<readonly CertifiedKey[]> {
  const named = certificates.filter((held) => localKeyId && held.localKeyId && equal(localKeyId, held.localKeyId))
  const matching: HeldCertificate[] = []
  for (const held of certificates) if (await matches(crypto, privateKey, held.certificate)) matching.push(held)
  const newest = [...matching].sort((a, b) => b.certificate.notBefore - a.certificate.notBefore)
  const first = newest.find((held) => named.includes(held)) ?? newest[0]
  if (!first && named.length > 0) {
    throw new KeyError('ERR_KEYS_MISMATCH', 'the private key belongs to another certificate')
  }
  if (!first) throw new KeyError('ERR_KEYS_MISSING', 'a private key to which no certificate belongs')
  return matching.map((held) => ({ ...certifiedKey(privateKey, held.certificate), first: held === first }))
}

function matches(crypto: CryptoProvider, key: PrivateKeyInfo | CryptoKey, { publicKey }: Certificate) {
  return 'privateKey' in key ? keysMatch(crypto, key, publicKey) : cryptoKeyMatches(crypto, key, publicKey)
}

function certifiedKey(given: PrivateKeyInfo | CryptoKey, certificate: Certificate): Omit<CertifiedKey, 'first'> {
  const { kind, algorithm } = certificate.publicKey
  // It has matched, so that its kind is known; a certificate of the same key may narrow it.
  const byCertificate = kind ? usesOfCertificate(kind, certificate) : bothUses(false)
  if (!('privateKey' in given)) {
    const able = usesOfCryptoKey(given)
    return { privateKey: given, certificate, able, allowed: common(able, byCertificate) }
  }
  const privateKey = restrictedTo(algorithm, given)
  const own = keyKindOf(privateKey.algorithm.algorithm)
  const able = own ? usesOfKind(own) : bothUses(false)
  return { privateKey, certificate, able, allowed: common(able, byCertificate) }
}

function common(a: Uses, b: Uses): Uses {
  return { signing: a.signing && b.signing, decryption: a.decryption && b.decryption }
}
