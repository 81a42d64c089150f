import type { Identity } from '../keys/index.js'
import { type BindingPolicy, bindsTo } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'

/** Whose identities, and for what. */
export interface IdentityQuery {
  readonly address: string
  readonly use: 'signing' | 'decryption'
  /** The instant of the journey, in milliseconds since 1970. */
  readonly at: number
}

/** Where identities are kept. A database or a key service is another object of this shape. */
export interface IdentityStore {
  /** @returns all that speak for the address or its domain, best first; none when it is not served here. */
  find(query: IdentityQuery): Promise<readonly Identity[]>
}

/**
 * The simplest store: identities that are known beforehand. The certificates say for whom they are; those of the address
 * come before those of its domain (AS-71).
 */
export function identityList(identities: readonly Identity[]): IdentityStore {
  return {
    async find({ address, use, at }) {
      const bound = (to: 'address' | 'domain') =>
        identities
          .map((identity) =>
            credentialsFor(identity, use, at, ({ certificate }) => boundTo(certificate, address) === to),
          )
          .filter(({ signing, decryption }) => signing !== undefined || decryption.length > 0)
      return [...bound('address'), ...bound('domain')]
    },
  }
}

/**
 * What of an identity serves the use and the address; a key for another address opens nothing for this one (AS-61).
 * Expired certificates still open mail; they no longer sign, and those of tomorrow do not sign yet.
 */
function credentialsFor(
  { signing, decryption }: Identity,
  use: IdentityQuery['use'],
  at: number,
  isBound: (credential: { readonly certificate: Certificate }) => boolean,
): Identity {
  if (use === 'decryption') return { decryption: decryption.filter(isBound) }
  if (!signing || !isBound(signing) || at < signing.certificate.notBefore || at > signing.certificate.notAfter) {
    return { decryption: [] }
  }
  return { signing, decryption: [] }
}

function boundTo(certificate: Certificate, address: string): 'address' | 'domain' | undefined {
  // Our own certificates: which of their names others accept is for the policies of others.
  const binding = bindsTo(certificate, address, anyNames)
  return binding.ok ? binding.boundTo : undefined
}

/** Whom our own certificates speak for, somebody decided who installed them. */
const anyNames: BindingPolicy = { subjectEmailAddress: true, dNSNameBesideAddress: false, namesBeyond13: 'warning' }
