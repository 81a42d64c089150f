import type { Signer } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import {
  addressKey,
  distinctAddresses,
  fieldBody,
  formatAddress,
  formatDate,
  type Mailbox,
  parseDate,
  parseMessageIds,
  wrapMessage,
} from '../mime/index.js'
import { requestsDelivery } from '../notification/index.js'
import { encryptEntity, signEntity } from '../smime/index.js'
import type { AnchorQuery } from '../trust/index.js'
import { encryptionGroups } from './encryption-settings.js'
import { AgentError } from './errors.js'
import { findRecipients } from './find-recipients.js'
import { mailboxesOf } from './message.js'
import { contentOf, type Outgoing, openHeader, withBlind, withoutRecipients } from './outgoing.js'
import { ask, type Ports } from './ports.js'
import type { Envelope, Sealed, SealedMessage, SealedRecipient } from './sealed.js'

/**
 * The outgoing journey: who is to get it, who may, and one message for all of them, or for each who must not be seen
 * (AS-70 to AS-76).
 *
 * @param about - what kind of thing is sent: anchors may be meant for notifications alone (AS-90).
 */
export async function sealMessage(
  message: Outgoing,
  envelope: Partial<Envelope>,
  ports: Ports,
  about: AnchorQuery['about'] = 'message',
): Promise<Sealed> {
  const wanted = recipientsOf(message, envelope)
  const credential = await signingCredential(message.author.address, ports)
  const anchors = await ask(
    'trust-store-failed',
    () => ports.trust.anchors({ address: message.author.address, direction: 'outgoing', about, at: ports.at }),
    ports.signal,
  )
  const { accepted, rejected } = await findRecipients(wanted, anchors, ports)

  const named = new Set(message.visible.map(addressKey))
  const visible = accepted.filter(({ address }) => named.has(addressKey(address)))
  const blind = accepted.filter(({ address }) => !named.has(addressKey(address)))
  // Whoever is in the envelope and not in To or Cc is blind too (AS-57).
  const hidden = ports.policy.hideRejected ? rejected.map(({ address }) => address) : []
  const shown = hidden.length > 0 ? withoutRecipients(message, hidden) : message
  const groups: Group[] = [
    ...(visible.length > 0 ? [{ inner: shown.raw, recipients: visible }] : []),
    ...blind.map((recipient) => ({
      inner: withBlind(shown, recipient.address, ports.policy.blindIn),
      recipients: [recipient],
    })),
  ]
  const header = routingHeader(message, new Set(visible.map(({ address }) => addressKey(address))), ports.at)
  const mailFrom = envelope.mailFrom ?? message.author.address
  const messages = await Promise.all(groups.map((group) => sealGroup(group, credential, header, mailFrom, ports)))
  return {
    messageId: message.messageId,
    author: message.author.address,
    deliveryRequested: requestsDelivery(fieldBody(message.header, 'Disposition-Notification-Options')),
    inner: message.raw,
    messages: messages.flat(),
    accepted,
    rejected,
  }
}

/** Recipients to whom the same is signed. */
interface Group {
  readonly inner: Uint8Array
  readonly recipients: readonly SealedRecipient[]
}

/** Wrapped, unless that is not wanted, signed once, and encrypted for those who share a cipher: in this order and no other (AS-42, AS-50, AS-56). */
async function sealGroup(
  { inner, recipients }: Group,
  signer: Credential<Signer>,
  header: Fields,
  mailFrom: string,
  { crypto, at, signal, policy }: Ports,
): Promise<readonly SealedMessage[]> {
  const entity = policy.wrap ? wrapMessage(inner) : contentOf(inner)
  const around = policy.wrap ? header : openHeader(inner)
  const signed = await signEntity(entity, signer, { crypto, at, ...(signal && { signal }) })
  return Promise.all(
    encryptionGroups(recipients, policy).map(async ({ envelope, recipients }) => ({
      raw: await encryptEntity(signed, envelope, crypto, around),
      envelope: { mailFrom, rcptTo: recipients.map(({ address }) => address) },
    })),
  )
}

/** An envelope decides who gets the message, be they named in the header or not (AS-5). The same one twice gets one. */
function recipientsOf(message: Outgoing, { rcptTo }: Partial<Envelope>): readonly string[] {
  const wanted = rcptTo ?? [...message.visible, ...message.blind]
  if (wanted.length === 0) throw new AgentError('ERR_AGENT_NO_RECIPIENT', 'nobody is to get the message')
  return distinctAddresses(wanted)
}

async function signingCredential(address: string, { identities, at, signal }: Ports): Promise<Credential<Signer>> {
  const query = { address, use: 'signing', at } as const
  const found = await ask('identity-store-failed', () => identities.find(query), signal)
  const signing = found.flatMap((identity) => identity.signing ?? [])[0]
  if (!signing) throw new AgentError('ERR_AGENT_NO_IDENTITY', 'no identity may sign for the author of the message')
  const { certificate, chain, key } = signing
  const { digest, signatureAlgorithm } = key
  const sign: Signer['sign'] = (data, options) => ask('key-unreachable', () => key.sign(data, options), signal)
  return { certificate, chain, key: { digest, signatureAlgorithm, sign } }
}

/**
 * What mail systems on the way may see: who writes to whom, when, in answer to what. A subject never leaves the envelope
 * (AS-43), nor do the words that comments and the old form of In-Reply-To may hold. Those who do not get the message are
 * not named (AS-76).
 */
function routingHeader({ header, author, messageId }: Outgoing, shown: ReadonlySet<string>, at: number): Fields {
  const list = (name: string) =>
    addressField(
      name,
      mailboxesOf(header, name).filter(({ address }) => shown.has(addressKey(address))),
    )
  const [to, cc] = [list('To'), list('Cc')]
  const identifiers = (name: string): Fields => {
    const found = parseMessageIds(fieldBody(header, name) ?? '')
    return found.length > 0 ? [[name, found.join(' ')]] : []
  }
  const nobody: Fields = [['To', 'undisclosed-recipients:;']]
  return [
    ['From', formatAddress(author)],
    ...(to.length + cc.length > 0 ? to : nobody),
    ...cc,
    ['Date', formatDate(parseDate(fieldBody(header, 'Date') ?? '') ?? at)],
    ['Message-ID', messageId],
    ...identifiers('In-Reply-To'),
    ...identifiers('References'),
    ['MIME-Version', '1.0'],
  ]
}

type Fields = readonly (readonly [name: string, body: string])[]

function addressField(name: string, mailboxes: readonly Mailbox[]): Fields {
  return mailboxes.length > 0 ? [[name, mailboxes.map(formatAddress).join(', ')]] : []
}
