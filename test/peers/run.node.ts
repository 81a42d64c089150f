/** Running programs: in a folder of their own that is gone afterwards, and with their complaints on one line. */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Folder {
  readonly path: string
  /** Writes a file and gives its path. */
  save(name: string, bytes: Uint8Array | string): string
}

export async function inFolder<T>(run: (folder: Folder) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(tmpdir(), 'direct-smime-peers-'))
  const save = (name: string, bytes: Uint8Array | string) => {
    const file = join(path, name)
    writeFileSync(file, bytes)
    return file
  }
  try {
    return await run({ path, save })
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

interface Options {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Takes the line that tells most out of what the program wrote to its standard error. */
  readonly complaint?: (text: string) => string | undefined
}

/**
 * Runs a program to its end.
 *
 * @returns its standard output. Throws an error with one line of its complaint when it does not end with 0.
 */
export function ask(program: string, args: readonly string[], options: Options = {}): Uint8Array {
  const { input, env, cwd, complaint = lastLine } = options
  const ran = spawnSync(program, args, {
    maxBuffer: 64 * 1024 * 1024,
    timeout: 60_000,
    env: { ...process.env, LC_ALL: 'C', ...env },
    ...(input !== undefined && { input }),
    ...(cwd !== undefined && { cwd }),
  })
  if (ran.error) throw ran.error
  if (ran.status === 0) return Uint8Array.from(ran.stdout)
  const said = complaint(ran.stderr.toString()) || `ends with ${ran.signal ?? ran.status}`
  throw new Error(oneLine(said))
}

/** What a program says of its version, or nothing when it is not there. */
export function versionOf(program: string, args: readonly string[], pattern: RegExp): string | undefined {
  const ran = spawnSync(program, args, { encoding: 'utf8' })
  return pattern.exec(`${ran.stdout ?? ''}${ran.stderr ?? ''}`)?.[1]
}

/** The version of a Debian package whose program does not tell its own. */
export function packageVersion(name: string): string | undefined {
  const version = versionOf('dpkg-query', ['-W', '-f', '${' + 'Version}', name], /^(\S+)/)
  return version?.replace(/^\d+:/, '').replace(/-.*$/, '')
}

/** One line without what differs from run to run: folders, and numbers that look like addresses. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/'?\/(?:tmp|work|root|home)[^\s:'"]*'?/g, '…')
    .replaceAll(/0x[0-9a-f]{6,}|@[0-9a-f]{6,}/gi, '…')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

function lastLine(text: string): string | undefined {
  return text.trim().split('\n').at(-1)
}

/** The version of an npm package that is installed here. */
export function installedVersion(name: string): string | undefined {
  const file = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  if (!existsSync(file)) return undefined
  const { version }: { version: string } = JSON.parse(readFileSync(file, 'utf8'))
  return version
}
