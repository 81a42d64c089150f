import { encodeHex } from '../bytes/index.js'
import { type DeliveryStatusNotification, type Notification, recipientKey, statusOf } from '../notification/index.js'
import type { Step } from '../verdict/index.js'
import { claimsOf } from './claims.js'
import { TrackingError } from './errors.js'
import { type Evidence, evidenceOf, type Naming, namesIn } from './evidence.js'
import { passed, skipped } from './reasons.js'
import { type Keeping, recordOf, stateOf, tell } from './records.js'
import { reportOf, type TrackingReport } from './report.js'
import { advance, type Mark, type MarkName, type Outcome, type TrackedRecipient } from './state.js'
import { isStorable, isStorableId, isStorableLimit } from './storable.js'
import type { StoredRecord, TrackingStore } from './store.js'

export interface TrackerOptions {
  readonly store: TrackingStore
  /** Milliseconds since 1970. */
  readonly clock: () => number
  /** WebCrypto: the host's `crypto`, for digests in the evidence. */
  readonly crypto: { readonly subtle: Pick<SubtleCrypto, 'digest' | 'sign'> }
  /** From the beginning of sending until nobody waits any longer, in whole milliseconds, up to a century (DN-26). Default: an hour. */
  readonly timeLimitMs?: number
  /** How long whoever asked for an outcome has to tell the edge of it before another is asked to. Default: a minute. */
  readonly claimMs?: number
  /** How long a record is kept behind its end; `Infinity` for ever. Default: 90 days. */
  readonly keepMs?: number
  /** How long a notification is kept about a message that nobody knows of (DN-25). Default: 7 days. */
  readonly keepUnknownMs?: number
}

/** What `agent.seal` gives, as far as it matters here. */
export interface PreparedMessage {
  readonly messageId: string
  readonly author: string
  readonly deliveryRequested: boolean
  readonly inner: Uint8Array
  readonly accepted: readonly { readonly address: string }[]
  readonly rejected: readonly { readonly address: string; readonly code: string; readonly temporary: boolean }[]
}

export interface PreparedOptions {
  /** The caller's own name for the message. It must tell nothing of a patient. */
  readonly correlationId?: string
  /** For this message alone. */
  readonly timeLimitMs?: number
}

/** What `agent.open` gives of a notification, as far as it matters here. */
export interface HeardNotification {
  readonly notification: Notification
  readonly author: string
  readonly spokenFor: readonly string[]
  readonly signers: readonly { readonly bytes: Uint8Array }[]
  readonly evidence: { readonly digest: string }
}

/** What a notification changed. */
export interface Heard {
  /** Recipients of whom something new is known. */
  readonly recipients: readonly string[]
  /** Each claim of the notification, and why it counts or does not. */
  readonly steps: readonly Step[]
}

/** What became of a message for one recipient: to be told to whoever sent it, once. */
export interface TrackedOutcome extends Outcome {
  readonly messageId: string
  readonly author: string
  /** As it was written. */
  readonly recipient: string
  readonly correlationId?: string
  /** When sending began. */
  readonly sentAt: number
}

/** Follows messages from the moment before they are sent until the edge has been told what became of them. */
export interface Tracker {
  /**
   * Before SMTP: from now on the message is tracked, for each recipient. Those who were rejected for good have failed.
   * The same message again adds recipients and changes nothing else.
   *
   * @throws {@link TrackingError} `ERR_TRACKING_MESSAGE` for what no store keeps.
   */
  prepared(message: PreparedMessage, options?: PreparedOptions): Promise<void>
  /** SMTP has taken the message for this recipient. */
  submitted(messageId: string, address: string): Promise<void>
  /**
   * SMTP has refused it.
   *
   * @param reply - as it came, such as `550 5.1.1 …`. A refusal for the time being (4xx) changes nothing; of any other the
   *   code is kept and no word.
   */
  refused(messageId: string, address: string, reply: string): Promise<void>
  /** Whether a message was prepared for one of these recipients: what `createAgent` asks as `isOurs` (AS-90). */
  isOurs(about: { readonly messageId: string; readonly recipients: readonly string[] }): Promise<boolean>
  /** A notification was opened. Only what its signer may say counts (DN-24); twice, late or early does no harm (DN-25). */
  received(opened: HeardNotification): Promise<Heard>
  /**
   * A report that nobody signed, of which the caller vouches that it came from the sender's own mail system. It can only
   * turn what is open, and ours, into a failure.
   */
  receivedBounce(bounce: DeliveryStatusNotification): Promise<Heard>
  /**
   * Gives up what is beyond its time limit, forgets what is to be forgotten, and hands out outcomes that the edge has not
   * been told of. To be called every now and then, by one process or many: each outcome goes to one of them, and again to
   * one when {@link Tracker.told} does not follow.
   *
   * @param limit - at most so many at once. Default 100: call again until the answer is empty.
   * @throws what the store throws, and {@link TrackingError} `ERR_TRACKING_RECORD`, when there is no outcome but of records
   *   that cannot be read or written.
   */
  due(options?: { readonly at?: number; readonly limit?: number }): Promise<readonly TrackedOutcome[]>
  /** The edge has been told: the outcome is not handed out again. */
  told(outcome: Pick<TrackedOutcome, 'messageId' | 'recipient'>): Promise<void>
  /** All that can be proven of a message, as JSON; nothing when it is not known. */
  evidence(messageId: string, naming?: Naming): Promise<Evidence | undefined>
  /** What can be proven of the messages of a period, with the records behind each figure. */
  report(period: { readonly from: number; readonly to: number }, naming?: Naming): Promise<TrackingReport>
}

