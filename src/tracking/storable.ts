/** What every database keeps as text, and is not too long for an index. */
export function isStorable(text: string): boolean {
  return /^[^\p{Cc}\p{Cs}]{1,400}$/u.test(text)
}

/** An identifier that a header of ours may have held. */
export function isStorableId(messageId: string): boolean {
  return /^[ -~]{3,1000}$/.test(messageId)
}

const century = 100 * 366 * 86_400_000

/** Milliseconds that are still a time when they are added to one: no fraction, no `Infinity`. */
export function isStorableLimit(timeLimitMs: number): boolean {
  return Number.isInteger(timeLimitMs) && timeLimitMs >= 0 && timeLimitMs <= century
}
