import { DirectError, type DirectErrorOptions } from '../errors/index.js'
import type { Step } from '../verdict/index.js'

export type DiscoveryErrorCode =
  /** Nothing was found, and some places could not be asked: there may be a certificate; temporary (DISC-7). */
  | 'ERR_DISCOVERY_FAILED'
  /** A directory could not be reached, or did not tell; temporary. */
  | 'ERR_DISCOVERY_LDAP'

/** A search that ended without an answer. */
export class DiscoveryError extends DirectError<DiscoveryErrorCode> {
  readonly code: DiscoveryErrorCode
  readonly #steps: readonly Step[]

  constructor(
    code: DiscoveryErrorCode,
    message: string,
    options: DirectErrorOptions & { readonly steps?: readonly Step[] } = {},
  ) {
    super(message, options)
    this.code = code
    this.#steps = options.steps ?? []
  }

  /** What was asked and what came of it. A getter, so that no log prints addresses with the error. */
  get steps(): readonly Step[] {
    return this.#steps
  }
}
