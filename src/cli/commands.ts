import { bundle } from './bundle.js'
import type { Command } from './command.js'
import { demo } from './demo.js'
import { discover } from './discover.js'
import { doctor } from './doctor.js'
import { inspect } from './inspect.js'
import { mdn } from './mdn.js'
import { open } from './open.js'
import { seal } from './seal.js'
import { track } from './track.js'
import { validate } from './validate.js'

/** The commands, by name. */
export const commands: Readonly<Record<string, Command>> = {
  seal,
  open,
  inspect,
  discover,
  doctor,
  validate,
  bundle,
  mdn,
  track,
  demo,
}
