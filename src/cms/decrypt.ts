import {
  type AlgorithmPolicy,
  type ContentCipher,
  CryptoError,
  type CryptoErrorCode,
  type CryptoProvider,
  contentCipherOf,
  decryptContent,
} from '../crypto/index.js'
import { accept, refuse, type Step, type Verdict } from '../verdict/index.js'
import { type Certificate, describeCertificate } from '../x509/index.js'
import type { EnvelopedData } from './enveloped-data.js'
import { type KeyEncryptionPolicy, keyEncryptionProblem } from './key-encryption.js'
import { decrypterOf, keysFor, type NamedKey, type Recipient } from './match-recipients.js'
import { type DecryptionProblem, failed, passed } from './reasons.js'

export interface DecryptionPorts {
  readonly crypto: CryptoProvider
  readonly algorithms: Pick<AlgorithmPolicy, 'contentCiphers'> & KeyEncryptionPolicy
  readonly signal?: AbortSignal
}

export interface Decrypted {
  /** Nobody has vouched for it, not even when the cipher has a tag: everyone can encrypt to a certificate. */
  readonly content: Uint8Array
  /** Those of the given certificates to which the message was encrypted (AS-61). */
  readonly certificates: readonly Certificate[]
}

/**
 * Decrypts with every given key that the message names, once each; all must find the same content key. Of several
 * encrypted keys for one certificate the first counts, for an honest sender writes the same into each, and to try one
 * after the other would tell a stranger which of them is right.
 *
 * What is wrong with the algorithms or the recipients stands openly in the message and is said. From the first use of a
 * key on there is one answer, `not-decryptable`, and the same work whatever went wrong: a key of the wrong length or
 * value is used to the end like a right one (RFC 3218 §2.3.2). There is no second attempt in another way.
 *
 * A key that lies where nobody can do what the message asks for (RSA v1.5 at some key services) counts as not there,
 * as long as another one opens the message.
 *
 * @throws whatever a {@link Decrypter} throws: the key could not be reached, and asking again later may help.
 */
export async function decryptEnvelopedData(
  enveloped: EnvelopedData,
  recipients: readonly Recipient[],
  ports: DecryptionPorts,
): Promise<Verdict<Decrypted, DecryptionProblem>> {
  const { contentEncryptionAlgorithm } = enveloped.encryptedContentInfo
  const cipher = contentCipherOf(contentEncryptionAlgorithm)
  if (!cipher || !ports.algorithms.contentCiphers.includes(cipher.name)) return no('cipher-not-allowed')
  // A cipher with a tag has its place where the tag has one, and no other has (RFC 5083 §1).
  if (cipher.tagLength > 0 !== (enveloped.type === 'authEnvelopedData')) return no('cipher-not-allowed')

  const named = recipients.map((recipient) => ({ recipient, keys: keysFor(recipient, enveloped) }))
  const matching = named.flatMap(({ recipient, keys: [key] }) => (key ? [{ recipient, key }] : []))
  if (matching.length === 0) return no('no-matching-recipient')
  // A password has no name: with several, nothing says which is whose.
  if (named.some(({ recipient, keys }) => 'password' in recipient && keys.length > 1)) return no('several-passwords')
  const problem = matching.map(({ key }) => keyEncryptionProblem(key, ports.algorithms)).find((found) => found)
  if (problem) return no(problem)

  const answers = await Promise.allSettled(matching.map((match) => contentKey(match, cipher, ports)))
  const opened = matching.filter((_, index) => answers[index]?.status === 'fulfilled')
  const keys = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  const refusals = answers.flatMap((answer) => (answer.status === 'rejected' ? [refusalOf(answer.reason)] : []))
  if (keys.length === 0) return no(refusals[0]!)

  const key = keyOfLength(keys[0]!, cipher.keyLength, ports.crypto)
  const agreed = keys.every((other) => sameKey(key, other))
  const content = await contentOrProblem(decrypted(enveloped, key, ports.crypto))
  if (typeof content === 'string') return no(content)
  if (!agreed) return no('not-decryptable')
  const certificates = opened.flatMap(({ recipient }) => ('certificate' in recipient ? [recipient.certificate] : []))
  return accept(
    { content, certificates },
    opened.map(({ recipient }) => stepFor(recipient)),
  )
}

interface Match {
  readonly recipient: Recipient
  readonly key: NamedKey
}

function contentKey(
  { recipient, key }: Match,
  cipher: ContentCipher,
  { signal }: DecryptionPorts,
): Promise<Uint8Array> {
  const { keyEncryptionAlgorithm, encryptedKey, originator, keyDerivationAlgorithm } = key
  return decrypterOf(recipient).decryptKey({
    algorithm: keyEncryptionAlgorithm,
    encryptedKey,
    length: cipher.keyLength,
    ...(originator && { originator }),
    ...(keyDerivationAlgorithm && { derivation: keyDerivationAlgorithm }),
    ...(signal && { signal }),
  })
}

/** What a key says of a message without having opened it; anything else is a fault of the world. */
const refusals: Readonly<Partial<Record<CryptoErrorCode, DecryptionProblem>>> = {
  ERR_CRYPTO_UNSUPPORTED: 'key-cannot-open-it',
  ERR_CRYPTO_LIMIT: 'password-too-costly',
}

function refusalOf(reason: unknown): DecryptionProblem {
  const problem = reason instanceof CryptoError && refusals[reason.code]
  if (problem) return problem
  throw reason
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

function decrypted({ encryptedContentInfo, mac, authAttrs }: EnvelopedData, key: Uint8Array, crypto: CryptoProvider) {
  const { contentEncryptionAlgorithm, encryptedContent } = encryptedContentInfo
  const authenticity = mac && { mac, ...(authAttrs && { authenticatedData: authAttrs.bytes }) }
  return decryptContent(crypto, contentEncryptionAlgorithm, key, encryptedContent, authenticity)
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

function stepFor(recipient: Recipient): Step {
  if (!('certificate' in recipient)) return passed('decrypted')
  return passed('decrypted', { certificate: describeCertificate(recipient.certificate) })
}

function no(code: DecryptionProblem): Verdict<Decrypted, DecryptionProblem> {
  return refuse(code, [failed(code)])
}
