import type { KeyKind } from '../crypto/index.js'
import type { KeyUsage } from './extensions.js'

/** What a key does in mail. */
export type KeyPurpose = 'signing' | 'encryption'

const signing: readonly KeyUsage[] = ['digitalSignature', 'nonRepudiation']
const transport: readonly KeyUsage[] = ['keyEncipherment']
const agreement: readonly KeyUsage[] = ['keyAgreement']
const none: readonly KeyUsage[] = []

/**
 * What each kind of key can do, and the bits of keyUsage of which one must be set for it; no bit for what it cannot.
 *
 * @see RFC 5280 §4.2.1.3, RFC 4055 §1.2, RFC 5480 §3, RFC 8410 §5, RFC 8550 §4.4.2
 */
export const keyUsagesFor: Readonly<Record<KeyKind, Readonly<Record<KeyPurpose, readonly KeyUsage[]>>>> = {
  RSA: { signing, encryption: transport },
  'RSASSA-PSS': { signing, encryption: none },
  'RSAES-OAEP': { signing: none, encryption: transport },
  EC: { signing, encryption: agreement },
  Ed25519: { signing, encryption: none },
  X25519: { signing: none, encryption: agreement },
}
