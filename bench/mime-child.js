/**
 * Does one piece of work once, in a process of its own, and prints its cost: `node bench/mime-child.js ROW WORK SIZE`.
 *
 * Milliseconds are those of the processor, in all threads, since other work on the machine does not change them. Memory
 * counts from before the input was made, so the input is in it: its peak, and what is kept while the result is held. The
 * peak is the system's own figure, which Linux alone tells and resets.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { rows } from './mime-rows.js'

const [name, work, size] = process.argv.slice(2)
const row = rows.find((each) => each.name === name)
const run = row?.works[work ?? '']
const { gc } = globalThis
if (!row || !run || !gc) throw new Error(`no such row or work: ${name}, ${work}`)
const collectGarbage = gc

// Code is compiled, and the young generation of the heap has its size, before anything is measured.
for (let times = 0; times < 160; times++) await run(row.make(Math.ceil(row.size / 512)))
for (let times = 0; times < 64; times++) survivors(20_000)

/** Objects that live until the next collection. @param {number} count */
function survivors(count) {
  return Array.from({ length: count }, (_, index) => ({ index })).length
}

/** Memory is given back a little later than it is found to be garbage. */
async function withoutGarbage() {
  for (let times = 0; times < 2; times++) {
    collectGarbage()
    await setTimeout(20)
  }
}

/** What the process has of the memory of the machine, and the most that it had. @param {'VmRSS' | 'VmHWM'} name */
function resident(name) {
  const [, kilobytes] = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

function held() {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

await withoutGarbage()
writeFileSync('/proc/self/clear_refs', '5') // the most that it had is what it has now
const before = { held: held(), resident: resident('VmRSS') }
const input = row.make(Number(size))
const started = process.cpuUsage()
const result = await run(input)
const { user, system } = process.cpuUsage(started)
const bytes = row.bytes(input)
const peak = (resident('VmHWM') - before.resident) / bytes
await withoutGarbage()
const kept = (held() - before.held) / bytes
if (result === undefined || input === undefined) throw new Error('the work gave nothing') // both are held until here
console.log(JSON.stringify({ ms: (user + system) / 1000, bytes, peak, kept }))
