/**
 * Does one piece of work once, in a process of its own, and prints its cost: `node bench/mime-child.js ROW WORK SIZE`.
 *
 * Milliseconds are those of the processor, in all threads, since other work on the machine does not change them. Memory
 * counts from before the input was made, so the input is in it: its peak, and what is kept while the result is held. What
 * the warm-up left is used again, so the peak may be too small by a fifth of the input.
 */

import { setImmediate } from 'node:timers/promises'
import { rows } from './mime-rows.js'

const [name, work, size] = process.argv.slice(2)
const row = rows.find((each) => each.name === name)
const run = row?.works[work ?? '']
const { gc: collectGarbage } = globalThis
if (!row || !run || !collectGarbage) throw new Error(`no such row or work: ${name}, ${work}`)

// Code is compiled before anything is measured; what that leaves is too little to count.
for (let times = 0; times < 64; times++) await run(row.make(Math.ceil(row.size / 512)))

const peak = () => process.resourceUsage().maxRSS * 1024
/** Memory of arrays is given back a little later than they are found to be garbage. */
async function kept() {
  collectGarbage()
  await setImmediate()
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const before = { kept: await kept(), peak: peak() }
const input = row.make(Number(size))
const started = process.cpuUsage()
const result = await run(input)
const { user, system } = process.cpuUsage(started)
const bytes = row.bytes(input)
const memory = { peak: (peak() - before.peak) / bytes, kept: ((await kept()) - before.kept) / bytes }
if (result === undefined || input === undefined) throw new Error('the work gave nothing') // both are held until here
console.log(JSON.stringify({ ms: (user + system) / 1000, bytes, ...memory }))
