import type { AlgorithmPolicy, SendingAlgorithms } from '../crypto/index.js'
import type { TrustPolicy } from '../trust/index.js'

/** Everything an agent goes by, in parts that each room gets alone. */
export interface Policy {
  /** What is accepted in messages. */
  readonly algorithms: AlgorithmPolicy
  /** What is asked of certificates. */
  readonly trust: TrustPolicy
  /** How messages are encrypted. */
  readonly sending: SendingAlgorithms
  /** Refuses messages that are not wrapped, whose subject and recipients nobody has signed (AS-49). */
  readonly requireWrapped: boolean
}

const algorithms: AlgorithmPolicy = {
  digests: ['SHA-256', 'SHA-384', 'SHA-512'],
  signatures: ['RSASSA-PKCS1-v1_5', 'RSASSA-PSS', 'ECDSA', 'Ed25519'],
  minRsaBits: 2048,
  maxRsaBits: 8192,
  curves: ['P-256', 'P-384', 'P-521', 'Ed25519', 'X25519'],
  contentCiphers: [
    'AES-128-CBC',
    'AES-192-CBC',
    'AES-256-CBC',
    'AES-128-GCM',
    'AES-192-GCM',
    'AES-256-GCM',
    'ChaCha20-Poly1305',
  ],
  keyTransports: [
    'RSAES-PKCS1-v1_5',
    'RSAES-OAEP-SHA-1',
    'RSAES-OAEP-SHA-256',
    'RSAES-OAEP-SHA-384',
    'RSAES-OAEP-SHA-512',
  ],
  keyAgreements: [
    'dhSinglePass-stdDH-sha1kdf',
    'dhSinglePass-stdDH-sha256kdf',
    'dhSinglePass-stdDH-sha384kdf',
    'dhSinglePass-stdDH-sha512kdf',
    'dhSinglePass-cofactorDH-sha1kdf',
    'dhSinglePass-cofactorDH-sha256kdf',
    'dhSinglePass-cofactorDH-sha384kdf',
    'dhSinglePass-cofactorDH-sha512kdf',
    'dhSinglePass-stdDH-hkdf-sha256',
    'dhSinglePass-stdDH-hkdf-sha384',
    'dhSinglePass-stdDH-hkdf-sha512',
  ],
  keyWraps: ['AES-128-KW', 'AES-192-KW', 'AES-256-KW'],
}

const direct: Policy = {
  algorithms,
  trust: { algorithms, clockSkewMs: 5 * 60_000, subjectEmailAddress: false },
  sending: {
    cipher: 'AES-256-CBC',
    keyTransport: 'RSAES-PKCS1-v1_5',
    keyAgreement: 'dhSinglePass-stdDH-sha256kdf',
    keyWrap: 'AES-256-KW',
  },
  requireWrapped: false,
}

const oldAlgorithms: AlgorithmPolicy = { ...algorithms, digests: ['SHA-1', ...algorithms.digests], minRsaBits: 1024 }

/** For archives and tests: SHA-1, RSA from 1024 bits on, addresses in the subject of a certificate. */
const legacy: Policy = {
  ...direct,
  algorithms: oldAlgorithms,
  trust: { ...direct.trust, algorithms: oldAlgorithms, subjectEmailAddress: true },
}

/**
 * Policies to choose from.
 *
 * `direct`, the default, makes what every peer of version 1.2 reads, and accepts what versions 1.2 and 1.3 allow.
 * `legacy` accepts what is broken today: give it to a single call, for a message you know.
 */
export const policies: Readonly<Record<'direct' | 'legacy', Policy>> = { direct, legacy }
