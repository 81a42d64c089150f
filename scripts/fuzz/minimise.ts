import { joined } from './mutator.js'

/**
 * Makes an input shorter as long as it still shows the same thing: ranges are taken out, long ones first, then single
 * octets are made plain.
 *
 * @param shows - whether an input still does. It is asked at most `maxTrials` times.
 */
export async function minimise(
  input: Uint8Array,
  shows: (candidate: Uint8Array) => boolean | Promise<boolean>,
  maxTrials = 3000,
): Promise<Uint8Array> {
  let best = input
  let trials = 0
  const keepIf = async (candidate: Uint8Array) => {
    if (++trials > maxTrials || !(await shows(candidate))) return false
    best = candidate
    return true
  }
  for (let size = best.length >> 1; size >= 1 && trials < maxTrials; size >>= 1) {
    for (let at = 0; at < best.length && trials < maxTrials; ) {
      if (!(await keepIf(joined(best.subarray(0, at), best.subarray(at + size))))) at += size
    }
  }
  for (let at = 0; at < best.length && trials < maxTrials; at++) {
    if (best[at] !== plain) await keepIf(best.with(at, plain))
  }
  return best
}

const plain = 0x41
