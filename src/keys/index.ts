/** Keys: identities, which are keys with their certificates, from PEM and PKCS#8 or far away (RFC 5958, 7468). */

import type { Decrypter, Signer } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'

export { KeyError, type KeyErrorCode } from './errors.js'
export { type CertificateInput, loadCertificates } from './load-certificates.js'
export { type IdentitySource, type IdentitySources, type KeyUse, loadIdentity } from './load-identity.js'
export { decodePem, encodePem, type PemBlock } from './pem.js'
export { parsePrivateKey } from './pkcs8.js'

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
