import type { CryptoProvider } from '../crypto/index.js'
import { certificateList, type Discovery } from '../discovery/index.js'
import { createRetriever, type Fetch } from '../http/index.js'
import type { Identity } from '../keys/index.js'
import { MimeError } from '../mime/index.js'
import { createPathCaches } from '../path/index.js'
import { anchorList, type TrustBundle, type TrustStore } from '../trust/index.js'
import type { Certificate } from '../x509/index.js'
import { type Acknowledged, type AcknowledgeOptions, acknowledgeReceipt, type Disposition } from './acknowledge.js'
import type { Checked, CheckOptions } from './check.js'
import { defaults } from './defaults.js'
import { AgentError } from './errors.js'
import { type EventHandler, type Occurrence, watching } from './events.js'
import { type IdentityStore, identityList } from './identity-store.js'
import type { IsOurs } from './is-ours.js'
import type { NotificationLimiter } from './limiter.js'
import type { AgentLimits } from './limits.js'
import { openMessage } from './open.js'
import type { Opened, OpenOptions, Receipt } from './opened.js'
import { finishMessage } from './outgoing.js'
import { type Policy, policies } from './policy.js'
import { PortFailure, type Ports } from './ports.js'
import { type ReportOptions, reportToAuthor, reportToSender, type Undelivered } from './report-failure.js'
import { sealMessage } from './seal.js'
import type { OutgoingMessage, Sealed, SealOptions } from './sealed.js'
import type { SeenStore } from './seen.js'
import type { Serves } from './served.js'

export interface AgentOptions {
  /** Who is served here: a list, or a store. */
  readonly identities: IdentityStore | readonly Identity[]
  /** Whom they trust: a list of anchors for all, a bundle, or a store. */
  readonly trust: TrustStore | TrustBundle | readonly Certificate[]
  /** Where certificates of others are found: a list, or a directory. */
  readonly discovery: Discovery | readonly Certificate[]
  /**
   * Fetches revocation lists, OCSP responses and issuers that certificates point to: `guardedFetch()` of
   * `direct-smime/node`, or, in a browser, a relay. Without it only what is at hand counts.
   */
  readonly fetch?: Fetch
  /** Remembers what was opened, so that nothing is delivered twice. Without it that is not checked. */
  readonly seen?: SeenStore
  /** Which addresses are served here, and what aliases and groups stand for. Default: those of the identities. */
  readonly serves?: Serves
  /**
   * Which messages were sent from here, and to whom: `tracker.isOurs`. What somebody sends who may be written to and may
   * not write is then taken only when it is about one of them (AS-90).
   */
  readonly isOurs?: IsOurs
  /** How many notifications a sender gets of a recipient. Default: as many as there are messages. */
  readonly limiter?: NotificationLimiter
  /** Default: `policies.direct`. */
  readonly policy?: Policy
  readonly limits?: AgentLimits
  /** Told of every journey, for logs and metrics; nothing in an event names a person. */
  readonly onEvent?: EventHandler
  /** The key of the hashes in events, at least 16 octets: the same in all processes that count together. Default: random. */
  readonly eventKey?: Uint8Array
  /** Default: the host's WebCrypto. */
  readonly crypto?: CryptoProvider
  /** Milliseconds since 1970. It is read once for each message. Default: the host's clock. */
  readonly clock?: () => number
}

/** A Security/Trust Agent. It keeps nothing between calls. */
export interface Agent {
  /**
   * Signs and encrypts a message for all its recipients who have a certificate and are trusted.
   *
   * @param message - in words, or a finished RFC 5322 message, of which Bcc is taken out and nothing else changed save
   *   that bare line ends become CRLF and a missing Date or Message-ID is added.
   * @returns what to hand to SMTP, and who gets nothing and why. Nobody is written to in the clear.
   * @throws {@link AgentError} when the call cannot be carried out: no author, no recipient, nobody who may sign for the
   *   author, a message that cannot be written; `ERR_AGENT_PORT`, which is temporary, when a store or the signing key does not answer.
   */
  seal(message: OutgoingMessage | Uint8Array, options?: SealOptions): Promise<Sealed>
  /**
   * Opens a message: decrypts it, verifies its signature, and decides for each local recipient whether to trust it.
   *
   * Whatever the bytes are, there is an answer; content hangs on the accepting ones alone.
   */
  open(raw: Uint8Array, options?: OpenOptions): Promise<Opened>
  /**
   * Tells the sender what became of a message: one notification for each recipient, signed and encrypted (AS-100).
   *
   * The same call gives the same Message-ID, so that giving it twice does no harm.
   *
   * `processed` is sent for every message that was trusted. `dispatched` is for those whose sender asked to be told of
   * final delivery; `displayed` and `deleted` for those who asked for a receipt at all, and where the user agrees.
   *
   * @throws {@link AgentError} as {@link Agent.seal} does, `ERR_AGENT_NOT_A_RECIPIENT`, and `ERR_AGENT_NOT_REQUESTED`.
   */
  acknowledge(receipt: Receipt, disposition: Disposition, options?: AcknowledgeOptions): Promise<Acknowledged>
  /**
   * Tells that a message was not delivered: with a receipt, the remote sender, signed and encrypted (DN-13); with
   * something of ours that did not arrive, our own user, in plain mail that must not leave our own system (DN-30).
   *
   * The same call gives the same Message-ID.
   *
   * @throws {@link AgentError} as {@link Agent.acknowledge} does.
   */
  reportFailure(about: Receipt | Undelivered, options?: ReportOptions): Promise<Acknowledged>
  /**
   * Looks whether an address that is served here is able to send and to receive: its certificates and keys, whether peers
   * trust them, whether what is published is what is held, and whom it trusts itself.
   *
   * Every key is asked to sign, or to open, a few octets. A port that does not answer is told as unknown, and all else is
   * looked at. What discovery remembers may be an hour old.
   *
   * @throws what the signal says when it is aborted.
   *
   * @example
   * const { problems, warnings, unknown } = await agent.check('ann@direct.clinic.example')
   * for (const { code, step } of problems) report(code, step.message, step.remedy)
   */
  check(address: string, options?: CheckOptions): Promise<Checked>
}

