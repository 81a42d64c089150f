import { equal } from '../bytes/index.js'
import {
  buildEnvelopedData,
  buildSignedData,
  type DecryptionProblem,
  decryptEnvelopedData,
  parseEnvelopedData,
  parseSignedData,
  recipientAlgorithms,
  type SignatureProblem,
  verifySignedData,
} from '../cms/index.js'
import { CryptoError, type CryptoErrorCode, type Decrypter, type Signer } from '../crypto/index.js'
import type { Credential } from '../keys/index.js'
import type { Refused, Subject } from '../verdict/index.js'
import { describeCertificate } from '../x509/index.js'
import { finding, type Remark, type SelfProblem, well } from './check-reasons.js'
import { ask, PortFailure, type Ports, reachable } from './ports.js'

/** Answers that say of a key that it is another one; all others are about algorithms and sizes. */
const mismatches: ReadonlySet<string> = new Set<SignatureProblem | DecryptionProblem>([
  'signature-mismatch',
  'not-decryptable',
])

/** A few octets that stand for a message. */
const sampleOctets = 32

/** Signs a few octets as a message is signed, and verifies that with the certificate, as peers do. */
export function trySigning(credential: Credential<Signer>, ports: Ports): Promise<Remark> {
  const { crypto, at, signal, policy } = ports
  return remarkOn(credential, async (about) => {
    const content = crypto.getRandomValues(new Uint8Array(sampleOctets))
    const draft = { content, signer: credential, signingTime: at }
    const signed = parseSignedData(await ask('key-unreachable', () => buildSignedData(draft, crypto, signal), signal))
    const [verdict] = await verifySignedData(signed, content, { crypto, algorithms: policy.algorithms })
    return verdict?.ok ? well('key-signs', about) : unfit(about, verdict)
  })
}

/** Encrypts a few octets to the certificate, as peers do, and has the key open them. */
export function tryDecryption(credential: Credential<Decrypter>, ports: Ports): Promise<Remark> {
  const { crypto, signal, policy } = ports
  const { certificate } = credential
  return remarkOn(credential, async (about) => {
    const algorithms = recipientAlgorithms(certificate, policy.sending)
    if (!algorithms) return finding('key-not-usable', about)
    const content = crypto.getRandomValues(new Uint8Array(sampleOctets))
    const draft = { content, cipher: algorithms.cipher, recipients: [algorithms.draft] }
    const sealed = parseEnvelopedData(await buildEnvelopedData(draft, crypto))
    const recipient = { certificate, key: reachable(credential.key, signal) }
    const decryption = { crypto, algorithms: policy.algorithms, ...(signal && { signal }) }
    const verdict = await decryptEnvelopedData(sealed, [recipient], decryption)
    if (!verdict.ok) return unfit(about, verdict)
    // A wrong key makes a wrong content, whose padding looks right now and then.
    return equal(verdict.content, content) ? well('key-opens', about) : finding('wrong-key', about)
  })
}

function unfit(about: Subject, verdict?: Refused<SignatureProblem | DecryptionProblem>): Remark {
  if (verdict && mismatches.has(verdict.code)) return finding('wrong-key', about)
  return finding('key-not-usable', about, verdict?.explanation.steps)
}

/** What a key says of itself, as opposed to an outage of where it lies: a signer that verifies itself knows another key. */
const ownFaults: Readonly<Partial<Record<CryptoErrorCode, SelfProblem>>> = {
  ERR_CRYPTO_KEY: 'wrong-key',
  ERR_CRYPTO_UNSUPPORTED: 'key-not-usable',
}

async function remarkOn(
  { certificate }: Credential<unknown>,
  attempt: (about: Subject) => Promise<Remark>,
): Promise<Remark> {
  const about = { certificate: describeCertificate(certificate) }
  try {
    return await attempt(about)
  } catch (error) {
    return finding(problemOf(error), about)
  }
}

function problemOf(error: unknown): SelfProblem {
  const fault = error instanceof PortFailure ? error.cause : error
  const own = fault instanceof CryptoError ? ownFaults[fault.code] : undefined
  if (error instanceof PortFailure) return own ?? 'key-not-reached'
  // Nobody can encrypt to the certificate.
  if (own) return 'key-not-usable'
  throw error
}
