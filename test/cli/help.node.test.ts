import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'tsup'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { ran } from './ran.js'

/** Below node_modules, so that what is not bundled is found. */
const cache = 'node_modules/.cache'

describe('the program, as it is built', () => {
  let folder = ''
  beforeAll(async () => {
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'direct-smime-cli-'))
    await build({
      config: false,
      entry: { main: 'src/cli/main.ts' },
      outDir: folder,
      outExtension: () => ({ js: '.mjs' }),
      format: 'esm',
      target: 'es2022',
      platform: 'neutral',
      external: [/^node:/],
      removeNodeProtocol: false,
      silent: true,
    })
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  const program = (words: readonly string[], input = '') =>
    spawnSync(process.execPath, [join(folder, 'main.mjs'), ...words], { input, encoding: 'utf8' })

  test.each(Object.keys(commands))('%s --help', async (name) => {
    const { status, stdout, stderr } = program([name, '--help'])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const { exitCodes, options } = commands[name]!
    expect(stdout).toMatch(new RegExp(`^usage: direct-smime ${name} \\[OPTIONS\\]`))
    for (const code of Object.keys(exitCodes)) expect(stdout).toContain(`\n  ${code}  `)
    for (const option of Object.keys(options)) expect(stdout).toContain(`\n  --${option}`)
    expect(stdout).toBe((await ran(name, '--help')).printed)
  })

  test('reads the standard input, prints, and ends with its code', () => {
    const { status, stdout } = program(['mdn'], 'From: ann@x.example\n\nhello\n')
    expect([status, stdout]).toEqual([2, 'no notification\n'])
  })

  test('complains on the standard error', () => {
    const { status, stdout, stderr } = program(['seal', '--nonsense'])
    expect([status, stdout, stderr]).toEqual([64, '', expect.stringContaining("'--nonsense'")])
  })

  test('says nothing when nobody reads to the end', () => {
    const pipe = `'${process.execPath}' '${join(folder, 'main.mjs')}' help | true; echo "\${PIPESTATUS[0]}"`
    expect(execFileSync('bash', ['-c', pipe], { encoding: 'utf8', stdio: 'pipe' })).toBe('0\n')
  })
})
