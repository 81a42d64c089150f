import type { KeyKind } from '../crypto/index.js'
import type { Certificate, KeyUsage } from '../x509/index.js'

/** What a key is for. */
export type KeyUse = 'both' | 'signing' | 'decryption'

/** Whether it signs, and whether it decrypts. */
export interface Uses {
  readonly signing: boolean
  readonly decryption: boolean
}

const signingBits: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation']
const transport: readonly KeyUsage[] = ['keyEncipherment']
const agreement: readonly KeyUsage[] = ['keyAgreement']
const none: readonly KeyUsage[] = []

/**
 * What each kind of key can do, and the bits of keyUsage of which one must be set for it.
 *
 * @see RFC 5280 §4.2.1.3, RFC 4055 §1.2, RFC 5480 §3, RFC 8410 §5, RFC 8550 §4.4.2
 */
const bits: Readonly<Record<KeyKind, Readonly<Record<keyof Uses, readonly KeyUsage[]>>>> = {
  RSA: { signing: signingBits, decryption: transport },
  'RSASSA-PSS': { signing: signingBits, decryption: none },
  'RSAES-OAEP': { signing: none, decryption: transport },
  EC: { signing: signingBits, decryption: agreement },
  Ed25519: { signing: signingBits, decryption: none },
  X25519: { signing: none, decryption: agreement },
}

/** What the kind of a key allows. */
export function usesOfKind(kind: KeyKind): Uses {
  return { signing: bits[kind].signing.length > 0, decryption: bits[kind].decryption.length > 0 }
}

/** What a certificate allows its key, of what the kind can do: all of it, when it has no keyUsage. */
export function usesOfCertificate(kind: KeyKind, { keyUsage }: Certificate): Uses {
  if (!keyUsage) return usesOfKind(kind)
  const { signing, decryption } = bits[kind]
  const allows = (wanted: readonly KeyUsage[]) => wanted.some((bit) => keyUsage.has(bit))
  return { signing: allows(signing), decryption: allows(decryption) }
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
