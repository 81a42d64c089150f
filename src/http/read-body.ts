import { type Bytes, concat } from '../bytes/index.js'
import { HttpError } from './errors.js'
import type { FetchResponse } from './fetch.js'
import { orAborted } from './or-aborted.js'

/**
 * Reads a body to its end, or to one octet more than is allowed.
 *
 * @throws {@link HttpError} `ERR_HTTP_TOO_LARGE`; what the signal or the stream throws.
 */
export async function readBody(
  { headers, body }: FetchResponse,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Bytes> {
  if (!body) return new Uint8Array(0)
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    if (Number(headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
    for (;;) {
      const { done, value } = await orAborted(reader.read(), signal)
      if (done) return concat(chunks)
      chunks.push(value)
      length += value.length
      if (length > maxBytes) throw tooLarge(maxBytes)
    }
  } catch (error) {
    // The server need not send the rest. That it cannot be told so any more changes nothing.
    reader.cancel().catch(() => undefined)
    throw error
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError('ERR_HTTP_TOO_LARGE', `an answer of more than ${maxBytes} bytes`)
}
