import { policies } from '../../../src/agent/index.js'
import { Asn1Error } from '../../../src/asn1/index.js'
import {
  CmsError,
  decryptEnvelopedData,
  identifies,
  parseContentInfo,
  parseEnvelopedData,
  parseSignedData,
  readSigningTime,
  verifySignedData,
} from '../../../src/cms/index.js'
import { hostCrypto } from '../../../src/crypto/index.js'
import { unlessThrown } from '../../../src/errors/index.js'
import type { Target } from '../target.js'
import { annsCertificate, bobsKeys } from './scene.js'

const { algorithms } = policies.direct

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
    files: ['cms/signed-data.ts', 'cms/attributes.ts', 'cms/certificate-identifier.ts', 'cms/content-info.ts'],
    aside: ['attribute', 'smimeCapabilities', 'issuerAndSerialNumber', 'readSigningCertificate', 'firstCertId'],
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    run(input) {
      const { signerInfos } = parseSignedData(input)
      for (const { sid, signedAttrs } of signerInfos) {
        identifies(sid, annsCertificate())
        unlessThrown(Asn1Error, () => unlessThrown(CmsError, () => readSigningTime(signedAttrs?.attributes ?? [])))
      }
    },
  },
  {
    name: 'cms-verify',
    files: ['cms/verify.ts', 'cms/attributes.ts'],
    aside: ['attribute', 'smimeCapabilities'],
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    async run(input) {
      await verifySignedData(parseSignedData(input), undefined, { crypto: hostCrypto(), algorithms })
    },
  },
  {
    name: 'cms-enveloped-data',
    files: ['cms/enveloped-data.ts', 'cms/certificate-identifier.ts', 'cms/content-info.ts', 'cms/decrypt.ts'],
    aside: ['issuerAndSerialNumber'],
    seeds: ['cms'],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [CmsError],
    async run(input) {
      await decryptEnvelopedData(parseEnvelopedData(input), await bobsKeys(), { crypto: hostCrypto(), algorithms })
    },
  },
]
