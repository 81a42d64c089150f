import { createRemoteDecrypter, createRemoteSigner, type PublicKeyInfo } from 'direct-smime/crypto'

type Options = { abortSignal?: AbortSignal | undefined }

/** What is used of `KMS` from @aws-sdk/client-kms 3. */
export interface Kms {
  decrypt(
    input: { KeyId: string; EncryptionAlgorithm: string; CiphertextBlob: Uint8Array },
    options: Options,
  ): Promise<{ Plaintext?: Uint8Array }>
  deriveSharedSecret(
    input: { KeyId: string; KeyAgreementAlgorithm: 'ECDH'; PublicKey: Uint8Array },
    options: Options,
  ): Promise<{ SharedSecret?: Uint8Array }>
  sign(
    input: { KeyId: string; SigningAlgorithm: string; MessageType: 'RAW'; Message: Uint8Array },
    options: Options,
  ): Promise<{ Signature?: Uint8Array }>
}

/** An RSA key with the key usage ENCRYPT_DECRYPT. */
export const kmsDecrypter = (kms: Kms, KeyId: string, publicKey: PublicKeyInfo, rejectionSecret: Uint8Array) =>
  createRemoteDecrypter(crypto, {
    publicKey,
    rejectionSecret,
    transports: { 'RSAES-OAEP-SHA-1': 'RSAES_OAEP_SHA_1', 'RSAES-OAEP-SHA-256': 'RSAES_OAEP_SHA_256' },
    async decrypt({ encryptedKey: CiphertextBlob, signal: abortSignal }, EncryptionAlgorithm) {
      return (await kms.decrypt({ KeyId, EncryptionAlgorithm, CiphertextBlob }, { abortSignal })).Plaintext
    },
    isRefusal: (error) => error instanceof Error && error.name === 'InvalidCiphertextException',
  })

/** An EC key with the key usage KEY_AGREEMENT. */
export const kmsAgreement = (kms: Kms, KeyId: string, publicKey: PublicKeyInfo, rejectionSecret: Uint8Array) =>
  createRemoteDecrypter(crypto, {
    publicKey,
    rejectionSecret,
    async agree({ bytes: PublicKey }, { signal: abortSignal }) {
      const input = { KeyId, KeyAgreementAlgorithm: 'ECDH', PublicKey } as const
      return (await kms.deriveSharedSecret(input, { abortSignal })).SharedSecret
    },
  })

/** An RSA or EC key with the key usage SIGN_VERIFY. */
export const kmsSigner = (kms: Kms, KeyId: string, publicKey: PublicKeyInfo) =>
  createRemoteSigner(crypto, {
    publicKey,
    signatures: { 'RSASSA-PKCS1-v1_5': 'RSASSA_PKCS1_V1_5', 'RSASSA-PSS': 'RSASSA_PSS', ECDSA: 'ECDSA' },
    async sign(Message, name, { digest, signal: abortSignal }) {
      const SigningAlgorithm = `${name}_${digest.replace('-', '_')}`
      return (await kms.sign({ KeyId, SigningAlgorithm, MessageType: 'RAW', Message }, { abortSignal })).Signature
    },
  })