/**
 * Makes an agent.
 *
 * @example
 * const agent = createAgent({ identities: [identity], trust: anchors, discovery: certificates })
 * const sealed = await agent.seal({ from, to, subject, text })
 */
export function createAgent(options: AgentOptions): Agent {
  const { identities, trust, discovery, limits = {}, clock = defaults.clock } = options
  const fixed = {
    identities: isList(identities) ? identityList(identities) : identities,
    trust: trustStore(trust),
    discovery: isList(discovery) ? certificateList(discovery) : discovery,
    crypto: options.crypto ?? defaults.crypto(),
    caches: createPathCaches(),
    limits,
    ...(options.fetch && { retriever: createRetriever({ fetch: options.fetch, clock }) }),
    ...(options.seen && { seen: options.seen }),
    ...(options.serves && { serves: options.serves }),
    ...(options.isOurs && { isOurs: options.isOurs }),
    ...(options.limiter && { limiter: options.limiter }),
  }
  const ports = (
    { policy, signal }: { readonly policy?: Policy; readonly signal?: AbortSignal },
    receivedAt?: number,
  ): Ports => {
    const now = clock()
    const at = receivedAt ?? now
    return { ...fixed, policy: policy ?? options.policy ?? policies.direct, at, now, ...(signal && { signal }) }
  }
  const watched = watching(options.onEvent, options.eventKey, fixed.crypto)
  return {
    async seal(message, sealOptions = {}) {
      const given = ports(sealOptions)
      const seal = async () => {
        const finished = await finishMessage(message, given.at, given.crypto)
        return sealMessage(finished, sealOptions.envelope ?? {}, given)
      }
      return watched('sealed', occurrence(given, sealOptions), () => answered(seal))
    },
    async open(raw, openOptions = {}) {
      const given = ports(openOptions, openOptions.receivedAt)
      return watched('opened', occurrence(given, openOptions), () => openMessage(raw, openOptions, given))
    },
    async acknowledge(receipt, disposition, acknowledgeOptions = {}) {
      const given = ports(acknowledgeOptions)
      const acknowledge = () => acknowledgeReceipt(receipt, disposition, acknowledgeOptions, given)
      return watched('acknowledged', occurrence(given, acknowledgeOptions), () => answered(acknowledge))
    },
    async reportFailure(about, reportOptions = {}) {
      const given = ports(reportOptions)
      const report = () =>
        'notify' in about ? reportToSender(about, reportOptions, given) : reportToAuthor(about, reportOptions, given)
      return watched('acknowledged', occurrence(given, reportOptions), () => answered(report))
    },
    async check(address, checkOptions = {}) {
      // Nobody who only sends and receives loads it.
      const { checkAddress } = await import('./check.js')
      return checkAddress(address, checkOptions, ports(checkOptions))
    },
  }
}

function occurrence({ at }: Ports, { correlationId }: { readonly correlationId?: string }): Occurrence {
  return { at, ...(correlationId !== undefined && { correlationId }) }
}

function trustStore(trust: AgentOptions['trust']): TrustStore {
  if (isList(trust)) return anchorList(trust)
  return 'certificates' in trust ? anchorList(trust.certificates) : trust
}

function isList<Item, Port>(value: readonly Item[] | Port): value is readonly Item[] {
  return Array.isArray(value)
}

/** There is no half of an answer to sealing: what a port failed to say is thrown, and may be asked again. */
async function answered<Answer>(journey: () => Promise<Answer>): Promise<Answer> {
  try {
    return await journey()
  } catch (error) {
    if (error instanceof PortFailure) {
      throw new AgentError('ERR_AGENT_PORT', error.step.message, { cause: error.cause, temporary: true })
    }
    if (!(error instanceof MimeError)) throw error
    throw new AgentError('ERR_AGENT_MESSAGE', `the message cannot be sealed: ${error.message}`, { cause: error })
  }
}
