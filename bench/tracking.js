// How the time of a call grows with what is tracked: a tracker on SQLite and on PostgreSQL, with ten thousand messages and
// with a million.
//
//   npm run bench:tracking                the table
//   npm run bench:tracking -- --check     fails when a million takes more than twice as long as ten thousand
//
// It wants Node 22 or later for SQLite, and Debian's postgresql; what is not there is left out. The sources are bundled
// below node_modules, so that the driver is found.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

mkdirSync('node_modules/.cache', { recursive: true })
const folder = mkdtempSync(join('node_modules/.cache', 'direct-smime-bench-'))
try {
  await build({
    config: false,
    entry: { main: 'bench/tracking-main.ts' },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    external: ['pg', 'postal-mime', /^node:/],
    removeNodeProtocol: false,
    silent: true,
  })
  const script = ['--disable-warning=ExperimentalWarning', join(folder, 'main.mjs'), ...process.argv.slice(2)]
  const [code] = await once(spawn(process.execPath, script, { stdio: 'inherit' }), 'exit')
  process.exitCode = code ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
