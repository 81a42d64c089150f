import { addressKey } from '../mime/index.js'

/**
 * Decides how many notifications one sender gets of one recipient, so that a flood of messages does not become a flood of
 * signatures. A counter that several processes share is another object of this shape.
 */
export interface NotificationLimiter {
  /** Counts one notification more. @returns false when it is not to be made. */
  take(request: NotificationRequest): Promise<boolean>
}

/** One notification that is about to be made. */
export interface NotificationRequest {
  /** Who would get it. */
  readonly sender: string
  /** For whom it would speak. */
  readonly recipient: string
  /** Milliseconds since 1970. */
  readonly at: number
}

export interface LimiterOptions {
  /** How many for each sender and recipient in one period. A message of which delivery is confirmed has two. */
  readonly maxNotifications: number
  /** Milliseconds. */
  readonly periodMs: number
  /** Pairs that are remembered; beyond it the oldest begins anew. Default 100,000. */
  readonly maxPairs?: number
}

/** A limiter in the memory of one process. A period begins with its first notification. */
export function limiterInMemory({
  maxNotifications,
  periodMs,
  maxPairs = 100_000,
}: LimiterOptions): NotificationLimiter {
  const periods = new Map<string, { readonly since: number; readonly count: number }>()
  return {
    async take({ sender, recipient, at }) {
      const key = JSON.stringify([addressKey(sender), addressKey(recipient)])
      const known = periods.get(key)
      const isRunning = known !== undefined && at - known.since < periodMs
      const count = isRunning ? known.count : 0
      if (count >= maxNotifications) return false
      if (!isRunning) periods.delete(key) // so that the order of the map is that of the periods
      periods.set(key, { since: isRunning ? known.since : at, count: count + 1 })
      if (periods.size > maxPairs) periods.delete(periods.keys().next().value!)
      return true
    },
  }
}
