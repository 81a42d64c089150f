import { type Bytes, concat, encodeLatin1 } from '../bytes/index.js'
import type { CryptoProvider } from './index.js'
import { narrow } from './narrow.js'

const hmac = { name: 'HMAC', hash: 'SHA-256' }
const hmacOctets = 32
const label = encodeLatin1('message')

/** The secret from which the synthetic keys of a private key come, given octets that nobody but its holder knows. */
export async function importRejectionSecret({ subtle }: CryptoProvider, octets: Uint8Array): Promise<CryptoKey> {
  return subtle.importKey('raw', await subtle.digest('SHA-256', narrow(octets)), hmac, false, ['sign'])
}

/**
 * The key that a decrypter answers with when the padding is wrong: unpredictable without the private key, and always
 * the same for the same ciphertext, so that asking twice tells nothing.
 *
 * It is the one that OpenSSL from 3.2 on gives: the last octets of a pseudo-random message as long as the modulus. The
 * caller knows the length it wants, so no length is drawn.
 *
 * @param ciphertext - for RSA as many octets as the modulus has.
 * @param messageOctets - of the pseudo-random message; for RSA those of the modulus.
 * @see draft-irtf-cfrg-rsa-guidance (implicit rejection), RFC 3218 §2.3.2
 */
export async function syntheticKey(
  provider: CryptoProvider,
  secret: CryptoKey,
  ciphertext: Uint8Array,
  length: number,
  messageOctets: number = ciphertext.length,
): Promise<Bytes> {
  const { subtle } = provider
  const derivation = await subtle.sign(hmac, secret, narrow(ciphertext))
  const prf = await subtle.importKey('raw', derivation, hmac, false, ['sign'])
  const octets = Math.max(messageOctets, length)
  const first = Math.floor((octets - length) / hmacOctets)
  const blocks: Uint8Array[] = []
  for (let index = first; index * hmacOctets < octets; index++) {
    const input = concat([uint16(index), label, uint16(octets * 8)])
    blocks.push(new Uint8Array(await subtle.sign(hmac, prf, input)))
  }
  const start = octets - length - first * hmacOctets
  return concat(blocks).slice(start, start + length)
}

function uint16(value: number): Bytes {
  return Uint8Array.of(value >> 8, value)
}
