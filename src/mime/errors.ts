import { DirectError, type DirectErrorOptions } from '../errors/index.js'
import type { Entity } from './entity.js'

export type MimeErrorCode =
  | 'ERR_MIME_TOO_DEEP'
  | 'ERR_MIME_TOO_MANY_PARTS'
  | 'ERR_MIME_HEADER_TOO_LARGE'
  | 'ERR_MIME_LINE_TOO_LONG'
  | 'ERR_MIME_ENCODING'
  | 'ERR_MIME_FIELD_INVALID'
  | 'ERR_MIME_ADDRESS_INVALID'
  | 'ERR_MIME_MESSAGE_ID'
  | 'ERR_MIME_NOT_7BIT'
  | 'ERR_MIME_SIZE'

/** A message beyond the limits, or one that cannot be written. It names fields, never what they hold. */
export class MimeError extends DirectError<MimeErrorCode> {
  readonly code: MimeErrorCode
  readonly #entity: Entity | undefined

  constructor(code: MimeErrorCode, message: string, options: DirectErrorOptions & { readonly entity?: Entity } = {}) {
    super(message, options)
    this.code = code
    this.#entity = options.entity
  }

  /** Of a message beyond the limits: what was read of it. A getter, so that no log prints it with the error. */
  get entity(): Entity | undefined {
    return this.#entity
  }
}
