import { der } from '../asn1/index.js'
import type { AlgorithmIdentifier } from './algorithm-identifier.js'
import { type CurveName, primeCurves } from './curves.js'
import { type DigestName, digests } from './digest.js'
import { writeEcdsaSignature } from './ecdsa.js'
import { CryptoError, importFault } from './errors.js'
import type { CryptoProvider, Signer } from './index.js'
import type { KeyKind } from './key-kind.js'
import { narrow } from './narrow.js'
import { checkPrivateKey, importablePkcs8, isPrivateKeyInfo, type PrivateKeyInfo } from './private-key.js'
import { parsePssParameters, pssAlgorithm } from './pss.js'
import { remembered } from './remembered.js'
import { type SignatureName, signatureOid } from './signature-scheme.js'

/** What is to be decided about the signatures of a key. */
export interface SignerOptions {
  /** Default: what the key is bound to; else that of its curve, or SHA-256 for RSA. */
  readonly digest?: DigestName
  /** For an RSA key: RSASSA-PKCS1-v1_5 unless told otherwise. Others make one kind of signature. */
  readonly scheme?: SignatureName
}

/** What a signing key is, wherever it lies. */
export interface SigningKey {
  readonly kind: KeyKind
  readonly curve?: CurveName | undefined
  /** Parameters of a key for RSASSA-PSS alone. */
  readonly parameters?: Uint8Array | undefined
}

/** How to make one kind of signature with one key. */
export interface SigningMethod {
  readonly scheme: SignatureName
  readonly digest: DigestName
  readonly signatureAlgorithm: AlgorithmIdentifier
  readonly importParameters: RsaHashedImportParams | EcKeyImportParams | Algorithm
  readonly parameters: RsaPssParams | EcdsaParams | Algorithm
  /** From what WebCrypto makes to what messages carry. */
  write(signature: Uint8Array): Uint8Array
}

type MethodOf = (key: SigningKey, digest: DigestName | undefined) => SigningMethod | undefined

/** For each kind of key what it signs with, the first unless told otherwise. */
const methods: Readonly<Record<KeyKind, Readonly<Partial<Record<SignatureName, MethodOf>>>>> = {
  RSA: { 'RSASSA-PKCS1-v1_5': rsaPkcs1, 'RSASSA-PSS': rsaPss },
  'RSASSA-PSS': { 'RSASSA-PSS': rsaPss },
  'RSAES-OAEP': {},
  EC: { ECDSA: ecdsa },
  Ed25519: { Ed25519: ed25519 },
  X25519: {},
}

/**
 * Decides how a key signs.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when a key of this kind does not sign, not in that scheme or not with
 *   that digest.
 */
export function signingMethod(key: SigningKey, { scheme, digest }: SignerOptions): SigningMethod {
  const known = methods[key.kind]
  const name = scheme ?? (Object.keys(known) as SignatureName[])[0]
  const method = name && known[name]?.(key, digest)
  if (!method) throw new CryptoError('ERR_CRYPTO_KEY', 'a key that does not sign in this way')
  return method
}

const asIs = (signature: Uint8Array) => signature

function rsaPkcs1(_: SigningKey, digest: DigestName = 'SHA-256'): SigningMethod {
  const scheme = 'RSASSA-PKCS1-v1_5'
  const parameters = der.encode(der.nul())
  return {
    scheme,
    digest,
    signatureAlgorithm: { algorithm: signatureOid(scheme, digest), parameters },
    importParameters: { name: scheme, hash: digest },
    parameters: { name: scheme },
    write: asIs,
  }
}

/** The salt is as long as the digest, or as the key asks at least (RFC 4055 §3.1 and §3.3). */
function rsaPss({ kind, parameters }: SigningKey, wanted: DigestName | undefined): SigningMethod | undefined {
  const own = kind === 'RSASSA-PSS' && parameters ? parsePssParameters(parameters) : undefined
  if (kind === 'RSASSA-PSS' && parameters && !own) return undefined
  const digest = wanted ?? own?.digest ?? 'SHA-256'
  // WebCrypto masks with the digest that it signs over.
  if (own && (own.digest !== digest || own.maskDigest !== digest)) return undefined
  const saltLength = Math.max(digests[digest].length, own?.saltLength ?? 0)
  return {
    scheme: 'RSASSA-PSS',
    digest,
    signatureAlgorithm: pssAlgorithm({ digest, maskDigest: digest, saltLength }),
    importParameters: { name: 'RSA-PSS', hash: digest },
    parameters: { name: 'RSA-PSS', saltLength },
    write: asIs,
  }
}

/** A digest as strong as the curve (RFC 5753 §2.1.1, RFC 5480 §4). */
const curveDigests: Readonly<Record<'P-256' | 'P-384' | 'P-521', DigestName>> = {
  'P-256': 'SHA-256',
  'P-384': 'SHA-384',
  'P-521': 'SHA-512',
}

