import {
  type Certificate,
  type GeneralName,
  type GeneralSubtree,
  isBelow,
  type NameConstraints,
  subjectNames,
} from '../x509/index.js'
import type { Purse } from './purse.js'

/**
 * Whether all names of a certificate lie where the authorities above it may give names (RFC 5280 §6.1.3 (b), (c)).
 *
 * A name of a form that is constrained and cannot be compared is not allowed: what is not understood must not pass.
 *
 * @param constraints - of every certificate above, and of the anchor.
 */
export function namesAllowed(certificate: Certificate, constraints: readonly NameConstraints[], purse: Purse): boolean {
  if (constraints.length === 0) return true
  const names = namesOf(certificate)
  return constraints.every(({ permittedSubtrees, excludedSubtrees }) => {
    purse.pay('comparisons', names.length * (permittedSubtrees.length + excludedSubtrees.length))
    return names.every((name) => {
      const permitted = basesFor(name, permittedSubtrees)
      const isPermitted = permitted.length === 0 || permitted.some((base) => relation(name, base) === 'within')
      return isPermitted && basesFor(name, excludedSubtrees).every((base) => relation(name, base) === 'outside')
    })
  })
}

/** All names of the subject; its e-mail addresses where they stood before there were alternative names. */
function namesOf(certificate: Certificate): readonly GeneralName[] {
  const { subject, subjectAltName } = certificate
  const directoryName = subject.rdnSequence.length > 0 ? [{ type: 'directoryName', name: subject } as const] : []
  const addresses = subjectAltName ? [] : subjectNames(certificate).emailAddresses
  return [
    ...directoryName,
    ...(subjectAltName ?? []),
    ...addresses.map((value): GeneralName => ({ type: 'rfc822Name', value })),
  ]
}

/** Constraints on addresses hold for those beyond ASCII, too. @see RFC 9598 §6 */
function basesFor({ type }: GeneralName, subtrees: readonly GeneralSubtree[]): readonly GeneralName[] {
  const bases = subtrees.map(({ base }) => base)
  return bases.filter((base) => base.type === type || (base.type === 'rfc822Name' && type === 'smtpUTF8Mailbox'))
}

/** `across`: some of what the name stands for lies within, or nobody can tell. */
type Relation = 'within' | 'outside' | 'across'

const told = (isWithin: boolean): Relation => (isWithin ? 'within' : 'outside')

function relation(name: GeneralName, base: GeneralName): Relation {
  if (name.type === 'directoryName' && base.type === 'directoryName') return told(isBelow(name.name, base.name))
  if (name.type === 'iPAddress' && base.type === 'iPAddress') return addressRelation(name.octets, base.octets)
  if (!('value' in name && 'value' in base)) return 'across'
  if (base.type === 'rfc822Name') return mailboxRelation(name.value, base.value)
  if (base.type === 'dNSName') return hostRelation(name.value, base.value)
  return base.type === 'uniformResourceIdentifier' ? uriRelation(name.value, base.value) : 'across'
}

/** One mailbox, all of a host, or, behind a dot, all of the hosts below one. */
function mailboxRelation(name: string, base: string): Relation {
  const at = name.lastIndexOf('@')
  const host = hostOf(name.slice(at + 1))
  if (at < 1 || host === undefined) return 'across'
  const [wanted, limit] = [base.lastIndexOf('@'), base.slice(base.lastIndexOf('@') + 1)]
  if (wanted < 0) return isOfHost(host, limit)
  // `@host` is none of the three forms, and is nobody's mailbox.
  if (wanted === 0 || hostOf(limit) === undefined) return 'across'
  return told(fold(name.slice(0, at)) === fold(base.slice(0, wanted)) && host === hostOf(limit))
}

function uriRelation(name: string, base: string): Relation {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?([^/?#:@[\]]+)(?::\d*)?(?:[/?#]|$)/i.exec(name)?.[1]
  const host = authority === undefined ? undefined : hostOf(authority)
  // An address, or nothing, instead of a host cannot be compared (RFC 5280 §4.2.1.10).
  return host === undefined || /^[\d.]+$/.test(host) ? 'across' : isOfHost(host, base)
}

function isOfHost(host: string, base: string): Relation {
  const limit = hostOf(base.replace(/^\./, ''))
  if (limit === undefined) return 'across'
  return told(base.startsWith('.') ? host.endsWith(`.${limit}`) : host === limit)
}

/** A host and all below it. A wildcard stands for many hosts. */
function hostRelation(name: string, base: string): Relation {
  const host = hostOf(name.replace(/^\*\./, ''))
  const limit = base === '' ? '' : hostOf(base.replace(/^\./, ''))
  if (host === undefined || limit === undefined) return 'across'
  const below = (one: string, other: string) => other === '' || one === other || one.endsWith(`.${other}`)
  const isWithin = base.startsWith('.') ? host.endsWith(`.${limit}`) : below(host, limit)
  if (!isWithin && name.startsWith('*.') && below(limit, host)) return 'across'
  return told(isWithin)
}

/** Without case and a final dot; nothing for what is no host. */
function hostOf(text: string): string | undefined {
  const host = fold(text).replace(/\.$/, '')
  return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(host) ? host : undefined
}

/** The octets of the base are those of an address and of a mask. */
function addressRelation(name: Uint8Array, base: Uint8Array): Relation {
  const { length } = name
  if ((length !== 4 && length !== 16) || (base.length !== 8 && base.length !== 32)) return 'across'
  if (base.length !== 2 * length) return 'outside'
  return told(name.every((octet, index) => ((octet ^ base[index]!) & base[length + index]!) === 0))
}

/** ASCII letters alone (AS-2). */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
