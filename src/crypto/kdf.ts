import { type Bytes, concat } from '../bytes/index.js'
import { computeDigest, type DigestName, digests } from './digest.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

/** Makes as many octets of key as are wanted out of a shared secret and what both sides know. */
export type KeyDerivation = (
  provider: CryptoProvider,
  digest: DigestName,
  secret: Bytes,
  info: Bytes,
  length: number,
) => Promise<Bytes>

/** @see X9.63 §5.6.3 as in SEC 1 §3.6.1, RFC 5753 §7.2 */
export const x963: KeyDerivation = async (provider, digest, secret, info, length) => {
  const blocks: Uint8Array[] = []
  for (let counter = 1; (counter - 1) * digests[digest].length < length; counter++) {
    blocks.push(await computeDigest(provider, digest, concat([secret, Uint8Array.of(0, 0, 0, counter), info])))
  }
  return concat(blocks).slice(0, length)
}

/** Without a salt. @see RFC 5869, RFC 8418 §2.2 */
export const hkdf: KeyDerivation = async ({ subtle }, hash, secret, info, length) => {
  const key = await subtle.importKey('raw', narrow(secret), 'HKDF', false, ['deriveBits'])
  const parameters = { name: 'HKDF', hash, salt: new Uint8Array(), info }
  return new Uint8Array(await subtle.deriveBits(parameters, key, length * 8))
}
