import { Asn1Error } from '../asn1/index.js'
import { CryptoError, type CryptoErrorCode } from '../crypto/index.js'
import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type KeyErrorCode =
  /** No key or certificate is in what was given. */
  | 'ERR_KEYS_MISSING'
  | 'ERR_KEYS_MALFORMED'
  /** What was given is encrypted, and no password came with it. */
  | 'ERR_KEYS_ENCRYPTED'
  /** The password is wrong, or what was given is damaged: nobody can tell the one from the other. */
  | 'ERR_KEYS_PASSWORD'
  /** The private key belongs to another certificate. */
  | 'ERR_KEYS_MISMATCH'
  /** A kind of key, or a way to encrypt one, that is left out. */
  | 'ERR_KEYS_UNSUPPORTED'
  /** The key derivation asks for more rounds than the limit allows. */
  | 'ERR_KEYS_LIMIT'
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

/** What faults of the rooms below mean here. Those that are not in the table are faults of the host. */
const meanings: Readonly<Partial<Record<CryptoErrorCode, readonly [code: KeyErrorCode, message: string]>>> = {
  ERR_CRYPTO_UNSUPPORTED: ['ERR_KEYS_UNSUPPORTED', 'a kind of key or an algorithm that is left out'],
  ERR_CRYPTO_KEY: ['ERR_KEYS_MALFORMED', 'a key that is malformed inside'],
}

/** Gives an error of the rooms below the name of this room; any other stays what it is. */
export function asKeyError(cause: unknown, what = 'private key'): unknown {
  if (cause instanceof Asn1Error) return new KeyError('ERR_KEYS_MALFORMED', `malformed ${what}`, { cause })
  const meaning = cause instanceof CryptoError ? meanings[cause.code] : undefined
  return meaning ? new KeyError(...meaning, { cause }) : cause
}
