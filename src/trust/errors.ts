import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type TrustErrorCode =
  /** No bundle, in no form that is known. */
  | 'ERR_TRUST_BUNDLE_FORMAT'
  /** A bundle without a certificate that may be an anchor (TB-14). */
  | 'ERR_TRUST_BUNDLE_EMPTY'
  /** The bundle is not valid yet, or not any more, by its own words (TB-8). */
  | 'ERR_TRUST_BUNDLE_DATE'
  /** None of the signers asked for has signed the bundle (TB-9). */
  | 'ERR_TRUST_BUNDLE_SIGNATURE'
  /** The certificate that is to have signed the bundle may not be used at this time. */
  | 'ERR_TRUST_BUNDLE_SIGNER'
  /** The bundle is signed, and nobody said by whom it should be. */
  | 'ERR_TRUST_BUNDLE_NO_SIGNER'
  /** A bundle that nobody signs must come over https (TB-10). */
  | 'ERR_TRUST_BUNDLE_URL'

/** A trust bundle that cannot be taken, or that cannot be fetched as it was asked for. */
export class TrustError extends DirectError<TrustErrorCode> {
  readonly code: TrustErrorCode

  constructor(code: TrustErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
