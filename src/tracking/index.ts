/** Tracking: what was sent, what came back, when to give up, and what can be proven of it (Delivery Notification IG). */

export { TrackingError, type TrackingErrorCode } from './errors.js'
export type { Evidence, EvidenceMark, EvidenceRecipient } from './evidence.js'
export { trackingInMemory } from './memory-store.js'
export type { ReportCounts, ReportRecord, TrackingReport } from './report.js'
export { type SqlQuery, type SqlTracking, sqlTracking, trackingTable } from './sql-store.js'
export type {
  Mark,
  MarkName,
  Outcome,
  OutcomeReason,
  Sent,
  TrackedRecipient,
  TrackingEvent,
} from './state.js'
export { advance } from './state.js'
export type { StoredRecord, TrackingRecord, TrackingStore } from './store.js'
export {
  createTracker,
  type Heard,
  type HeardNotification,
  type PreparedMessage,
  type PreparedOptions,
  type TrackedOutcome,
  type Tracker,
  type TrackerOptions,
} from './tracker.js'
