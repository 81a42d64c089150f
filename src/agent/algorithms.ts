import type { AlgorithmPolicy, KeyAgreementName, KeyTransportName, SendingAlgorithms } from '../crypto/index.js'

/** The algorithm part of a policy: what is accepted in what others made, and what is made. */
export interface Algorithms {
  readonly algorithms: AlgorithmPolicy
  readonly sending: SendingAlgorithms
}

export type AlgorithmProfile = 'direct' | 'direct-1.2' | 'direct-1.3' | 'legacy'

const oaep: readonly KeyTransportName[] = [
  'RSAES-OAEP-SHA-1',
  'RSAES-OAEP-SHA-256',
  'RSAES-OAEP-SHA-384',
  'RSAES-OAEP-SHA-512',
]

const agreementsOf = (digest: 'sha1' | 'sha224' | 'sha256' | 'sha384' | 'sha512'): readonly KeyAgreementName[] => [
  `dhSinglePass-stdDH-${digest}kdf`,
  `dhSinglePass-cofactorDH-${digest}kdf`,
]

const sha2Agreements = [...agreementsOf('sha256'), ...agreementsOf('sha384'), ...agreementsOf('sha512')]

/** What today's systems make, in the versions 1.2 and 1.3 and in RFC 8551 (AS-58, AS-59). */
const accepted: AlgorithmPolicy = {
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
  keyTransports: ['RSAES-PKCS1-v1_5', ...oaep],
  // A derivation with SHA-1 is what OpenSSL writes unless told otherwise, and no collision hurts it.
  keyAgreements: [
    ...agreementsOf('sha1'),
    ...agreementsOf('sha224'),
    ...sha2Agreements,
    'dhSinglePass-stdDH-hkdf-sha256',
    'dhSinglePass-stdDH-hkdf-sha384',
    'dhSinglePass-stdDH-hkdf-sha512',
  ],
  keyWraps: ['AES-128-KW', 'AES-192-KW', 'AES-256-KW'],
}

/** What every system reads; a key of a curve has but one way. */
const sending: SendingAlgorithms = {
  cipher: 'AES-256-CBC',
  keyTransport: 'RSAES-PKCS1-v1_5',
  keyAgreement: 'dhSinglePass-stdDH-sha256kdf',
  keyWrap: 'AES-256-KW',
}

/**
 * The algorithms of each policy, accepted and produced in columns of their own (AS-58, AS-59).
 *
 * `direct` is the default. `direct-1.2` and `direct-1.3` are what these versions of the Applicability Statement name, and
 * no more. `legacy` is for archives: SHA-1, RSA from 1024 bits on, 3DES; what it makes is no weaker.
 *
 * @example
 * const { algorithms, sending } = algorithmProfiles['direct-1.3']
 * const policy = { ...policies.direct, algorithms, sending, trust: { ...policies.direct.trust, algorithms } }
 */
export const algorithmProfiles: Readonly<Record<AlgorithmProfile, Algorithms>> = {
  direct: { algorithms: accepted, sending },
  'direct-1.2': {
    algorithms: {
      ...accepted,
      signatures: ['RSASSA-PKCS1-v1_5'],
      curves: [],
      contentCiphers: ['AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC'],
      keyTransports: ['RSAES-PKCS1-v1_5'],
      keyAgreements: [],
    },
    sending,
  },
  'direct-1.3': {
    algorithms: {
      ...accepted,
      signatures: ['RSASSA-PKCS1-v1_5', 'ECDSA'],
      curves: ['P-256', 'P-384'],
      contentCiphers: ['AES-128-CBC', 'AES-192-CBC', 'AES-256-CBC', 'AES-128-GCM', 'AES-256-GCM'],
      keyAgreements: sha2Agreements,
    },
    sending: { ...sending, keyTransport: 'RSAES-OAEP-SHA-256' },
  },
  legacy: {
    algorithms: {
      ...accepted,
      digests: ['SHA-1', ...accepted.digests],
      minRsaBits: 1024,
      contentCiphers: [...accepted.contentCiphers, '3DES-CBC'],
    },
    sending,
  },
}
