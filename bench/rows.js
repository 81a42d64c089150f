/** One process's measurement of every row, printed as JSON: the milliseconds and the ratio of each. */

import { makeBound } from './bound.js'
import { compare } from './measure.js'
import { makeMessage, makeScene, open, seal } from './scene.js'

const sizes = { '10 KB': 10_000, '1 MB': 1_000_000, '10 MB': 10_000_000 }
const limitMs = 1500

const scene = await makeScene()
/** @type {Record<string, import('./measure.js').Times>} */
const rows = {}
for (const [size, bytes] of Object.entries(sizes)) {
  const message = makeMessage(bytes)
  const raw = await seal(scene, message)
  const bound = await makeBound(scene, raw)
  rows[`seal ${size}`] = await compare({ bound: bound.seal, library: () => seal(scene, message) }, limitMs)
  rows[`open ${size}`] = await compare({ bound: bound.open, library: () => open(scene, raw) }, limitMs)
}
console.log(JSON.stringify(rows))
