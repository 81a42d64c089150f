// Imports every subpath of the installed package: each opens, and all of them speak of the same error classes.
import { readFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync(new URL(import.meta.resolve('direct-smime/package.json')), 'utf8'))
const subpaths = Object.keys(exports).filter((subpath) => !subpath.endsWith('.json'))

/** The error classes seen so far, by name, and their common ancestors. */
const classes = new Map()
const ancestors = new Set()
for (const subpath of subpaths) {
  const room = await import(`direct-smime${subpath.slice(1)}`)
  if (Object.keys(room).length === 0) throw new Error(`${subpath} exports nothing`)
  for (const [name, value] of Object.entries(room)) {
    if (typeof value !== 'function' || !(value.prototype instanceof Error)) continue
    if ((classes.get(name) ?? value) !== value) throw new Error(`${subpath} has a ${name} of its own`)
    classes.set(name, value)
    ancestors.add(ancestorOf(value))
  }
}
if (ancestors.size !== 1) throw new Error(`the error classes have ${ancestors.size} common ancestors`)
console.log(`node ${process.versions.node} import: ${subpaths.length} subpaths, ${classes.size} error classes`)

/**
 * The last class below Error: DirectError, of which there has to be one copy.
 *
 * @param {Function} errorClass
 * @returns {Function}
 */
function ancestorOf(errorClass) {
  const parent = Object.getPrototypeOf(errorClass)
  return parent === Error ? errorClass : ancestorOf(parent)
}
