import { type Reasons, type Step, type StepWriter, type Subject, stepsFrom } from '../verdict/index.js'

/** What an agent finds about itself that somebody should look at. */
export type SelfProblem =
  | 'no-identity'
  | 'no-signing-key'
  | 'no-decryption-key'
  | 'wrong-key'
  | 'key-not-usable'
  | 'own-certificate-expired'
  | 'own-certificate-not-yet-valid'
  | 'own-certificate-revoked'
  | 'own-certificate-not-usable'
  | 'own-certificate-untrusted'
  | 'not-published'
  | 'published-not-usable'
  | 'published-without-key'
  | 'no-anchors'
  | 'bundle-not-refreshed'
  | 'own-certificate-expires'
  | 'newest-not-published'
  | 'anchor-expired'
  | 'anchor-expires'
  | 'anchors-end'
  | 'bundle-refused'
  | 'identities-unknown'
  | 'key-not-reached'
  | 'own-certificate-unknown'
  | 'published-unknown'
  | 'anchors-unknown'

/**
 * `problem`: mail is lost or refused, or will be by what has happened already. `warning`: it will be, unless somebody
 * acts. `unknown`: what would have told did not answer.
 */
type Severity = 'problem' | 'warning' | 'unknown'

/** How much each weighs. */
export const severities: Readonly<Record<SelfProblem, Severity>> = {
  'no-identity': 'problem',
  'no-signing-key': 'problem',
  'no-decryption-key': 'problem',
  'wrong-key': 'problem',
  'key-not-usable': 'problem',
  'own-certificate-expired': 'problem',
  'own-certificate-not-yet-valid': 'problem',
  'own-certificate-revoked': 'problem',
  'own-certificate-not-usable': 'problem',
  'own-certificate-untrusted': 'problem',
  'not-published': 'problem',
  'published-not-usable': 'problem',
  'published-without-key': 'problem',
  'no-anchors': 'problem',
  'bundle-not-refreshed': 'problem',
  'own-certificate-expires': 'warning',
  'newest-not-published': 'warning',
  'anchor-expired': 'warning',
  'anchor-expires': 'warning',
  'anchors-end': 'warning',
  'bundle-refused': 'warning',
  'identities-unknown': 'unknown',
  'key-not-reached': 'unknown',
  'own-certificate-unknown': 'unknown',
  'published-unknown': 'unknown',
  'anchors-unknown': 'unknown',
}

type SelfReason =
  | SelfProblem
  | 'key-signs'
  | 'key-opens'
  | 'own-certificate-lasts'
  | 'own-certificate-trusted'
  | 'published-as-held'
  | 'anchors-held'
  | 'anchors-stay'
  | 'bundle-fresh'

