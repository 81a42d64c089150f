import { asciiDomain } from './domain.js'

/** ASCII letters alone: by Unicode's rules the Kelvin sign would become a "k" (AS-2). */
function fold(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/**
 * What two addresses have in common when they are the same: the whole address, without case in its ASCII letters, and
 * with its domain in A-labels.
 *
 * The standard lets case count before the `@` (RFC 5321 §2.4); Direct does not.
 *
 * @see AS-2
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 0 ? fold(address) : `${fold(unquoted(address.slice(0, at)))}@${domainOf(address)}`
}

/** Quotes that are not needed say nothing. @see RFC 5321 §4.1.2 */
function unquoted(localPart: string): string {
  return /^"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*"$/.test(localPart) ? localPart.slice(1, -1) : localPart
}

/** The domain of an addr-spec, or of a bare domain, in lower case and in A-labels. */
export function domainOf(address: string): string {
  const domain = fold(address.slice(address.lastIndexOf('@') + 1))
  return asciiDomain(domain) ?? domain
}

/** The address without a `+tag` before its `@`. Tags of recipients may be ignored, those of authors never (AS-2). */
export function withoutTag(address: string): string {
  return address.replace(/^([^+@"]+)\+[^@]*@/, '$1@')
}

/** Addresses without those that stand before already; of two spellings the last is kept. */
export function distinctAddresses(addresses: readonly string[]): readonly string[] {
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()]
}
