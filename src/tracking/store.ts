/** What is kept of one message for one recipient. */
export interface TrackingRecord {
  /** In brackets, at most 1,000 characters. */
  readonly messageId: string
  /** The address in the form that is compared, at most 400 characters. */
  readonly recipient: string
  /** Milliseconds since 1970; absent for what came back before anything was known to be sent. */
  readonly sentAt?: number
  /** When the tracker wants to see it again; absent for never. */
  readonly dueAt?: number
  /** JSON; the tracker's own. */
  readonly state: string
}

export interface StoredRecord extends TrackingRecord {
  /** 1 for the first, and one more with each change. */
  readonly version: number
}

/** Where a page of records ended. */
export type Position = Pick<StoredRecord, 'messageId' | 'recipient'> & { readonly sentAt: number }

/**
 * Where a tracker keeps its records. Every call is one step that nothing comes between; many processes may share a store.
 * What it throws is handed to the caller of the tracker, who may call again.
 */
export interface TrackingStore {
  read(messageId: string, recipient: string): Promise<StoredRecord | undefined>
  /** All recipients of a message, in any order. */
  readMessage(messageId: string): Promise<readonly StoredRecord[]>
  /**
   * Writes a record in place of the one of this version; without a version, only when there is none.
   *
   * @returns false when that is not so (any more): somebody else was faster.
   */
  write(record: TrackingRecord, version: number | undefined): Promise<boolean>
  /** Forgets a record, if it still has its version. */
  remove(record: StoredRecord): Promise<boolean>
  /** Records whose time has come, the longest due first. */
  due(at: number, limit: number): Promise<readonly StoredRecord[]>
  /** Records sent from an instant on and before another, in the order of `sentAt` and then any that stays the same, behind a position. */
  sentBetween(from: number, to: number, after: Position | undefined, limit: number): Promise<readonly StoredRecord[]>
}
