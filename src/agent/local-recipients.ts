import { distinctBy } from '../bytes/index.js'
import type { Recipient } from '../cms/index.js'
import type { Decrypter } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import { distinctAddresses, type Header, withoutTag } from '../mime/index.js'
import { inBatches } from './in-batches.js'
import { mailboxesOf } from './message.js'
import { ask, mailboxesBehind, type Ports, reachable } from './ports.js'
import type { Envelope } from './sealed.js'

/** A recipient who is served here, with all keys that may open its mail. */
export interface LocalRecipient {
  readonly address: string
  readonly credentials: readonly Credential<Decrypter>[]
}

/** Recipients that an outer header is believed to have: each costs a question to the store of identities. */
const maxNamed = 1000

/**
 * Who is to get the message: by the envelope, or by the outer header without one (AS-5).
 *
 * @returns nothing when the header names more than 1,000: to ask for a part of them would drop the others in silence.
 */
export function addressedBy(header: Header, { rcptTo }: Partial<Envelope>): readonly string[] | undefined {
  if (rcptTo) return distinctAddresses(rcptTo)
  const named = ['To', 'Cc', 'Bcc'].flatMap((name) => mailboxesOf(header, name)).map(({ address }) => address)
  const distinct = distinctAddresses(named)
  return distinct.length > maxNamed ? undefined : distinct
}

/** Those of the recipients who are served here (AS-81). */
export async function findLocalRecipients(
  addresses: readonly string[],
  ports: Ports,
): Promise<readonly LocalRecipient[]> {
  const found = await inBatches(addresses, (address) => localRecipient(address, ports))
  return found.filter(({ credentials }) => credentials.length > 0)
}

/** A `+tag` is ignored when nobody is served by that very address (AS-2). */
async function localRecipient(address: string, ports: Ports): Promise<LocalRecipient> {
  for (const name of new Set([address, withoutTag(address)])) {
    if ((await mailboxesBehind(name, ports)).length === 0) continue
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
  return distinctBy(credentials, ({ certificate }) => certificate.bytes).map(({ certificate, key }) => ({
    certificate,
    key: reachable(key, signal),
  }))
}
