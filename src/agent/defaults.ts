import { type CryptoProvider, hostCrypto } from '../crypto/index.js'

/** What of the world is used when nothing else is given. Nothing beside this file reads it. */
export const defaults: { readonly crypto: () => CryptoProvider; readonly clock: () => number } = {
  crypto: hostCrypto,
  clock: Date.now,
}
