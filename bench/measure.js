/**
 * Timing on a machine that has other things to do: what is compared takes turns, and the ratio is the median of the
 * turns, for whatever slows the machine down lasts longer than one of them.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** @typedef {() => Promise<unknown>} Work */
/** @typedef {{ bound: Work, library: Work }} Pair */
/** @typedef {{ bound: number, library: number, ratio: number }} Times milliseconds, each a median of its own */

setFlagsFromString('--expose-gc')
/** @type {() => void} */
const collectGarbage = runInNewContext('gc')

const warmUps = 3
const minRounds = 9

/**
 * Takes turns until the time is up.
 *
 * @param {Pair} pair
 * @param {number} limitMs
 * @returns {Promise<Times>}
 */
export async function compare(pair, limitMs) {
  /** @type {Times[]} */
  const rounds = []
  const started = performance.now()
  for (let round = -warmUps; round < minRounds || performance.now() - started < limitMs; round++) {
    const bound = await timed(pair.bound)
    const library = await timed(pair.library)
    if (round >= 0) rounds.push({ bound, library, ratio: library / bound })
  }
  const middle = (/** @type {keyof Times} */ name) => median(rounds.map((times) => times[name]))
  return { bound: middle('bound'), library: middle('library'), ratio: middle('ratio') }
}

/** Work on large messages leaves much to collect, and whoever comes next would pay for it; on small ones it is nothing. */
const worthCollectingMs = 20

/** @param {Work} work */
async function timed(work) {
  const started = performance.now()
  await work()
  const elapsed = performance.now() - started
  if (elapsed > worthCollectingMs) collectGarbage()
  return elapsed
}

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}
