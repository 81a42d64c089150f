import { policies } from '../../../src/agent/index.js'
import { Asn1Error } from '../../../src/asn1/index.js'
import {
  buildCompressedData,
  CmsError,
  cipherCapabilities,
  decompress,
  decryptEnvelopedData,
  identifies,
  parseCompressedData,
  parseContentInfo,
  parseEnvelopedData,
  parseSignedData,
  type Recipient,
  readSigningTime,
  readSmimeCapabilities,
  verifySignedData,
} from '../../../src/cms/index.js'
import { createPasswordDecrypter, hostCrypto } from '../../../src/crypto/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import type { Target } from '../target.js'
import { annsCertificate, bobsKeys, peersKeys } from './scene.js'

const { algorithms } = policies.direct

const writtenIdentifiers = ['certificateIdentifier', 'agreementIdentifier', 'keyIdentifierOf', 'issuerAndSerialNumber']

export const cmsTargets: readonly Target[] = [
  {
    name: 'cms-content-info',
    files: ['cms/content-info.ts', 'cms/errors.ts'],
    aside: ['contentOf'],
    seeds: ['cms', 'der'],
    mutators: ['der', 'bytes'],
    own: [CmsError],
    run: (input) => void parseContentInfo(input),
  },
  {
    name: 'cms-signed-data',
    files: [
      'cms/signed-data.ts',
      'cms/attributes.ts',
      'cms/certificate-identifier.ts',
      'cms/certificate-set.ts',
      'cms/smime-capabilities.ts',
    ],
    aside: ['attribute', 'smimeCapabilities', 'readSigningCertificate', 'firstCertId', ...writtenIdentifiers],
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    run(input) {
      const { signerInfos } = parseSignedData(input)
      for (const { sid, signedAttrs } of signerInfos) {
        identifies(sid, annsCertificate())
        const attributes = signedAttrs?.attributes ?? []
        unlessThrown(Asn1Error, () => unlessThrown(CmsError, () => readSigningTime(attributes)))
        cipherCapabilities(readSmimeCapabilities(attributes))
      }
    },
  },
  {
    name: 'cms-verify',
    files: ['cms/verify.ts', 'cms/attributes.ts'],
    aside: ['attribute'],
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    async run(input) {
      await verifySignedData(parseSignedData(input), undefined, { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'cms-enveloped-data',
    files: [
      'cms/enveloped-data.ts',
      'cms/recipient-info.ts',
      'cms/match-recipients.ts',
      'cms/key-encryption.ts',
      'cms/certificate-identifier.ts',
      'cms/decrypt.ts',
      'crypto/agreement-decrypter.ts',
      'crypto/curves.ts',
    ],
    aside: writtenIdentifiers,
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    async run(input) {
      await decryptEnvelopedData(parseEnvelopedData(input), await everyKey(), { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'cms-compressed-data',
    files: ['cms/compressed-data.ts'],
    aside: ['buildCompressedData'],
    seeds: ['cms'],
    made: async () => [
      await buildCompressedData(new Uint8Array(1000)),
      await buildCompressedData(annsCertificate().bytes),
    ],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    async run(input) {
      await decompress(parseCompressedData(input))
    },
  },
]

/** Bob's key, those of the peers' messages, and a password: a message to anybody with one is tried with it. */
async function everyKey(): Promise<readonly Recipient[]> {
  const password = createPasswordDecrypter(hostCrypto(), 'test', { maxIterations: 1000 })
  return [...(await bobsKeys()), ...(await peersKeys()), { password }]
}
