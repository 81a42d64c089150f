import { equal } from '../../../src/bytes/index.js'
import {
  decodePem,
  encodePem,
  KeyError,
  loadCertificates,
  loadIdentity,
  loadPkcs12,
  loadPrivateKey,
  parsePrivateKey,
} from '../../../src/keys/index.js'
import { X509Error } from '../../../src/x509/index.js'
import { same, type Target } from '../target.js'
import { identityTexts } from './scene.js'

export const keysTargets: readonly Target[] = [
  {
    name: 'keys-pem',
    files: ['keys/pem.ts'],
    aside: ['isDer'],
    seeds: ['pem'],
    mutators: ['text', 'text', 'base64', 'bytes'],
    own: [KeyError],
    run(input) {
      for (const { label, bytes } of decodePem(input).slice(0, 50)) {
        const [again, ...others] = decodePem(encodePem(label, bytes))
        same('a block that is written is one block', others.length, 0)
        same('a block is read as it is written', again?.label === label && equal(again.bytes, bytes), true)
      }
    },
  },
  {
    name: 'keys-private-key',
    files: ['keys/pkcs8.ts', 'keys/load-private-key.ts'],
    seeds: ['key', 'pem', 'pfx'],
    mutators: ['der', 'der', 'base64', 'text'],
    own: [KeyError],
    async run(input) {
      const key = await loadPrivateKey(input, { password, limits })
      same('a key is read as it is written', parsePrivateKey(key.bytes).algorithm.algorithm, key.algorithm.algorithm)
    },
  },
  {
    name: 'keys-pkcs12',
    files: [
      'keys/load-pkcs12.ts',
      'keys/pkcs12-mac.ts',
      'keys/password-encryption.ts',
      'keys/pkcs12-key-derivation.ts',
    ],
    aside: ['buildMacData'],
    seeds: ['pfx'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [KeyError],
    async run(input) {
      await loadPkcs12(input, { password, limits })
    },
  },
  {
    name: 'keys-identity',
    files: [
      'keys/load-certificates.ts',
      'keys/load-identity.ts',
      'keys/credentials.ts',
      'keys/chain.ts',
      'keys/use.ts',
    ],
    seeds: ['pem', 'cms'],
    made: identityTexts,
    mutators: ['base64', 'text', 'der'],
    own: [KeyError, X509Error],
    async run(input) {
      const certificate = loadCertificates(input).map(({ bytes }) => bytes)
      const source = { certificate, privateKey: input }
      if (input.length % 2 === 0) await loadIdentity(source)
      else await loadIdentity({ signing: source, decryption: [source] })
    },
  },
]

const password = 'test'
/** As a service has it that must not spend seconds on a file. */
const limits = { maxIterations: 20_000 }
