import { type DerNode, der, tags } from '../asn1/index.js'
import type { Bytes } from '../bytes/index.js'
import { contentTypes } from '../cms/index.js'
import {
  algorithmIdentifier,
  type CryptoProvider,
  computeDigest,
  encryptWithPassword,
  hostCrypto,
  keysMatch,
} from '../crypto/index.js'
import { encodeBmp } from './bmp.js'
import { asKeyError } from './errors.js'
import type { Pkcs12, Pkcs12Certificate, Pkcs12Key } from './load-pkcs12.js'
import { buildMacData } from './pkcs12-mac.js'
import { bagTypes, encryptedData, pkcs9, x509CertificateType } from './pkcs12-oids.js'

export interface SerializePkcs12Options {
  /**
   * Rounds of key derivation, for each key, for the certificates and for the MAC. Default 600,000, which takes about a
   * second to write and to read.
   */
  readonly iterations?: number
  /** Default: the host's own. */
  readonly crypto?: CryptoProvider
}

const defaultIterations = 600_000

/**
 * Writes a PKCS#12 file: keys and certificates under PBES2 with PBKDF2-HMAC-SHA-256 and AES-256-CBC, with a MAC of
 * HMAC-SHA-256. OpenSSL, NSS, Java and Windows of today read it. What {@link loadPkcs12} read from an old file goes in as
 * it is.
 *
 * A key without a localKeyId, and the first certificate that belongs to it, get one: readers pair them by it.
 *
 * @param password - in Unicode. An empty one is no protection, though most programs read such a file.
 * @throws {@link KeyError} `ERR_KEYS_UNSUPPORTED` or `ERR_KEYS_MALFORMED` for a key that cannot be matched; CryptoError when
 *   the provider fails.
 * @see RFC 7292 §4 and §5.1, RFC 8018 §6.2
 *
 * @example
 * const anew = await serializePkcs12(await loadPkcs12(file, { password: 'old' }), 'new')
 */
export async function serializePkcs12(
  content: Pkcs12,
  password: string,
  { iterations = defaultIterations, crypto = hostCrypto() }: SerializePkcs12Options = {},
): Promise<Bytes> {
  const { keys, certificates } = await paired(crypto, content)
  const encrypt = (plain: DerNode) => encryptWithPassword(crypto, password, der.encode(plain), { iterations })

  const keyBags: DerNode[] = []
  for (const key of keys) {
    const { algorithm, encryptedData: data } = await encrypt(key.privateKey.bytes)
    const shrouded = der.sequence(algorithmIdentifier(algorithm), der.octetString(data))
    keyBags.push(bag(bagTypes.pkcs8ShroudedKey, shrouded, key))
  }
  const safes = [dataOf(der.sequence(...keyBags))]
  if (certificates.length > 0) {
    const { algorithm, encryptedData: data } = await encrypt(der.sequence(...certificates.map(certificateBag)))
    safes.unshift(encryptedDataOf(algorithmIdentifier(algorithm), data))
  }
  const authSafe = der.encode(der.sequence(...safes))
  const macData = await buildMacData(crypto, password, iterations, authSafe)
  return der.encode(der.sequence(der.integer(3), dataOf(authSafe), macData))
}

/** @see RFC 7292 §4.1 */
function dataOf(content: DerNode): DerNode {
  return der.sequence(der.oid(contentTypes.data), der.explicit(0, der.octetString(content)))
}

/** @see RFC 5652 §8 */
function encryptedDataOf(algorithm: DerNode, data: Uint8Array): DerNode {
  const info = der.sequence(der.oid(contentTypes.data), algorithm, der.implicit(0, der.octetString(data)))
  return der.sequence(der.oid(encryptedData), der.explicit(0, der.sequence(der.integer(0), info)))
}

function certificateBag(held: Pkcs12Certificate): DerNode {
  const bytes = der.explicit(0, der.octetString(held.certificate.bytes))
  return bag(bagTypes.certificate, der.sequence(der.oid(x509CertificateType), bytes), held)
}

/** @see RFC 7292 §4.2, RFC 2985 §5.5 */
function bag(type: string, value: DerNode, { friendlyName, localKeyId }: Pkcs12Key | Pkcs12Certificate): DerNode {
  const attributes = [
    ...(friendlyName === undefined ? [] : [attribute(pkcs9.friendlyName, bmpString(friendlyName))]),
    ...(localKeyId ? [attribute(pkcs9.localKeyId, der.octetString(localKeyId))] : []),
  ]
  const set = attributes.length > 0 ? [der.setOf(attributes)] : []
  return der.sequence(der.oid(type), der.explicit(0, value), ...set)
}

function attribute(type: string, value: DerNode): DerNode {
  return der.sequence(der.oid(type), der.setOf([value]))
}

function bmpString(text: string): DerNode {
  const encoded = der.encode(der.octetString(encodeBmp(text)))
  encoded[0] = tags.bmpString
  return encoded
}

/** Gives keys that have none a localKeyId: as OpenSSL does, the SHA-1 of the certificate. */
async function paired(crypto: CryptoProvider, content: Pkcs12): Promise<Pkcs12> {
  const certificates = [...content.certificates]
  const keys: Pkcs12Key[] = []
  for (const key of content.keys) {
    const index = key.localKeyId ? -1 : await indexOfCertificate(crypto, key, certificates)
    const held = certificates[index]
    const localKeyId = held && (held.localKeyId ?? (await computeDigest(crypto, 'SHA-1', held.certificate.bytes)))
    if (held && localKeyId) certificates[index] = { ...held, localKeyId }
    keys.push(localKeyId ? { ...key, localKeyId } : key)
  }
  return { keys, certificates }
}

async function indexOfCertificate(
  crypto: CryptoProvider,
  { privateKey }: Pkcs12Key,
  certificates: readonly Pkcs12Certificate[],
): Promise<number> {
  for (const [index, { certificate }] of certificates.entries()) {
    try {
      if (await keysMatch(crypto, privateKey, certificate.publicKey)) return index
    } catch (error) {
      throw asKeyError(error)
    }
  }
  return -1
}
