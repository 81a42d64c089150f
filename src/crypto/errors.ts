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
  /** A number in the input above a named limit: the iterations of a password. */
  | 'ERR_CRYPTO_LIMIT'
  /** A key that lies elsewhere could not be reached: an outage, a throttle, a missing permission. Ask again later. */
  | 'ERR_KEY_UNAVAILABLE'
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

/** What it means that a provider did not take a key, or could not use it. What we found out ourselves stays as it is. */
export function importFault(cause: unknown): CryptoError {
  if (cause instanceof CryptoError) return cause
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'DataError') return new CryptoError('ERR_CRYPTO_KEY', 'a key that the provider does not take', { cause })
  if (name === 'NotSupportedError') {
    return new CryptoError('ERR_CRYPTO_UNSUPPORTED', 'the provider has no such keys', { cause })
  }
  return new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not use a key', { cause })
}
