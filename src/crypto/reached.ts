import { CryptoError } from './errors.js'

/** What somebody who waits may give along. */
export interface Waiting {
  readonly signal?: AbortSignal
}

export function waiting(signal: AbortSignal | undefined): Waiting {
  return signal ? { signal } : {}
}

/**
 * What a key that lies elsewhere answers. A caller that gave up is told so, as ever; what was found out on our side stays
 * as it is.
 *
 * @throws {@link CryptoError} `ERR_KEY_UNAVAILABLE`, temporary, for every other fault, and for no answer.
 */
export async function reached(
  ask: () => Promise<Uint8Array | undefined>,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  try {
    const answer = await ask()
    if (answer) return answer
  } catch (cause) {
    signal?.throwIfAborted()
    throw cause instanceof CryptoError ? cause : unavailable({ cause })
  }
  throw unavailable({})
}

function unavailable(options: { readonly cause?: unknown }): CryptoError {
  return new CryptoError('ERR_KEY_UNAVAILABLE', 'a key that could not be reached', { ...options, temporary: true })
}
