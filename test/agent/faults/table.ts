import type { MessageProblem, PortProblem, RecipientProblem } from '../../../src/agent/index.js'

/**
 * What became of a message. `message` is what was sealed, to the last octet; what is deferred, for one recipient or for all,
 * may be asked again; `aborted` is what the caller itself asked for. What is thrown is named by its code.
 */
type Outcome =
  | 'message'
  | `deferred ${PortProblem | RecipientProblem | 'ERR_AGENT_PORT'}`
  | `rejected ${MessageProblem | RecipientProblem | `ERR_${string}`}`
  | 'aborted'

/**
 * Where a fault lies: in a part of the world that does not do its work, in what somebody has decided or published, or in
 * the octets of a message.
 */
type Place = 'infrastructure' | 'decided' | 'bytes'

export interface Row {
  readonly fault: string
  readonly place: Place
  /** Everything that may come of it. */
  readonly outcomes: readonly Outcome[]
}

const infrastructure = (fault: string, ...outcomes: readonly Outcome[]): Row => ({
  fault,
  place: 'infrastructure',
  outcomes,
})
const decided = (fault: string, ...outcomes: readonly Outcome[]): Row => ({ fault, place: 'decided', outcomes })
const bytes = (fault: string, ...outcomes: readonly Outcome[]): Row => ({ fault, place: 'bytes', outcomes })

/** What octets that are no longer those of the sender end in, whichever they are. */
const damaged = ['rejected malformed', 'rejected not-decryptable'] as const

