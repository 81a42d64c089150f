// Runs the tests with independent programs and prints the matrix: `npm run test:peers`. With `-- --write` the page in
// docs/ is written anew; with `-- --vectors` the messages in vectors/peers that are absent are made instead.
import { spawnSync } from 'node:child_process'

const file = process.argv.includes('--vectors') ? 'keep.peers' : 'matrix.peers'
const write = process.argv.includes('--write')
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'scripts/peers/vitest.config.ts', file], {
  stdio: 'inherit',
  env: { ...process.env, ...(write && { DIRECT_SMIME_PEERS: 'write' }) },
})
process.exitCode = status ?? 1
