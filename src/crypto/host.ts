import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'

/** The few things of `node:crypto` that WebCrypto has not. */
export interface NodeCrypto {
  readonly constants: { readonly RSA_NO_PADDING: number }
  readonly KeyObject: { from(key: CryptoKey): object }
  createPrivateKey(key: { readonly key: Uint8Array; readonly format: 'der'; readonly type: 'pkcs8' }): object
  createPublicKey(key: object): {
    export(options: { readonly format: 'jwk' }): { readonly n?: string; readonly e?: string }
  }
  privateDecrypt(key: { readonly key: object; readonly padding: number }, input: Uint8Array): Uint8Array
  createCipheriv(name: string, key: Uint8Array, iv: Uint8Array, options?: CipherOptions): NodeCipher
  createDecipheriv(name: string, key: Uint8Array, iv: Uint8Array, options?: CipherOptions): NodeCipher
}

interface CipherOptions {
  readonly authTagLength: number
}

interface NodeCipher {
  setAAD(data: Uint8Array): unknown
  setAuthTag(tag: Uint8Array): unknown
  getAuthTag(): Uint8Array
  update(data: Uint8Array): Uint8Array
  final(): Uint8Array
}

interface Host {
  readonly crypto?: Crypto
  readonly process?: { getBuiltinModule?(name: 'node:crypto'): NodeCrypto | undefined }
}

/**
 * The platform's own WebCrypto.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_UNAVAILABLE` where there is none: a page that did not come over HTTPS.
 */
export function hostCrypto(): CryptoProvider {
  const { crypto } = globalThis as Host
  if (!crypto?.subtle) throw new CryptoError('ERR_CRYPTO_UNAVAILABLE', 'this host offers no WebCrypto; pass one in')
  return crypto
}

/** Node's own crypto module; nothing in a browser. Asked for at first use, so that bundles stay free of it. */
export function nodeCrypto(): NodeCrypto | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.('node:crypto')
}
