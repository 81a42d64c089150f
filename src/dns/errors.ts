import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type DnsErrorCode =
  /** Bytes that are no DNS message. */
  | 'ERR_DNS_MALFORMED'
  /** A name with a label or a length that no DNS name has. */
  | 'ERR_DNS_NAME'
  /** No server answered in time; temporary. */
  | 'ERR_DNS_TIMEOUT'
  /** The servers could not be reached; temporary. */
  | 'ERR_DNS_NETWORK'
  /** The servers answered that they cannot, or will not, tell; temporary (DISC-7). */
  | 'ERR_DNS_SERVER'
  /** Aliases that lead too far, or round. */
  | 'ERR_DNS_ALIAS'

/** A question that got no answer, or bytes that are none. It names no domain. */
export class DnsError extends DirectError<DnsErrorCode> {
  readonly code: DnsErrorCode

  constructor(code: DnsErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}
