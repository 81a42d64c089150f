import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Given, type Options, type Terminal, UsageError } from './command.js'

/** The octets of the one file that a command reads; of the standard input for `-` and for nothing. */
export function inputOf({ operands }: Given, { read }: Terminal): Uint8Array {
  const [path = '-', ...others] = operands
  if (others.length > 0) throw new UsageError('one file, please')
  return path === '-' ? read() : fileAt(path)
}

/** The octets of a file that an option names. */
export function fileAt(path: string): Uint8Array {
  return attempt(`the file ${path} cannot be read`, () => new Uint8Array(readFileSync(path)))
}

export const saveOption: Options = {
  save: { type: 'string', value: 'FOLDER', help: 'write into this folder, which is made where there is none' },
}

/**
 * Writes a file, for its owner alone to read. One that is there already stays as it is.
 *
 * @param name - of ours, never a stranger's.
 * @returns its path.
 */
export function saveFile(folder: string, name: string, content: Uint8Array): string {
  const path = join(folder, name)
  attempt(`the file ${path} cannot be written, or is there already`, () => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  })
  return path
}

function attempt<Answer>(complaint: string, run: () => Answer): Answer {
  try {
    return run()
  } catch (cause) {
    throw new UsageError(complaint, { cause })
  }
}
