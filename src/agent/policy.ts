import type { AlgorithmPolicy, SendingAlgorithms } from '../crypto/index.js'
import { mailKeyPurposes, type TrustPolicy } from '../trust/index.js'
import { type AlgorithmProfile, algorithmProfiles } from './algorithms.js'
import type { PeerSettings } from './encryption-settings.js'

/** Everything an agent goes by, in parts that each room gets alone. */
export interface Policy {
  /** What is accepted in messages. */
  readonly algorithms: AlgorithmPolicy
  /** What is asked of certificates. */
  readonly trust: TrustPolicy
  /** How messages are encrypted. */
  readonly sending: SendingAlgorithms
  /** What single peers get instead: recipients of another cipher get a message of their own. */
  readonly sendingTo: readonly PeerSettings[]
  /**
   * Wraps the message, so that a signature covers its header, too, and the subject stays inside (AS-40). Without it only
   * what is below the header is signed, and everybody on the way reads the header: for peers that cannot unwrap (AS-42).
   */
  readonly wrap: boolean
  /** The field in which a blind recipient stands in its own copy: `Cc` for peers who look for it nowhere else (AS-57). */
  readonly blindIn: 'Bcc' | 'Cc'
  /** Refuses messages that are not wrapped, whose subject and recipients nobody has signed (AS-49). */
  readonly requireWrapped: boolean
  /** Refuses the whole message when it was delivered to somebody whom it does not name, not to them alone (AS-46). */
  readonly rejectTampered: boolean
  /** Takes any key that opened the message for all its local recipients: the rule of one reference implementation (AS-61). */
  readonly anyLocalKey: boolean
  /** Refuses messages whose MAIL FROM is not their author: the rule of the reference implementations (AS-85). */
  readonly requireEnvelopeSender: boolean
  /** Takes messages that were signed for their Sender and not for their From, of which nobody vouches then (AS-85). */
  readonly acceptSender: boolean
  /**
   * How long before it came in a message may have been signed and dated, in milliseconds; an older one is refused. Default:
   * no limit.
   */
  readonly maxAgeMs?: number
  /**
   * Takes recipients who do not get a message out of its To and Cc before it is signed, so that the others do not read
   * who was written to as well. By default the header stays as its author wrote it (AS-76).
   */
  readonly hideRejected: boolean
}

const direct: Policy = {
  ...algorithmProfiles.direct,
  trust: {
    algorithms: algorithmProfiles.direct.algorithms,
    clockSkewMs: 5 * 60_000,
    anchorValidity: 'checked',
    signaturesBeyond13: 'warning',
    endsInAuthority: 'refused',
    extKeyUsages: mailKeyPurposes,
    revocation: { mode: 'required', withoutPointer: 'warning', sources: ['crl', 'ocsp'], maxAgeMs: 7 * 86_400_000 },
    subjectEmailAddress: false,
    dNSNameBesideAddress: false,
    namesBeyond13: 'warning',
  },
  sendingTo: [],
  wrap: true,
  blindIn: 'Bcc',
  requireWrapped: false,
  rejectTampered: false,
  anyLocalKey: false,
  requireEnvelopeSender: false,
  acceptSender: false,
  hideRejected: false,
}

/** For archives and tests: SHA-1, 3DES, RSA from 1024 bits on, addresses in the subject of a certificate. */
const legacy: Policy = {
  ...direct,
  ...algorithmProfiles.legacy,
  trust: {
    ...direct.trust,
    algorithms: algorithmProfiles.legacy.algorithms,
    subjectEmailAddress: true,
    // The servers of an archive's authorities are gone.
    revocation: { ...direct.trust.revocation, mode: 'best-effort' },
  },
}

/** The letter of version 1.2 of the Applicability Statement. */
const direct12: Policy = {
  ...direct,
  ...algorithmProfiles['direct-1.2'],
  trust: { ...direct.trust, algorithms: algorithmProfiles['direct-1.2'].algorithms, subjectEmailAddress: true },
}

/** The letter of version 1.3: what `direct` warns of in certificates is refused (AS-15, AS-16, AS-19, AS-20). */
const direct13: Policy = {
  ...direct,
  ...algorithmProfiles['direct-1.3'],
  trust: {
    ...direct.trust,
    algorithms: algorithmProfiles['direct-1.3'].algorithms,
    signaturesBeyond13: 'refused',
    namesBeyond13: 'refused',
    revocation: { ...direct.trust.revocation, withoutPointer: 'refused' },
  },
}

/**
 * Policies to choose from.
 *
 * `direct`, the default, makes what every peer of version 1.2 reads, and accepts what versions 1.2 and 1.3 allow.
 * `direct-1.2` and `direct-1.3` are what those versions say, and no more. `legacy` accepts what is broken today: give it to
 * a single call, for a message you know.
 */
export const policies: Readonly<Record<AlgorithmProfile, Policy>> = {
  direct,
  'direct-1.2': direct12,
  'direct-1.3': direct13,
  legacy,
}
