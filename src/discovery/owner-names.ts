import { domainOf, withoutTag } from '../mime/index.js'

/** A name under which a certificate may be published, and whom it would then be for. */
export interface OwnerName {
  /** In lower case, without a final dot. */
  readonly name: string
  readonly for: 'address' | 'domain'
}

/**
 * Lists the DNS owner names under which a Direct address may publish its certificate, most specific first.
 *
 * The address-bound name turns the "@" into a dot, and a dot in the local part parts labels like any other (DISC-20,
 * DISC-22). A local part that no DNS name can hold is passed over: it may still be found by its domain, which is written in
 * A-labels. A `+tag` is tried as it is and then left out (AS-2). Nothing is looked up here.
 *
 * @param address - an addr-spec, or a bare domain.
 *
 * @example
 * certificateOwnerNames('Ann@Clinic.example').map(({ name }) => name)
 * // ['ann.clinic.example', 'clinic.example']
 */
export function certificateOwnerNames(address: string): readonly OwnerName[] {
  const domain = domainOf(address)
  const addresses = address.includes('@') ? [...new Set([address, withoutTag(address)])] : []
  const locals = addresses.map((each) => each.slice(0, each.lastIndexOf('@')))
  const names = locals.map((local) => `${lowered(local)}.${domain}`).filter(isDnsName)
  return [
    ...names.map((name): OwnerName => ({ name, for: 'address' })),
    ...(isDnsName(domain) ? [{ name: domain, for: 'domain' } as const] : []),
  ]
}

/**
 * What `mail` is compared with in a directory: the address, without its tag, and the domain (DISC-47). Domains are in
 * A-labels, for the attribute holds nothing beyond ASCII.
 *
 * @see RFC 4524 §2.16
 */
export function directoryNames(address: string): readonly OwnerName[] {
  const domain = domainOf(address)
  const addresses = address.includes('@') ? [...new Set([address, withoutTag(address)])] : []
  const names = addresses.map((each) => `${each.slice(0, each.lastIndexOf('@'))}@${domain}`)
  return [...names.map((name): OwnerName => ({ name, for: 'address' })), { name: domain, for: 'domain' }]
}

/** Labels of one to 63 octets, 255 octets with their lengths, and nothing that would have to be written otherwise. */
function isDnsName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^[!-.0-[\]-~]{1,253}$/.test(name) &&
    name.split('.').every(({ length }) => length > 0 && length <= 63)
  )
}

function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
