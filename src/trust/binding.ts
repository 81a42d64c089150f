import { addressKey, domainOf } from '../mime/index.js'
import { accept, type Reasons, refuse, stepsFrom, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate, subjectNames } from '../x509/index.js'

/** Why a certificate does not speak for an address. */
export type BindingProblem = 'not-bound' | 'names-disagree' | 'no-names'

export interface BindingPolicy {
  /** Lets the emailAddress attribute of the subject bind when there is no alternative name at all (AS-13). */
  readonly subjectEmailAddress: boolean
}

/** Whom the certificate names: the one address, or everybody in the domain. */
export interface Bound {
  readonly boundTo: 'address' | 'domain'
}

const reasons: Reasons<BindingProblem | 'bound-to-address' | 'bound-to-domain'> = {
  'bound-to-address': { message: 'The certificate names the address.', standard: 'AS-10' },
  'bound-to-domain': { message: 'The certificate names the domain of the address.', standard: 'AS-11' },
  'not-bound': {
    message: 'The certificate names neither the address nor its domain.',
    remedy: 'The owner of the address must use a certificate that names it in subjectAltName.',
    standard: 'AS-10, AS-11',
  },
  'names-disagree': {
    message: 'The certificate names one address in its subject and another in subjectAltName.',
    standard: 'AS-10',
  },
  'no-names': {
    message: 'The certificate names no address and no domain in subjectAltName.',
    remedy: 'Its owner needs a certificate with an rfc822Name or a dNSName.',
    standard: 'AS-13',
  },
}

const { passed, failed } = stepsFrom(reasons)

/**
 * Says whether a certificate speaks for an address.
 *
 * One with an rfc822Name speaks for that address alone, whatever else it names: the owner of a mailbox does not speak
 * for the domain. Names are compared whole, without wildcards or parent domains, and without case (AS-2, AS-14); a name
 * with anything but printable ASCII matches nothing.
 *
 * @param address - an addr-spec.
 * @see AS-10 to AS-14
 */
export function bindsTo(
  certificate: Certificate,
  address: string,
  policy: BindingPolicy,
): Verdict<Bound, BindingProblem> {
  const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
  const about = { address, certificate: describeCertificate(certificate) }
  const no = (code: BindingProblem) => refuse(code, [failed(code, about)])
  const yes = (boundTo: Bound['boundTo']) => accept({ boundTo }, [passed(`bound-to-${boundTo}`, about)])
  const isNamed = (names: readonly string[]) => keysOf(names).includes(addressKey(address))

  if (rfc822Names.length > 0) {
    const addresses = keysOf(rfc822Names)
    if (keysOf(emailAddresses).some((name) => !addresses.includes(name))) return no('names-disagree')
    return isNamed(rfc822Names) ? yes('address') : no('not-bound')
  }
  if (dNSNames.length > 0) {
    const domains = keysOf(dNSNames).map((name) => name.replace(/\.$/, ''))
    return domains.includes(domainOf(address)) ? yes('domain') : no('not-bound')
  }
  const mayBindBySubject = policy.subjectEmailAddress && certificate.subjectAltName === undefined
  if (emailAddresses.length === 0 || !mayBindBySubject) return no('no-names')
  return isNamed(emailAddresses) ? yes('address') : no('not-bound')
}

/** Names for comparing. One with a blank, a NUL or anything beyond ASCII matches nothing (AS-2). */
function keysOf(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^[\x21-\x7e]+$/.test(name)).map(addressKey)
}
