/**
 * How time and memory grow with the size of a message, for reading and writing MIME with the limits lifted.
 *
 *   node bench/mime.js             measures and prints
 *   node bench/mime.js TEXT        measures those rows whose names hold the text
 *   node bench/mime.js --check     exits with 1 when time grows faster than size, or memory beyond 3 times the input
 *
 * Each figure is from processes of its own, the smaller of two. Milliseconds are those of the processor. The exponent is the
 * slope of time over size with both axes logarithmic, through a quarter, half and the whole of the size: 1 is linear.
 * Memory is a multiple of the input, the input counted in: the peak of the process, and what is kept without garbage.
 */

import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { rows } from './mime-rows.js'

const processes = 2
/** What lies uncollected in a large young generation is not what the library needs. */
const flags = ['--expose-gc', '--max-semi-space-size=2']
/** With room for what a busy machine adds to either. */
const limits = { exponent: 1.2, memory: 3.2 }
/** Below this many milliseconds the exponent would be one of noise. */
const leastMs = 5

const { values: options, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true })
const child = fileURLToPath(new URL('mime-child.js', import.meta.url))

/** @typedef {{ ms: number, bytes: number, peak: number, kept: number }} Figure */
/** @typedef {{ whole: Figure, times: readonly number[], exponent: number }} Growth */

line(['', '', 'MB', 'ms at ¼', 'ms at ½', 'ms', 'exponent', 'peak', 'kept'])
for (const row of rows.filter(({ name }) => name.includes(positionals[0] ?? ''))) {
  for (const work of Object.keys(row.works)) {
    const growth = growthOf(row, work)
    const { whole, times, exponent } = growth
    line([
      row.name,
      work,
      (whole.bytes / 1e6).toFixed(1),
      ...times.map((ms) => ms.toFixed(1)),
      Number.isNaN(exponent) ? '–' : exponent.toFixed(2),
      `${whole.peak.toFixed(1)}×`,
      `${whole.kept.toFixed(1)}×`,
    ])
    // Once more: the machine may have been busy.
    if (options.check && isBeyond(growth) && isBeyond(growthOf(row, work))) {
      console.error(
        `${row.name}, ${work}: beyond an exponent of ${limits.exponent} or ${limits.memory} times the input`,
      )
      process.exitCode = 1
    }
  }
}

/** @param {import('./mime-rows.js').Row<any>} row @param {string} work @returns {Growth} */
function growthOf(row, work) {
  const quarter = measured(row.name, work, row.size / 4)
  const half = measured(row.name, work, row.size / 2)
  const whole = measured(row.name, work, row.size)
  const exponent = whole.ms < leastMs ? Number.NaN : slope([quarter, half, whole])
  return { whole, times: [quarter.ms, half.ms, whole.ms], exponent }
}

/** @param {Growth} growth */
function isBeyond({ whole, exponent }) {
  return exponent > limits.exponent || whole.peak > limits.memory
}

/** @param {string} name @param {string} work @param {number} size @returns {Figure} */
function measured(name, work, size) {
  const runs = Array.from({ length: processes }, () => {
    const output = execFileSync(process.execPath, [...flags, child, name, work, String(size)], { encoding: 'utf8' })
    return /** @type {Figure} */ (JSON.parse(output))
  })
  const least = (/** @type {keyof Figure} */ what) => Math.min(...runs.map((run) => run[what]))
  return { ms: least('ms'), bytes: least('bytes'), peak: least('peak'), kept: least('kept') }
}

/** Of the line with the least squares through the logarithms. @param {readonly Figure[]} figures */
function slope(figures) {
  const xs = figures.map(({ bytes }) => Math.log(bytes))
  const ys = figures.map(({ ms }) => Math.log(ms))
  const mean = (/** @type {readonly number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanX, meanY] = [mean(xs), mean(ys)]
  const products = mean(xs.map((x, index) => (x - meanX) * ((ys[index] ?? 0) - meanY)))
  return products / mean(xs.map((x) => (x - meanX) ** 2))
}

/** @param {readonly string[]} cells */
function line([row = '', work = '', ...figures]) {
  console.log(row.padEnd(42) + work.padEnd(24) + figures.map((figure) => figure.padStart(10)).join(''))
}
