import { unlessThrown } from '../errors/index.js'
import { TrackingError } from './errors.js'
import { advance, type TrackedRecipient, type TrackingEvent } from './state.js'
import type { StoredRecord, TrackingRecord, TrackingStore } from './store.js'

/** How long things are kept, in milliseconds. */
export interface Keeping {
  /** What came back before anything was known to be sent. */
  readonly keepUnknownMs: number
  /** A record whose outcome has been told. */
  readonly keepMs: number
}

/** Somebody else may be faster so often before it is no accident. */
const maxTries = 50

/**
 * Tells a record of an event, against everybody else who may be doing the same: reads, advances, and writes if nothing
 * has changed in between.
 *
 * @returns what is known now; nothing when the event changes nothing, or is refused by `unless`.
 */
export async function tell(
  store: TrackingStore,
  { messageId, recipient }: Pick<TrackingRecord, 'messageId' | 'recipient'>,
  event: TrackingEvent,
  keeping: Keeping,
  unless: (known: TrackedRecipient | undefined) => boolean = () => false,
): Promise<TrackedRecipient | undefined> {
  for (let tries = 0; tries < maxTries; tries++) {
    const stored = await store.read(messageId, recipient)
    const known = stored && stateOf(stored)
    if (unless(known)) return undefined
    const next = advance(known, event)
    if (next === known) return known
    if (await store.write(recordOf(messageId, recipient, next, keeping), stored?.version)) return next
  }
  throw new TrackingError('ERR_TRACKING_CONFLICT', 'the record changes too often', { temporary: true })
}

export function recordOf(
  messageId: string,
  recipient: string,
  state: TrackedRecipient,
  keeping: Keeping,
): TrackingRecord {
  const dueAt = dueAtOf(state, keeping)
  return {
    messageId,
    recipient,
    ...(state.sent && { sentAt: state.sent.at }),
    ...(Number.isFinite(dueAt) && { dueAt }),
    state: JSON.stringify({ version: 1, ...state }),
  }
}

/** When the record is to be looked at again: to give up, to tell of the outcome, or to forget. */
function dueAtOf({ sent, marks, outcome, claimedUntil, toldAt }: TrackedRecipient, keeping: Keeping): number {
  if (toldAt !== undefined) return toldAt + keeping.keepMs
  if (outcome) return claimedUntil ?? outcome.at
  if (sent) return sent.at + sent.timeLimitMs
  return Math.min(...Object.values(marks).map(({ at }) => at)) + keeping.keepUnknownMs
}

/** @throws {@link TrackingError} `ERR_TRACKING_RECORD` when it is not what {@link recordOf} wrote. */
export function stateOf({ state }: StoredRecord): TrackedRecipient {
  const value: unknown = unlessThrown(SyntaxError, () => JSON.parse(state))
  if (!isState(value)) throw new TrackingError('ERR_TRACKING_RECORD', 'a record that no tracker wrote')
  const { version: _, ...known } = value
  return known
}

/** The version tells whether it is ours; what a version holds is not looked at again. */
function isState(value: unknown): value is TrackedRecipient & { readonly version: 1 } {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'marks' in value
}
