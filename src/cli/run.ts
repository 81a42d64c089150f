import { parseArgs } from 'node:util'
import { DirectError } from '../errors/index.js'
import { type Command, type Given, type Terminal, UsageError } from './command.js'
import { commands } from './commands.js'

/** A command that was called the wrong way, and one that could not be carried out. @see sysexits(3) */
const exitCodes = { usage: 64, failed: 70 } as const

/**
 * Runs a command line.
 *
 * @param words - all behind the name of the program.
 * @param complain - prints to the standard error.
 * @returns the exit code.
 */
export async function run(
  words: readonly string[],
  terminal: Terminal,
  complain: (text: string) => void,
): Promise<number> {
  const [name, ...rest] = words
  if (name === undefined || name === 'help' || name === '--help') {
    terminal.print(overview())
    return name === undefined ? exitCodes.usage : 0
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    complain(`direct-smime: there is no command ${JSON.stringify(name)}\n\n${overview()}`)
    return exitCodes.usage
  }
  try {
    const given = parse(command, rest)
    if (given.has('help')) {
      terminal.print(helpOf(name, command))
      return 0
    }
    return await command.run(given, terminal, complain)
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`direct-smime ${name}: ${error.message}\n\n${helpOf(name, command)}`)
      return exitCodes.usage
    }
    if (!(error instanceof DirectError)) throw error
    complain(`direct-smime ${name}: ${error.message} (${error.code})\n`)
    return exitCodes.failed
  }
}

const common: Command['options'] = {
  json: { type: 'boolean', help: 'print JSON' },
  help: { type: 'boolean', help: 'print this' },
}

function parse({ options }: Command, words: readonly string[]): Given {
  const known = Object.fromEntries(
    Object.entries({ ...options, ...common }).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  )
  const { values, positionals } = parsed(() =>
    parseArgs({ args: [...words], options: known, allowPositionals: true, strict: true }),
  )
  const texts = (name: string) => [values[name]].flat().filter((value) => typeof value === 'string')
  return {
    operands: positionals,
    texts,
    text: (name) => texts(name).at(-1),
    has: (name) => values[name] === true || texts(name).length > 0,
  }
}

/** What `parseArgs` throws is a TypeError with a code that says so. */
function parsed<Answer>(parse: () => Answer): Answer {
  try {
    return parse()
  } catch (error) {
    const isUsage = error instanceof TypeError && 'code' in error && /^ERR_PARSE_ARGS_/.test(String(error.code))
    throw isUsage ? new UsageError(error.message) : error
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`)
  return [
    'usage: direct-smime COMMAND [OPTIONS]',
    '',
    ...lines,
    '',
    'direct-smime COMMAND --help tells more.',
    '',
  ].join('\n')
}

function helpOf(name: string, { summary, operands, options, exitCodes }: Command): string {
  const list = Object.entries({ ...options, ...common }).map(([option, { value, help }]) => {
    const written = value === undefined ? `--${option}` : `--${option} ${value}`
    return `  ${written.padEnd(24)}${help}`
  })
  const codes = Object.entries(exitCodes).map(([code, meaning]) => `  ${code}  ${meaning}`)
  const usage = `usage: direct-smime ${name} [OPTIONS] ${operands}`.trim()
  return [usage, '', summary, '', ...list, '', 'exit codes:', ...codes, ''].join('\n')
}
