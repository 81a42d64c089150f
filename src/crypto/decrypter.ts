import { agreementByProvider, agreementDecrypter } from './agreement-decrypter.js'
import { primeCurves } from './curves.js'
import { CryptoError } from './errors.js'
import { importRejectionSecret } from './implicit-rejection.js'
import type { CryptoProvider, Decrypter } from './index.js'
import { agreementParameters } from './key-agreement.js'
import { keyAllowsTransport } from './key-transport.js'
import { checkPrivateKey, importablePkcs8, isPrivateKeyInfo, type PrivateKeyInfo } from './private-key.js'
import { remembered } from './remembered.js'
import { hostRawRsa, nodeRsaOfCryptoKey, type RawRsa } from './rsa.js'
import { rsaDecrypter, rsaDecryptionKey } from './rsa-decrypter.js'

export interface DecrypterOptions {
  /**
   * Octets that nobody else knows, kept with the key. Of a CryptoKey that gives nothing away, what is answered to wrong
   * padding is derived from these; without them it is another answer in every process.
   */
  readonly rejectionSecret?: Uint8Array
}

/**
 * Makes a decrypter of a private key that lies in memory, or in the host as a CryptoKey: for every key transport with
 * RSA, or every key agreement with its curve.
 *
 * RSAES-PKCS1-v1_5 needs an operation that WebCrypto has not: Node's own is used where there is one, else BigInt
 * arithmetic with blinding, which takes 6 ms with a key of 2048 bits instead of one. Both hold up the thread that long.
 * Of a CryptoKey for RSA-OAEP a browser has OAEP with the digest of the key, and nothing else.
 * See {@link Decrypter} for what happens when the padding is wrong.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key is malformed or none that decrypts,
 *   `ERR_CRYPTO_UNSUPPORTED` when its kind is unknown. Decrypting rejects with `ERR_CRYPTO_UNSUPPORTED` for an algorithm
 *   that is unknown or that this key or the provider cannot do, and with `ERR_CRYPTO_PROVIDER` when the provider fails.
 */
export function createDecrypter(
  provider: CryptoProvider,
  key: PrivateKeyInfo | CryptoKey,
  options: DecrypterOptions = {},
): Decrypter {
  return isPrivateKeyInfo(key) ? decrypterOfInfo(provider, key) : decrypterOfCryptoKey(provider, key, options)
}

function decrypterOfInfo(provider: CryptoProvider, key: PrivateKeyInfo): Decrypter {
  const { kind, rsa, curve } = checkPrivateKey(key)
  const pkcs8 = importablePkcs8(key)
  if (kind === 'RSASSA-PSS' || kind === 'Ed25519') throw notForDecryption()
  if (rsa) {
    let raw: RawRsa | undefined
    const made = rsaDecryptionKey(provider, rsa, pkcs8, () => (raw ??= hostRawRsa(provider, rsa, pkcs8)))
    return rsaDecrypter(provider, { ...made, allows: (transport) => keyAllowsTransport(key.algorithm, transport) })
  }
  const imported = remembered(() =>
    provider.subtle.importKey('pkcs8', pkcs8, agreementParameters(curve), false, ['deriveBits']),
  )
  return agreementDecrypter(provider, {
    curve,
    agree: agreementByProvider(provider, curve, imported),
    rejectionSecret: remembered(() => importRejectionSecret(provider, key.privateKey)),
  })
}

/** What a CryptoKey says of itself, by the kind of key. */
interface CryptoKeyInfo extends KeyAlgorithm {
  readonly hash?: KeyAlgorithm
  readonly modulusLength?: number
  readonly namedCurve?: string
}

function decrypterOfCryptoKey(provider: CryptoProvider, key: CryptoKey, options: DecrypterOptions): Decrypter {
  const { name, hash, modulusLength = 0, namedCurve }: CryptoKeyInfo = key.algorithm
  const secret = options.rejectionSecret ?? provider.getRandomValues(new Uint8Array(secretOctets))
  const rejectionSecret = remembered(() => importRejectionSecret(provider, secret))
  if (name === 'RSA-OAEP' && key.usages.includes('decrypt')) {
    const node = nodeRsaOfCryptoKey(key)
    return rsaDecrypter(provider, {
      octets: Math.ceil(modulusLength / 8),
      ...(node && { modulus: node.modulus }),
      raw: () => node?.raw,
      oaep: (digest) => (digest === hash?.name ? Promise.resolve(key) : undefined),
      rejectionSecret,
      allows: () => true,
    })
  }
  const curve = name === 'X25519' ? name : Object.values(primeCurves).find((each) => each.name === namedCurve)?.name
  if (!curve || (name !== 'ECDH' && name !== 'X25519') || !key.usages.includes('deriveBits')) throw notForDecryption()
  const agree = agreementByProvider(provider, curve, () => Promise.resolve(key))
  return agreementDecrypter(provider, { curve, agree, rejectionSecret })
}

const secretOctets = 32

function notForDecryption(): CryptoError {
  return new CryptoError('ERR_CRYPTO_KEY', 'a key that does not decrypt')
}
