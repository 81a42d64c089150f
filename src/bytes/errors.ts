import { DirectError } from '../errors/index.js'

export type Base64ErrorCode = 'ERR_BASE64_INVALID'
export type HexErrorCode = 'ERR_HEX_INVALID'

/** Text that is not base64. `offset` is where, in bytes of the text. */
export class Base64Error extends DirectError<Base64ErrorCode> {
  readonly code = 'ERR_BASE64_INVALID'
  readonly offset: number

  constructor(offset: number) {
    super(`not base64 (offset ${offset})`)
    this.offset = offset
  }
}

/** Text that is not hexadecimal. `offset` is where, in characters. */
export class HexError extends DirectError<HexErrorCode> {
  readonly code = 'ERR_HEX_INVALID'
  readonly offset: number

  constructor(offset: number) {
    super(`not hexadecimal (offset ${offset})`)
    this.offset = offset
  }
}
