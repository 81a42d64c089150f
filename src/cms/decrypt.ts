import {
  type AlgorithmPolicy,
  CryptoError,
  type CryptoErrorCode,
  type CryptoProvider,
  contentCipherOf,
  type Decrypter,
  decryptContent,
  keyTransportOf,
} from '../crypto/index.js'
import { accept, refuse, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import { identifies } from './certificate-identifier.js'
import type { EnvelopedData, KeyTransRecipientInfo } from './enveloped-data.js'
import { type DecryptionProblem, failed, passed } from './reasons.js'

/** A certificate that a message may be encrypted to, and the key that opens it. */
export interface Recipient {
  readonly certificate: Certificate
  readonly key: Decrypter
}

export interface DecryptionPorts {
  readonly crypto: CryptoProvider
  readonly algorithms: Pick<AlgorithmPolicy, 'contentCiphers' | 'keyTransports'>
  readonly signal?: AbortSignal
}

export interface Decrypted {
  readonly content: Uint8Array
  /** Those of the given certificates to which the message was encrypted (AS-61). */
  readonly certificates: readonly Certificate[]
}

/**
 * Decrypts with every given key that the message names, once each; all must find the same content key.
 *
 * What is wrong with the algorithms or the recipients stands openly in the message and is said. From the first use of a
 * key on there is one answer, `not-decryptable`, and the same work whatever went wrong: a key of the wrong length or
 * value is used to the end like a right one (RFC 3218 §2.3.2). There is no second attempt in another way.
 *
 * @throws whatever a {@link Decrypter} throws: the key could not be reached, and asking again later may help.
 */
export async function decryptEnvelopedData(
  enveloped: EnvelopedData,
  recipients: readonly Recipient[],
  ports: DecryptionPorts,
): Promise<Verdict<Decrypted, DecryptionProblem>> {
  const { contentEncryptionAlgorithm, encryptedContent } = enveloped.encryptedContentInfo
  const cipher = contentCipherOf(contentEncryptionAlgorithm)
  if (!cipher || !ports.algorithms.contentCiphers.includes(cipher.name)) return no('cipher-not-allowed')

  const named = recipients.map((recipient) => ({ recipient, infos: infosFor(recipient.certificate, enveloped) }))
  const matching = named.flatMap(({ recipient, infos: [info] }) => (info ? [{ recipient, info }] : []))
  if (matching.length === 0) return no('no-matching-recipient')
  if (named.some(({ infos }) => infos.length > 1)) return no('recipient-named-twice')
  if (!matching.every(({ info }) => isAllowed(info, ports))) return no('key-transport-not-allowed')

  const keys = await Promise.all(
    matching.map(({ recipient, info: { keyEncryptionAlgorithm, encryptedKey } }) =>
      recipient.key.decryptKey({
        algorithm: keyEncryptionAlgorithm,
        encryptedKey,
        length: cipher.keyLength,
        ...(ports.signal && { signal: ports.signal }),
      }),
    ),
  )
  const key = keyOfLength(keys[0]!, cipher.keyLength, ports.crypto)
  const agreed = keys.every((other) => sameKey(key, other))
  const content = await contentOrProblem(
    decryptContent(ports.crypto, contentEncryptionAlgorithm, key, encryptedContent),
  )
  if (typeof content === 'string') return no(content)
  if (!agreed) return no('not-decryptable')
  const certificates = matching.map(({ recipient }) => recipient.certificate)
  return accept(
    { content, certificates },
    certificates.map((certificate) => passed('decrypted', { certificate: describeCertificate(certificate) })),
  )
}

function infosFor(certificate: Certificate, { recipientInfos }: EnvelopedData): readonly KeyTransRecipientInfo[] {
  return recipientInfos.filter(
    (info): info is KeyTransRecipientInfo => info.type === 'keyTrans' && identifies(info.rid, certificate),
  )
}

function isAllowed(info: KeyTransRecipientInfo, { algorithms }: DecryptionPorts): boolean {
  const transport = keyTransportOf(info.keyEncryptionAlgorithm)
  return transport !== undefined && algorithms.keyTransports.includes(transport.name)
}

/** A far-away key may not keep to its contract: a key of another length becomes one that nobody knows. */
function keyOfLength(key: Uint8Array, length: number, crypto: CryptoProvider): Uint8Array {
  const stranger = crypto.getRandomValues(new Uint8Array(length))
  return key.length === length ? key : stranger
}

/** Without leaving early, since the keys are secret. */
function sameKey(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ (b[i] ?? 0)
  return difference === 0
}

/** What a failed decryption means; a cipher may be allowed and yet unknown to the host. */
const problems: Readonly<Partial<Record<CryptoErrorCode, DecryptionProblem>>> = {
  ERR_CRYPTO_DECRYPT: 'not-decryptable',
  ERR_CRYPTO_UNSUPPORTED: 'cipher-not-allowed',
}

async function contentOrProblem(decryption: Promise<Uint8Array>): Promise<Uint8Array | DecryptionProblem> {
  try {
    return await decryption
  } catch (error) {
    const problem = error instanceof CryptoError && problems[error.code]
    if (problem) return problem
    throw error
  }
}

function no(code: DecryptionProblem): Verdict<Decrypted, DecryptionProblem> {
  return refuse(code, [failed(code)])
}
