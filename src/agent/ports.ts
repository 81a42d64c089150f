import { CryptoError, type CryptoErrorCode, type CryptoProvider, type Decrypter } from '../crypto/index.js'
import type { Discovery } from '../discovery/index.js'
import { orAborted, type Retriever } from '../http/index.js'
import type { PathCaches } from '../path/index.js'
import type { TrustStore } from '../trust/index.js'
import type { Step } from '../verdict/index.js'
import type { IdentityStore } from './identity-store.js'
import type { IsOurs } from './is-ours.js'
import type { NotificationLimiter } from './limiter.js'
import type { AgentLimits } from './limits.js'
import type { Policy } from './policy.js'
import { failed, type PortProblem } from './reasons.js'
import type { SeenStore } from './seen.js'
import type { Serves } from './served.js'

/** Everything a journey may ask of the world, and what it goes by. `at` is the one instant all of it is judged at. */
export interface Ports {
  readonly identities: IdentityStore
  readonly trust: TrustStore
  readonly discovery: Discovery
  readonly seen?: SeenStore
  readonly serves?: Serves
  readonly isOurs?: IsOurs
  readonly limiter?: NotificationLimiter
  readonly crypto: CryptoProvider
  /** Fetches what certificates point to; without it nothing is fetched. */
  readonly retriever?: Retriever
  /** Signatures on certificates that this agent has verified. */
  readonly caches: PathCaches
  readonly policy: Policy
  readonly limits: AgentLimits
  readonly at: number
  /** What the clock said: later than `at` when a message is opened some time after it came in. */
  readonly now: number
  readonly signal?: AbortSignal
}

/** A port that did not answer. It never leaves this room: it becomes an answer that may be asked for again. */
export class PortFailure extends Error {
  readonly code: PortProblem
  readonly step: Step

  constructor(code: PortProblem, cause: unknown, steps: readonly Step[] = []) {
    super(code, { cause })
    this.code = code
    this.step = failed(code, undefined, steps)
  }
}

/**
 * Asks a port, and marks its failure as that of the world. An aborted journey ends as its caller asked, whether the port
 * hears of it or not.
 */
export async function ask<Answer>(
  code: PortProblem,
  port: () => Promise<Answer>,
  signal?: AbortSignal,
): Promise<Answer> {
  signal?.throwIfAborted()
  try {
    return await orAborted(port(), signal)
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof PortFailure ? cause : new PortFailure(code, cause)
  }
}

/** The mailboxes behind a local address; itself, when nobody keeps a list. */
export function mailboxesBehind(address: string, { serves, signal }: Ports): Promise<readonly string[]> {
  if (!serves) return Promise.resolve([address])
  return ask('address-book-failed', () => serves(address, signal ? { signal } : {}), signal)
}

/** What a key says of the message that it is given: another time it will say the same. */
const answers: ReadonlySet<string> = new Set<CryptoErrorCode>(['ERR_CRYPTO_UNSUPPORTED', 'ERR_CRYPTO_LIMIT'])

/** Asks a key of a recipient. That it does not do what the message wants is no failure of the world. */
export function reachable(key: Decrypter, signal: AbortSignal | undefined): Decrypter {
  return {
    async decryptKey(request) {
      const answer = await ask('key-unreachable', () => key.decryptKey(request).catch(answerOf), signal)
      if (answer instanceof CryptoError) throw answer
      return answer
    },
  }
}

function answerOf(error: unknown): CryptoError {
  if (error instanceof CryptoError && answers.has(error.code)) return error
  throw error
}
