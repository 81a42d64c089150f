/** A server of a directory, as a stranger's DNS names it. */
export interface LdapServer {
  readonly host: string
  /** What the host stands for. Whoever connects judges them: a stranger chose them. */
  readonly addresses: readonly string[]
  readonly port: number
}

/** Entries that have an attribute, or those that have it with this value. */
export type LdapFilter = { readonly attribute: string; readonly value?: string }

export interface LdapSearch {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: LdapFilter
  readonly attributes: readonly string[]
}

export interface LdapEntry {
  /** Values in octets by the name of their attribute, as the server spells it. */
  readonly attributes: Readonly<Record<string, readonly Uint8Array[]>>
}

/**
 * Asks directories. `ldapDirectory` of `direct-smime/node` is one; a browser has none.
 *
 * It throws when a server cannot be reached or does not tell; that is temporary (DISC-7).
 */
export interface LdapDirectory {
  connect(server: LdapServer, options: { readonly signal?: AbortSignal }): Promise<LdapConnection>
}

export interface LdapConnection {
  search(search: LdapSearch): Promise<readonly LdapEntry[]>
  close(): Promise<void>
}

/** The attributes that hold certificates; the third is a PKCS#7, the others one certificate each (DISC-48, DISC-49). */
export const certificateAttributes = ['userCertificate;binary', 'userCertificate', 'userSMIMECertificate'] as const

/**
 * A filter in writing, for a client that wants it so. Whatever has a meaning in a filter, and whatever is not plain ASCII,
 * is written in hex: an address cannot become another question.
 *
 * @see RFC 4515 §3
 *
 * @example
 * ldapFilterText({ attribute: 'mail', value: 'bob)(cn=*@clinic.example' })
 * // '(mail=bob\\29\\28cn=\\2a@clinic.example)'
 */
export function ldapFilterText({ attribute, value }: LdapFilter): string {
  const written = value === undefined ? '*' : Array.from(new TextEncoder().encode(value), octetText).join('')
  return `(${attribute}=${written})`
}

function octetText(octet: number): string {
  const character = String.fromCharCode(octet)
  return /[\w@.+=-]/.test(character) && octet < 0x80 ? character : `\\${octet.toString(16).padStart(2, '0')}`
}
