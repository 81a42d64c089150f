import { equal } from '../bytes/index.js'
import type { Recipient } from '../cms/index.js'
import type { Decrypter } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import { addressKey, type Header, withoutTag } from '../mime/index.js'
import { mailboxesOf } from './message.js'
import { ask, type Ports } from './ports.js'
import type { Envelope } from './sealed.js'

/** A recipient who is served here, with all keys that may open its mail. */
export interface LocalRecipient {
  readonly address: string
  readonly credentials: readonly Credential<Decrypter>[]
}

/** More recipients than an outer header is believed to have; each costs a question to the store of identities. */
const maxNamed = 1000
/** How many questions the store is asked at a time. */
const concurrency = 16

/** Those of the recipients who are served here: by the envelope, or by the outer header without one (AS-5, AS-81). */
export async function findLocalRecipients(
  header: Header,
  { rcptTo }: Partial<Envelope>,
  ports: Ports,
): Promise<readonly LocalRecipient[]> {
  const addresses = rcptTo ?? namedBy(header)
  const distinct = [...new Map(addresses.map((address) => [addressKey(address), address])).values()]
  const found: LocalRecipient[] = []
  for (let from = 0; from < distinct.length; from += concurrency) {
    const batch = distinct.slice(from, from + concurrency)
    found.push(...(await Promise.all(batch.map((address) => localRecipient(address, ports)))))
  }
  return found.filter(({ credentials }) => credentials.length > 0)
}

function namedBy(header: Header): readonly string[] {
  const mailboxes = ['To', 'Cc', 'Bcc'].flatMap((name) => mailboxesOf(header, name))
  return mailboxes.slice(0, maxNamed).map(({ address }) => address)
}

/** A `+tag` is ignored when nobody is served by that very address (AS-2). */
async function localRecipient(address: string, ports: Ports): Promise<LocalRecipient> {
  for (const name of new Set([address, withoutTag(address)])) {
    const query = { address: name, use: 'decryption', at: ports.at } as const
    const identities = await ask('identity-store-failed', () => ports.identities.find(query), ports.signal)
    const credentials = identities.flatMap(({ decryption }) => decryption)
    if (credentials.length > 0) return { address, credentials }
  }
  return { address, credentials: [] }
}

/** Every key once, however many recipients share it. A key that cannot be reached fails as the world does. */
export function keysOf(recipients: readonly LocalRecipient[], { signal }: Ports): readonly Recipient[] {
  const credentials = recipients.flatMap((recipient) => recipient.credentials)
  const isFirst = ({ certificate }: Credential<Decrypter>, index: number) =>
    credentials.findIndex((other) => equal(other.certificate.bytes, certificate.bytes)) === index
  return credentials.filter(isFirst).map(({ certificate, key }) => ({
    certificate,
    key: { decryptKey: (request) => ask('key-unreachable', () => key.decryptKey(request), signal) },
  }))
}
