import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type HttpErrorCode =
  /** No URL of http or https, or one with a name and a password in it. */
  | 'ERR_HTTP_URL'
  /** The host lies at an address that nothing is fetched from, such as one of the own network. */
  | 'ERR_HTTP_ADDRESS'
  /** The server could not be reached, or the connection broke; temporary. */
  | 'ERR_HTTP_NETWORK'
  /** The answer did not come in time; temporary. */
  | 'ERR_HTTP_TIMEOUT'
  /** The server says that it has no answer. Temporary when it says that it has none now. */
  | 'ERR_HTTP_STATUS'
  /** Too many redirects, or one that leads nowhere. */
  | 'ERR_HTTP_REDIRECT'
  /** The answer is longer than allowed. */
  | 'ERR_HTTP_TOO_LARGE'
  /** The answer is compressed, which nobody asked for. */
  | 'ERR_HTTP_ENCODING'

/** Something that could not be fetched. The message names neither the URL nor the host. */
export class HttpError extends DirectError<HttpErrorCode> {
  readonly code: HttpErrorCode
  /** What the server answered, for `ERR_HTTP_STATUS`. */
  readonly status?: number

  constructor(code: HttpErrorCode, message: string, options: DirectErrorOptions & { readonly status?: number } = {}) {
    super(message, options)
    this.code = code
    if (options.status !== undefined) this.status = options.status
  }
}
