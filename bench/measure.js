/** Timing on a machine that has other things to do: what is compared takes turns, and the best of each counts. */

/** @typedef {() => Promise<unknown>} Work */
/** @typedef {{ bound: Work, library: Work }} Pair */
/** @typedef {{ bound: number, library: number }} Times in milliseconds, the best of each */

/** It is stable when this many rounds have brought no better time worth speaking of. */
const calmRounds = 12
const worthSpeakingOf = 0.99
const minRounds = 16

/**
 * Takes turns until neither gets faster any more, or the time is up.
 *
 * @param {Pair} pair
 * @param {number} limitMs
 * @returns {Promise<Times>}
 */
export async function compare(pair, limitMs) {
  const best = { bound: Number.POSITIVE_INFINITY, library: Number.POSITIVE_INFINITY }
  const started = performance.now()
  let calmSince = 0
  for (let round = 1; performance.now() - started < limitMs; round++) {
    for (const side of /** @type {const} */ (['bound', 'library'])) {
      const elapsed = await timed(pair[side])
      if (elapsed < best[side] * worthSpeakingOf) calmSince = round
      best[side] = Math.min(best[side], elapsed)
    }
    if (round >= minRounds && round - calmSince >= calmRounds) break
  }
  return best
}

/** @param {Work} work */
async function timed(work) {
  const started = performance.now()
  await work()
  return performance.now() - started
}
