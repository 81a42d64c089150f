import type { Names } from './evidence.js'
import { stateOf } from './records.js'
import type { TrackedRecipient } from './state.js'
import type { Position, TrackingStore } from './store.js'

/** Figures that can be proven: each counts records of the report. */
export interface ReportCounts {
  /** Handed to SMTP. */
  readonly sent: number
  /** Confirmed as opened and trusted by the other side. */
  readonly processed: number
  /** Confirmed at the final destination, in time. */
  readonly delivered: number
  readonly failed: number
  /** Not settled yet. */
  readonly open: number
}

/** A message and one recipient, and which figures it counts in. */
export interface ReportRecord {
  readonly messageId: string
  readonly recipient: string
  readonly correlationId?: string
  readonly counts: readonly (keyof ReportCounts)[]
}

export interface TrackingReport {
  /** Messages whose sending began from this instant on, and before the other, in milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly counts: ReportCounts
  readonly records: readonly ReportRecord[]
}

/** What a record counts in. */
const figures: Readonly<Record<keyof ReportCounts, (known: TrackedRecipient) => boolean>> = {
  sent: ({ marks }) => marks.submitted !== undefined,
  processed: ({ marks }) => marks.processed !== undefined,
  delivered: ({ outcome }) => outcome?.result === 'delivered',
  failed: ({ outcome }) => outcome?.result === 'failed',
  open: ({ outcome }) => outcome === undefined,
}
const figureNames = Object.keys(figures) as readonly (keyof ReportCounts)[]

const pageSize = 500

export async function reportOf(
  store: TrackingStore,
  { from, to }: { readonly from: number; readonly to: number },
  names: Names,
): Promise<TrackingReport> {
  const records: ReportRecord[] = []
  for (let after: Position | undefined; ; ) {
    const page = await store.sentBetween(from, to, after, pageSize)
    for (const stored of page) {
      const known = stateOf(stored)
      if (!known.sent) continue
      const { address, correlationId } = known.sent
      records.push({
        messageId: stored.messageId,
        recipient: await names.name(address),
        ...(correlationId !== undefined && { correlationId }),
        counts: figureNames.filter((name) => figures[name](known)),
      })
    }
    const last = page.at(-1)
    if (!last || page.length < pageSize) break
    after = { messageId: last.messageId, recipient: last.recipient, sentAt: last.sentAt ?? from }
  }
  const count = (name: keyof ReportCounts) => records.filter(({ counts }) => counts.includes(name)).length
  const counts: ReportCounts = {
    sent: count('sent'),
    processed: count('processed'),
    delivered: count('delivered'),
    failed: count('failed'),
    open: count('open'),
  }
  return { from, to, counts, records }
}
