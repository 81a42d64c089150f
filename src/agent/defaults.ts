import { type CryptoProvider, hostCrypto } from '../crypto/index.js'
import type { Fetch } from '../http/index.js'

/** What of the world is used when nothing else is given. Nothing beside this file reads it. */
export const defaults: {
  readonly crypto: () => CryptoProvider
  readonly clock: () => number
  readonly fetch: Fetch
} = {
  crypto: hostCrypto,
  clock: Date.now,
  fetch: (url, request) => globalThis.fetch(url, request),
}
