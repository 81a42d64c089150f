import { HttpError } from './errors.js'

export type Scheme = 'http' | 'https'

const schemesOfHttp: readonly Scheme[] = ['http', 'https']

/**
 * Reads a URL that somebody else may have written.
 *
 * @throws {@link HttpError} `ERR_HTTP_URL` when it is none, of another scheme, longer than 2048 characters, or when it
 *   holds a name or a password.
 */
export function checkedUrl(text: string, schemes: readonly Scheme[] = schemesOfHttp): URL {
  if (text.length > 2048 || !URL.canParse(text)) throw new HttpError('ERR_HTTP_URL', 'not a URL')
  const url = new URL(text)
  if (!schemes.some((scheme) => url.protocol === `${scheme}:`)) {
    throw new HttpError('ERR_HTTP_URL', `a URL of another scheme than ${schemes.join(' and ')}`)
  }
  if (url.username || url.password) throw new HttpError('ERR_HTTP_URL', 'a URL with a name or a password')
  url.hash = ''
  return url
}
