import { computeDigest, createRemoteDecrypter, createRemoteSigner, type PublicKeyInfo } from 'direct-smime/crypto'

type Options = { abortSignal?: AbortSignal | undefined }

/** What is used of `CryptographyClient` from @azure/keyvault-keys 4, which is made for one key. */
export interface CryptographyClient {
  decrypt(input: { algorithm: string; ciphertext: Uint8Array }, options: Options): Promise<{ result: Uint8Array }>
  sign(algorithm: string, digest: Uint8Array, options: Options): Promise<{ result: Uint8Array }>
}

/** An RSA key with the operation `decrypt`. */
export const vaultDecrypter = (key: CryptographyClient, publicKey: PublicKeyInfo, rejectionSecret: Uint8Array) =>
  createRemoteDecrypter(crypto, {
    publicKey,
    rejectionSecret,
    transports: {
      'RSAES-PKCS1-v1_5': 'RSA1_5',
      'RSAES-OAEP-SHA-1': 'RSA-OAEP',
      'RSAES-OAEP-SHA-256': 'RSA-OAEP-256',
    },
    async decrypt({ encryptedKey: ciphertext, signal: abortSignal }, algorithm) {
      return (await key.decrypt({ algorithm, ciphertext }, { abortSignal })).result
    },
    isRefusal: (error) => error instanceof Error && 'code' in error && error.code === 'BadParameter',
  })

/** An RSA or EC key with the operation `sign`. */
export const vaultSigner = (key: CryptographyClient, publicKey: PublicKeyInfo) =>
  createRemoteSigner(crypto, {
    publicKey,
    signatures: { 'RSASSA-PKCS1-v1_5': 'RS', 'RSASSA-PSS': 'PS', ECDSA: 'ES' },
    ecdsaFormat: 'P1363',
    async sign(data, name, { digest, signal: abortSignal }) {
      const algorithm = `${name}${digest.slice('SHA-'.length)}`
      return (await key.sign(algorithm, await computeDigest(crypto, digest, data), { abortSignal })).result
    },
  })
