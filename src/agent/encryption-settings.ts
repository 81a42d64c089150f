import { distinctBy } from '../bytes/index.js'
import { type RecipientAlgorithms, recipientAlgorithms } from '../cms/index.js'
import type { ContentCipherName, SendingAlgorithms } from '../crypto/index.js'
import { addressKey, domainOf } from '../mime/index.js'
import type { Policy } from './policy.js'
import type { SealedRecipient } from './sealed.js'

/** What is known of a peer beyond the policy. */
export interface PeerSettings {
  /** An address, or a domain and everybody in it; the settings of an address count before those of its domain. */
  readonly to: string
  readonly sending: Partial<SendingAlgorithms>
}

type Draft = RecipientAlgorithms['draft']

/** Recipients who can share one encrypted message, and how it is encrypted to each certificate of theirs. */
export interface EncryptionGroup {
  readonly recipients: readonly SealedRecipient[]
  readonly envelope: { readonly cipher: ContentCipherName; readonly recipients: readonly Draft[] }
}

/** Groups recipients by the cipher that they read: the policy's own, unless they or we are known to want another. */
export function encryptionGroups(
  recipients: readonly SealedRecipient[],
  policy: Pick<Policy, 'sending' | 'sendingTo'>,
): readonly EncryptionGroup[] {
  const wanted = recipients.map((recipient) => ({ recipient, algorithms: algorithmsFor(recipient, policy) }))
  const ciphers = [...new Set(wanted.map(({ algorithms }) => algorithms.cipher))]
  return ciphers.map((cipher) => {
    const group = wanted.filter(({ algorithms }) => algorithms.cipher === cipher)
    const drafts = group.flatMap(({ algorithms }) => algorithms.drafts)
    return {
      recipients: group.map(({ recipient }) => recipient),
      envelope: { cipher, recipients: distinctBy(drafts, ({ certificate }) => certificate.bytes) },
    }
  })
}

function algorithmsFor(
  { address, certificates }: SealedRecipient,
  { sending, sendingTo }: Pick<Policy, 'sending' | 'sendingTo'>,
): { readonly cipher: ContentCipherName; readonly drafts: readonly Draft[] } {
  const known = (name: string) => sendingTo.find(({ to }) => addressKey(to) === name)?.sending
  const settings = { ...sending, ...known(domainOf(address)), ...known(addressKey(address)) }
  // Each was judged to be fit for encryption, so that there is a way to encrypt to it.
  const algorithms = certificates.map((certificate) => recipientAlgorithms(certificate, settings)!)
  return { cipher: algorithms[0]!.cipher, drafts: algorithms.map(({ draft }) => draft) }
}
