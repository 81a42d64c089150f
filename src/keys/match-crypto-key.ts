import { equal } from '../bytes/index.js'
import {
  agreeKey,
  type CryptoProvider,
  createDecrypter,
  createSigner,
  digests,
  type EncryptedKey,
  encryptKey,
  type PublicKeyInfo,
  signatureSchemeOf,
  verifySignature,
} from '../crypto/index.js'
import { KeyError } from './errors.js'
import { usesOfCryptoKey } from './use.js'

const probeLength = 32

/**
 * Whether a private key in the host is the one that a public key belongs to. It may show nothing of itself, so it is put
 * to use once: what it signs the other must verify, or what was encrypted to the other it must decrypt.
 *
 * @throws {@link KeyError} `ERR_KEYS_USAGE` when its usages allow neither; CryptoError when it cannot be used.
 */
export async function cryptoKeyMatches(
  provider: CryptoProvider,
  key: CryptoKey,
  publicKey: PublicKeyInfo,
): Promise<boolean> {
  const probe = provider.getRandomValues(new Uint8Array(probeLength))
  const { signing, decryption } = usesOfCryptoKey(key)
  if (!signing && !decryption) {
    throw new KeyError('ERR_KEYS_USAGE', 'a CryptoKey whose usages have neither sign, nor decrypt, nor deriveBits')
  }
  if (signing) {
    const signer = createSigner(provider, key)
    const scheme = signatureSchemeOf(signer.signatureAlgorithm, { algorithm: digests[signer.digest].oid })
    return scheme !== undefined && verifySignature(provider, scheme, publicKey, await signer.sign(probe), probe)
  }
  const decrypter = createDecrypter(provider, key)
  const request = await requestFor(provider, key, publicKey, probe)
  return request !== undefined && equal(await decrypter.decryptKey(request), probe)
}

/** The probe as a sender would encrypt it to the public key; nothing when that is of another kind than the private one. */
async function requestFor(
  provider: CryptoProvider,
  { algorithm }: CryptoKey,
  publicKey: PublicKeyInfo,
  probe: Uint8Array,
): Promise<EncryptedKey | undefined> {
  const length = probeLength
  if (algorithm.name === 'RSA-OAEP') {
    const { hash } = algorithm as RsaHashedKeyAlgorithm
    const digest = Object.values(digests).find(({ name }) => name === hash.name)?.name
    if (!publicKey.rsa || !digest) return undefined
    return { ...(await encryptKey(provider, `RSAES-OAEP-${digest}`, publicKey, probe)), length }
  }
  if (!publicKey.curve || publicKey.curve === 'Ed25519') return undefined
  const draft = { agreement: 'dhSinglePass-stdDH-sha256kdf', wrap: 'AES-256-KW', publicKey, contentKey: probe } as const
  const { originator, ...sent } = await agreeKey(provider, draft)
  return { ...sent, originator: { publicKey: originator }, length }
}
