import { type Bytes, concat, equal } from '../bytes/index.js'
import type { Signer } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import {
  addressKey,
  fieldBody,
  formatAddress,
  type Header,
  type Mailbox,
  serializeHeader,
  wrapMessage,
} from '../mime/index.js'
import { encryptEntity, signEntity } from '../smime/index.js'
import type { AnchorQuery } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'
import { AgentError } from './errors.js'
import { findRecipients } from './find-recipients.js'
import { mailboxesOf } from './message.js'
import { type Outgoing, withBcc } from './outgoing.js'
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
    () => ports.trust.anchors({ address: message.author.address, direction: 'outgoing', about }),
    ports.signal,
  )
  const { accepted, rejected } = await findRecipients([...wanted.visible, ...wanted.blind], anchors, ports)

  const visible = accepted.filter(({ address }) => wanted.visible.includes(address))
  const blind = accepted.filter(({ address }) => wanted.blind.includes(address))
  const groups: Group[] = [
    ...(visible.length > 0 ? [{ inner: message.raw, recipients: visible }] : []),
    ...blind.map((recipient) => ({ inner: withBcc(message, recipient.address), recipients: [recipient] })),
  ]
  const shown = new Set(visible.map(({ address }) => addressKey(address)))
  const mailFrom = envelope.mailFrom ?? message.author.address
  const messages = await Promise.all(
    groups.map(async ({ inner, recipients }): Promise<SealedMessage> => {
      const entity = await sealEntity(inner, credential, recipients, ports)
      const rcptTo = recipients.map(({ address }) => address)
      return { raw: concat([routingHeader(message, shown), entity]), envelope: { mailFrom, rcptTo } }
    }),
  )
  return { messageId: message.messageId, inner: message.raw, messages, accepted, rejected }
}

/** Recipients who get the same message. */
interface Group {
  readonly inner: Bytes
  readonly recipients: readonly SealedRecipient[]
}

/** Wrapped, signed, encrypted: in this order and no other (AS-42, AS-50). */
async function sealEntity(
  inner: Bytes,
  signer: Credential<Signer>,
  recipients: readonly SealedRecipient[],
  { crypto, at, signal, policy }: Ports,
): Promise<Bytes> {
  const { cipher, keyTransport } = policy.sending
  const certificates = distinct(recipients.flatMap((recipient) => recipient.certificates))
  const signed = await signEntity(wrapMessage(inner), signer, { crypto, at, ...(signal && { signal }) })
  const envelope = { cipher, recipients: certificates.map((certificate) => ({ certificate, keyTransport })) }
  return encryptEntity(signed, envelope, crypto)
}

/**
 * Splits recipients into those whom the header names and those whom nobody is to see. An envelope decides who gets the
 * message; whoever is in it and not in To or Cc is blind (AS-5, AS-57).
 */
function recipientsOf(message: Outgoing, { rcptTo }: Partial<Envelope>) {
  const named = new Set(message.visible.map(addressKey))
  const wanted = distinctAddresses(rcptTo ?? [...message.visible, ...message.blind])
  if (wanted.length === 0) throw new AgentError('ERR_AGENT_NO_RECIPIENT', 'nobody is to get the message')
  return {
    visible: wanted.filter((address) => named.has(addressKey(address))),
    blind: wanted.filter((address) => !named.has(addressKey(address))),
  }
}

async function signingCredential(address: string, { identities, at, signal }: Ports): Promise<Credential<Signer>> {
  const query = { address, use: 'signing', at } as const
  const found = await ask('identity-store-failed', () => identities.find(query), signal)
  const signing = found.flatMap((identity) => identity.signing ?? [])[0]
  if (signing) {
    const { certificate, chain, key } = signing
    const sign: Signer['sign'] = (data, options) => ask('key-unreachable', () => key.sign(data, options), signal)
    return { certificate, chain, key: { ...key, digest: key.digest, signatureAlgorithm: key.signatureAlgorithm, sign } }
  }
  throw new AgentError('ERR_AGENT_NO_IDENTITY', 'no identity may sign for the author of the message')
}

/**
 * What mail systems on the way may see: who writes to whom, when, in answer to what. A subject never leaves the envelope
 * (AS-43). Those who do not get the message are not named (AS-76).
 */
function routingHeader({ header, author, messageId }: Outgoing, shown: ReadonlySet<string>): Bytes {
  const list = (name: string) =>
    addressField(
      name,
      mailboxesOf(header, name).filter(({ address }) => shown.has(addressKey(address))),
    )
  const to = list('To')
  const copy = (name: string) => copied(header, name)
  const nobody: Fields = [['To', 'undisclosed-recipients:;']]
  return serializeHeader([
    ['From', formatAddress(author)],
    ...(to.length + list('Cc').length > 0 ? to : nobody),
    ...list('Cc'),
    ...copy('Date'),
    ['Message-ID', messageId],
    ...copy('In-Reply-To'),
    ...copy('References'),
    ['MIME-Version', '1.0'],
  ])
}

type Fields = readonly (readonly [name: string, body: string])[]

function addressField(name: string, mailboxes: readonly Mailbox[]): Fields {
  return mailboxes.length > 0 ? [[name, mailboxes.map(formatAddress).join(', ')]] : []
}

function copied(header: Header, name: string): Fields {
  const body = fieldBody(header, name)
  return body ? [[name, body]] : []
}

function distinct(certificates: readonly Certificate[]): readonly Certificate[] {
  return certificates.filter((one, index) => certificates.findIndex((other) => equal(one.bytes, other.bytes)) === index)
}

/** The same recipient twice gets one message. */
function distinctAddresses(addresses: readonly string[]): readonly string[] {
  return [...new Map(addresses.map((address) => [addressKey(address), address])).values()]
}
