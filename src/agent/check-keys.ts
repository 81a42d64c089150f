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
import { describeCertificate } from '../x509/index.js'
import { finding, type Remark, well } from './check-reasons.js'
import { ask, PortFailure, type Ports, reachable } from './ports.js'

/** Answers that say of a key that it is another one; all others are about algorithms and sizes. */
const mismatches: ReadonlySet<SignatureProblem | DecryptionProblem> = new Set([
  'signature-mismatch',
  'not-decryptable',
] as const)

/** What a key says of itself, as opposed to an outage of where it lies: a signer that verifies itself knows another key. */
const ownFaults: Readonly<Partial<Record<CryptoErrorCode, Outcome>>> = {
  ERR_CRYPTO_KEY: 'wrong-key',
  ERR_CRYPTO_UNSUPPORTED: 'key-not-usable',
}

/** A few octets that stand for a message. */
const sampleOctets = 32

/** Signs a few octets as a message is signed, and verifies that with the certificate, as a peer does. */
export function trySigning(credential: Credential<Signer>, ports: Ports): Promise<Remark> {
  const { crypto, at, signal, policy } = ports
  return outcomeFor(credential, async () => {
    const content = crypto.getRandomValues(new Uint8Array(sampleOctets))
    const draft = { content, signer: credential, signingTime: at }
    const signed = await ask('key-unreachable', () => buildSignedData(draft, crypto, signal), signal)
    const [verdict] = await verifySignedData(parseSignedData(signed), content, {
      crypto,
      algorithms: policy.algorithms,
    })
    return verdict?.ok ? 'key-fits' : wrongOr(verdict?.code)
  })
}

/** Encrypts a few octets to the certificate, as a peer does, and has the key open them. */
export function tryDecryption(credential: Credential<Decrypter>, ports: Ports): Promise<Remark> {
  const { crypto, signal, policy } = ports
  const { certificate } = credential
  return outcomeFor(credential, async () => {
    const algorithms = recipientAlgorithms(certificate, policy.sending)
    if (!algorithms) return 'key-not-usable'
    const content = crypto.getRandomValues(new Uint8Array(sampleOctets))
    const draft = { content, cipher: algorithms.cipher, recipients: [algorithms.draft] }
    const sealed = parseEnvelopedData(await buildEnvelopedData(draft, crypto))
    const recipient = { certificate, key: reachable(credential.key, signal) }
    const decryption = { crypto, algorithms: policy.algorithms, ...(signal && { signal }) }
    const verdict = await decryptEnvelopedData(sealed, [recipient], decryption)
    if (!verdict.ok) return wrongOr(verdict.code)
    // Behind a wrong key is a wrong content, which now and then has a padding that looks right.
    return equal(verdict.content, content) ? 'key-fits' : 'wrong-key'
  })
}

type Outcome = 'key-fits' | 'wrong-key' | 'key-not-usable' | 'key-not-reached'

function wrongOr(code: SignatureProblem | DecryptionProblem | undefined): Outcome {
  return code && mismatches.has(code) ? 'wrong-key' : 'key-not-usable'
}

async function outcomeFor({ certificate }: Credential<unknown>, attempt: () => Promise<Outcome>): Promise<Remark> {
  const about = { certificate: describeCertificate(certificate) }
  const outcome = await attempt().catch(outcomeOfFault)
  return outcome === 'key-fits' ? well(outcome, about) : finding(outcome, about)
}

function outcomeOfFault(error: unknown): Outcome {
  if (error instanceof PortFailure) {
    const { cause } = error
    return (cause instanceof CryptoError && ownFaults[cause.code]) || 'key-not-reached'
  }
  // Nobody can encrypt to the certificate.
  if (error instanceof CryptoError && ownFaults[error.code]) return 'key-not-usable'
  throw error
}
