import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type KeyErrorCode =
  /** No key or certificate is in what was given. */
  | 'ERR_KEYS_MISSING'
  | 'ERR_KEYS_MALFORMED'
  /** The private key is encrypted, and must be decrypted before it is given. */
  | 'ERR_KEYS_ENCRYPTED'
  /** The private key belongs to another certificate. */
  | 'ERR_KEYS_MISMATCH'
  /** A kind of key that is left out. */
  | 'ERR_KEYS_UNSUPPORTED'
  /** The certificate's keyUsage allows neither signing nor decryption. */
  | 'ERR_KEYS_USAGE'

/** A key or an identity that cannot be loaded. */
export class KeyError extends DirectError<KeyErrorCode> {
  readonly code: KeyErrorCode

  constructor(code: KeyErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
