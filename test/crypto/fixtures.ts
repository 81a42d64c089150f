import { der, parseAsn1 } from '../../src/asn1/index.js'
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type CryptoProvider,
  type PrivateKeyInfo,
  type PublicKeyInfo,
  parsePublicKeyInfo,
} from '../../src/crypto/index.js'
import { parseRsaPrivateKey } from '../../src/crypto/rsa-key.js'
import { parsePrivateKey } from '../../src/keys/index.js'
import vectors from '../../vectors/crypto/implicit-rejection.json' with { type: 'json' }

export const provider: CryptoProvider = globalThis.crypto

/** A key of 2048 bits, and one of 3072. */
export const keys: readonly PrivateKeyInfo[] = vectors.map(({ key }) => parsePrivateKey(key))
export const key2048: PrivateKeyInfo = keys[0]!
export const key3072: PrivateKeyInfo = keys[1]!

export const nul = der.encode(der.nul())

export function publicKeyOf({ privateKey }: PrivateKeyInfo): PublicKeyInfo {
  const { modulus, publicExponent } = parseRsaPrivateKey(privateKey)
  return rsaPublicKeyInfo(modulus, publicExponent)
}

export function rsaPublicKeyInfo(modulus: bigint, publicExponent: bigint): PublicKeyInfo {
  const key = der.sequence(der.integer(modulus), der.integer(publicExponent))
  return publicKeyInfo('1.2.840.113549.1.1.1', der.encode(key))
}

export function publicKeyInfo(oid: string, keyBytes: Uint8Array): PublicKeyInfo {
  const node = der.sequence(der.sequence(der.oid(oid), der.nul()), der.bitString(keyBytes))
  return parsePublicKeyInfo(parseAsn1(der.encode(node)))
}

/** A pair of keys that WebCrypto made, both halves as files and certificates carry them. */
export interface Pair {
  readonly privateKey: PrivateKeyInfo
  readonly publicKey: PublicKeyInfo
  readonly keys: CryptoKeyPair
}

type GeneratedBy = EcKeyGenParams | RsaHashedKeyGenParams | Algorithm

/** Makes a pair of keys for signing, for agreeing on keys, or for RSA-OAEP, by the name of its algorithm. */
export async function pairOf(algorithm: GeneratedBy, extractable = true): Promise<Pair> {
  const { subtle } = provider
  const usages: Readonly<Record<string, KeyUsage[]>> = {
    ECDH: ['deriveBits'],
    X25519: ['deriveBits'],
    'RSA-OAEP': ['encrypt', 'decrypt'],
  }
  const generated = await subtle.generateKey(algorithm, true, usages[algorithm.name] ?? ['sign', 'verify'])
  if (!('privateKey' in generated)) throw new Error('a key without its other half')
  const pkcs8 = new Uint8Array(await subtle.exportKey('pkcs8', generated.privateKey))
  const spki = new Uint8Array(await subtle.exportKey('spki', generated.publicKey))
  const { usages: own } = generated.privateKey
  const kept = extractable
    ? generated.privateKey
    : await subtle.importKey('pkcs8', pkcs8, algorithm as EcKeyImportParams, false, own)
  return {
    privateKey: parsePrivateKey(pkcs8),
    publicKey: parsePublicKeyInfo(parseAsn1(spki)),
    keys: { privateKey: kept, publicKey: generated.publicKey },
  }
}

const publicExponent = Uint8Array.of(1, 0, 1)

/** What WebCrypto is told of an RSA key of 2048 bits. */
export function rsa2048(name: string, hash = 'SHA-256'): RsaHashedKeyGenParams {
  return { name, hash, modulusLength: 2048, publicExponent }
}

/** The same private key under another algorithm, as RFC 4055 has it for keys that do one thing only. */
export function boundPrivateKey({ privateKey }: PrivateKeyInfo, algorithm: AlgorithmIdentifier): PrivateKeyInfo {
  const node = der.sequence(der.integer(0), algorithmIdentifier(algorithm), der.octetString(privateKey))
  return { algorithm, privateKey, bytes: der.encode(node) }
}

/** The same public key under another algorithm. */
export function boundPublicKey({ keyBytes }: PublicKeyInfo, algorithm: AlgorithmIdentifier): PublicKeyInfo {
  const node = der.sequence(algorithmIdentifier(algorithm), der.bitString(keyBytes))
  return parsePublicKeyInfo(parseAsn1(der.encode(node)))
}

/** Parameters for RSAES-OAEP, field by field. */
export function oaepParameters(hash?: string, mask?: string, label?: Uint8Array): Uint8Array {
  const digest = (oid: string) => der.sequence(der.oid(oid), der.nul())
  return der.encode(
    der.sequence(
      ...(hash ? [der.explicit(0, digest(hash))] : []),
      ...(mask ? [der.explicit(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), digest(mask)))] : []),
      ...(label ? [der.explicit(2, der.sequence(der.oid('1.2.840.113549.1.1.9'), der.octetString(label)))] : []),
    ),
  )
}

/** A provider whose calls are written down: the operation, its algorithm, and the lengths of the bytes that go in. */
export function spied(calls: string[]): CryptoProvider {
  const note = (name: string, args: readonly unknown[]) => {
    const sizes = args.map((arg) => {
      if (arg instanceof Uint8Array || arg instanceof ArrayBuffer) return arg.byteLength
      return typeof arg === 'object' && arg !== null && 'name' in arg ? String(arg.name) : typeof arg
    })
    calls.push(`${name} ${sizes.join(' ')}`)
  }
  const subtle = new Proxy(provider.subtle, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name)
      if (typeof method !== 'function') return method
      return (...args: readonly unknown[]) => {
        note(String(name), args)
        return method.apply(target, args)
      }
    },
  })
  return {
    subtle,
    getRandomValues(array) {
      note('getRandomValues', [array])
      return provider.getRandomValues(array)
    },
  }
}

/** A provider that fails wherever it is asked. */
export const broken: CryptoProvider = {
  subtle: new Proxy(provider.subtle, { get: () => () => Promise.reject(new Error('the token was pulled out')) }),
  getRandomValues() {
    throw new Error('the token was pulled out')
  },
}
