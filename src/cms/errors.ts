import { DirectError, type DirectErrorOptions } from '../errors/index.js'

export type CmsErrorCode = 'ERR_CMS_MALFORMED' | 'ERR_CMS_CONTENT_TYPE' | 'ERR_CMS_DRAFT'

/** Bytes that are not the CMS structure they should be, or a draft that cannot become one. */
export class CmsError extends DirectError<CmsErrorCode> {
  readonly code: CmsErrorCode

  constructor(code: CmsErrorCode, message: string, options?: DirectErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** Runs a reader and gives the bad bytes it stumbles over the name of this room; a fault of ours keeps its own. */
export function reading<Result>(what: string, read: () => Result): Result {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof CmsError || !(cause instanceof DirectError)) throw cause
    throw new CmsError('ERR_CMS_MALFORMED', `malformed ${what}`, { cause })
  }
}
