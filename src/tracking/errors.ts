import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type TrackingErrorCode =
  /** No message of this identifier was prepared for this recipient, or it is long forgotten. */
  | 'ERR_TRACKING_UNKNOWN'
  /** Others changed the record again and again; temporary. */
  | 'ERR_TRACKING_CONFLICT'
  /** The store holds something that no tracker wrote. */
  | 'ERR_TRACKING_RECORD'
  /** What was prepared cannot be kept: an identifier or an address is too long or holds control characters, or the time limit is none. */
  | 'ERR_TRACKING_MESSAGE'
  /** This Node has no `node:sqlite`. */
  | 'ERR_TRACKING_NO_SQLITE'

/** A call that cannot be carried out, or a store that cannot be used. It names neither addresses nor identifiers. */
export class TrackingError extends DirectError<TrackingErrorCode> {
  readonly code: TrackingErrorCode

  constructor(code: TrackingErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
