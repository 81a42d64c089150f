// How the time of a call grows with what is tracked: a tracker on SQLite and on PostgreSQL, with ten thousand messages and
// with a million.
//
//   npm run bench:tracking                            the table
//   npm run bench:tracking -- --check                 fails when a million takes more than twice as long as ten thousand
//   npm run bench:tracking -- --messages 100000       a hundred thousand in place of a million
//   npm run bench:tracking -- SQLite                  one database
//
// A Node without SQLite fetches a later one for it, by npm. PostgreSQL is Debian's; where it is absent it is left out.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { installNodes, nodeVersions } from '../scripts/nodes.js'
import { withBundled } from '../test/tracking/bundle.js'

await withBundled('bench/tracking-main.ts', async (program, folder) => {
  const [latest = ''] = process.getBuiltinModule('node:sqlite')
    ? [process.execPath]
    : installNodes(folder, nodeVersions.slice(-1))
  const args = ['--disable-warning=ExperimentalWarning', program, ...process.argv.slice(2)]
  const [code] = await once(spawn(latest, args, { stdio: 'inherit' }), 'exit')
  process.exitCode = code ?? 1
})
