/** Keys: identities, which are keys with their certificates, from PKCS#12, PKCS#8 and PEM, as CryptoKeys, or far away (RFC 5958, 7292, 7468). */

import type { Decrypter, Signer } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'

export { KeyError, type KeyErrorCode } from './errors.js'
export { type CertificateInput, loadCertificates } from './load-certificates.js'
export {
  type IdentitySource,
  type IdentitySources,
  loadIdentity,
  type Pkcs12Source,
  type PrivateKeySource,
} from './load-identity.js'
export {
  type LoadPkcs12Options,
  loadPkcs12,
  type Pkcs12,
  type Pkcs12Certificate,
  type Pkcs12Key,
} from './load-pkcs12.js'
export { type LoadPrivateKeyOptions, loadPrivateKey, parsePrivateKey } from './load-private-key.js'
export type { KeyLimits } from './password-encryption.js'
export { decodePem, encodePem, type PemBlock } from './pem.js'
export { type SerializePkcs12Options, serializePkcs12 } from './serialize-pkcs12.js'
export type { KeyUse } from './use.js'

/** A key with the certificate that names it and those that lead towards an anchor, the issuer first. */
export interface Credential<Key> {
  readonly certificate: Certificate
  readonly chain: readonly Certificate[]
  readonly key: Key
}

/** Who may sign and read for an address or a domain. */
export interface Identity {
  /** What signs today; absent for one who only reads. */
  readonly signing?: Credential<Signer>
  /** All that still open mail, expired ones too, newest first. */
  readonly decryption: readonly Credential<Decrypter>[]
}
