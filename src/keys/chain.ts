import { equal } from '../bytes/index.js'
import { type Certificate, nameKey } from '../x509/index.js'

/**
 * Puts together the certificates that lead from one towards a root, the issuer first, whatever their order; others are
 * left out. A root ends it, and so do an issuer that is not there
 * and one that is in it already.
 *
 * Nothing is verified: whoever judges the chain does that. Of several issuers with the right name and key it is the
 * newest.
 */
export function chainOf(certificate: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const chain: Certificate[] = []
  for (let last = certificate; ; ) {
    const issuer = issuersOf(last, pool)
      .filter((candidate) => ![certificate, ...chain].some((seen) => equal(seen.bytes, candidate.bytes)))
      .reduce<Certificate | undefined>(newer, undefined)
    if (!issuer) return chain
    chain.push(issuer)
    last = issuer
  }
}

function newer(best: Certificate | undefined, candidate: Certificate): Certificate {
  return best && best.notBefore >= candidate.notBefore ? best : candidate
}

/** By name, and by key where both certificates identify it. A self-issued root has none but itself. */
function issuersOf(certificate: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const name = nameKey(certificate.issuer)
  if (name === nameKey(certificate.subject) && isSelfSigned(certificate)) return []
  const wanted = certificate.authorityKeyIdentifier
  return pool.filter(({ subject, subjectKeyIdentifier: offered }) => {
    return nameKey(subject) === name && (!wanted || !offered || equal(wanted, offered))
  })
}

/** As far as its identifiers say; a new key of the same name is certified by the old one (RFC 4210 §4.4). */
function isSelfSigned({ authorityKeyIdentifier, subjectKeyIdentifier }: Certificate): boolean {
  if (!authorityKeyIdentifier || !subjectKeyIdentifier) return true
  return equal(authorityKeyIdentifier, subjectKeyIdentifier)
}
