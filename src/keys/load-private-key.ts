import { type Element, parseAsn1 } from '../asn1/index.js'
import { type CryptoProvider, hostCrypto, type PrivateKeyInfo } from '../crypto/index.js'
import { asKeyError, KeyError } from './errors.js'
import { decryptWithPassphrase, type KeyLimits, passphraseOf } from './password-encryption.js'
import { decodePem, isDer, type PemBlock } from './pem.js'
import { isEncryptedPrivateKey, parseEncryptedPrivateKey, parsePlainKey } from './pkcs8.js'

/** The blocks of a PEM text that hold a private key. Others are skipped: certificates, parameters of curves. */
const privateKeyLabels: ReadonlySet<string> = new Set([
  'PRIVATE KEY',
  'ENCRYPTED PRIVATE KEY',
  'RSA PRIVATE KEY',
  'EC PRIVATE KEY',
])

/**
 * Reads a private key that is not encrypted: PKCS#8, PKCS#1, or SEC 1 for elliptic curves, in DER or PEM. Of a PEM text
 * with several keys it is the first.
 *
 * The result is written anew in the plainest form, since hosts differ in what they take: attributes and the public key
 * of the newer version are left out, and so is BER.
 *
 * @throws {@link KeyError} `ERR_KEYS_MALFORMED`; `ERR_KEYS_MISSING` when a PEM text holds no private key;
 *   `ERR_KEYS_ENCRYPTED` for an encrypted one, which {@link loadPrivateKey} reads; `ERR_KEYS_UNSUPPORTED` for an
 *   elliptic curve key that does not name its curve.
 * @see RFC 5958 §2, RFC 8017 A.1.2, RFC 5915 §3, RFC 7468 §10
 */
export function parsePrivateKey(input: Uint8Array | string): PrivateKeyInfo {
  try {
    const element = elementOf(input)
    if (isEncryptedPrivateKey(element)) {
      throw new KeyError('ERR_KEYS_ENCRYPTED', 'the private key is encrypted, and no password came with it')
    }
    return parsePlainKey(element)
  } catch (error) {
    throw asKeyError(error)
  }
}

export interface LoadPrivateKeyOptions {
  /** Only for an encrypted key. */
  readonly password?: string
  readonly limits?: KeyLimits
  /** Default: the host's own. */
  readonly crypto?: CryptoProvider
}

/**
 * Reads a private key as {@link parsePrivateKey} does, and decrypts it where it is encrypted: PKCS#8 with PBES2 or one of
 * the schemes of PKCS#12. The form that OpenSSL had before PKCS#8 is refused, as it derives its key with MD5.
 *
 * @throws {@link KeyError} as {@link parsePrivateKey} does, and `ERR_KEYS_PASSWORD`, `ERR_KEYS_LIMIT`,
 *   `ERR_KEYS_UNSUPPORTED` for another encryption.
 * @see RFC 5958 §3, RFC 7468 §11
 */
export async function loadPrivateKey(
  input: Uint8Array | string,
  { password, limits, crypto = hostCrypto() }: LoadPrivateKeyOptions = {},
): Promise<PrivateKeyInfo> {
  if (password === undefined) return parsePrivateKey(input)
  try {
    const element = elementOf(input)
    if (!isEncryptedPrivateKey(element)) return parsePlainKey(element)
    const { algorithm, encryptedData } = parseEncryptedPrivateKey(element)
    const passphrase = passphraseOf({ password, crypto, ...(limits && { limits }) })
    return await decryptWithPassphrase(passphrase, algorithm, encryptedData, (plain) => parsePlainKey(parseAsn1(plain)))
  } catch (error) {
    throw asKeyError(error)
  }
}

function elementOf(input: Uint8Array | string): Element {
  if (isDer(input)) return parseAsn1(input)
  const block = decodePem(input).find(({ label }) => privateKeyLabels.has(label))
  if (!block) throw new KeyError('ERR_KEYS_MISSING', 'no private key in what was given')
  if (isOldEncryption(block)) {
    const way = 'convert it: openssl pkcs8 -topk8 -in key.pem -out new.pem'
    throw new KeyError('ERR_KEYS_UNSUPPORTED', `a private key that is encrypted in the old way of OpenSSL; ${way}`)
  }
  return parseAsn1(block.bytes)
}

/** @see RFC 1421 §4.6.1.1 */
function isOldEncryption({ headers }: PemBlock): boolean {
  return headers.some((line) => line.startsWith('Proc-Type:') && line.includes('ENCRYPTED'))
}
