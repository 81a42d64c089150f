import { equal } from '../bytes/index.js'
import { type CertificateList, crlExtensionOids, nameKey } from '../x509/index.js'

/**
 * Whether a delta list brings a complete list up to date: of the same issuer, for the same certificates, made on a base
 * that is not newer, and itself newer.
 *
 * @see RFC 5280 §5.2.4, §6.3.3 (c)
 */
export function isDeltaOf(delta: CertificateList, complete: CertificateList): boolean {
  const base = delta.deltaCRLIndicator
  if (base === undefined || complete.crlNumber === undefined || delta.crlNumber === undefined) return false
  return (
    nameKey(delta.issuer) === nameKey(complete.issuer) &&
    sameExtension(delta, complete, 'issuingDistributionPoint') &&
    sameExtension(delta, complete, 'authorityKeyIdentifier') &&
    base <= complete.crlNumber &&
    complete.crlNumber < delta.crlNumber
  )
}

function sameExtension(one: CertificateList, other: CertificateList, name: keyof typeof crlExtensionOids): boolean {
  const value = ({ extensions }: CertificateList) => extensions.find(({ oid }) => oid === crlExtensionOids[name])?.value
  const [a, b] = [value(one), value(other)]
  return a === b || (a !== undefined && b !== undefined && equal(a, b))
}
