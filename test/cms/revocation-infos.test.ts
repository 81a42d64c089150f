import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { parseSignedData } from '../../src/cms/index.js'
import {
  buildCertificateList,
  buildName,
  buildOcspResponse,
  certIdOf,
  parseOcspResponse,
} from '../../src/x509/index.js'
import { codeOf } from '../helpers/codes.js'
import { issueAuthority, keyPair, now } from '../helpers/issue.js'

const issuer = buildName([['CN', 'Clinic CA']])
const root = await issueAuthority({ cn: 'Clinic CA' })
const signer = (await keyPair('Clinic CA')).signer()
const list = await buildCertificateList({ issuer, thisUpdate: now, nextUpdate: now + 1000 }, signer)
const certID = await certIdOf(crypto, { issuer: root.subject, issuerKey: root.publicKey, serialNumber: 5n })
const response = await buildOcspResponse(
  {
    responderID: { byName: issuer },
    producedAt: now,
    responses: [{ certID, certStatus: 'good', thisUpdate: now, nextUpdate: now + 1000 }],
  },
  signer,
)

const ocsp = '1.3.6.1.5.5.7.16.2'
const other = (format: string, info: DerNode) => der.implicit(1, der.sequence(der.oid(format), info))

/** A SignedData of nobody, with these RevocationInfoChoices. */
function signedDataWith(infos: readonly DerNode[]): Uint8Array {
  const content = der.sequence(
    der.integer(5),
    der.setOf([]),
    der.sequence(der.oid('1.2.840.113549.1.7.1')),
    der.implicit(1, der.setInOrder(infos)),
    der.setOf([]),
  )
  return der.encode(der.sequence(der.oid('1.2.840.113549.1.7.2'), der.explicit(0, content)))
}

describe('what is sent along about revocation (RFC 5652 §10.2.1, RFC 5940 §2)', () => {
  test('lists and responses are read', () => {
    const { crls, ocspResponses } = parseSignedData(signedDataWith([list, other(ocsp, response), list]))
    expect(crls.map(({ bytes }) => bytes)).toEqual([list, list])
    expect(ocspResponses).toEqual([parseOcspResponse(response)])
  })

  const passedOver: { readonly comment: string; readonly info: DerNode }[] = [
    { comment: 'a list that is none', info: der.sequence(der.integer(5)) },
    { comment: 'a response that is none', info: other(ocsp, der.sequence(der.integer(5))) },
    { comment: 'information of another format (SCVP)', info: other('1.3.6.1.5.5.7.16.4', response) },
    { comment: 'an attribute certificate’s', info: der.implicit(2, der.sequence()) },
  ]
  test.each(passedOver)('$comment spoils none of the others', ({ info }) => {
    const { crls, ocspResponses } = parseSignedData(signedDataWith([info, list, other(ocsp, response)]))
    expect([crls.length, ocspResponses.length]).toEqual([1, 1])
    const alone = parseSignedData(signedDataWith([info]))
    expect([alone.crls, alone.ocspResponses]).toEqual([[], []])
  })

  test('information without a format is malformed, and so are more than 64', () => {
    const nameless = der.implicit(1, der.sequence(response))
    expect(codeOf(() => parseSignedData(signedDataWith([nameless])))).toBe('ERR_CMS_MALFORMED')
    const many = (count: number) => signedDataWith(Array.from({ length: count }, () => list))
    expect(parseSignedData(many(64)).crls).toHaveLength(64)
    expect(codeOf(() => parseSignedData(many(65)))).toBe('ERR_CMS_MALFORMED')
  })
})
