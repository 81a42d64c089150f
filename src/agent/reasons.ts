import { type Reasons, type StepWriter, stepsFrom } from '../verdict/index.js'

/** Why a recipient does not get what is sealed. */
export type RecipientProblem =
  | 'bad-address'
  | 'no-certificate'
  | 'no-usable-certificate'
  | 'untrusted'
  | 'lookup-failed'
  | 'revocation-unknown'

/** Why a message is not handed out at all. */
export type MessageProblem =
  | 'malformed'
  | 'too-large'
  | 'not-encrypted'
  | 'no-local-recipient'
  | 'not-decryptable'
  | 'not-signed'
  | 'signature-invalid'
  | 'signer-not-author'
  | 'tampered'
  | 'not-wrapped'
  | 'untrusted'
  | 'revocation-unknown'
  | 'too-old'

/** Why one of several local recipients does not get a message that others may have. */
export type LocalRecipientProblem = 'not-decryptable' | 'not-addressed' | 'untrusted' | 'revocation-unknown'

/** Which part of the world did not answer. */
export type PortProblem =
  | 'identity-store-failed'
  | 'trust-store-failed'
  | 'address-book-failed'
  | 'key-unreachable'
  | 'lookup-failed'
  | 'evidence-unreachable'
  | 'seen-store-failed'
  | 'sent-store-failed'
  | 'limiter-failed'

type AgentReason =
  | RecipientProblem
  | MessageProblem
  | LocalRecipientProblem
  | PortProblem
  | 'recipient-found'
  | 'recipient-trusts'
  | 'recipient-trusts-fields'
  | 'not-ours'
  | 'author-bound'
  | 'wrapped'
  | 'author-unclear'
  | 'envelope-differs'
  | 'header-differs'
  | 'envelope-sender-differs'
  | 'sender-bound'
  | 'replay-not-checked'
  | 'first-delivery'
  | 'duplicate'
  | 'message-id-conflict'
  | 'evidence-malformed'
  | 'evidence-changed'
  | 'evidence-signature'
  | 'evidence-path'
  | 'evidence-holds'