const hour = 3_600_000
const day = 24 * hour

/** So many pages of what is to be forgotten are looked through at once. */
const maxPages = 1000

/**
 * Makes a tracker. It keeps nothing itself: all is in the store, so that a crash between any two calls loses nothing.
 *
 * @example
 * const tracker = createTracker({ store: await sqliteTracking('tracking.db'), clock: Date.now, crypto })
 * await tracker.prepared(sealed)                        // then SMTP, then submitted() or refused() for each recipient
 * if (opened.kind === 'notification') await tracker.received(opened)
 * for (const outcome of await tracker.due()) {           // every minute, and then until it is empty
 *   if (outcome.result === 'failed') await deliver(await agent.reportFailure(outcome))
 *   await tracker.told(outcome)
 * }
 */
export function createTracker(options: TrackerOptions): Tracker {
  const { store, clock, crypto, timeLimitMs = hour, claimMs = 60_000 } = options
  const keeping: Keeping = { keepMs: options.keepMs ?? 90 * day, keepUnknownMs: options.keepUnknownMs ?? 7 * day }
  const digestOf = async (bytes: Uint8Array) =>
    encodeHex(new Uint8Array(await crypto.subtle.digest('SHA-256', Uint8Array.from(bytes))))

  const hear = (messageId: string, recipient: string, name: MarkName, mark: Mark, unless?: Unless) =>
    tell(store, { messageId, recipient }, { type: 'heard', name, mark }, keeping, unless)

  /** Of a message of ours: everything else is a mistake of the caller. */
  async function hearOwn(messageId: string, address: string, name: MarkName, mark: Mark): Promise<void> {
    const isUnknown: Unless = (known) => !known?.sent
    if (!(await hear(messageId, keyOf(address), name, mark, isUnknown))) {
      throw new TrackingError('ERR_TRACKING_UNKNOWN', 'no such message was prepared for the recipient')
    }
  }

  /** The recipient that is meant: the first of those named that the message was sent to; else the first, to be kept. */
  async function meant(messageId: string, recipients: readonly string[]): Promise<string | undefined> {
    for (const recipient of recipients) {
      const stored = await store.read(messageId, recipient)
      if (stored?.sentAt !== undefined) return recipient
    }
    return recipients[0]
  }

  async function settle(stored: StoredRecord, at: number): Promise<TrackedOutcome | undefined> {
    const known = stateOf(stored)
    if (known.toldAt !== undefined || !known.sent) {
      await store.remove(stored)
      return undefined
    }
    const { messageId, recipient, version } = stored
    const decided = advance(known, { type: 'time', at })
    const next = decided.outcome ? advance(decided, { type: 'claimed', until: at + claimMs }) : decided
    const isMine = await store.write(recordOf(messageId, recipient, next, keeping), version)
    return isMine ? outcomeIn(messageId, next) : undefined
  }

  return {
    async prepared(message, { correlationId, timeLimitMs: ownLimit = timeLimitMs } = {}) {
      const { messageId, author, accepted, rejected } = message
      const addresses = [...accepted, ...rejected].map(({ address }) => address)
      if (!isStorableId(messageId) || ![author, ...addresses, ...addresses.map(keyOf)].every(isStorable)) {
        throw new TrackingError('ERR_TRACKING_MESSAGE', 'an identifier or address that cannot be kept')
      }
      if (!isStorableLimit(ownLimit)) throw new TrackingError('ERR_TRACKING_MESSAGE', 'a time limit that is none')
      const at = clock()
      const common = {
        author,
        expects: message.deliveryRequested ? 'delivery' : 'processing',
        at,
        timeLimitMs: ownLimit,
        digest: await digestOf(message.inner),
        ...(correlationId !== undefined && { correlationId }),
      } as const
      // First, so that who is sent to has failed in the same step: a crash in between leaves nothing to wait for.
      for (const { address, code } of rejected.filter(({ temporary }) => !temporary)) {
        await hear(messageId, keyOf(address), 'unsent', { at, status: unsentStatus(code) })
      }
      for (const address of addresses) {
        const key = { messageId, recipient: keyOf(address) }
        await tell(store, key, { type: 'sent', sent: { ...common, address } }, keeping)
      }
    },
    submitted: (messageId, address) => hearOwn(messageId, address, 'submitted', { at: clock() }),
    async refused(messageId, address, reply) {
      const [, kind, status] = /^\s*([245])\d\d(?:[ -]([245]\.\d{1,3}\.\d{1,3})(?![\d.]))?/.exec(reply) ?? []
      if (kind === '4') return
      await hearOwn(messageId, address, 'refused', { at: clock(), ...(status && { status }) })
    },
    async isOurs({ messageId, recipients }) {
      if (!isStorableId(messageId)) return false
      const recipient = await meant(messageId, recipients.map(recipientKey).filter(isStorable))
      return recipient !== undefined && (await store.read(messageId, recipient))?.sentAt !== undefined
    },
    async received({ notification, author, spokenFor, signers, evidence }) {
      const { originalMessageId } = notification
      if (!originalMessageId || !isStorableId(originalMessageId)) return nothing('no-original-message')
      const signedBy = await Promise.all(signers.map(({ bytes }) => digestOf(bytes)))
      const source = { at: clock(), author, signedBy, digest: evidence.digest }
      const speakable = new Set(spokenFor.map(recipientKey))
      const heard = claimsOf(notification).map(async ({ recipients, name, status }): Promise<Heard> => {
        if (recipients.length === 0) return nothing('no-recipient')
        const [recipient = ''] = recipients
        const spoken = recipients.filter((key) => speakable.has(key))
        const address = await meant(originalMessageId, spoken)
        if (address === undefined) return nothing('not-spoken-for', recipient)
        if (!name) return nothing('nothing-told', address)
        await hear(originalMessageId, address, name, { ...source, ...(status && { status }) })
        return { recipients: [address], steps: [passed('counted', { address })] }
      })
      return together(await Promise.all(heard))
    },
    async receivedBounce({ originalMessageId, recipients }) {
      if (!originalMessageId || !isStorableId(originalMessageId)) return nothing('no-original-message')
      const at = clock()
      const isNotOpen: Unless = (known) => !known?.sent || known.outcome !== undefined
      const bounce = { type: 'delivery-status-notification', recipients, extensions: [], problems: [] } as const
      const heard = claimsOf(bounce).map(async ({ recipients: named, name, status }): Promise<Heard> => {
        const recipient = await meant(originalMessageId, named)
        if (recipient === undefined) return nothing('no-recipient')
        if (!name) return nothing('nothing-told', recipient)
        const known = await hear(originalMessageId, recipient, 'bounced', { at, ...(status && { status }) }, isNotOpen)
        if (!known) return nothing('not-ours', recipient)
        return { recipients: [recipient], steps: [passed('counted', { address: recipient })] }
      })
      return together(await Promise.all(heard))
    },
    async due({ at = clock(), limit = 100 } = {}) {
      for (let pages = 0; pages < maxPages; pages++) {
        const page = await store.due(at, limit)
        const settled = await Promise.allSettled(page.map((stored) => settle(stored, at)))
        const outcomes = settled.flatMap((one) => (one.status === 'fulfilled' && one.value ? one.value : []))
        if (outcomes.length > 0) return outcomes
        // It is due again, and thrown only now, so that it keeps nobody from being told of the others.
        const failed = settled.find((one) => one.status === 'rejected')
        if (failed) throw failed.reason
        if (page.length < limit) break
        // All of it was to be forgotten, or others were faster: what is behind it is still to be told.
      }
      return []
    },
    async told({ messageId, recipient }) {
      const isUnknown: Unless = (known) => !known?.outcome
      const key = { messageId, recipient: keyOf(recipient) }
      if (!(await tell(store, key, { type: 'told', at: clock() }, keeping, isUnknown))) {
        throw new TrackingError('ERR_TRACKING_UNKNOWN', 'there is no such outcome to be told of')
      }
    },
    async evidence(messageId, naming = {}) {
      const stored = await store.readMessage(messageId)
      return evidenceOf(messageId, stored.map(stateOf), namesIn(naming, crypto))
    },
    report: (period, naming = {}) => reportOf(store, period, namesIn(naming, crypto)),
  }
}

type Unless = (known: TrackedRecipient | undefined) => boolean

/** What a sealed message's rejections are in codes of RFC 3463. */
function unsentStatus(code: string): string {
  return statusOf(code === 'untrusted' || code === 'bad-address' ? code : 'no-certificate')
}

/** What is no address is kept under its own text: somebody asked for it, and is told that it failed. */
function keyOf(address: string): string {
  return recipientKey(address) || address
}

function outcomeIn(messageId: string, { sent, outcome }: TrackedRecipient): TrackedOutcome | undefined {
  if (!sent || !outcome) return undefined
  const { address, author, correlationId, at } = sent
  return {
    messageId,
    author,
    recipient: address,
    sentAt: at,
    ...(correlationId !== undefined && { correlationId }),
    ...outcome,
  }
}

function nothing(code: Parameters<typeof skipped>[0], address?: string): Heard {
  return { recipients: [], steps: [skipped(code, address === undefined ? undefined : { address })] }
}

function together(heard: readonly Heard[]): Heard {
  return { recipients: heard.flatMap(({ recipients }) => recipients), steps: heard.flatMap(({ steps }) => steps) }
}
