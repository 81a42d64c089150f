import {
  computeDigest,
  createRemoteDecrypter,
  createRemoteSigner,
  type KeyTransportName,
  type PublicKeyInfo,
  type SignatureName,
} from 'direct-smime/crypto'

/** What is used of `KeyManagementServiceClient` from @google-cloud/kms 5. It cannot be told to give up. */
export interface KeyManagementServiceClient {
  asymmetricDecrypt(request: { name: string; ciphertext: Uint8Array }): Promise<[{ plaintext?: unknown }, ...unknown[]]>
  asymmetricSign(request: {
    name: string
    digest: Readonly<Record<string, Uint8Array>>
  }): Promise<[{ signature?: unknown }, ...unknown[]]>
}

const invalidArgument = 3

function octets(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new TypeError('an answer that is no bytes')
}

/** A version of a key for ASYMMETRIC_DECRYPT; each has one algorithm, such as RSA_DECRYPT_OAEP_2048_SHA256. */
export const googleDecrypter = (
  client: KeyManagementServiceClient,
  name: string,
  publicKey: PublicKeyInfo,
  transport: Exclude<KeyTransportName, 'RSAES-PKCS1-v1_5'>,
  rejectionSecret: Uint8Array,
) =>
  createRemoteDecrypter(crypto, {
    publicKey,
    rejectionSecret,
    transports: { [transport]: name },
    async decrypt({ encryptedKey: ciphertext }) {
      const [{ plaintext }] = await client.asymmetricDecrypt({ name, ciphertext })
      return octets(plaintext)
    },
    isRefusal: (error) => error instanceof Error && 'code' in error && error.code === invalidArgument,
  })

/** A version of a key for ASYMMETRIC_SIGN, such as RSA_SIGN_PKCS1_2048_SHA256 or EC_SIGN_P256_SHA256. */
export const googleSigner = (
  client: KeyManagementServiceClient,
  name: string,
  publicKey: PublicKeyInfo,
  scheme: SignatureName,
) =>
  createRemoteSigner(crypto, {
    publicKey,
    scheme,
    signatures: { [scheme]: name },
    async sign(data, _, { digest }) {
      const field = digest.toLowerCase().replace('-', '')
      const [{ signature }] = await client.asymmetricSign({
        name,
        digest: { [field]: await computeDigest(crypto, digest, data) },
      })
      return octets(signature)
    },
  })
