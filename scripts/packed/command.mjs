// The command runs out of the package, and makes two organisations that write to each other.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./node_modules/direct-smime/dist/cli/main.js', import.meta.url))
/** @type {readonly { readonly outcome: string }[]} */
const chapters = JSON.parse(execFileSync(process.execPath, [program, 'demo', '--json'], { encoding: 'utf8' }))
assert.deepEqual(
  chapters.slice(0, 3).map(({ outcome }) => outcome),
  ['sealed', 'message', 'notification'],
)
console.log(`Node ${process.versions.node}: the command shows ${chapters.length} chapters`)
