import { SharedFlights } from '../http/index.js'
import type { Step } from '../verdict/index.js'
import type { Certificate } from '../x509/index.js'

/** What a place said: the certificates it has for one name, and how long that may be believed. */
export interface Candidates {
  readonly certificates: readonly Certificate[]
  readonly steps: readonly Step[]
  /** In seconds. */
  readonly ttl: number
}

export interface CacheOptions {
  /** Answers that are kept. Default 10,000. */
  readonly maxEntries?: number
  /** The longest that certificates are kept, in seconds, whatever their publisher says. Default: an hour. */
  readonly maxTtl?: number
  /** The longest that it is believed that there is none. Default: 5 minutes. */
  readonly maxNegativeTtl?: number
}

interface Answer {
  /** In seconds. */
  readonly ttl: number
  readonly certificates?: readonly Certificate[]
}

/**
 * Keeps answers, each until its time is over or a certificate in it has expired, and asks each question once at a time
 * (DISC-8). Failures are not kept (DISC-7), nor are verdicts: those are given anew each time.
 */
export class AnswerCache<Kept extends Answer> {
  readonly #entries = new Map<string, { readonly answer: Kept; readonly until: number }>()
  readonly #flights = new SharedFlights<Kept>()
  readonly #clock: () => number
  readonly #limits: Required<CacheOptions>

  constructor(clock: () => number, { maxEntries = 10_000, maxTtl = 3600, maxNegativeTtl = 300 }: CacheOptions = {}) {
    this.#clock = clock
    this.#limits = { maxEntries, maxTtl, maxNegativeTtl }
  }

  async get(key: string, ask: (signal: AbortSignal) => Promise<Kept>, signal: AbortSignal): Promise<Kept> {
    signal.throwIfAborted()
    const known = this.#entries.get(key)
    if (known && this.#clock() < known.until) return known.answer
    return this.#flights.join(key, async (ends) => this.#keep(key, await ask(ends)), signal)
  }

  #keep(key: string, answer: Kept): Kept {
    const { maxEntries, maxTtl, maxNegativeTtl } = this.#limits
    const { certificates = [], ttl } = answer
    const longest = certificates.length > 0 ? maxTtl : maxNegativeTtl
    const now = this.#clock()
    const ends = certificates.map(({ notAfter }) => notAfter).filter((end) => end > now)
    this.#entries.delete(key)
    this.#entries.set(key, { answer, until: Math.min(now + Math.min(ttl, longest) * 1000, ...ends) })
    if (this.#entries.size > maxEntries) this.#entries.delete(this.#entries.keys().next().value!)
    return answer
  }
}