/** Every fault that is tried, and what must come of it. */
export const table: readonly Row[] = [
  // Opening: the ports of the agent.
  infrastructure('opening: the store of identities fails', 'deferred identity-store-failed'),
  infrastructure('opening: the store of identities is silent, the caller gives up', 'aborted'),
  infrastructure('opening: the store of anchors fails', 'deferred trust-store-failed'),
  infrastructure('opening: the store of anchors is silent, the caller gives up', 'aborted'),
  infrastructure('opening: the list of local addresses fails', 'deferred address-book-failed'),
  infrastructure('opening: the list of local addresses is silent, the caller gives up', 'aborted'),
  infrastructure('opening: the key service fails', 'deferred key-unreachable'),
  infrastructure('opening: the key service is throttled', 'deferred key-unreachable'),
  infrastructure('opening: the key service is silent, the caller gives up', 'aborted'),
  infrastructure('opening: the store of what was seen fails', 'deferred seen-store-failed'),
  infrastructure('opening: the store of what was seen is silent, the caller gives up', 'aborted'),
  // To tell a wrong key from a wrong message would tell a stranger about the padding.
  decided('opening: the key service answers with another key', ...damaged, 'rejected not-signed'),

  // Opening: the network.
  infrastructure('opening: no server can be reached', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists has an error', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists does not have it', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists is slow', 'message'),
  infrastructure('opening: a server of lists is silent', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists is silent, the caller gives up', 'aborted'),
  infrastructure('opening: a server of lists breaks off', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends a page of its own', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends a part', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends a damaged one', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends one that is out of date', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends the one of another authority', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists sends one that another key signed', 'deferred evidence-unreachable'),
  infrastructure('opening: a server of lists redirects in a circle', 'deferred evidence-unreachable'),
  infrastructure('opening: the server of an issuer has an error', 'deferred evidence-unreachable'),
  infrastructure('opening: the server of an issuer cannot be reached', 'deferred evidence-unreachable'),
  // A server that says so has answered: without an issuer there is no path.
  decided('opening: the server of an issuer does not have it', 'rejected untrusted'),
  decided('opening: the server of an issuer sends another certificate', 'rejected untrusted'),
  decided('opening: the server of an issuer sends a page of its own', 'rejected untrusted'),
  decided('opening: the certificate of the sender is revoked', 'rejected untrusted'),
  decided('opening: the certificate of its issuer is revoked', 'rejected untrusted'),

  // Opening: the anchors.
  decided('opening: the anchor is missing', 'rejected untrusted'),
  decided('opening: the anchor has been removed since', 'rejected untrusted'),
  decided('opening: the anchor is for the other direction', 'rejected untrusted'),
  decided('opening: the anchor is for notifications', 'rejected untrusted'),
  decided('opening: the anchor has expired', 'rejected untrusted'),
  decided('opening: the anchor is one of the same name', 'rejected untrusted'),

  // Opening: the clock.
  infrastructure('opening: the clock is some minutes slow', 'message'),
  infrastructure('opening: the clock is some days slow', 'deferred evidence-unreachable'),
  infrastructure('opening: the clock is some days fast', 'deferred evidence-unreachable'),
  decided('opening: the clock is before all certificates', 'rejected untrusted'),
  decided('opening: the clock is years late', 'rejected untrusted'),
  infrastructure('opening: months late, at the time of receipt', 'message'),
  // No list of today says what became of a certificate that has expired since.
  infrastructure('opening: years late, at the time of receipt', 'deferred evidence-unreachable'),

  // Opening: the octets. What hits nothing that counts is harmless: then all that comes out is what was sealed.
  // The first two show that what is done to the others is not refused for how it is done.
  bytes('nothing, and encrypted anew', 'message'),
  bytes('nothing, and signed and encrypted anew', 'message'),
  bytes('truncated', ...damaged, 'rejected no-local-recipient', 'rejected not-encrypted', 'message'),
  bytes('a part is gone', ...damaged, 'rejected no-local-recipient', 'rejected not-encrypted', 'message'),
  bytes('a bit of the outer header', ...damaged, 'rejected no-local-recipient', 'rejected not-encrypted', 'message'),
  bytes('a bit of the envelope', ...damaged, 'rejected not-encrypted', 'rejected not-signed', 'message'),
  bytes('a bit of the ciphertext', ...damaged, 'rejected not-signed', 'rejected signature-invalid', 'message'),
  bytes('a bit of the signed content', 'rejected signature-invalid'),
  bytes('a bit of the signed attributes', 'rejected signature-invalid', 'rejected malformed'),
  bytes('a bit of the signature', 'rejected signature-invalid'),
  bytes('a bit of the certificate', 'rejected signature-invalid', 'rejected malformed'),
  bytes('octets at random', 'rejected malformed', 'rejected no-local-recipient', 'rejected not-encrypted'),
  bytes('line ends without CR', 'message'),
  bytes('the signers are taken out', 'rejected not-signed'),
  bytes('the signature is taken off', 'rejected not-signed'),
  bytes('the encryption is taken off', 'rejected not-encrypted'),
  bytes('the wrapper is taken off', 'rejected signature-invalid'),
  bytes('From is exchanged outside', 'message'),
  bytes('From is exchanged inside', 'rejected signature-invalid'),
  bytes('From is exchanged, and signed', 'rejected signer-not-author'),
  bytes('a second From outside', 'message'),
  bytes('a second From inside', 'rejected signature-invalid'),
  bytes('a second From, and signed', 'rejected signer-not-author'),
  bytes('recipients are exchanged outside', 'rejected no-local-recipient', 'message'),
  bytes('recipients are exchanged inside', 'rejected signature-invalid'),
  bytes('recipients are exchanged, and signed', 'rejected tampered'),
  bytes('encrypted to another', 'rejected not-decryptable'),
  bytes('signed by another whom one trusts', 'rejected signer-not-author'),
  bytes('signed by another of the same address', 'rejected untrusted'),
  bytes('signed with another key', 'rejected signature-invalid'),
  bytes('the signature of another message', 'rejected signature-invalid'),

  // Sealing.
  infrastructure('sealing: the store of identities fails', 'deferred ERR_AGENT_PORT'),
  infrastructure('sealing: the store of anchors fails', 'deferred ERR_AGENT_PORT'),
  infrastructure('sealing: the key service fails', 'deferred ERR_AGENT_PORT'),
  infrastructure('sealing: the key service is silent, the caller gives up', 'aborted'),
  infrastructure('sealing: the directory fails', 'deferred lookup-failed'),
  infrastructure('sealing: the directory is silent, the caller gives up', 'aborted'),
  infrastructure('sealing: a server of lists has an error', 'deferred revocation-unknown'),
  decided('sealing: the directory knows nobody', 'rejected no-certificate'),
  decided('sealing: the directory has the certificate of another', 'rejected no-usable-certificate'),
  decided('sealing: the certificate has expired', 'rejected no-usable-certificate'),
  decided('sealing: the certificate is not valid yet', 'rejected no-usable-certificate'),
  decided('sealing: the certificate does not encrypt', 'rejected no-usable-certificate'),
  decided('sealing: the certificate is revoked', 'rejected no-usable-certificate'),
  decided('sealing: the authority is not trusted', 'rejected untrusted'),
  decided('sealing: the anchor is for the other direction', 'rejected untrusted'),
  decided('sealing: the clock is years late', 'rejected ERR_AGENT_NO_IDENTITY'),
  bytes('sealing: two From', 'rejected ERR_AGENT_NO_AUTHOR'),
  bytes('sealing: no From', 'rejected ERR_AGENT_NO_AUTHOR'),
  bytes('sealing: the From of a stranger', 'rejected ERR_AGENT_NO_IDENTITY'),
  bytes('sealing: octets at random', 'rejected ERR_AGENT_NO_AUTHOR'),

  // Answering.
  infrastructure('answering: the limiter fails', 'deferred ERR_AGENT_PORT'),
  infrastructure('answering: the key service fails', 'deferred ERR_AGENT_PORT'),
  infrastructure('answering: the directory fails', 'deferred lookup-failed'),
]