function ecdsa({ curve }: SigningKey, wanted: DigestName | undefined): SigningMethod | undefined {
  if (!curve || curve === 'Ed25519' || curve === 'X25519') return undefined
  const digest = wanted ?? curveDigests[curve]
  return {
    scheme: 'ECDSA',
    digest,
    signatureAlgorithm: { algorithm: signatureOid('ECDSA', digest) },
    importParameters: { name: 'ECDSA', namedCurve: curve },
    parameters: { name: 'ECDSA', hash: digest },
    write: (signature) => writeEcdsaSignature(primeCurves[curve], signature),
  }
}

/** In CMS the content is digested with SHA-512 and nothing else (RFC 8419 §3.1). */
function ed25519(_: SigningKey, digest: DigestName = 'SHA-512'): SigningMethod | undefined {
  if (digest !== 'SHA-512') return undefined
  const name = 'Ed25519'
  return {
    scheme: name,
    digest,
    signatureAlgorithm: { algorithm: signatureOid(name, digest) },
    importParameters: { name },
    parameters: { name },
    write: asIs,
  }
}

/**
 * Makes a signer of a private key that lies in memory, or in the host as a CryptoKey. The provider imports the former
 * once, at the first signature.
 *
 * RSA keys sign with RSASSA-PKCS1-v1_5 unless told otherwise, EC keys with ECDSA and the digest of their curve. A
 * CryptoKey for RSA is made for one scheme and one digest, so the options may only say the same.
 *
 * @throws {@link CryptoError} `ERR_CRYPTO_KEY` when the key is malformed or does not sign in the way that is asked for,
 *   `ERR_CRYPTO_UNSUPPORTED` when its kind is unknown. Signing rejects with `ERR_CRYPTO_UNSUPPORTED` when the provider
 *   does not know the kind, `ERR_CRYPTO_PROVIDER` when it fails.
 * @see RFC 5754 §3.2, RFC 4056 §3, RFC 5753 §2.1.1, RFC 8419 §3.1
 */
export function createSigner(
  provider: CryptoProvider,
  key: PrivateKeyInfo | CryptoKey,
  options: SignerOptions = {},
): Signer {
  const method = isPrivateKeyInfo(key) ? methodOfInfo(key, options) : methodOfCryptoKey(key, options)
  const { digest, signatureAlgorithm, importParameters, parameters, write } = method
  const { subtle } = provider
  const imported = remembered(async () =>
    isPrivateKeyInfo(key) ? subtle.importKey('pkcs8', importablePkcs8(key), importParameters, false, ['sign']) : key,
  )
  return {
    digest,
    signatureAlgorithm,
    async sign(data, { signal } = {}) {
      signal?.throwIfAborted()
      try {
        return write(new Uint8Array(await subtle.sign(parameters, await imported(), narrow(data))))
      } catch (cause) {
        throw importFault(cause)
      }
    },
  }
}

function methodOfInfo(key: PrivateKeyInfo, options: SignerOptions): SigningMethod {
  const { kind, curve } = checkPrivateKey(key)
  return signingMethod({ kind, curve, parameters: key.algorithm.parameters }, options)
}

/** What a CryptoKey says of itself, by the kind of key. */
interface CryptoKeyInfo extends KeyAlgorithm {
  readonly hash?: KeyAlgorithm
  readonly namedCurve?: string
}

const cryptoKeys: Readonly<Record<string, { readonly kind: KeyKind; readonly scheme: SignatureName }>> = {
  'RSASSA-PKCS1-v1_5': { kind: 'RSA', scheme: 'RSASSA-PKCS1-v1_5' },
  'RSA-PSS': { kind: 'RSA', scheme: 'RSASSA-PSS' },
  ECDSA: { kind: 'EC', scheme: 'ECDSA' },
  Ed25519: { kind: 'Ed25519', scheme: 'Ed25519' },
}

function methodOfCryptoKey({ algorithm, usages }: CryptoKey, options: SignerOptions): SigningMethod {
  const { name, hash, namedCurve }: CryptoKeyInfo = algorithm
  const known = Object.hasOwn(cryptoKeys, name) && usages.includes('sign') ? cryptoKeys[name] : undefined
  const bound = Object.values(digests).find((digest) => digest.name === hash?.name)?.name
  const curve = Object.values(primeCurves).find((candidate) => candidate.name === namedCurve)?.name
  const { digest = bound, scheme = known?.scheme } = options
  if (!known || scheme !== known.scheme || (hash && digest !== bound) || (hash && !bound)) {
    throw new CryptoError('ERR_CRYPTO_KEY', 'a CryptoKey that does not sign in this way')
  }
  return signingMethod({ kind: known.kind, curve }, { scheme, ...(digest && { digest }) })
}
