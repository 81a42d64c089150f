import { type Bytes, decodeLatin1 } from '../bytes/index.js'
import { primeCurves } from './curves.js'
import { digests } from './digest.js'
import { readEcdsaSignature } from './ecdsa.js'
import { CryptoError, importFault } from './errors.js'
import type { CryptoProvider } from './index.js'
import type { KeyKind } from './key-kind.js'
import { narrow } from './narrow.js'
import { keyAllowsPss, pssFits, verifyPss } from './pss.js'
import { importRsaKey, type PublicKeyInfo, rawPublicKey } from './public-key.js'
import { modulusOctets } from './rsa-key.js'
import type { SignatureName, SignatureScheme } from './signature-scheme.js'

/** A signature that is to be verified. */
interface Evidence {
  readonly provider: CryptoProvider
  readonly scheme: SignatureScheme
  readonly publicKey: PublicKeyInfo
  readonly signature: Uint8Array
  readonly data: Uint8Array
  readonly keys: ImportedKeys | undefined
}

/** Keys that the provider has imported, by what they are and what they are for; whoever gives one bounds it. */
export interface ImportedKeys {
  get(name: string): Promise<CryptoKey | undefined> | undefined
  set(name: string, key: Promise<CryptoKey | undefined>): void
  delete(name: string): void
}

/** Everything that the code below needs to know of a kind of signature. */
interface Verification {
  /** The kinds of keys that make it. */
  readonly keys: readonly KeyKind[]
  /** Whether it is right; no work is done for what cannot be. */
  verify(evidence: Evidence): Promise<boolean>
}

const verifications: Readonly<Record<SignatureName, Verification>> = {
  'RSASSA-PKCS1-v1_5': { keys: ['RSA'], verify: verifyRsaPkcs1 },
  'RSASSA-PSS': { keys: ['RSA', 'RSASSA-PSS'], verify: verifyRsaPss },
  ECDSA: { keys: ['EC'], verify: verifyEcdsa },
  Ed25519: { keys: ['Ed25519'], verify: verifyEd25519 },
}

/**
 * Verifies a signature over data, which the provider digests.
 *
 * @param keys - where imported keys are kept. Default: they are imported anew.
 * @returns `false` for a signature that is wrong or has the wrong length, and for a key that is of another kind,
 *   malformed, too small for the digest, or bound to other parameters. Whether the key is good enough is not asked: see
 *   `publicKeyWeakness`.
 * @throws {@link CryptoError} `ERR_CRYPTO_UNSUPPORTED` when the provider does not know the kind of key: nothing is said
 *   of the signature; `ERR_CRYPTO_PROVIDER` when it fails for any other reason.
 * @see RFC 8017 §8.1.2 and §8.2.2, RFC 5753 §2.1.3, RFC 8419 §3
 */
export async function verifySignature(
  provider: CryptoProvider,
  scheme: SignatureScheme,
  publicKey: PublicKeyInfo,
  signature: Uint8Array,
  data: Uint8Array,
  keys?: ImportedKeys,
): Promise<boolean> {
  const { keys: kinds, verify } = verifications[scheme.name]
  if (publicKey.kind === undefined || !kinds.includes(publicKey.kind)) return false
  try {
    return await verify({ provider, scheme, publicKey, signature, data, keys })
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause
    throw new CryptoError('ERR_CRYPTO_PROVIDER', 'the provider could not verify a signature', { cause })
  }
}

/** Octets that the encoded message has beside the digest: padding of eight at least, marks, and the DigestInfo's head. */
const encodedOverhead = 11 + 19

async function verifyRsaPkcs1(evidence: Evidence): Promise<boolean> {
  const { provider, scheme, publicKey, signature } = evidence
  const { rsa } = publicKey
  if (!rsa || signature.length !== modulusOctets(rsa)) return false
  if (signature.length < digests[scheme.digest].length + encodedOverhead) return false
  const { name } = scheme
  const form = { name, hash: scheme.digest }
  return byProvider(evidence, form, () => importRsaKey(provider, publicKey, form, 'verify'), { name }, signature)
}

async function verifyRsaPss(evidence: Evidence): Promise<boolean> {
  const { provider, scheme, publicKey, signature, data } = evidence
  const { kind, algorithm, rsa } = publicKey
  const { pss } = scheme
  if (!rsa || !pss || signature.length !== modulusOctets(rsa) || !pssFits(pss, rsa)) return false
  if (kind === 'RSASSA-PSS' && !keyAllowsPss(algorithm, pss)) return false
  if (pss.digest !== pss.maskDigest) return verifyPss(provider, pss, rsa, signature, data)
  const name = 'RSA-PSS'
  const form = { name, hash: pss.digest }
  const parameters = { name, saltLength: pss.saltLength }
  return byProvider(evidence, form, () => importRsaKey(provider, publicKey, form, 'verify'), parameters, signature)
}

async function verifyEcdsa(evidence: Evidence): Promise<boolean> {
  const { provider, scheme, publicKey, signature } = evidence
  const { curve, keyBytes } = publicKey
  if (!curve || curve === 'Ed25519' || curve === 'X25519') return false
  const point = rawPublicKey(curve, keyBytes)
  const numbers = readEcdsaSignature(primeCurves[curve], signature)
  if (!point || !numbers) return false
  const name = 'ECDSA'
  const form = { name, namedCurve: curve }
  return byProvider(evidence, form, () => importRaw(provider, point, form), { name, hash: scheme.digest }, numbers)
}

const ed25519Octets = 64

async function verifyEd25519(evidence: Evidence): Promise<boolean> {
  const { provider, publicKey, signature } = evidence
  const key = rawPublicKey('Ed25519', publicKey.keyBytes)
  if (!key || signature.length !== ed25519Octets) return false
  const form = { name: 'Ed25519' }
  return byProvider(evidence, form, () => importRaw(provider, key, form), form, signature)
}

function importRaw({ subtle }: CryptoProvider, key: Bytes, form: EcKeyImportParams | Algorithm): Promise<CryptoKey> {
  return subtle.importKey('raw', key, form, false, ['verify'])
}

/** @param form - what the key is imported for. */
async function byProvider(
  { provider: { subtle }, data, publicKey, keys }: Evidence,
  form: RsaHashedImportParams | EcKeyImportParams | Algorithm,
  importKey: () => Promise<CryptoKey>,
  parameters: RsaPssParams | EcdsaParams | Algorithm,
  signature: Uint8Array,
): Promise<boolean> {
  const importing = () => importedOrNot(importKey())
  const imported = await (keys ? kept(keys, publicKey, form, importing) : importing())
  return imported !== undefined && (await subtle.verify(parameters, imported, narrow(signature), narrow(data)))
}

/** The same key is imported once for each thing it does. What failed for another reason than the key is tried anew. */
function kept(
  keys: ImportedKeys,
  { bytes }: PublicKeyInfo,
  form: object,
  importing: () => Promise<CryptoKey | undefined>,
): Promise<CryptoKey | undefined> {
  const name = `${JSON.stringify(form)} ${decodeLatin1(bytes)}`
  const known = keys.get(name)
  if (known) return known
  const key = importing()
  keys.set(name, key)
  key.catch(() => keys.delete(name))
  return key
}

/** A key that the provider calls wrong is none; one of a kind that it does not know says nothing of the signature. */
async function importedOrNot(key: Promise<CryptoKey>): Promise<CryptoKey | undefined> {
  try {
    return await key
  } catch (cause) {
    const fault = importFault(cause)
    if (fault.code === 'ERR_CRYPTO_KEY') return undefined
    throw fault
  }
}
