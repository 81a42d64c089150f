import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'

/** Below node_modules, so that what is not bundled is found: the driver of PostgreSQL. */
const cache = 'node_modules/.cache'

/**
 * Bundles a program that tracks, for a process of its own.
 *
 * @template Result
 * @param {string} entry - its source
 * @param {(program: string, folder: string) => Promise<Result>} use - the folder is the program's own, and gone behind it
 */
export async function withBundled(entry, use) {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'direct-smime-tracking-'))
  try {
    await build({
      config: false,
      entry: { program: entry },
      outDir: folder,
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      target: 'es2022',
      platform: 'node',
      external: ['pg', 'postal-mime', /^node:/],
      removeNodeProtocol: false,
      silent: true,
    })
    return await use(join(folder, 'program.mjs'), folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
