import { type CryptoProvider, type DigestName, hostCrypto, type SignatureName } from '../crypto/index.js'
import { type CredentialOptions, type Holdings, makeIdentity } from './credentials.js'
import { KeyError } from './errors.js'
import type { Identity } from './index.js'
import { type CertificateInput, loadCertificates } from './load-certificates.js'
import { loadPkcs12 } from './load-pkcs12.js'
import { loadPrivateKey } from './load-private-key.js'
import type { KeyLimits } from './password-encryption.js'
import type { KeyUse } from './use.js'

/** What may be said of keys, wherever they come from. */
interface SourceOptions {
  /** What signatures digest. Default: SHA-256 for RSA, else what fits the curve. */
  readonly digest?: DigestName
  /** How an RSA key signs. Default RSASSA-PKCS1-v1_5. */
  readonly scheme?: SignatureName
  /** Default: what the keyUsage of the certificates says; both, where there is none and the kind of key can do it. */
  readonly use?: KeyUse
  /** Bounds on what an encrypted key or file may cost. */
  readonly limits?: KeyLimits
  /** Default: the host's own. */
  readonly crypto?: CryptoProvider
}

/** A PKCS#12 file (`.p12`, `.pfx`): keys, certificates and chains in one. */
export interface Pkcs12Source extends SourceOptions {
  /** In DER, BER or PEM. */
  readonly pkcs12: Uint8Array | string
  /** Without one the empty password is tried. */
  readonly password?: string
}

/** A private key and its certificate, as files hold them. */
export interface PrivateKeySource extends SourceOptions {
  /** In PEM or DER. The first is that of the key; those that lead from it towards an anchor follow in any order. */
  readonly certificate: CertificateInput
  /** PKCS#8, PKCS#1 or SEC 1, in PEM or DER; or a key that the host holds, for one use and perhaps without giving it away. */
  readonly privateKey: Uint8Array | string | CryptoKey
  /** Only for an encrypted key. */
  readonly password?: string
  /**
   * Octets that nobody else knows, kept with a CryptoKey that decrypts: what is answered to wrong padding is derived from
   * these, and without them is another in every process.
   */
  readonly rejectionSecret?: Uint8Array
}

export type IdentitySource = Pkcs12Source | PrivateKeySource

/** Separate keys for signing and for decryption. Several for decryption open mail that was sealed to older ones. */
export interface IdentitySources {
  readonly signing?: IdentitySource
  readonly decryption: IdentitySource | readonly IdentitySource[]
}

/**
 * Makes an identity of keys that lie in memory, or that the host holds as CryptoKeys.
 *
 * Of a PKCS#12 file with several keys all are used whose certificate is there: the newest that may sign signs, all that
 * may decrypt decrypt. A key that lies elsewhere needs no loading: an {@link Identity} is a plain value, and its keys are any
 * objects with `sign` or `decryptKey`. Nothing is judged here: an expired certificate loads like any other.
 *
 * @throws {@link KeyError} `ERR_KEYS_PASSWORD` for a wrong password or a damaged file, `ERR_KEYS_ENCRYPTED` when one is
 *   needed, `ERR_KEYS_MISSING` when there is no key or no certificate that belongs to one, `ERR_KEYS_MISMATCH` when the
 *   private key belongs to another certificate, `ERR_KEYS_USAGE` when it cannot be used in the way asked for, or keyUsage
 *   allows nothing and `use` is not given, `ERR_KEYS_UNSUPPORTED`, `ERR_KEYS_LIMIT`, `ERR_KEYS_MALFORMED`; and as
 *   {@link loadCertificates} does.
 *
 * @example
 * const identity = await loadIdentity({ pkcs12, password })
 * const other = await loadIdentity({ certificate: certificatePem, privateKey: privateKeyPem })
 */
export async function loadIdentity(source: IdentitySource | IdentitySources): Promise<Identity> {
  if (!('decryption' in source)) return loadSource(source, source.use)
  const readers = await Promise.all([source.decryption].flat().map((each) => loadSource(each, 'decryption')))
  const decryption = readers
    .flatMap((reader) => reader.decryption)
    .sort((a, b) => b.certificate.notBefore - a.certificate.notBefore)
  const signing = source.signing && (await loadSource(source.signing, 'signing')).signing
  return signing ? { signing, decryption } : { decryption }
}

async function loadSource(source: IdentitySource, use: KeyUse | undefined): Promise<Identity> {
  const options: CredentialOptions = { ...source, crypto: source.crypto ?? hostCrypto(), use }
  return makeIdentity('pkcs12' in source ? await loadPkcs12(source.pkcs12, source) : await holdingsOf(source), options)
}

async function holdingsOf(source: PrivateKeySource): Promise<Holdings> {
  const { privateKey } = source
  // Whoever gives them says that the first belongs to the key.
  const localKeyId = new Uint8Array()
  const certificates = loadCertificates(source.certificate).map((certificate, index) =>
    index === 0 ? { certificate, localKeyId } : { certificate },
  )
  if (typeof privateKey === 'string' || privateKey instanceof Uint8Array) {
    return { keys: [{ privateKey: await loadPrivateKey(privateKey, source), localKeyId }], certificates }
  }
  if (privateKey.type !== 'private') throw new KeyError('ERR_KEYS_MISSING', 'a CryptoKey that is no private key')
  return { keys: [{ privateKey, localKeyId }], certificates }
}
