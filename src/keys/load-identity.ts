import {
  CryptoError,
  type CryptoProvider,
  createDecrypter,
  createSigner,
  type DigestName,
  hostCrypto,
  keysMatch,
  type PrivateKeyInfo,
} from '../crypto/index.js'
import type { Certificate, KeyUsage } from '../x509/index.js'
import { KeyError } from './errors.js'
import type { Credential, Identity } from './index.js'
import { type CertificateInput, loadCertificates } from './load-certificates.js'
import { parsePrivateKey } from './pkcs8.js'

export type KeyUse = 'both' | 'signing' | 'decryption'

/** A private key and its certificate, as files hold them. */
export interface IdentitySource {
  /** In PEM or DER. The first is that of the key; others lead from it towards an anchor. */
  readonly certificate: CertificateInput
  /** PKCS#8 or PKCS#1, in PEM or DER, not encrypted. */
  readonly privateKey: Uint8Array | string
  /** What signatures digest. Default SHA-256. */
  readonly digest?: DigestName
  /** Default: what the keyUsage of the certificate says; both when it has none. */
  readonly use?: KeyUse
  /** Default: the host's own. */
  readonly crypto?: CryptoProvider
}

/** Separate keys for signing and for decryption. Several for decryption open mail that was sealed to older ones. */
export interface IdentitySources {
  readonly signing?: IdentitySource
  readonly decryption: IdentitySource | readonly IdentitySource[]
}

/**
 * Makes an identity of keys that lie in memory.
 *
 * A key that lies elsewhere needs no loading: an {@link Identity} is a plain value, and its keys are any objects with
 * `sign` or `decryptKey`. Nothing is judged here: an expired certificate loads like any other.
 *
 * @throws {@link KeyError} `ERR_KEYS_MISMATCH` when the private key belongs to another certificate,
 *   `ERR_KEYS_USAGE` when the keyUsage allows neither and `use` is not given, `ERR_KEYS_UNSUPPORTED` when it is not RSA,
 *   and as {@link parsePrivateKey} and {@link loadCertificates} do.
 *
 * @example
 * const identity = await loadIdentity({ certificate: certificatePem, privateKey: privateKeyPem })
 */
export async function loadIdentity(source: IdentitySource | IdentitySources): Promise<Identity> {
  if ('privateKey' in source) return identityOf(source)
  const loaded = await Promise.all([source.decryption].flat().map(loadKey))
  const sorted = loaded
    .map((each) => each.decryption())
    .sort((a, b) => b.certificate.notBefore - a.certificate.notBefore)
  if (!source.signing) return { decryption: sorted }
  const signing = await loadKey(source.signing)
  return { signing: signing.signing(), decryption: sorted }
}

async function identityOf(source: IdentitySource): Promise<Identity> {
  const key = await loadKey(source)
  const use = source.use ?? useOf(key.certificate)
  const decryption = use === 'signing' ? [] : [key.decryption()]
  return use === 'decryption' ? { decryption } : { signing: key.signing(), decryption }
}

interface LoadedKey {
  readonly certificate: Certificate
  signing(): NonNullable<Identity['signing']>
  decryption(): Identity['decryption'][number]
}

async function loadKey({
  certificate: input,
  privateKey,
  digest,
  crypto = hostCrypto(),
}: IdentitySource): Promise<LoadedKey> {
  const [certificate, ...chain] = loadCertificates(input) as [Certificate, ...Certificate[]]
  const key = parsePrivateKey(privateKey)
  await checkMatch(crypto, key, certificate)
  const credential = <Key>(made: Key): Credential<Key> => ({ certificate, chain, key: made })
  return {
    certificate,
    signing: () => credential(createSigner(crypto, key, digest ? { digest } : {})),
    decryption: () => credential(createDecrypter(crypto, key)),
  }
}

async function checkMatch(crypto: CryptoProvider, key: PrivateKeyInfo, certificate: Certificate): Promise<void> {
  if (await matches(crypto, key, certificate)) return
  throw new KeyError('ERR_KEYS_MISMATCH', 'the private key belongs to another certificate')
}

async function matches(crypto: CryptoProvider, key: PrivateKeyInfo, { publicKey }: Certificate): Promise<boolean> {
  try {
    return await keysMatch(crypto, key, publicKey)
  } catch (cause) {
    if (!(cause instanceof CryptoError)) throw cause
    const unsupported = cause.code === 'ERR_CRYPTO_UNSUPPORTED'
    throw new KeyError(unsupported ? 'ERR_KEYS_UNSUPPORTED' : 'ERR_KEYS_MALFORMED', cause.message, { cause })
  }
}

const signingUsages: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation']
const decryptionUsages: readonly KeyUsage[] = ['keyEncipherment']

/** @see RFC 5280 §4.2.1.3, RFC 8550 §4.4.2 */
function useOf({ keyUsage }: Certificate): KeyUse {
  if (!keyUsage) return 'both'
  const signs = signingUsages.some((usage) => keyUsage.has(usage))
  const decrypts = decryptionUsages.some((usage) => keyUsage.has(usage))
  if (signs && decrypts) return 'both'
  if (signs) return 'signing'
  if (decrypts) return 'decryption'
  throw new KeyError('ERR_KEYS_USAGE', 'a certificate whose keyUsage allows neither signing nor decryption')
}
