/** Fakes of key services: in the shape of their clients, with a key behind it, and failing in their own words. */

import { execFileSync } from 'node:child_process'
import {
  constants,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  privateDecrypt,
  sign,
} from 'node:crypto'
import type { Kms } from '../../examples/keys/aws-kms.js'
import type { CryptographyClient } from '../../examples/keys/azure-key-vault.js'
import type { KeyManagementServiceClient } from '../../examples/keys/google-cloud-kms.js'
import { fieldsOf, parseAsn1, readInteger } from '../../src/asn1/index.js'
import { concat, decodeHex } from '../../src/bytes/index.js'
import { type PublicKeyInfo, parsePublicKeyInfo } from '../../src/crypto/index.js'

/** What may be wrong on the side of the service, whatever it is asked. */
export type Fault = 'throttled' | 'not permitted' | 'out of order'

/** A fake with its key, and what the test makes of it. */
export interface Fake<Client> {
  readonly client: Client
  readonly publicKey: PublicKeyInfo
  /** Fails from now on, or works again. */
  fail(fault: Fault | undefined): void
  /** Answers every decryption with these octets. */
  answerWith(octets: Uint8Array): void
  /** How often it was asked. */
  asked(): number
}

export interface KeyPair {
  readonly publicKey: PublicKeyInfo
  readonly privateKey: KeyObject
}

export function newRsaKey(): KeyPair {
  return pair(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
}

export function newEcKey(namedCurve: 'P-256' | 'P-384' = 'P-256'): KeyPair {
  return pair(generateKeyPairSync('ec', { namedCurve }).privateKey)
}

function pair(privateKey: KeyObject): KeyPair {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  return { privateKey, publicKey: parsePublicKeyInfo(parseAsn1(Uint8Array.from(spki))) }
}

/** The words of one service: an error for each fault, one for wrong padding, one for a request that it does not take. */
interface Words {
  readonly faults: Readonly<Record<Fault, () => Error>>
  readonly padding: () => Error
  readonly badRequest: () => Error
}

function fakeOf<Client>(
  { publicKey, privateKey }: KeyPair,
  words: Words,
  clientOf: (desk: Desk) => Client,
): Fake<Client> {
  let fault: Fault | undefined
  let fixed: Uint8Array | undefined
  let asked = 0
  const desk: Desk = {
    privateKey,
    async serve(run) {
      asked++
      // A service takes its time.
      await new Promise((resolve) => setTimeout(resolve, 1))
      if (fault) throw words.faults[fault]()
      return run()
    },
    decrypt(ciphertext, oaepHash) {
      if (ciphertext.length !== 256) throw words.badRequest()
      try {
        const octets = oaepHash ? decryptOaep(privateKey, ciphertext, oaepHash) : decryptPkcs1(privateKey, ciphertext)
        return fixed ?? octets
      } catch {
        throw words.padding()
      }
    },
  }
  return {
    client: clientOf(desk),
    publicKey,
    fail: (next) => {
      fault = next
    },
    answerWith: (octets) => {
      fixed = octets
    },
    asked: () => asked,
  }
}

/** What all of them do with a key. */
interface Desk {
  readonly privateKey: KeyObject
  serve<Answer>(run: () => Answer): Promise<Answer>
  /** With RSA v1.5 when no hash is named. */
  decrypt(ciphertext: Uint8Array, oaepHash?: string): Uint8Array
}

function decryptOaep(key: KeyObject, ciphertext: Uint8Array, oaepHash: string): Uint8Array {
  return Uint8Array.from(privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext))
}

/** As a service does that looks at the padding: OpenSSL itself says nothing any more. */
function decryptPkcs1(key: KeyObject, ciphertext: Uint8Array): Uint8Array {
  const encoded = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, ciphertext)
  const end = encoded.indexOf(0, 2)
  if (encoded[0] !== 0 || encoded[1] !== 2 || end < 10) throw new Error('padding')
  return Uint8Array.from(encoded.subarray(end + 1))
}

/** Signs a digest, which Node cannot: OpenSSL's command does. */
function signDigest(key: KeyObject, digest: Uint8Array, hash: string, padding: 'pkcs1' | 'pss' | 'none'): Uint8Array {
  const pem = key.export({ type: 'pkcs8', format: 'pem' })
  const salt = padding === 'pss' ? ['-pkeyopt', 'rsa_pss_saltlen:digest'] : []
  const options = padding === 'none' ? [] : ['-pkeyopt', `rsa_padding_mode:${padding}`, ...salt]
  // The key comes as a file descriptor, the digest as the input.
  const command = ['pkeyutl', '-sign', '-inkey', '/dev/fd/3', ...options, '-pkeyopt', `digest:${hash}`]
  const script = `openssl "$@" 3<<'PEM'\n${pem}PEM\n`
  return Uint8Array.from(execFileSync('bash', ['-c', script, 'openssl', ...command], { input: digest, stdio: 'pipe' }))
}

/** Both numbers of an ECDSA signature side by side, as JOSE has it. */
function sideBySide(signature: Uint8Array, octets: number): Uint8Array {
  const fields = fieldsOf(parseAsn1(signature))
  const number = () =>
    decodeHex(
      readInteger(fields.next())
        .toString(16)
        .padStart(octets * 2, '0'),
    )
  return concat([number(), number()])
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name })
}

