import { policies } from '../../../src/agent/index.js'
import { Asn1Error, der, parseAsn1 } from '../../../src/asn1/index.js'
import { equal } from '../../../src/bytes/index.js'
import {
  algorithmIdentifier,
  type ContentCipher,
  CryptoError,
  contentCipherOf,
  contentCiphers,
  createDecrypter,
  createSigner,
  decryptContent,
  decryptWithPassword,
  digestOf,
  hostCrypto,
  keyAgreementOf,
  keyAllowsTransport,
  keysMatch,
  keyTransportOf,
  keyWrapOf,
  parseAlgorithmIdentifier,
  parsePublicKeyInfo,
  publicKeyWeakness,
  signatureSchemeOf,
} from '../../../src/crypto/index.js'
import { KeyError, parsePrivateKey } from '../../../src/keys/index.js'
import { same, type Target } from '../target.js'
import { certificatesOfEveryKind } from './scene.js'

export const cryptoTargets: readonly Target[] = [
  {
    name: 'crypto-algorithm',
    files: ['crypto/algorithm-identifier.ts', 'crypto/oaep.ts', 'crypto/digest.ts', 'crypto/signature-scheme.ts'],
    aside: ['oaepAlgorithm', 'padOaep', 'unpadOaep', 'computeDigest', 'signatureOid'],
    seeds: ['algorithm'],
    mutators: ['der', 'der', 'bytes'],
    own: [Asn1Error],
    run(input) {
      const algorithm = parseAlgorithmIdentifier(parseAsn1(input))
      const transport = keyTransportOf(algorithm)
      if (transport) keyAllowsTransport(algorithm, transport)
      keyAgreementOf(algorithm)
      keyWrapOf(algorithm)
      contentCipherOf(algorithm)
      digestOf(algorithm)
      signatureSchemeOf(algorithm)
      signatureSchemeOf(algorithm, algorithm)
      const again = parseAlgorithmIdentifier(parseAsn1(der.encode(algorithmIdentifier(algorithm))))
      same('an algorithm is read as it is written', again.algorithm, algorithm.algorithm)
      const parameters = [again.parameters, algorithm.parameters].map((bytes) => bytes ?? new Uint8Array(0))
      same('parameters are kept', equal(parameters[0]!, parameters[1]!), true)
    },
  },
  {
    name: 'crypto-decrypt',
    files: ['crypto/content-cipher.ts', 'crypto/password.ts'],
    aside: ['encryptContent', 'openCbc', 'sealedContent', 'writeGcm', 'pbkdf2Algorithm', 'encryptWithPassword'],
    seeds: ['algorithm', 'key'],
    made: () => Object.values(contentCiphers).flatMap(sealedSeeds),
    mutators: ['der', 'der', 'bytes'],
    own: [Asn1Error, CryptoError],
    async run(input) {
      const element = parseAsn1(input)
      const [first, second, third] = element.children
      const encrypted = second && !second.constructed ? second.content : input
      const algorithm = parseAlgorithmIdentifier(first?.constructed ? first : element)
      const cipher = contentCipherOf(algorithm)
      const key = new Uint8Array(cipher?.keyLength ?? 0)
      const authenticity = third && { mac: third.content }
      if (cipher) await decryptContent(hostCrypto(), algorithm, key, encrypted, authenticity)
      else await decryptWithPassword(hostCrypto(), algorithm, 'test', encrypted, { maxIterations: 1000 })
    },
  },
  {
    name: 'crypto-public-key',
    files: ['crypto/public-key.ts', 'crypto/rsa-key.ts', 'crypto/policy.ts', 'crypto/curves.ts'],
    aside: [
      'modulusOctets',
      'parseRsaPrivateKey',
      'readRsaPrivateKey',
      'malformed',
      'rsaSpki',
      'spellsOut',
      'importRsaKey',
      'rsaPublicJwk',
      'jwkNumber',
    ],
    seeds: ['publicKey'],
    mutators: ['der', 'der', 'bytes'],
    own: [Asn1Error],
    run: (input) => void publicKeyWeakness(parsePublicKeyInfo(parseAsn1(input)), policies.direct.algorithms),
  },
  {
    name: 'crypto-private-key',
    files: ['crypto/rsa-key.ts', 'crypto/private-key.ts', 'crypto/keys-match.ts'],
    aside: ['modulusOctets', 'bitLength', 'parseRsaPublicKey'],
    seeds: ['key', 'pem'],
    mutators: ['der', 'der', 'base64', 'text'],
    own: [CryptoError, KeyError],
    async run(input) {
      const key = parsePrivateKey(input)
      for (const { publicKey } of certificatesOfEveryKind()) await keysMatch(hostCrypto(), key, publicKey)
      createSigner(hostCrypto(), key)
      createDecrypter(hostCrypto(), key)
    },
  },
]

/** An algorithm, content and a tag, as {@link decryptContent} is given them. */
function sealedSeeds({ oid, ivLength, tagLength }: ContentCipher): readonly Uint8Array[] {
  const iv = der.octetString(new Uint8Array(ivLength))
  const content = der.octetString(new Uint8Array(32))
  if (!tagLength) return [der.encode(der.sequence(der.sequence(der.oid(oid), iv), content))]
  const parameters = [der.sequence(iv), der.sequence(iv, der.integer(tagLength))]
  return parameters.map((each) =>
    der.encode(der.sequence(der.sequence(der.oid(oid), each), content, der.octetString(new Uint8Array(tagLength)))),
  )
}
