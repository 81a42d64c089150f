import type { Bytes } from '../bytes/index.js'
import { concat } from '../bytes/index.js'
import { CryptoError } from './errors.js'
import type { CryptoProvider } from './index.js'
import { isZero, type Mask } from './masks.js'

/** Octets around the message: 00 02, eight or more of padding, 00. */
const overhead = 11

/** The last octets of an encoded message, and whether everything before them is as it should be. */
export interface Unpadded {
  readonly good: Mask
  readonly message: Uint8Array
}

/**
 * Puts the padding for encryption around a message.
 *
 * @param octets - of the modulus.
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the modulus is too short, `ERR_CRYPTO_PROVIDER` when the provider's
 *   random numbers are none.
 * @see RFC 8017 §7.2.1
 */
export function padPkcs1(provider: CryptoProvider, message: Uint8Array, octets: number): Bytes {
  const length = octets - message.length - 3
  if (length < overhead - 3) throw new CryptoError('ERR_CRYPTO_KEY', 'an RSA key too short for what it should carry')
  return concat([Uint8Array.of(0, 2), nonZeroOctets(provider, length), Uint8Array.of(0), message])
}

function nonZeroOctets(provider: CryptoProvider, length: number): Uint8Array {
  // One octet in 256 is dropped, so the second round hardly ever comes; a tenth means that the numbers are not random.
  let drawn: number[] = []
  for (let round = 0; drawn.length < length; round++) {
    if (round === 10) throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the random numbers of the provider are none')
    drawn = [...drawn, ...provider.getRandomValues(new Uint8Array(length + 8)).filter((octet) => octet !== 0)]
  }
  return Uint8Array.from(drawn.slice(0, length))
}

/**
 * Takes a message of known length out of its padding, in the same steps whatever is inside.
 *
 * @see RFC 8017 §7.2.2
 */
export function unpadPkcs1(encoded: Uint8Array, length: number): Unpadded {
  const separator = encoded.length - length - 1
  if (length + overhead > encoded.length) return { good: 0, message: new Uint8Array(length) }
  let wrong = encoded[0]! | (encoded[1]! ^ 2) | encoded[separator]!
  for (let at = 2; at < separator; at++) wrong |= isZero(encoded[at]!)
  return { good: isZero(wrong), message: encoded.subarray(separator + 1) }
}
