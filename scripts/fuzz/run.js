/**
 * Feeds every parser of the repository with changed inputs: see docs/fuzzing.md.
 *
 *   npm run fuzz -- --minutes 10
 *
 * The sources are bundled into a temporary folder, with source maps, so that coverage is told in their lines.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'tsup'

const folder = mkdtempSync(join(tmpdir(), 'direct-smime-fuzz-'))
try {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }\n')
  await build({
    config: false,
    entry: Object.fromEntries(['main', 'worker', 'targets'].map((name) => [name, `scripts/fuzz/${name}.ts`])),
    outDir: folder,
    format: 'esm',
    target: 'es2022',
    platform: 'node',
    splitting: true,
    sourcemap: true,
    noExternal: [/./],
    external: [/^node:/],
    removeNodeProtocol: false,
    silent: true,
  })
  const main = spawn(process.execPath, [join(folder, 'main.js'), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => main.kill(signal))
  const [code] = await once(main, 'exit')
  process.exitCode = code ?? 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
