import { readFileSync } from 'node:fs'
import { UsageError } from './command.js'

/** The octets of a file; of the standard input for `-` and for nothing. */
export function inputAt(path: string | undefined): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path === undefined || path === '-' ? 0 : path))
  } catch (cause) {
    throw new UsageError(`${path ?? 'the standard input'} cannot be read`, { cause })
  }
}
