import type { MimeLimits } from '../mime/index.js'

/** What one incoming message may cost. */
export interface AgentLimits extends Partial<MimeLimits> {
  /** Length of the message as received, in bytes. Default 104,857,600 (100 MiB). */
  readonly maxMessageBytes?: number
}

export const defaultMaxMessageBytes: number = 100 * 1024 * 1024
