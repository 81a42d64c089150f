import type { Bytes } from '../bytes/index.js'

/** Bytes as WebCrypto takes them: it refuses memory that is shared between threads, so that alone is copied. */
export function narrow(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes)
}
