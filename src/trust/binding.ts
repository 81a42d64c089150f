import { addressKey, domainOf } from '../mime/index.js'
import { accept, type Reasons, refuse, stepsFrom, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate, subjectNames } from '../x509/index.js'

/** Why a certificate does not speak for an address. */
export type BindingProblem =
  | 'not-bound'
  | 'names-disagree'
  | 'no-names'
  | 'wildcard-name'
  | 'address-beside-domain'
  | 'several-names'

export interface BindingPolicy {
  /** Lets the emailAddress attribute of the subject bind when there is no alternative name at all (AS-13). */
  readonly subjectEmailAddress: boolean
  /**
   * Lets a dNSName bind the domain beside an rfc822Name, as the discovery testing tool reads it (AS-13). Otherwise the
   * owner of a mailbox does not speak for others.
   */
  readonly dNSNameBesideAddress: boolean
  /** What becomes of a certificate that names somebody as version 1.3 forbids it (AS-15, AS-16). */
  readonly namesBeyond13: 'warning' | 'refused'
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
  'wildcard-name': {
    message: 'The certificate has a name that begins with an asterisk, which version 1.3 forbids.',
    remedy: 'Its owner needs a certificate that names one domain.',
    standard: 'AS-15',
  },
  'address-beside-domain': {
    message: 'The certificate of an organisation names an e-mail address, too, which version 1.3 forbids.',
    remedy: 'Its owner needs one certificate for the domain and another for the address.',
    standard: 'AS-16',
  },
  'several-names': {
    message: 'The certificate has several alternative names, of which version 1.3 allows one.',
    remedy: 'Its owner needs a certificate for each name.',
    standard: 'AS-16',
  },
}

const { passed, failed, skipped } = stepsFrom(reasons)

/**
 * Says whether a certificate speaks for an address.
 *
 * One with an rfc822Name speaks for that address alone, whatever else it names: the owner of a mailbox does not speak
 * for the domain. Names are compared whole, without wildcards or parent domains, without case, and with domains in
 * A-labels (AS-2, AS-14). A name with anything but printable ASCII matches nothing, save an SmtpUTF8Mailbox (RFC 9598).
 *
 * @param address - an addr-spec.
 * @see AS-10 to AS-16
 */
export function bindsTo(
  certificate: Certificate,
  address: string,
  policy: BindingPolicy,
): Verdict<Bound, BindingProblem> {
  const about = { address, certificate: describeCertificate(certificate) }
  const answer = boundBy(certificate, address, policy)
  if (answer !== 'address' && answer !== 'domain') return refuse(answer, [failed(answer, about)])
  const beyond = namesBeyond13(certificate, answer)
  const [first] = policy.namesBeyond13 === 'refused' ? beyond : []
  if (first) return refuse(first, [failed(first, about)])
  return accept({ boundTo: answer }, [
    passed(`bound-to-${answer}`, about),
    ...beyond.map((code) => skipped(code, about)),
  ])
}

function boundBy(certificate: Certificate, address: string, policy: BindingPolicy): Bound['boundTo'] | BindingProblem {
  const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
  const mailboxes = smtpUTF8Mailboxes(certificate)
  const isAddressBound = rfc822Names.length + mailboxes.length > 0
  if (isAddressBound) {
    const addresses = [...keysOf(rfc822Names), ...keysOfUtf8(mailboxes)]
    if (keysOf(emailAddresses).some((name) => !addresses.includes(name))) return 'names-disagree'
    if (addresses.includes(addressKey(address))) return 'address'
    if (!policy.dNSNameBesideAddress) return 'not-bound'
  }
  if (dNSNames.length > 0) {
    const domains = keysOf(dNSNames).map((name) => name.replace(/\.$/, ''))
    return domains.includes(domainOf(address)) ? 'domain' : 'not-bound'
  }
  if (isAddressBound) return 'not-bound'
  const mayBindBySubject = policy.subjectEmailAddress && certificate.subjectAltName === undefined
  if (emailAddresses.length === 0 || !mayBindBySubject) return 'no-names'
  return keysOf(emailAddresses).includes(addressKey(address)) ? 'address' : 'not-bound'
}

function smtpUTF8Mailboxes({ subjectAltName = [] }: Certificate): readonly string[] {
  return subjectAltName.flatMap((name) => (name.type === 'smtpUTF8Mailbox' ? [name.value] : []))
}

const commonName = '2.5.4.3'

/** What version 1.3 forbids in names that bind. */
function namesBeyond13(certificate: Certificate, boundTo: Bound['boundTo']): readonly BindingProblem[] {
  const { subject, subjectAltName = [] } = certificate
  const { rfc822Names, dNSNames, emailAddresses } = subjectNames(certificate)
  const mailboxes = smtpUTF8Mailboxes(certificate)
  const commonNames = subject.rdnSequence.flat().flatMap(({ type, value }) => (type === commonName ? [value] : []))
  const problems: Readonly<Partial<Record<BindingProblem, boolean>>> = {
    'wildcard-name': [...dNSNames, ...commonNames].some((name) => name.startsWith('*')),
    'address-beside-domain': boundTo === 'domain' && rfc822Names.length + emailAddresses.length + mailboxes.length > 0,
    'several-names': subjectAltName.length > 1,
  }
  return (Object.keys(problems) as BindingProblem[]).filter((problem) => problems[problem])
}

/** Names for comparing. One with a blank, a NUL or anything beyond ASCII matches nothing (AS-2). */
function keysOf(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^[\x21-\x7e]+$/.test(name)).map(addressKey)
}

/**
 * The same for names that are there because ASCII cannot write what is before their `@`; any other has an rfc822Name. Of
 * what is seen nowhere, and of blanks, nothing matches.
 *
 * @see RFC 9598 §3
 */
function keysOfUtf8(names: readonly string[]): readonly string[] {
  return names.filter((name) => /^[^\p{C}\p{Z}]+@[!-~]+$/u.test(name) && /[^\0-\x7f]/.test(name)).map(addressKey)
}
