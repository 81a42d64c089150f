// Runs the tests of the stores, SQLite among them, on the first and the last line of Node that have it, whatever Node the
// other tests run on. On the last, processes are killed in the middle of their work, too, which takes longest.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installNodes, nodeVersions } from './nodes.js'

const folder = mkdtempSync(join(tmpdir(), 'direct-smime-sqlite-'))
try {
  const versions = nodeVersions.filter((version) => Number.parseInt(version, 10) >= 22)
  const [first = '', last = ''] = installNodes(folder, [...versions.slice(0, 1), ...versions.slice(-1)])
  for (const [node, tests] of /** @type {const} */ ([
    [first, ['test/tracking/stores']],
    [last, ['test/tracking/stores', 'test/tracking/crash']],
  ])) {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'node', ...tests]
    const { status } = spawnSync(node, args, { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
