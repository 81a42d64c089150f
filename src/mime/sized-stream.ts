/** Octets that come in pieces, and how many there will be. A `Blob` or `File` is one as it is; on Node see `fs.openAsBlob`. */
export interface SizedStream {
  /** Octets. */
  readonly size: number
  /** Begins anew at each call. */
  stream(): ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
}

/** What a stream gives, piece by piece; it is cancelled when nobody wants the rest. */
export async function* streamOf(content: SizedStream): AsyncGenerator<Uint8Array> {
  const stream = content.stream()
  // Not every browser lets a ReadableStream be iterated.
  if (!('getReader' in stream)) return yield* stream
  const reader = stream.getReader()
  let done = false
  try {
    while (!done) {
      const result = await reader.read()
      if (result.done) done = true
      else yield result.value
    }
  } finally {
    if (!done) await reader.cancel()
  }
}
