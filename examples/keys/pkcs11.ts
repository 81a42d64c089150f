import { Buffer } from 'node:buffer'
import { computeDigest, createRemoteDecrypter, createRemoteSigner, type PublicKeyInfo } from 'direct-smime/crypto'

type Attributes = { type: number; value?: number | boolean | string | Buffer }[]
type Mechanism = { mechanism: number; parameter?: { type: number; kdf: number; publicData: Buffer } }

/** What is used of `PKCS11` from pkcs11js 2. */
export interface Pkcs11 {
  C_OpenSession(slot: Buffer, flags: number): Buffer
  C_CloseSession(session: Buffer): void
  C_DecryptInit(session: Buffer, mechanism: Mechanism, key: Buffer): void
  C_DecryptAsync(session: Buffer, input: Buffer, output: Buffer): Promise<Buffer>
  C_DeriveKey(session: Buffer, mechanism: Mechanism, key: Buffer, template: Attributes): Buffer
  C_GetAttributeValue(session: Buffer, object: Buffer, template: Attributes): Attributes
  C_SignInit(session: Buffer, mechanism: Mechanism, key: Buffer): void
  C_SignAsync(session: Buffer, input: Buffer, output: Buffer): Promise<Buffer>
}

/** A private key, found in a session that stays open and is logged in: the last that closes logs out. */
export interface TokenKey {
  readonly token: Pkcs11
  readonly slot: Buffer
  readonly handle: Buffer
  readonly publicKey: PublicKeyInfo
}

/** Makes decrypters and signers with the numbers that pkcs11js exports: `tokenKeys(pkcs11js)`. */
export function tokenKeys(ck: Readonly<Record<Constant, number>>) {
  /** An RSA key with CKA_DECRYPT: the padding is looked at here, not in the token. */
  const decrypter = (key: TokenKey, rejectionSecret: Uint8Array) =>
    createRemoteDecrypter(crypto, {
      publicKey: key.publicKey,
      rejectionSecret,
      rawRsa: (input) =>
        inSession(key, (session) => {
          key.token.C_DecryptInit(session, { mechanism: ck.CKM_RSA_X_509 }, key.handle)
          return key.token.C_DecryptAsync(session, Buffer.from(input), Buffer.alloc(input.length))
        }),
    })

  /** An EC key with CKA_DERIVE. */
  const agreement = (key: TokenKey, rejectionSecret: Uint8Array) =>
    createRemoteDecrypter(crypto, {
      publicKey: key.publicKey,
      rejectionSecret,
      agree: ({ keyBytes }) =>
        inSession(key, async (session) => {
          const parameter = { type: ck.CK_PARAMS_EC_DH, kdf: ck.CKD_NULL, publicData: Buffer.from(keyBytes) }
          const template = [
            { type: ck.CKA_CLASS, value: ck.CKO_SECRET_KEY },
            { type: ck.CKA_KEY_TYPE, value: ck.CKK_GENERIC_SECRET },
            { type: ck.CKA_SENSITIVE, value: false },
            { type: ck.CKA_EXTRACTABLE, value: true },
          ]
          const mechanism = { mechanism: ck.CKM_ECDH1_DERIVE, parameter }
          const secret = key.token.C_DeriveKey(session, mechanism, key.handle, template)
          const [attribute] = key.token.C_GetAttributeValue(session, secret, [{ type: ck.CKA_VALUE }])
          return attribute?.value instanceof Buffer ? attribute.value : undefined
        }),
    })

  /** An RSA or EC key with CKA_SIGN. */
  const signer = (key: TokenKey) =>
    createRemoteSigner(crypto, {
      publicKey: key.publicKey,
      signatures: { 'RSASSA-PKCS1-v1_5': 'RSA', ECDSA: 'EC' },
      ecdsaFormat: 'P1363',
      async sign(data, kind, { digest }) {
        const sha = digest.replace('-', '') as 'SHA256' | 'SHA384' | 'SHA512'
        const input = kind === 'EC' ? await computeDigest(crypto, digest, data) : data
        const mechanism = kind === 'EC' ? ck.CKM_ECDSA : ck[`CKM_${sha}_RSA_PKCS`]
        return inSession(key, (session) => {
          key.token.C_SignInit(session, { mechanism }, key.handle)
          return key.token.C_SignAsync(session, Buffer.from(input), Buffer.alloc(1024))
        })
      },
    })

  /** A session for each operation: two in one session would disturb each other. */
  async function inSession<Answer>({ token, slot }: TokenKey, run: (session: Buffer) => Promise<Answer>) {
    const session = token.C_OpenSession(slot, ck.CKF_SERIAL_SESSION)
    try {
      return await run(session)
    } finally {
      token.C_CloseSession(session)
    }
  }
  return { decrypter, agreement, signer }
}

type Constant =
  | `CKM_${'RSA_X_509' | 'ECDH1_DERIVE' | 'ECDSA' | `SHA${256 | 384 | 512}_RSA_PKCS`}`
  | `CKA_${'CLASS' | 'KEY_TYPE' | 'SENSITIVE' | 'EXTRACTABLE' | 'VALUE'}`
  | `CK${'O_SECRET_KEY' | 'K_GENERIC_SECRET' | 'D_NULL' | '_PARAMS_EC_DH' | 'F_SERIAL_SESSION'}`
