import { equal } from '../bytes/index.js'
import type { AlgorithmIdentifier, Decrypter, EncryptedKey } from '../crypto/index.js'
import type { Certificate } from '../x509/index.js'
import { identifies } from './certificate-identifier.js'
import type { EnvelopedData } from './enveloped-data.js'
import type { OriginatorIdentifierOrKey, RecipientInfo } from './recipient-info.js'

/** Somebody a message may be encrypted to, and the key that opens it. */
export type Recipient =
  /** By key transport or key agreement. */
  | { readonly certificate: Certificate; readonly key: Decrypter }
  /** By a key that sender and recipient share; its name is theirs too. */
  | { readonly keyIdentifier: Uint8Array; readonly key: Decrypter }
  /** By a password, which has no name: a message may have one. */
  | { readonly password: Decrypter }

/** How a content key is encrypted to a recipient, as far as it stands openly in the message. */
export interface NamedKey {
  readonly type: Exclude<RecipientInfo['type'], 'other'>
  readonly keyEncryptionAlgorithm: AlgorithmIdentifier
  readonly encryptedKey: Uint8Array
  /** For key agreement; absent too when the sender names a certificate that is not with the message. */
  readonly originator?: NonNullable<EncryptedKey['originator']>
  readonly keyDerivationAlgorithm?: AlgorithmIdentifier
}

/**
 * The encrypted keys of a message that are for this recipient, in their order. There are several when a sender writes one
 * for each address and mailboxes of a domain share a certificate, as the reference implementation does.
 *
 * @see RFC 5652 §6.2
 */
export function keysFor(recipient: Recipient, enveloped: EnvelopedData): readonly NamedKey[] {
  return enveloped.recipientInfos.flatMap((info) => keysIn(info, recipient, enveloped))
}

/** An entry of one kind alone is compared: a certificate never with a name for a shared key. */
function keysIn(info: RecipientInfo, recipient: Recipient, enveloped: EnvelopedData): readonly NamedKey[] {
  if ('certificate' in recipient) {
    const { certificate } = recipient
    if (info.type === 'keyTrans') return identifies(info.rid, certificate) ? [info] : []
    if (info.type !== 'keyAgree') return []
    const { type, keyEncryptionAlgorithm, ukm } = info
    const publicKey = originatorKey(info.originator, enveloped)
    const originator = publicKey && { publicKey, ...(ukm && { ukm }) }
    return info.recipientEncryptedKeys
      .filter(({ rid }) => identifies(rid, certificate))
      .map(({ encryptedKey }) => ({ type, keyEncryptionAlgorithm, encryptedKey, ...(originator && { originator }) }))
  }
  if ('password' in recipient) return info.type === 'password' ? [info] : []
  return info.type === 'kek' && equal(info.keyIdentifier, recipient.keyIdentifier) ? [info] : []
}

function originatorKey(originator: OriginatorIdentifierOrKey, { originatorCertificates }: EnvelopedData) {
  if (originator.type === 'originatorKey') return originator.publicKey
  return originatorCertificates.find((certificate) => identifies(originator, certificate))?.publicKey
}

/** What acts for the recipient. */
export function decrypterOf(recipient: Recipient): Decrypter {
  return 'password' in recipient ? recipient.password : recipient.key
}
