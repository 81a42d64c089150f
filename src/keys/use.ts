import type { KeyKind } from '../crypto/index.js'
import { type Certificate, type KeyUsage, keyUsagesFor } from '../x509/index.js'

/** What a key is for. */
export type KeyUse = 'both' | 'signing' | 'decryption'

/** Whether it signs, and whether it decrypts. */
export interface Uses {
  readonly signing: boolean
  readonly decryption: boolean
}

/** What the kind of a key allows. */
export function usesOfKind(kind: KeyKind): Uses {
  const { signing, encryption } = keyUsagesFor[kind]
  return { signing: signing.length > 0, decryption: encryption.length > 0 }
}

/** What a certificate allows its key, of what the kind can do: all of it, when it has no keyUsage. */
export function usesOfCertificate(kind: KeyKind, { keyUsage }: Certificate): Uses {
  if (!keyUsage) return usesOfKind(kind)
  const { signing, encryption } = keyUsagesFor[kind]
  const allows = (wanted: readonly KeyUsage[]) => wanted.some((bit) => keyUsage.has(bit))
  return { signing: allows(signing), decryption: allows(encryption) }
}

export function bothUses(value: boolean): Uses {
  return { signing: value, decryption: value }
}

/** What a key in the host was imported or made for. */
export function usesOfCryptoKey({ usages }: CryptoKey): Uses {
  return {
    signing: usages.includes('sign'),
    decryption: usages.includes('decrypt') || usages.includes('deriveBits'),
  }
}
