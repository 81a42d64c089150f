// Runs the tests with independent programs and prints the matrix: `npm run test:peers`. With `-- --write` the page in
// docs/ is written anew.
import { spawnSync } from 'node:child_process'

const write = process.argv.includes('--write')
const { status } = spawnSync('npx', ['vitest', 'run', '--config', 'scripts/peers/vitest.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, ...(write && { DIRECT_SMIME_PEERS: 'write' }) },
})
process.exitCode = status ?? 1
