import type { Bytes } from '../bytes/index.js'

/** What is kept of an answer. */
export interface Answer {
  readonly bytes: Bytes
  readonly etag?: string
  readonly lastModified?: string
  /** Milliseconds since 1970. */
  readonly freshUntil: number
}

/** Answers by what was asked, of a bounded size; those that were used longest ago go first. */
export class AnswerCache {
  readonly #answers = new Map<string, Answer>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get(key: string): Answer | undefined {
    const answer = this.#answers.get(key)
    if (answer) {
      this.#answers.delete(key)
      this.#answers.set(key, answer)
    }
    return answer
  }

  set(key: string, answer: Answer): void {
    this.delete(key)
    this.#answers.set(key, answer)
    this.#bytes += sizeOf(key, answer)
    for (const [oldest] of this.#answers) {
      if (this.#bytes <= this.#maxBytes) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const answer = this.#answers.get(key)
    if (answer) this.#bytes -= sizeOf(key, answer)
    this.#answers.delete(key)
  }
}

/** What keeping it costs, about: an answer of no octets costs something, too. */
function sizeOf(key: string, answer: Answer): number {
  return answer.bytes.length + 2 * key.length + 500
}
