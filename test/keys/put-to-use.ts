import { equal } from '../../src/bytes/index.js'
import {
  agreeKey,
  type Decrypter,
  digests,
  encryptKey,
  type Signer,
  signatureSchemeOf,
  verifySignature,
} from '../../src/crypto/index.js'
import type { Credential, Identity } from '../../src/keys/index.js'

const message = new TextEncoder().encode('to be signed')
const contentKey = new Uint8Array(32).fill(5)

/** Whether what the key signs is verified with its certificate. */
export async function signs({ key, certificate }: Credential<Signer>): Promise<boolean> {
  const scheme = signatureSchemeOf(key.signatureAlgorithm, { algorithm: digests[key.digest].oid })
  if (!scheme) throw new Error('a signature that nobody can name')
  return verifySignature(crypto, scheme, certificate.publicKey, await key.sign(message), message)
}

/** Whether the key decrypts what is encrypted to its certificate. */
export async function decrypts({ key, certificate: { publicKey } }: Credential<Decrypter>): Promise<boolean> {
  const { kind } = publicKey
  if (kind === 'EC' || kind === 'X25519') {
    const draft = { agreement: 'dhSinglePass-stdDH-sha256kdf', wrap: 'AES-256-KW', publicKey, contentKey } as const
    const { originator, ...sent } = await agreeKey(crypto, draft)
    return equal(await key.decryptKey({ ...sent, originator: { publicKey: originator }, length: 32 }), contentKey)
  }
  const name = kind === 'RSAES-OAEP' ? 'RSAES-OAEP-SHA-256' : 'RSAES-PKCS1-v1_5'
  const sent = await encryptKey(crypto, name, publicKey, contentKey)
  return equal(await key.decryptKey({ ...sent, length: 32 }), contentKey)
}

/** What an identity can do, each key having done it. */
export async function abilities({ signing, decryption }: Identity): Promise<string> {
  const opened = await Promise.all(decryption.map(decrypts))
  if ((signing && !(await signs(signing))) || opened.includes(false)) return 'does not work'
  return [signing ? 'signs' : [], decryption.length > 0 ? `decrypts with ${decryption.length}` : []].flat().join(', ')
}

/** Chromium has no AES with 192 bits. */
export const hasAes192: boolean = await crypto.subtle
  .importKey('raw', new Uint8Array(24), 'AES-CBC', false, ['decrypt'])
  .then(
    () => true,
    () => false,
  )
