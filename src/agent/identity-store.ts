import type { Identity } from '../keys/index.js'
import { bindsTo } from '../trust/index.js'
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
        identities.filter((identity) => certificatesOf(identity, use, at).some((one) => boundTo(one, address) === to))
      return [...bound('address'), ...bound('domain')]
    },
  }
}

/** Expired certificates still open mail; they no longer sign, and those of tomorrow do not sign yet. */
function certificatesOf(
  { signing, decryption }: Identity,
  use: IdentityQuery['use'],
  at: number,
): readonly Certificate[] {
  if (use === 'decryption') return decryption.map(({ certificate }) => certificate)
  if (!signing || at < signing.certificate.notBefore || at > signing.certificate.notAfter) return []
  return [signing.certificate]
}

function boundTo(certificate: Certificate, address: string): 'address' | 'domain' | undefined {
  // Our own certificates: which of their names others accept is for the policies of others.
  const binding = bindsTo(certificate, address, { subjectEmailAddress: true })
  return binding.ok ? binding.boundTo : undefined
}