/** Everything this room says, and the rule behind it. */
const reasons: Reasons<AgentReason> = {
  'recipient-found': { message: 'The recipient has a certificate that may be used and is trusted.', standard: 'AS-72' },
  'bad-address': {
    message: 'The recipient is not an address.',
    remedy: 'Write it as name@domain.',
    standard: 'AS-1',
  },
  'no-certificate': {
    message: 'No certificate was found for the recipient.',
    remedy: 'Check the spelling; if it is right, the recipient may have no Direct address.',
    standard: 'AS-73',
  },
  'no-usable-certificate': {
    message: 'Certificates were found for the recipient, and none of them may be used.',
    remedy: 'Tell the organisation of the recipient what is wrong with the certificate it publishes.',
    standard: 'DISC-2',
  },
  untrusted: {
    message: 'There is no trust between the two sides.',
    remedy: 'If the other organisation deserves trust, add the anchor of its certification authority.',
    standard: 'AS-63, AS-88',
  },
  'lookup-failed': {
    message: 'The certificate of the recipient could not be looked up.',
    remedy: 'Try again later; nothing is wrong with the address as far as one knows.',
    standard: 'DISC-7',
  },
  malformed: { message: 'The message cannot be read.', remedy: 'Ask the sender to send it again.' },
  'too-large': {
    message: 'The message is larger, or its header names more recipients, than this agent takes.',
    remedy: 'Raise maxMessageBytes; or give the envelope, which has no such limit.',
  },
  'not-encrypted': { message: 'The message is not encrypted.', standard: 'AS-82' },
  'no-local-recipient': {
    message: 'None of the recipients is served here.',
    remedy: 'Give the agent the identities of its addresses, or look why the message came here.',
    standard: 'AS-81',
  },
  'not-decryptable': {
    message: 'The message is not encrypted to the recipient, or does not open.',
    remedy: 'Compare the certificate that is published for the recipient with the keys that are installed.',
    standard: 'AS-61, AS-82',
  },
  'not-signed': { message: 'The message is not signed.', standard: 'AS-83' },
  'signature-invalid': { message: 'The signature on the message does not count.', standard: 'AS-83' },
  'signer-not-author': {
    message: 'The message was signed by somebody else than its author.',
    remedy: 'The sender must sign with the certificate of the address in From.',
    standard: 'AS-84, AS-85',
  },
  tampered: {
    message: 'The signed message names none of those it was delivered to.',
    remedy: 'Look for a forwarding rule between the sender and this agent.',
    standard: 'AS-46',
  },
  'not-addressed': {
    message: 'The signed message does not name the recipient: somebody added it on the way.',
    remedy: 'Look for a forwarding rule between the sender and this agent.',
    standard: 'AS-46',
  },
  'author-bound': { message: 'The signer is the author of the message.', standard: 'AS-84' },
  'recipient-trusts-fields': {
    message: 'The recipient trusts the signer for notifications alone: the fields are handed out, and no text.',
    standard: 'AS-90',
  },
  'not-ours': {
    message: 'The notification is about no message that was sent from here to the recipient it speaks for.',
    remedy: 'Nothing, unless the list of what was sent is incomplete.',
    standard: 'AS-90',
  },
  'recipient-trusts': { message: 'The recipient trusts the signer.', standard: 'AS-87' },
  wrapped: { message: 'The whole message was signed, its header included.', standard: 'AS-40' },
  'author-unclear': {
    message: 'The message does not name exactly one author in From.',
    remedy: 'The sender must write one From field with one address.',
    standard: 'AS-85',
  },
  'not-wrapped': {
    message: 'Only the body was signed: nobody vouches for subject, recipients, date and identifier.',
    remedy: 'Ask the sender to wrap its messages, or allow others in the policy (requireWrapped).',
    standard: 'AS-49',
  },
  'envelope-differs': {
    message: 'The envelope names another sender than the signed message. This decides nothing.',
    standard: 'AS-85',
  },
  'envelope-sender-differs': {
    message: 'The envelope names another sender than the signed message, and the policy wants them to be one.',
    remedy:
      'The sender must write its address into the envelope; or allow others in the policy (requireEnvelopeSender).',
    standard: 'AS-85',
  },
  'sender-bound': {
    message: 'The signer is the Sender of the message, as the policy allows; nobody vouches for From.',
    standard: 'AS-85',
  },
  'header-differs': {
    message: 'The outer header does not say what the signed one says. This decides nothing.',
    standard: 'AS-85',
  },
  'revocation-unknown': {
    message: 'Whether the certificate of the other side has been revoked could not be found out.',
    remedy:
      'Try again later; if it stays so, the revocation server of its authority fails, or cannot be reached from here.',
    standard: 'AS-67',
  },
  'evidence-unreachable': {
    message: 'A server with the revocation or the issuer of a certificate did not answer.',
    remedy: 'Open the message again later; when it has waited long enough, as the final attempt.',
    standard: 'AS-65, AS-67',
  },
  'too-old': {
    message: 'The message was signed, or written, longer ago than the policy allows.',
    remedy: 'Ask the sender to send it again, or raise maxAgeMs.',
  },
  'evidence-holds': {
    message: 'The signature, its path and its revocation information hold as of the time of receipt.',
  },
  'evidence-malformed': { message: 'A part of the evidence is missing, or cannot be read.' },
  'evidence-changed': { message: 'The content is not the one that the evidence was made for.' },
  'evidence-signature': { message: 'The content was not signed with the certificate that was trusted.' },
  'evidence-path': { message: 'The path of the certificate does not hold as of the time of receipt.' },
  'first-delivery': { message: 'The message has not been opened for the recipient before.' },
  duplicate: {
    message: 'The message has been opened for the recipient before.',
    remedy: 'Acknowledge it again, for the first answer may be lost, and do not deliver it twice.',
  },
  'message-id-conflict': {
    message: 'Another message of the same author with the same Message-ID has been opened for the recipient before.',
    remedy: 'Deliver it, and tell the sender that its identifiers are not unique.',
    standard: 'AS-33',
  },
  'replay-not-checked': {
    message: 'Whether the message came before has not been checked.',
    remedy: 'Give the agent a store of what it has seen (seen).',
  },
  'sent-store-failed': { message: 'The list of what was sent did not answer.', remedy: 'Try again later.' },
  'seen-store-failed': { message: 'The store of what was seen did not answer.', remedy: 'Try again later.' },
  'limiter-failed': { message: 'The limiter of notifications did not answer.', remedy: 'Try again later.' },
  'address-book-failed': { message: 'The list of local addresses did not answer.', remedy: 'Try again later.' },
  'identity-store-failed': { message: 'The store of identities did not answer.', remedy: 'Try again later.' },
  'trust-store-failed': { message: 'The store of anchors did not answer.', remedy: 'Try again later.' },
  'key-unreachable': { message: 'The key of the recipient could not be reached.', remedy: 'Try again later.' },
}

const writer: StepWriter<AgentReason> = stepsFrom(reasons)
export const passed: StepWriter<AgentReason>['passed'] = writer.passed
export const failed: StepWriter<AgentReason>['failed'] = writer.failed
export const unknown: StepWriter<AgentReason>['unknown'] = writer.unknown
export const skipped: StepWriter<AgentReason>['skipped'] = writer.skipped