/** Everything that is said about oneself, and the rule behind it. */
const reasons: Reasons<SelfReason> = {
  'no-identity': {
    message: 'Nobody is served here under the address.',
    remedy: 'Give the agent an identity that names the address or its domain, or look for a slip in its spelling.',
    standard: 'AS-81',
  },
  'no-signing-key': {
    message: 'No identity that is valid now may sign for the address: nothing is sent, and nothing acknowledged.',
    remedy: 'Give the agent a signing key with a certificate that is valid now.',
    standard: 'AS-71',
  },
  'no-decryption-key': {
    message: 'No identity opens mail for the address.',
    remedy: 'Give the agent the key of the certificate that is published.',
    standard: 'AS-61',
  },
  'key-signs': { message: 'The key signs, and its certificate verifies that.' },
  'key-opens': { message: 'The key opens what is encrypted to its certificate.' },
  'wrong-key': {
    message: 'The key is not the one of its certificate.',
    remedy: 'Put the key beside the certificate that was issued for it.',
  },
  'key-not-usable': {
    message: 'The key does not do what its certificate is for, in the way that the policy asks for.',
    remedy:
      'See whether the key, or the service that holds it, does these algorithms, and whether the policy has them.',
    standard: 'AS-18, AS-58',
  },
  'key-not-reached': { message: 'The key could not be reached.', remedy: 'Look at the service that holds it.' },
  'own-certificate-lasts': { message: 'The certificate stays valid for long enough.' },
  'own-certificate-expired': {
    message: 'The certificate has expired, and there is no other for this use.',
    remedy: 'Obtain a new one, publish it, and keep the old key for mail that is still on its way.',
    standard: 'RFC 5280 §6.1.3 (a)(2)',
  },
  'own-certificate-not-yet-valid': {
    message: 'The certificate is not valid yet, and there is no other for this use.',
    remedy: 'Keep the one before until then; or set the clock right.',
    standard: 'RFC 5280 §6.1.3 (a)(2)',
  },
  'own-certificate-expires': {
    message: 'The certificate expires soon, and there is no other to follow it.',
    remedy: 'Obtain a new one, publish it, and keep the old key for mail that is still on its way.',
    standard: 'RFC 5280 §6.1.3 (a)(2)',
  },
  'own-certificate-trusted': { message: 'Peers who have these anchors trust the certificate.', standard: 'AS-63' },
  'own-certificate-untrusted': {
    message: 'The certificate leads to none of the anchors that peers are thought to have.',
    remedy:
      'Who verifies wants the certificates above it in the identity, who encrypts wants it to say where they are; or say by which anchors peers trust us.',
    standard: 'AS-63',
  },
  'own-certificate-revoked': {
    message: 'The certificate has been revoked.',
    remedy: 'Ask its authority why, and obtain a new one with a new key.',
    standard: 'AS-67',
  },
  'own-certificate-not-usable': {
    message: 'Peers do not take the certificate, whoever they trust.',
    remedy: 'Obtain another one of which this is not so.',
    standard: 'AS-62',
  },
  'own-certificate-unknown': {
    message: 'Whether peers trust the certificate could not be found out.',
    remedy: 'Check again later; if it stays so, peers cannot find it out either: tell its authority.',
    standard: 'AS-65, AS-67',
  },
  'published-as-held': { message: 'What is published is what opens mail here.', standard: 'DISC-2' },
  'not-published': {
    message: 'No certificate is published for the address: nobody can write to it.',
    remedy: 'Publish the newest certificate in DNS or in a directory.',
    standard: 'DISC-2',
  },
  'published-not-usable': {
    message: 'No certificate that is published for the address may be used: nobody can write to it.',
    remedy: 'Publish the newest certificate in place of what is there.',
    standard: 'DISC-2',
  },
  'published-without-key': {
    message: 'A certificate is published for the address whose key is not here: mail that is encrypted to it is lost.',
    remedy: 'Give the agent its key; or take it out of DNS or the directory.',
    standard: 'AS-61',
  },
  'newest-not-published': {
    message: 'The newest certificate is not published: peers still encrypt to one before.',
    remedy: 'Publish it.',
    standard: 'DISC-2',
  },
  'published-unknown': {
    message: 'What is published for the address could not be found out.',
    remedy: 'Check again later; if it stays so, look at the servers of DNS and of the directory.',
    standard: 'DISC-7',
  },
  'identities-unknown': { message: 'The store of identities did not answer.', remedy: 'Look at the store.' },
  'anchors-held': { message: 'The address trusts somebody.', standard: 'AS-63' },
  'no-anchors': {
    message: 'The address has no anchor that counts: it trusts nobody.',
    remedy: 'Give the trust store anchors or a bundle for it.',
    standard: 'AS-63',
  },
  'anchor-expired': {
    message: 'An anchor has expired: those below it are not trusted.',
    remedy: 'Replace it by the one that its owner publishes now, or take it out.',
    standard: 'PKIX-5',
  },
  'anchor-expires': {
    message: 'An anchor expires soon: those below it will not be trusted.',
    remedy: 'Replace it by the one that its owner publishes now.',
    standard: 'PKIX-5',
  },
  'anchors-stay': { message: 'The anchors of a source go on to count.' },
  'anchors-end': {
    message: 'The anchors of a source count no more, or not for long.',
    remedy: 'Decide whether they are to count for longer; if not, take the source out.',
  },
  'bundle-fresh': { message: 'The bundle is fresh.', standard: 'TB-12' },
  'bundle-not-refreshed': {
    message: 'Nothing has come of the bundle for twice the time between two looks.',
    remedy: 'See that the store is refreshed on time; what the last look brought stands below.',
    standard: 'TB-12',
  },
  'bundle-refused': {
    message: 'The last look brought nothing new of the bundle, which is as it was before.',
    remedy: 'What the last look brought stands below.',
    standard: 'TB-13',
  },
  'anchors-unknown': { message: 'The store of anchors did not answer.', remedy: 'Look at the store.' },
}

const writer: StepWriter<SelfReason> = stepsFrom(reasons)

/** Something about oneself that somebody should look at. */
export interface Finding {
  readonly code: SelfProblem
  /** What is wrong, with what, and what to do. */
  readonly step: Step
  /** When what the step is about ends, has ended or begins, in milliseconds since 1970. */
  readonly until?: number
}

/** What there is to say of a thing: that it is well, or what is not. */
export type Remark = Finding | { readonly step: Step }

/** How a finding stands in the explanation. */
const outcomes: Readonly<Record<Severity, Step['outcome']>> = {
  problem: 'failed',
  warning: 'skipped',
  unknown: 'unknown',
}

export function well(code: Exclude<SelfReason, SelfProblem>, about?: Subject, steps?: readonly Step[]): Remark {
  return { step: writer.passed(code, about, steps) }
}

export function finding(code: SelfProblem, about?: Subject, steps?: readonly Step[]): Finding {
  return { code, step: writer[outcomes[severities[code]]](code, about, steps) }
}

/** A finding about a date, which stands in its sentence. */
export function dated(code: SelfProblem, about: Subject | undefined, until: number): Finding {
  const { step } = finding(code, about)
  const date = new Date(until).toISOString().slice(0, 10)
  return { code, until, step: { ...step, message: step.message.replace(/\.$/, ` (${date}).`) } }
}
