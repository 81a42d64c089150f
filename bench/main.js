/**
 * How close sealing and opening come to the bare cryptography on the same bytes.
 *
 *   node bench/main.js             measures and prints
 *   node bench/main.js --check     exits with 1 when a ratio is beyond 1.3 times the kept one
 *   node bench/main.js --keep      keeps the ratios in bench/baseline.json
 *
 * Milliseconds are this machine's; the ratios are nearly the same on every one. A whole process can be slow, by how its
 * memory happens to lie: so several measure, and the middle one counts.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './measure.js'

const processes = 3
const tolerance = 1.3

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, keep: { type: 'boolean' } } })
const file = fileURLToPath(new URL('baseline.json', import.meta.url))
/** @type {Record<string, number>} */
const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

/** @typedef {Record<string, import('./measure.js').Times>} Rows */

const rows = measured()
print(rows)
const memory = run('memory.js', '10000000')
console.log(`\nmemory at 10 MB, growth of the peak: ${memory.seal}× to seal, ${memory.sealAndOpen}× to seal and open`)
if (options.keep) keep(rows)
if (options.check && tooSlow(rows).length > 0) {
  // Once more: the machine may have been busy.
  const again = measured()
  for (const name of tooSlow(rows).filter((slow) => tooSlow(again).includes(slow))) {
    console.error(`${name}: ${again[name]?.ratio.toFixed(2)} times the bound, kept ${kept[name] ?? 'nothing'}`)
    process.exitCode = 1
  }
}

/** The middle of what several processes found. @returns {Rows} */
function measured() {
  const runs = Array.from({ length: processes }, () => /** @type {Rows} */ (run('rows.js')))
  const middle = (/** @type {string} */ name, /** @type {keyof import('./measure.js').Times} */ what) =>
    median(runs.map((each) => each[name]?.[what] ?? Number.NaN))
  const names = Object.keys(runs[0] ?? {})
  return Object.fromEntries(
    names.map((name) => [
      name,
      { bound: middle(name, 'bound'), library: middle(name, 'library'), ratio: middle(name, 'ratio') },
    ]),
  )
}

/** @param {string} script @param {readonly string[]} parameters */
function run(script, ...parameters) {
  const path = fileURLToPath(new URL(script, import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [path, ...parameters], { encoding: 'utf8' }))
}

/** @param {Rows} rows */
function print(rows) {
  const line = (/** @type {readonly string[]} */ [first = '', ...rest]) =>
    console.log(first.padEnd(12) + rest.map((cell) => cell.padStart(10)).join(''))
  line(['', 'bound ms', 'ours ms', 'ratio', 'kept'])
  for (const [name, { bound, library, ratio }] of Object.entries(rows)) {
    line([name, bound.toFixed(2), library.toFixed(2), ratio.toFixed(2), kept[name]?.toFixed(2) ?? '–'])
  }
}

/** @param {Rows} rows */
function keep(rows) {
  const ratios = Object.fromEntries(Object.entries(rows).map(([name, { ratio }]) => [name, Number(ratio.toFixed(2))]))
  writeFileSync(file, `${JSON.stringify(ratios, undefined, 2)}\n`)
}

/** Names of the rows beyond what is kept; one that nothing is kept of is one of them. @param {Rows} rows */
function tooSlow(rows) {
  return Object.entries(rows)
    .filter(([name, { ratio }]) => ratio > (kept[name] ?? 0) * tolerance)
    .map(([name]) => name)
}
