/** Errors: what every room throws when a call or the world is broken. The codes belong to the rooms. */

export { unlessThrown } from './unless-thrown.js'

/** What an error may carry beside its message. */
export interface DirectErrorOptions {
  /** The fault underneath, kept for the log of the one who called. */
  readonly cause?: unknown
  /** True when asking again later may succeed: a service was away, a limit of time was reached. */
  readonly temporary?: boolean
}

/**
 * The one ancestor of everything this library throws.
 *
 * A message names offsets, OIDs, serial numbers and limits, never the content of a message, an address or a key.
 * Switch on `code`: it is in capitals and starts with `ERR_` and the room's name.
 */
export abstract class DirectError<Code extends string = string> extends Error {
  abstract readonly code: Code
  /** True when asking again later may succeed. */
  readonly temporary: boolean

  constructor(message: string, options: DirectErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.name = new.target.name
    this.temporary = options.temporary ?? false
  }
}
