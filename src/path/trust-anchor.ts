import { equal } from '../bytes/index.js'
import type { PublicKeyInfo } from '../crypto/index.js'
import { type Certificate, extensionOids, type Name, nameKey } from '../x509/index.js'

/** A name and a key that somebody decided to trust. @see RFC 5280 §6.1.1 (d) */
export interface TrustAnchor {
  readonly name: Name
  readonly publicKey: PublicKeyInfo
  /** The certificate the anchor came in: its dates count (PKIX-5), its own signature does not. */
  readonly certificate: Certificate
}

/** Any certificate may be an anchor: a root, an intermediate, or an end entity's own (AS-63). */
export function anchorOf(certificate: Certificate): TrustAnchor {
  return { name: certificate.subject, publicKey: certificate.publicKey, certificate }
}

/**
 * Says whether a certificate is this anchor: the same, or issued anew with the same name, key and alternative names
 * (AS-64).
 *
 * Nobody has verified the signature of a certificate that is taken for an anchor. So it may speak for nobody whom the
 * anchor does not speak for.
 */
export function isAnchor(certificate: Certificate, anchor: TrustAnchor): boolean {
  if (equal(certificate.bytes, anchor.certificate.bytes)) return true
  return (
    equal(certificate.publicKey.bytes, anchor.publicKey.bytes) &&
    nameKey(certificate.subject) === nameKey(anchor.name) &&
    equal(alternativeNames(certificate), alternativeNames(anchor.certificate))
  )
}

function alternativeNames({ extensions }: Certificate): Uint8Array {
  return extensions.find(({ oid }) => oid === extensionOids.subjectAltName)?.value ?? new Uint8Array(0)
}
