/**
 * How time and memory grow with the size of a message, for reading and writing MIME with the limits lifted.
 *
 *   node bench/mime.js             measures and prints
 *   node bench/mime.js TEXT        measures those rows whose names hold the text
 *   node bench/mime.js --check     exits with 1 when time grows faster than size, or memory beyond 3 times the input
 *   node bench/mime.js --small     the costliest work of each row alone, at a quarter and the whole of the size
 *
 * Each figure is from processes of its own, the smaller of two; a check takes one, and looks again at what is beyond, in
 * the full way. Milliseconds are those of the processor. The exponent is the slope of time over size with both axes
 * logarithmic, through a quarter, half and the whole of the size: 1 is linear.
 * Memory is a multiple of the input, the input counted in: the peak of the process, and what is kept without garbage. The
 * young generation of the heap is small: what lies uncollected in a large one is not what the library needs.
 */

import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import { rows } from './mime-rows.js'

const processes = 2
const flags = ['--expose-gc', '--max-semi-space-size=2']
const maxExponent = 1.2
/** Times the input. */
const maxMemory = 3
/** Below this many milliseconds the exponent would be one of noise. */
const leastMs = 5

const { values: options, positionals } = parseArgs({
  options: { check: { type: 'boolean' }, small: { type: 'boolean' } },
  allowPositionals: true,
})
const allSizes = [1 / 4, 1 / 2]
const sizes = options.small ? [1 / 4] : allSizes
const run = promisify(execFile)
const child = fileURLToPath(new URL('mime-child.js', import.meta.url))

/** @typedef {{ ms: number, bytes: number, peak: number, kept: number }} Figure */
/** @typedef {{ whole: Figure, times: readonly number[], exponent: number }} Growth */

line(['', '', 'MB', 'ms at ¼', ...(options.small ? [] : ['ms at ½']), 'ms', 'exponent', 'peak', 'kept'])
for (const row of rows.filter(({ name }) => name.includes(positionals[0] ?? ''))) {
  for (const work of options.small ? [row.costly] : Object.keys(row.works)) {
    const growth = await growthOf(row, work, options.check ? 1 : processes, sizes)
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
    // Once more, and more often: the machine may have been busy.
    if (options.check && isBeyond(growth) && isBeyond(await growthOf(row, work, 3, allSizes))) {
      console.error(`${row.name}, ${work}: beyond an exponent of ${maxExponent} or ${maxMemory} times the input`)
      process.exitCode = 1
    }
  }
}

/**
 * @param {import('./mime-rows.js').Row<any>} row
 * @param {string} work
 * @param {number} processes for each figure
 * @param {readonly number[]} sizes beside the whole, as parts of it
 * @returns {Promise<Growth>}
 */
async function growthOf(row, work, processes, sizes) {
  // Two at a time, and the whole takes about as long as its quarter and its half.
  const [parts, whole] = await Promise.all([
    partsOf(row, work, processes, sizes),
    measured(row.name, work, row.size, processes),
  ])
  const exponent = whole.ms < leastMs ? Number.NaN : slope([...parts, whole])
  return { whole, times: [...parts, whole].map(({ ms }) => ms), exponent }
}

/** @param {import('./mime-rows.js').Row<any>} row @param {string} work @param {number} processes @param {readonly number[]} sizes */
async function partsOf(row, work, processes, sizes) {
  /** @type {Figure[]} */
  const figures = []
  for (const size of sizes) figures.push(await measured(row.name, work, row.size * size, processes))
  return figures
}

/** @param {Growth} growth */
function isBeyond({ whole, exponent }) {
  return exponent > maxExponent || Number(whole.peak.toFixed(1)) > maxMemory
}

/** @param {string} name @param {string} work @param {number} size @param {number} processes @returns {Promise<Figure>} */
async function measured(name, work, size, processes) {
  /** @type {Figure[]} */
  const runs = []
  for (let times = 0; times < processes; times++) {
    const { stdout } = await run(process.execPath, [...flags, child, name, work, String(size)])
    runs.push(JSON.parse(stdout))
  }
  const least = (/** @type {keyof Figure} */ what) => Math.min(...runs.map((figure) => figure[what]))
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
