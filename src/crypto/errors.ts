import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type CryptoErrorCode =
  /** This host offers no WebCrypto, and none was passed in. */
  | 'ERR_CRYPTO_UNAVAILABLE'
  /** The provider failed where it should not have; the fault is the `cause`. */
  | 'ERR_CRYPTO_PROVIDER'
  /** An algorithm, or a form of one, that is left out. */
  | 'ERR_CRYPTO_UNSUPPORTED'
  /** A key that is malformed, or too small for what it should do. */
  | 'ERR_CRYPTO_KEY'
  /** Content that could not be decrypted; always alike and without a `cause`, so that it tells nobody anything. */
  | 'ERR_CRYPTO_DECRYPT'

/** A cryptographic operation that could not be done. A wrong signature is not an error: verification returns `false`. */
export class CryptoError extends DirectError<CryptoErrorCode> {
  readonly code: CryptoErrorCode

  constructor(code: CryptoErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
