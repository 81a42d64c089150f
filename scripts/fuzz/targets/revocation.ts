import { der, parseAsn1 } from '../../../src/asn1/index.js'
import { equal } from '../../../src/bytes/index.js'
import type { Signer } from '../../../src/crypto/index.js'
import {
  buildCertificateList,
  buildName,
  buildOcspRefusal,
  buildOcspRequest,
  buildOcspResponse,
  type CertID,
  fullNames,
  nameKey,
  parseCertificateList,
  parseName,
  parseOcspRequest,
  parseOcspResponse,
  X509Error,
} from '../../../src/x509/index.js'
import { Broken, same, type Target } from '../target.js'

/** Signs nothing: nobody looks. */
const signer: Signer = {
  digest: 'SHA-256',
  signatureAlgorithm: { algorithm: '1.2.840.113549.1.1.11', parameters: Uint8Array.of(5, 0) },
  sign: async () => new Uint8Array(32),
}

const clinic = buildName([['CN', 'Clinic CA']])
const hospital = buildName([['CN', 'Hospital CA']])
const day = 86_400_000

const certID: CertID = {
  hashAlgorithm: { algorithm: '1.3.14.3.2.26', parameters: Uint8Array.of(5, 0) },
  issuerNameHash: new Uint8Array(20),
  issuerKeyHash: new Uint8Array(20).fill(1),
  serialNumber: 0x5a01n,
}

/** Lists of every kind: indirect, delta, with a relative place, with reasons. */
function lists(): Promise<readonly Uint8Array[]> {
  const rdn = der.encode(der.setOf([der.sequence(der.oid('2.5.4.11'), der.utf8String('North'))]))
  const dates = { issuer: clinic, thisUpdate: 0, nextUpdate: day }
  const revoked = [
    { serialNumber: 1n, revocationDate: 0 },
    { serialNumber: 2n, revocationDate: 0, reason: 'keyCompromise', invalidityDate: 0, certificateIssuer: hospital },
    { serialNumber: 3n, revocationDate: 0, reason: 'removeFromCRL' },
  ] as const
  return Promise.all([
    buildCertificateList({ ...dates, revoked, issuingDistributionPoint: { indirectCRL: true } }, signer),
    buildCertificateList({ ...dates, revoked, crlNumber: 5n, deltaCRLIndicator: 4n }, signer),
    buildCertificateList(
      {
        ...dates,
        issuingDistributionPoint: {
          distributionPoint: { nameRelativeToCRLIssuer: rdn },
          onlySomeReasons: new Set(['keyCompromise']),
        },
      },
      signer,
    ),
  ])
}

async function responses(): Promise<readonly Uint8Array[]> {
  const dates = { thisUpdate: 0, nextUpdate: day }
  const revoked = { revocationTime: 0, reason: 'superseded' } as const
  const responses = [
    { certID, certStatus: 'good' as const, ...dates },
    { certID, certStatus: revoked, ...dates },
    { certID, certStatus: 'unknown' as const, ...dates },
  ]
  const byName = await buildOcspResponse({ responderID: { byName: clinic }, producedAt: 0, responses }, signer)
  const draft = { responderID: { byKey: new Uint8Array(20) }, producedAt: 0, responses, nonce: new Uint8Array(8) }
  return [byName, await buildOcspResponse(draft, signer), buildOcspRefusal('tryLater')]
}

export const revocationTargets: readonly Target[] = [
  {
    name: 'x509-crl',
    files: [
      'x509/certificate-list.ts',
      'x509/revoked-certificates.ts',
      'x509/serial-number-index.ts',
      'x509/der-walker.ts',
      'x509/distribution-points.ts',
    ],
    aside: ['distributionPoints', 'distributionPoint', 'distributionPointName', 'writeReasonFlags', 'writableName'],
    seeds: ['crl'],
    made: lists,
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [X509Error],
    run(input) {
      const list = parseCertificateList(input)
      same('a list is its input', equal(list.bytes, input), true)
      const place = list.issuingDistributionPoint?.distributionPoint
      if (place) fullNames(place, list.issuer)
      const issuer = nameKey(list.issuer)
      let size = 0
      for (const entry of list.entries()) {
        size++
        // Each question may cost a walk over all that have the number: a few tell as much as all.
        if (size > 8) continue
        const { certificateIssuer, serialNumber } = entry
        const owners = certificateIssuer?.flatMap((name) => (name.type === 'directoryName' ? name.name : [])) ?? [
          list.issuer,
        ]
        for (const owner of owners.slice(0, 8)) {
          const found = list.find(serialNumber, owner)
          if (!found || found.serialNumber !== serialNumber) throw new Broken('an entry is found by its number')
        }
      }
      same('a list has as many entries as it says', size, list.size)
      same('a name has one key', nameKey(parseName(parseAsn1(list.issuer.bytes))), issuer)
    },
  },
  {
    name: 'x509-ocsp',
    files: ['x509/ocsp-response.ts', 'x509/cert-id.ts'],
    aside: ['certId', 'certIdOf', 'isCertIdOf'],
    seeds: [],
    made: responses,
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [X509Error],
    run(input) {
      const response = parseOcspResponse(input)
      same('a response is its input', equal(response.bytes, input), true)
    },
  },
  {
    name: 'x509-ocsp-request',
    files: ['x509/ocsp-request.ts'],
    aside: ['buildOcspRequest', 'nonceExtension'],
    seeds: [],
    made: () => [
      buildOcspRequest({ certIds: [certID] }),
      buildOcspRequest({ certIds: [certID], nonce: new Uint8Array(32) }),
    ],
    mutators: ['der', 'der', 'der', 'bytes'],
    own: [X509Error],
    run(input) {
      const request = parseOcspRequest(input)
      const again = parseOcspRequest(buildOcspRequest(request))
      same('a request that is written again asks the same', again.certIds.length, request.certIds.length)
    },
  },
]
