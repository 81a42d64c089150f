import { equal } from '../bytes/index.js'
import type { PublicKeyInfo } from '../crypto/index.js'
import { type Certificate, extensionOids, type Name, type NameConstraints, nameKey } from '../x509/index.js'

/** A name and a key that somebody decided to trust. @see RFC 5280 §6.1.1 (d) */
export interface TrustAnchor {
  readonly name: Name
  readonly publicKey: PublicKeyInfo
  /** The certificate the anchor came in: its dates and constraints count (PKIX-5), its own signature does not. */
  readonly certificate?: Certificate
  /** Names that its certificates may carry, beside what its own certificate says. @see RFC 5937 */
  readonly nameConstraints?: NameConstraints
}

/** Any certificate may be an anchor: a root, an intermediate, or an end entity's own (AS-63). */
export function anchorOf(certificate: Certificate): TrustAnchor {
  return { name: certificate.subject, publicKey: certificate.publicKey, certificate }
}

/** Whether two anchors trust the same, under the same constraints. */
export function isSameAnchor(one: TrustAnchor, other: TrustAnchor): boolean {
  if (one === other) return true
  if (!one.certificate || !other.certificate || one.nameConstraints || other.nameConstraints) return false
  return equal(one.certificate.bytes, other.certificate.bytes)
}

/**
 * Says whether a certificate is this anchor: the same, or issued anew with the same name, key and alternative names
 * (AS-64).
 *
 * Nobody has verified the signature of a certificate that is taken for an anchor. So it may speak for nobody whom the
 * anchor does not speak for; and what is only a name and a key speaks for nobody.
 */
export function isAnchor(certificate: Certificate, anchor: TrustAnchor): boolean {
  if (!anchor.certificate) return false
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