/** @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html */
const awsWords: Words = {
  faults: {
    throttled: () => named('ThrottlingException', 'Rate exceeded'),
    'not permitted': () => named('AccessDeniedException', 'User is not authorized to perform: kms:Decrypt'),
    'out of order': () => named('KMSInternalException', 'An internal error occurred'),
  },
  padding: () => named('InvalidCiphertextException', 'UnknownError'),
  badRequest: () => named('ValidationException', 'Value failed to satisfy constraint'),
}

export function fakeKms(key: KeyPair): Fake<Kms> {
  const hashes: Readonly<Record<string, string>> = { RSAES_OAEP_SHA_1: 'sha1', RSAES_OAEP_SHA_256: 'sha256' }
  return fakeOf(key, awsWords, ({ privateKey, serve, decrypt }) => ({
    decrypt: ({ EncryptionAlgorithm, CiphertextBlob }, { abortSignal }) =>
      serve(() => {
        abortSignal?.throwIfAborted()
        const hash = hashes[EncryptionAlgorithm]
        if (!hash) throw awsWords.badRequest()
        return { Plaintext: decrypt(CiphertextBlob, hash) }
      }),
    deriveSharedSecret: ({ PublicKey }) =>
      serve(() => {
        const publicKey = createPublicKey({ key: Buffer.from(PublicKey), type: 'spki', format: 'der' })
        return { SharedSecret: Uint8Array.from(diffieHellman({ privateKey, publicKey })) }
      }),
    sign: ({ SigningAlgorithm, Message }) =>
      serve(() => {
        const [, scheme, bits] = /^(RSASSA_PKCS1_V1_5|RSASSA_PSS|ECDSA)_SHA_(256|384|512)$/.exec(SigningAlgorithm) ?? []
        if (!scheme) throw awsWords.badRequest()
        const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
        const options = { key: privateKey, ...(scheme === 'RSASSA_PSS' && pss) }
        return { Signature: Uint8Array.from(sign(`sha${bits}`, Message, options)) }
      }),
  }))
}

function restError(statusCode: number, code: string, message: string): Error {
  return Object.assign(named('RestError', message), { statusCode, code })
}

const azureWords: Words = {
  faults: {
    throttled: () => restError(429, 'Throttled', 'Request was not processed because too many requests were received'),
    'not permitted': () => restError(403, 'Forbidden', 'The user does not have keys decrypt permission'),
    'out of order': () => restError(503, 'ServiceUnavailable', 'Service unavailable'),
  },
  padding: () => restError(400, 'BadParameter', 'Error occurred while decoding OAEP padding.'),
  badRequest: () => restError(400, 'BadRequest', 'a request of another kind'),
}

export function fakeVault(key: KeyPair): Fake<CryptographyClient> {
  const hashes: Readonly<Record<string, string | undefined>> = {
    RSA1_5: undefined,
    'RSA-OAEP': 'sha1',
    'RSA-OAEP-256': 'sha256',
  }
  return fakeOf(key, azureWords, ({ privateKey, serve, decrypt }) => ({
    decrypt: ({ algorithm, ciphertext }, { abortSignal }) =>
      serve(() => {
        abortSignal?.throwIfAborted()
        if (!Object.hasOwn(hashes, algorithm)) throw azureWords.badRequest()
        return { result: decrypt(ciphertext, hashes[algorithm]) }
      }),
    sign: (algorithm, digest) =>
      serve(() => {
        const [, scheme, bits] = /^(RS|PS|ES)(256|384|512)$/.exec(algorithm) ?? []
        if (!scheme || digest.length * 8 !== Number(bits)) throw azureWords.badRequest()
        if (scheme === 'ES')
          return { result: sideBySide(signDigest(privateKey, digest, `sha${bits}`, 'none'), Number(bits) / 8) }
        return { result: signDigest(privateKey, digest, `sha${bits}`, scheme === 'PS' ? 'pss' : 'pkcs1') }
      }),
  }))
}

function grpcError(code: number, message: string): Error {
  return Object.assign(new Error(`${code} ${message}`), { code, details: message })
}

const googleWords: Words = {
  faults: {
    throttled: () => grpcError(8, 'RESOURCE_EXHAUSTED: Quota exceeded'),
    'not permitted': () => grpcError(7, 'PERMISSION_DENIED: Permission denied on resource'),
    'out of order': () => grpcError(14, 'UNAVAILABLE: The service is currently unavailable.'),
  },
  padding: () => grpcError(3, 'INVALID_ARGUMENT: Decryption failed.'),
  badRequest: () => grpcError(5, 'NOT_FOUND'),
}

/** A version of a key has one algorithm, which its fake is told. */
export function fakeGoogle(
  key: KeyPair,
  {
    hash,
    padding = 'pkcs1',
  }: { readonly hash: 'sha1' | 'sha256' | 'sha512'; readonly padding?: 'pkcs1' | 'pss' | 'none' },
): Fake<KeyManagementServiceClient> {
  return fakeOf(key, googleWords, ({ privateKey, serve, decrypt }) => ({
    asymmetricDecrypt: ({ ciphertext }) => serve(() => [{ plaintext: decrypt(ciphertext, hash) }]),
    asymmetricSign: ({ digest }) =>
      serve(() => {
        const octets = digest[hash]
        if (!octets) throw googleWords.badRequest()
        return [{ signature: signDigest(privateKey, octets, hash, padding) }]
      }),
  }))
}
