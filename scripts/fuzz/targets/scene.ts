/** Ann at the clinic and Bob at the hospital, as OpenSSL made them for `vectors/openssl`: whose keys open what is fuzzed. */

import { readFileSync } from 'node:fs'
import { encodeHex, encodeUtf8 } from '../../../src/bytes/index.js'
import type { Recipient } from '../../../src/cms/index.js'
import type { Decrypter } from '../../../src/crypto/index.js'
import { type Identity, loadCertificates, loadIdentity } from '../../../src/keys/index.js'
import type { Certificate } from '../../../src/x509/index.js'

/** The middle of the time in which everything in `vectors/openssl` is valid. */
export const at: number = Date.parse('2026-06-01T09:30:00Z')

export const ann = 'ann@direct.clinic.example'
export const bob = 'bob@direct.hospital.example'

// Below the folder that the fuzzer, or the test runner, is started in.
const read = (path: string) => readFileSync(`vectors/openssl/${path}`, 'utf8')

const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** One certificate of each kind of key. */
export const certificatesOfEveryKind: () => readonly Certificate[] = once(() => [
  annsCertificate(),
  ...['p256', 'ed25519', 'x25519'].flatMap((name) =>
    loadCertificates(readFileSync(`vectors/peers/keys/${name}/cert.pem`, 'utf8')),
  ),
])

export const annsCertificate: () => Certificate = once(() => loadCertificates(read('ann/cert.pem'))[0]!)
export const bobsCertificate: () => Certificate = once(() => loadCertificates(read('bob/cert.pem'))[0]!)
export const clinicCa: () => Certificate = once(() => loadCertificates(read('clinic-ca/cert.pem'))[0]!)

export const annsIdentity: () => Promise<Identity> = once(() =>
  loadIdentity({ certificate: read('ann/cert.pem'), privateKey: read('ann/key.pem') }),
)

/** Bob's key remembers what it has unwrapped, as a key service may: most changes leave the encrypted key alone. */
export const bobsIdentity: () => Promise<Identity> = once(async () => {
  const { decryption } = await loadIdentity({ certificate: read('bob/cert.pem'), privateKey: read('bob/key.pem') })
  return { decryption: decryption.map((credential) => ({ ...credential, key: remembering(credential.key) })) }
})

export async function bobsKeys(): Promise<readonly Recipient[]> {
  return (await bobsIdentity()).decryption
}

/** Whoever the messages of `vectors/peers` are encrypted to. */
export const peersKeys: () => Promise<readonly Recipient[]> = once(async () => {
  const identities = ['rsa', 'p256', 'p384', 'p521', 'x25519'].map((name) => {
    const [certificate, privateKey] = ['cert.pem', 'key.pem'].map((file) =>
      readFileSync(`vectors/peers/keys/${name}/${file}`, 'utf8'),
    ) as [string, string]
    return loadIdentity({ decryption: { certificate, privateKey } })
  })
  return (await Promise.all(identities)).flatMap(({ decryption }) => decryption)
})

const maxRemembered = 1000

function remembering(key: Decrypter): Decrypter {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    decryptKey(request) {
      const { algorithm, parameters = new Uint8Array() } = request.algorithm
      const name = [algorithm, encodeHex(parameters), encodeHex(request.encryptedKey), request.length].join()
      const answer = known.get(name) ?? key.decryptKey(request)
      if (known.size < maxRemembered) known.set(name, answer)
      return answer
    },
  }
}

/** Files of `vectors/openssl` that Ann signed and that are right, whole messages and entities. */
export const filesByAnn: readonly string[] = [
  'messages/aes-128-cbc.eml',
  'messages/aes-256-cbc.eml',
  'messages/oaep-sha256.eml',
  'messages/opaque.eml',
  'messages/streamed.eml',
  'messages/unwrapped.eml',
  'signed/sha256.eml',
  'signed/sha384.eml',
  'signed/sha512.eml',
  'signed/opaque.eml',
  'signed/line-ends.eml',
]

/** Each with its key, its certificate and those above it, in one text. */
export const identityTexts: () => readonly Uint8Array[] = () =>
  ['ann', 'bob', 'ida', 'carol-signing', 'carol-encryption', 'hospital-domain'].map((name) => {
    const issuers = ['clinic-issuing-ca/cert.pem', 'clinic-ca/cert.pem', 'clinic-ca/cert.pem', 'hospital-ca/cert.pem']
    return encodeUtf8([`${name}/key.pem`, `${name}/cert.pem`, ...issuers].map(read).join(''))
  })

export const readVector = (path: string): Uint8Array => Uint8Array.from(readFileSync(`vectors/openssl/${path}`))
