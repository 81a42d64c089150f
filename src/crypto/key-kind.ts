import type { Oid } from '../asn1/index.js'
import { rsaEncryption } from './rsa-key.js'

/** What kind a key is: what its certificate or its PKCS#8 says of it. */
export type KeyKind = 'RSA' | 'RSASSA-PSS' | 'RSAES-OAEP' | 'EC' | 'Ed25519' | 'X25519'

/**
 * Every kind of key that is read. The second and third are RSA keys that may do one thing only, in one way if they have
 * parameters.
 *
 * @see RFC 8017 A.1, RFC 4055 §1.2 (RSA), RFC 5480 §2.1.1 (EC), RFC 8410 §3
 */
export const keyOids: Readonly<Record<KeyKind, Oid>> = {
  RSA: rsaEncryption,
  'RSASSA-PSS': '1.2.840.113549.1.1.10',
  'RSAES-OAEP': '1.2.840.113549.1.1.7',
  EC: '1.2.840.10045.2.1',
  Ed25519: '1.3.101.112',
  X25519: '1.3.101.110',
}

/** The kind of key that an algorithm names, or nothing. */
export function keyKindOf(algorithm: Oid): KeyKind | undefined {
  return (Object.keys(keyOids) as KeyKind[]).find((kind) => keyOids[kind] === algorithm)
}

/** Whether a key consists of the numbers of RSA. */
export function isRsaKind(kind: KeyKind | undefined): kind is 'RSA' | 'RSASSA-PSS' | 'RSAES-OAEP' {
  return kind === 'RSA' || kind === 'RSASSA-PSS' || kind === 'RSAES-OAEP'
}
