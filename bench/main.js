/**
 * How close sealing and opening come to the bare cryptography on the same bytes.
 *
 *   node bench/main.js             measures and prints
 *   node bench/main.js --check     exits with 1 when a ratio is beyond 1.3 times the kept one
 *   node bench/main.js --keep      keeps the ratios in bench/baseline.json
 *
 * Milliseconds are this machine's; the ratios are nearly the same on every one.
 */

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeBound } from './bound.js'
import { compare } from './measure.js'
import { makeMessage, makeScene, open, seal } from './scene.js'

const sizes = { '10 KB': 10_000, '1 MB': 1_000_000, '10 MB': 10_000_000 }
const limitMs = 4000
const tolerance = 1.3

const { values: options } = parseArgs({ options: { check: { type: 'boolean' }, keep: { type: 'boolean' } } })
const file = fileURLToPath(new URL('baseline.json', import.meta.url))
/** @type {Record<string, number>} */
const kept = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

/** @typedef {import('./measure.js').Times & { name: string }} Row */

// First, because a child process starts with the peak of its parent.
const memory = measureMemory()
const pairs = await makePairs()
/** @type {Row[]} */
const rows = []
for (const [name, pair] of pairs) rows.push(await measured(name, pair))
print(rows)
console.log(`\nmemory at 10 MB, growth of the peak: ${memory.seal}× to seal, ${memory.sealAndOpen}× to seal and open`)
if (options.keep) keep(rows)
if (options.check) await check(rows)

/** @returns {Promise<readonly (readonly [name: string, pair: import('./measure.js').Pair])[]>} */
async function makePairs() {
  const scene = await makeScene()
  const made = Object.entries(sizes).map(async ([size, bytes]) => {
    const message = makeMessage(bytes)
    const raw = await seal(scene, message)
    const bound = await makeBound(scene, raw)
    return /** @type {const} */ ([
      [`seal ${size}`, { bound: bound.seal, library: () => seal(scene, message) }],
      [`open ${size}`, { bound: bound.open, library: () => open(scene, raw) }],
    ])
  })
  return (await Promise.all(made)).flat()
}

/**
 * @param {string} name
 * @param {import('./measure.js').Pair} pair
 * @returns {Promise<Row>}
 */
async function measured(name, pair) {
  return { name, ...(await compare(pair, limitMs)) }
}

/** @param {readonly Row[]} rows */
function print(rows) {
  const line = (/** @type {readonly string[]} */ [first = '', ...rest]) =>
    console.log(first.padEnd(12) + rest.map((cell) => cell.padStart(10)).join(''))
  line(['', 'bound ms', 'ours ms', 'ratio', 'kept'])
  for (const { name, bound, library, ratio } of rows) {
    line([name, bound.toFixed(2), library.toFixed(2), ratio.toFixed(2), kept[name]?.toFixed(2) ?? '–'])
  }
}

/** @returns {{ seal: number, sealAndOpen: number }} */
function measureMemory() {
  const script = fileURLToPath(new URL('memory.js', import.meta.url))
  return JSON.parse(execFileSync(process.execPath, [script, `${sizes['10 MB']}`], { encoding: 'utf8' }))
}

/** @param {readonly Row[]} rows */
function keep(rows) {
  const ratios = Object.fromEntries(rows.map(({ name, ratio }) => [name, Number(ratio.toFixed(2))]))
  writeFileSync(file, `${JSON.stringify(ratios, undefined, 2)}\n`)
}

/** A row that is too slow is measured once more: the machine may have been busy. @param {readonly Row[]} rows */
async function check(rows) {
  /** @param {Row} row */
  const tooSlow = ({ name, ratio }) => ratio > (kept[name] ?? 0) * tolerance
  for (const [name, pair] of pairs) {
    const first = rows.find((row) => row.name === name && tooSlow(row))
    if (!first) continue
    const again = await measured(name, pair)
    if (!tooSlow(again)) continue
    console.error(`${name}: ${again.ratio.toFixed(2)} times the bound, kept ${kept[name] ?? 'nothing'}`)
    process.exitCode = 1
  }
}
