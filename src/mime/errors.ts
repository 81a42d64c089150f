import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type MimeErrorCode =
  | 'ERR_MIME_TOO_DEEP'
  | 'ERR_MIME_TOO_MANY_PARTS'
  | 'ERR_MIME_HEADER_TOO_LARGE'
  | 'ERR_MIME_FIELD_INVALID'
  | 'ERR_MIME_ADDRESS_INVALID'
  | 'ERR_MIME_MESSAGE_ID'
  | 'ERR_MIME_NOT_7BIT'

/** A message beyond the limits, or one that cannot be written. It names fields, never what they hold. */
export class MimeError extends DirectError<MimeErrorCode> {
  readonly code: MimeErrorCode

  constructor(code: MimeErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
