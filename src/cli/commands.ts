import type { Command } from './command.js'
import { discover } from './discover.js'

/** The commands, by name. */
export const commands: Readonly<Record<string, Command>> = { discover }
