import { der } from '../asn1/index.js'
import { type Bytes, concat, decodeBase64Url, equal } from '../bytes/index.js'
import { algorithmIdentifier } from './algorithm-identifier.js'
import type { CurveName } from './curves.js'
import { importFault } from './errors.js'
import type { CryptoProvider } from './index.js'
import { type CheckedKey, checkPrivateKey, type PrivateKeyInfo } from './private-key.js'
import { type PublicKeyInfo, rawPublicKey } from './public-key.js'

/**
 * Whether a private key is the one that a public key belongs to. The provider derives the public half of a key of a
 * curve: nothing is believed that stands beside the private one.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the private key is malformed, `ERR_CRYPTO_UNSUPPORTED` when its kind
 *   is unknown, here or to the provider.
 */
export async function keysMatch(
  provider: CryptoProvider,
  privateKey: PrivateKeyInfo,
  publicKey: PublicKeyInfo,
): Promise<boolean> {
  const checked = checkPrivateKey(privateKey)
  const { kind, rsa, curve } = checked
  if (rsa) return publicKey.rsa?.modulus === rsa.modulus && publicKey.rsa.publicExponent === rsa.publicExponent
  if (publicKey.kind !== kind || publicKey.curve !== curve) return false
  const given = rawPublicKey(curve, publicKey.keyBytes)
  return given !== undefined && equal(given, await derivedPublicKey(provider, privateKey, checked))
}

/** How WebCrypto is to be told of the key of a curve whose public half is wanted. */
const curveImports: Readonly<Record<'EC' | 'Ed25519' | 'X25519', (curve: CurveName) => CurveImport>> = {
  EC: (namedCurve) => ({ algorithm: { name: 'ECDSA', namedCurve }, usages: ['sign'] }),
  Ed25519: (name) => ({ algorithm: { name }, usages: ['sign'] }),
  X25519: (name) => ({ algorithm: { name }, usages: ['deriveBits'] }),
}

interface CurveImport {
  readonly algorithm: Algorithm | EcKeyImportParams
  readonly usages: KeyUsage[]
}

async function derivedPublicKey(
  { subtle }: CryptoProvider,
  { algorithm: identifier, privateKey }: PrivateKeyInfo,
  { kind, curve, scalar }: Extract<CheckedKey, { curve: CurveName }>,
): Promise<Bytes> {
  const { algorithm, usages } = curveImports[kind](curve)
  // Without the public key that may stand in an ECPrivateKey: a host might give that one back.
  const alone = kind === 'EC' ? der.sequence(der.integer(1), der.octetString(scalar)) : privateKey
  const pkcs8 = der.encode(der.sequence(der.integer(0), algorithmIdentifier(identifier), der.octetString(alone)))
  try {
    const { x = '', y } = await subtle.exportKey('jwk', await subtle.importKey('pkcs8', pkcs8, algorithm, true, usages))
    return y === undefined ? decodeBase64Url(x) : concat([Uint8Array.of(4), decodeBase64Url(x), decodeBase64Url(y)])
  } catch (cause) {
    throw importFault(cause)
  }
}
