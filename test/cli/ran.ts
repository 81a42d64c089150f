import { concat, decodeUtf8, encodeUtf8 } from '../../src/bytes/index.js'
import { run } from '../../src/cli/index.js'
import { now } from '../helpers/issue.js'

/** What a command line finds around it. */
export interface Surroundings {
  readonly stdin?: Uint8Array | string
  readonly environment?: Readonly<Record<string, string>>
  /** What the clock says, in milliseconds since 1970. */
  readonly at?: number
}

/** All that came of a command line. */
export interface Ran {
  readonly code: number
  readonly printed: string
  /** The same, octet for octet. */
  readonly bytes: Uint8Array
  readonly complained: string
}

/** Runs command lines in this process. */
export function ranWith({ stdin = '', environment = {}, at = now }: Surroundings) {
  return async (...words: readonly string[]): Promise<Ran> => {
    const output: Uint8Array[] = []
    const complaints: string[] = []
    const terminal = {
      print: (text: string | Uint8Array) => void output.push(octets(text)),
      read: () => octets(stdin),
      clock: () => at,
      environment,
    }
    const code = await run(words, terminal, (text) => void complaints.push(text))
    const bytes = concat(output)
    return { code, printed: decodeUtf8(bytes), bytes, complained: complaints.join('') }
  }
}

function octets(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? encodeUtf8(text) : text
}

export const ran = ranWith({})
