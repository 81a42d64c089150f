/** What a command is given to speak with. */
export interface Terminal {
  /** Prints to the standard output. */
  readonly print: (output: string | Uint8Array) => void
  /** All that is on the standard input. */
  readonly read: () => Uint8Array
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Options of a command by name, as `node:util` parses them, each with the line that explains it. */
export type Options = Readonly<Record<string, CommandOption>>

interface CommandOption {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  /** What stands for the value in the help. */
  readonly value?: string
  readonly help: string
}

/** What was written behind the name of a command. */
export interface Given {
  readonly operands: readonly string[]
  /** The last value of an option. */
  text(name: string): string | undefined
  /** All values of an option. */
  texts(name: string): readonly string[]
  has(name: string): boolean
}

/** One subcommand. */
export interface Command {
  readonly summary: string
  /** What stands behind its name: `ADDRESS`. */
  readonly operands: string
  readonly options: Options
  /** What its exit codes mean, beside those of all commands. */
  readonly exitCodes: Readonly<Record<number, string>>
  /**
   * @param complain - prints to the standard error.
   * @returns the exit code.
   * @throws {@link UsageError} when what was given makes no sense.
   */
  run(given: Given, terminal: Terminal, complain: (text: string) => void): Promise<number>
}

/** A command that was called the wrong way. */
export class UsageError extends Error {}
