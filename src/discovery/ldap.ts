/** A server of a directory, as a stranger's DNS names it. */
export interface LdapServer {
  readonly host: string
  /** What the host stands for. Whoever connects judges them: a stranger chose them. */
  readonly addresses: readonly string[]
  readonly port: number
}

export interface LdapSearch {
  readonly base: string
  readonly scope: 'base' | 'sub'
  readonly filter: string
  readonly attributes: readonly string[]
}

export interface LdapEntry {
  /** Values in octets by the name of their attribute, as the server spells it. */
  readonly attributes: Readonly<Record<string, readonly Uint8Array[]>>
}

/**
 * Asks directories. `ldapDirectory` of `direct-smime/node` is one over ldapts; a browser has none.
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
 * What is searched for: entries whose mail is this. That they have a certificate is not asked: some servers know the
 * attribute under one of its names alone.
 *
 * @see DISC-47, RFC 4515 §3
 */
export function certificateFilter(mail: string): string {
  return `(mail=${escaped(mail)})`
}

/** Whatever has a meaning in a filter, and whatever is not plain ASCII, is written in hex. */
function escaped(value: string): string {
  return Array.from(new TextEncoder().encode(value), (octet) => {
    const character = String.fromCharCode(octet)
    return /[\w@.+-]/.test(character) && octet < 0x80 ? character : `\\${octet.toString(16).padStart(2, '0')}`
  }).join('')
}
