/** What has been heard of a message for one recipient. */
export type MarkName =
  /** Handed to SMTP. */
  | 'submitted'
  /** It could not be sealed: no certificate, no trust, no address. */
  | 'unsent'
  /** SMTP has refused it for good. */
  | 'refused'
  /** An MDN, signed for the recipient: the message was opened and trusted. */
  | 'processed'
  /** An MDN "dispatched" that confirms the final destination (DN-11). */
  | 'delivered'
  /** An MDN "dispatched" that does not (DN-12). */
  | 'dispatched'
  | 'displayed'
  | 'deleted'
  /** A notification of failure, signed for the recipient. */
  | 'failed'
  /** One that nobody signed, from our own mail system (DSN-5). */
  | 'bounced'

/** When it was heard, and who says so. */
export interface Mark {
  /** Milliseconds since 1970. */
  readonly at: number
  /** A status code of RFC 3463, where one was given. */
  readonly status?: string
  /** The author of a notification. */
  readonly author?: string
  /** Digests of the certificates that signed it, SHA-256 in hex. */
  readonly signedBy?: readonly string[]
  /** Digest of the notification as it was signed, SHA-256 in hex. */
  readonly digest?: string
}

/** What is known of the message itself. */
export interface Sent {
  /** The recipient, as it was written. */
  readonly address: string
  readonly author: string
  /** What completes it: confirmation of final delivery where it was asked for (DN-20), else any confirmation (DN-21). */
  readonly expects: 'delivery' | 'processing'
  /** When sending began, in milliseconds since 1970. */
  readonly at: number
  /** From then on; nothing that is heard makes it longer (DN-26). */
  readonly timeLimitMs: number
  /** The caller's own name for it. */
  readonly correlationId?: string
  /** Digest of the message, SHA-256 in hex. */
  readonly digest?: string
}

export type OutcomeReason = 'confirmed' | 'unsent' | 'refused' | 'failure-notification' | 'bounce' | 'time-limit'

/** What became of it. It is settled once and never changes (DN-27). */
export interface Outcome {
  readonly result: 'delivered' | 'processed' | 'failed'
  readonly reason: OutcomeReason
  /** When that was so, in milliseconds since 1970. */
  readonly at: number
  /** Of a failure: a status code of RFC 3463. */
  readonly status?: string
}

/** A message and one of its recipients. Without `sent`, notifications came before it was known to be sent (DN-25). */
export interface TrackedRecipient {
  readonly sent?: Sent
  readonly marks: Readonly<Partial<Record<MarkName, Mark>>>
  readonly outcome?: Outcome
  /** Who tells the edge has claimed the outcome until then. */
  readonly claimedUntil?: number
  /** The edge has been told. */
  readonly toldAt?: number
}

export type TrackingEvent =
  | { readonly type: 'sent'; readonly sent: Sent }
  | { readonly type: 'heard'; readonly name: MarkName; readonly mark: Mark }
  | { readonly type: 'time'; readonly at: number }
  | { readonly type: 'claimed'; readonly until: number }
  | { readonly type: 'told'; readonly at: number }

/**
 * The state machine: what is known, and one thing more. The same event again changes nothing, and the order of events
 * does not matter, save that an outcome, once settled, stays (DN-20 to DN-28).
 *
 * @returns the same object when nothing is new.
 */
export function advance(known: TrackedRecipient | undefined, event: TrackingEvent): TrackedRecipient {
  const before = known ?? { marks: {} }
  const after = withEvent(before, event)
  if (after === before && event.type !== 'time') return before
  const outcome = after.outcome ?? outcomeOf(after, event.type === 'time' ? event.at : undefined)
  return outcome === after.outcome ? after : { ...after, ...(outcome && { outcome }) }
}

function withEvent(before: TrackedRecipient, event: TrackingEvent): TrackedRecipient {
  switch (event.type) {
    case 'sent':
      // The first counts: a message sealed again for those who could not be reached was sent when it was first.
      return before.sent ? before : { ...before, sent: event.sent }
    case 'heard':
      return withMark(before, event.name, event.mark)
    case 'claimed':
      return before.claimedUntil === event.until ? before : { ...before, claimedUntil: event.until }
    case 'told':
      return before.toldAt !== undefined || !before.outcome ? before : { ...before, toldAt: event.at }
    case 'time':
      return before
  }
}

/** The earliest of each name is kept, so that it does not matter in which order they come. */
function withMark(before: TrackedRecipient, name: MarkName, mark: Mark): TrackedRecipient {
  const present = before.marks[name]
  if (present && !isBefore(mark, present)) return before
  return { ...before, marks: { ...before.marks, [name]: mark } }
}

function isBefore(one: Mark, other: Mark): boolean {
  return one.at !== other.at ? one.at < other.at : (one.digest ?? '') < (other.digest ?? '')
}

/** Failures, by what tells of them. */
const failures: readonly { readonly name: MarkName; readonly reason: OutcomeReason; readonly status: string }[] = [
  { name: 'unsent', reason: 'unsent', status: '5.7.5' },
  { name: 'refused', reason: 'refused', status: '5.5.0' },
  { name: 'failed', reason: 'failure-notification', status: '5.0.0' },
  { name: 'bounced', reason: 'bounce', status: '5.0.0' },
]

/** Without a request any word of the other side will do (DN-21). */
const confirmations: readonly MarkName[] = ['processed', 'delivered', 'dispatched', 'displayed', 'deleted']

/**
 * What became of it, by what came first: a failure, a confirmation that is complete, or the time limit. A confirmation
 * behind the limit is too late (MT 28), whenever somebody comes to look.
 *
 * @param now - when the time limit is asked for, too.
 */
function outcomeOf({ sent, marks }: TrackedRecipient, now: number | undefined): Outcome | undefined {
  if (!sent) return undefined
  const limit = sent.at + sent.timeLimitMs
  const failed = failures.flatMap(({ name, reason, status }): readonly Outcome[] => {
    const mark = marks[name]
    return mark ? [{ result: 'failed', reason, at: mark.at, status: mark.status ?? status }] : []
  })
  const confirmedAt = sent.expects === 'delivery' ? finalDelivery(marks) : anyConfirmation(marks)
  const result = sent.expects === 'delivery' ? 'delivered' : 'processed'
  const confirmed: readonly Outcome[] =
    confirmedAt === undefined ? [] : [{ result, reason: 'confirmed', at: confirmedAt }]
  const settled = [...failed, ...confirmed].filter(({ at }) => at <= limit)
  const first = settled.reduce<Outcome | undefined>((best, one) => (best && best.at <= one.at ? best : one), undefined)
  if (first) return first
  const isOver = failed.length + confirmed.length > 0 || (now !== undefined && now >= limit)
  return isOver ? { result: 'failed', reason: 'time-limit', at: limit, status: '5.4.7' } : undefined
}

/** Both, in any order: the later completes it (DN-20). */
function finalDelivery({ processed, delivered }: TrackedRecipient['marks']): number | undefined {
  return processed && delivered ? Math.max(processed.at, delivered.at) : undefined
}

function anyConfirmation(marks: TrackedRecipient['marks']): number | undefined {
  const times = confirmations.flatMap((name) => marks[name]?.at ?? [])
  return times.length > 0 ? Math.min(...times) : undefined
}
