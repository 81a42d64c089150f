import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type X509ErrorCode = 'ERR_X509_MALFORMED' | 'ERR_X509_DRAFT'

/** Bytes that are no certificate, list or OCSP message, or a draft that cannot become one. */
export class X509Error extends DirectError<X509ErrorCode> {
  readonly code: X509ErrorCode

  constructor(code: X509ErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Runs a reader and gives the bad bytes it stumbles over the name of this room; a fault of ours keeps its own. */
export function reading<Result>(what: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof X509Error || !(cause instanceof DirectError)) throw cause
    throw new X509Error('ERR_X509_MALFORMED', `malformed ${what}`, { cause })
  }
}
