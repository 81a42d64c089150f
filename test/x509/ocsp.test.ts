import { describe, expect, test } from 'vitest'
import { type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import { concat } from '../../src/bytes/index.js'
import {
  buildName,
  buildOcspRefusal,
  buildOcspRequest,
  buildOcspResponse,
  type CertID,
  type CrlReason,
  certIdOf,
  isCertIdOf,
  type OcspRefusal,
  type OcspResponseDraft,
  parseName,
  parseOcspRequest,
  parseOcspResponse,
  type SingleResponseDraft,
} from '../../src/x509/index.js'
import { codeOf } from '../helpers/codes.js'
import { issueAuthority, issueMailbox, keyPair } from '../helpers/issue.js'

const producedAt = Date.UTC(2026, 5, 1, 12)
const thisUpdate = Date.UTC(2026, 5, 1)
const responder = buildName([['CN', 'Clinic CA']])

const authority = await issueAuthority({ cn: 'Clinic CA' })
const ann = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })
const bob = await issueMailbox('bob@clinic.example', { cn: 'Bob', by: 'Clinic CA' })
const asked = { issuer: ann.issuer, issuerKey: authority.publicKey, serialNumber: ann.serialNumber }
const certID = await certIdOf(crypto, asked)

describe('CertID (RFC 6960 §4.1.1)', () => {
  test('calls a certificate by digests of its issuer’s name and key', async () => {
    expect(certID).toMatchObject({ hashAlgorithm: { algorithm: '1.3.14.3.2.26' }, serialNumber: ann.serialNumber })
    expect(certID.issuerKeyHash).toEqual(
      new Uint8Array(await crypto.subtle.digest('SHA-1', Uint8Array.from(authority.publicKey.keyBytes))),
    )
    expect(certID.issuerNameHash).toEqual(
      new Uint8Array(await crypto.subtle.digest('SHA-1', Uint8Array.from(ann.issuer.bytes))),
    )
  })

  test.each(['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const)('by %s it calls the same one', async (digest) => {
    const id = await certIdOf(crypto, asked, digest)
    expect(await isCertIdOf(crypto, id, asked)).toBe(true)
    expect(await isCertIdOf(crypto, id, { ...asked, serialNumber: bob.serialNumber })).toBe(false)
    expect(await isCertIdOf(crypto, id, { ...asked, issuer: ann.subject })).toBe(false)
    expect(await isCertIdOf(crypto, id, { ...asked, issuerKey: ann.publicKey })).toBe(false)
  })

  test('by a digest that is not known it calls none', async () => {
    const id: CertID = { ...certID, hashAlgorithm: { algorithm: '1.2.840.113549.2.5' } }
    expect(await isCertIdOf(crypto, id, asked)).toBe(false)
  })
})

describe('a request (RFC 6960 §4.1)', () => {
  const nonce = Uint8Array.from({ length: 32 }, (_, i) => i)

  test.each([
    { comment: 'without a nonce', request: { certIds: [certID] } },
    { comment: 'with one', request: { certIds: [certID], nonce } },
    { comment: 'about two certificates', request: { certIds: [certID, { ...certID, serialNumber: 77n }] } },
  ])('$comment is read again as it was meant', ({ request }) => {
    expect(parseOcspRequest(buildOcspRequest(request))).toEqual(request)
  })

  test('with a version and the name of who asks', () => {
    const written = parseAsn1(buildOcspRequest({ certIds: [certID] }))
    const [list] = written.children[0]!.children
    const name = der.explicit(1, der.explicit(4, responder))
    const longer = der.encode(der.sequence(der.sequence(der.explicit(0, der.integer(0)), name, list!.bytes)))
    expect(parseOcspRequest(longer)).toEqual({ certIds: [certID] })
  })

  test('cut off, or with something behind it, it is none', () => {
    const bytes = buildOcspRequest({ certIds: [certID], nonce })
    expect(codeOf(() => parseOcspRequest(bytes))).toBeUndefined()
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => parseOcspRequest(bytes.subarray(0, length)))).toBe('ERR_X509_MALFORMED')
    }
    expect(codeOf(() => parseOcspRequest(concat([bytes, Uint8Array.of(5, 0)])))).toBe('ERR_X509_MALFORMED')
  })
})

const single = (certStatus: SingleResponseDraft['certStatus'], more: Partial<SingleResponseDraft> = {}) => ({
  certID,
  certStatus,
  thisUpdate,
  ...more,
})

async function responseOf(draft: Partial<OcspResponseDraft>): Promise<Uint8Array> {
  const whole = { responderID: { byName: responder }, producedAt, responses: [single('good')], ...draft }
  return buildOcspResponse(whole, (await keyPair('Clinic CA')).signer())
}

describe('a response (RFC 6960 §4.2)', () => {
  test('is read again as it was meant', async () => {
    const nonce = Uint8Array.of(1, 2, 3)
    const nextUpdate = thisUpdate + 3_600_000
    const response = parseOcspResponse(
      await responseOf({ responses: [single('good', { nextUpdate })], nonce, certificates: [authority.bytes] }),
    )
    expect(response).toMatchObject({
      responseStatus: 'successful',
      responderID: { byName: parseName(parseAsn1(der.encode(responder))) },
      producedAt,
      nonce,
      responses: [{ certID, certStatus: 'good', thisUpdate, nextUpdate, extensions: [] }],
      certificates: [{ serialNumber: authority.serialNumber }],
      signatureAlgorithm: { algorithm: '1.2.840.113549.1.1.11' },
    })
  })

  test('of a responder that is called by its key', async () => {
    const byKey = certID.issuerKeyHash
    expect(parseOcspResponse(await responseOf({ responderID: { byKey } }))).toMatchObject({ responderID: { byKey } })
  })

  test('has no property for what it does not say', async () => {
    const response = parseOcspResponse(await responseOf({}))
    if (response.responseStatus !== 'successful') throw new Error(response.responseStatus)
    expect(Object.keys(response)).not.toContain('nonce')
    expect(Object.keys(response.responses[0]!)).not.toContain('nextUpdate')
    expect(Object.keys(response.responses[0]!)).not.toContain('revocationTime')
    expect(response.certificates).toEqual([])
  })

  const reasons: readonly (CrlReason | undefined)[] = ['unspecified', 'keyCompromise', 'certificateHold', undefined]
  test.each(reasons)('revoked, for the reason %s', async (reason) => {
    const revoked = { revocationTime: thisUpdate - 1000, ...(reason && { reason }) }
    const response = parseOcspResponse(await responseOf({ responses: [single(revoked), single('unknown')] }))
    expect(response).toMatchObject({
      responses: [
        { certStatus: 'revoked', revocationTime: thisUpdate - 1000, ...(reason && { revocationReason: reason }) },
        { certStatus: 'unknown' },
      ],
    })
  })

  const refusals: readonly OcspRefusal[] = [
    'malformedRequest',
    'internalError',
    'tryLater',
    'sigRequired',
    'unauthorized',
  ]
  test.each(refusals)('that there is none: %s', (responseStatus) => {
    const bytes = buildOcspRefusal(responseStatus)
    expect(parseOcspResponse(bytes)).toEqual({ bytes, responseStatus })
  })

  test('a certificate in it that cannot be read does not spoil it', async () => {
    const certificates = [der.encode(der.sequence(der.integer(1))), ann.bytes]
    expect(parseOcspResponse(await responseOf({ certificates }))).toMatchObject({
      certificates: [{ serialNumber: ann.serialNumber }],
    })
  })

  test('of more than 16 certificates is refused', async () => {
    const some = (count: number) => Array.from({ length: count }, () => ann.bytes)
    const sixteen = await responseOf({ certificates: some(16) })
    const more = await responseOf({ certificates: some(17) })
    expect(codeOf(() => parseOcspResponse(sixteen))).toBeUndefined()
    expect(codeOf(() => parseOcspResponse(more))).toBe('ERR_X509_MALFORMED')
  })
})

const sha256WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nul())
const date = der.generalizedTime(thisUpdate)
const byName = der.explicit(1, responder)
const idOctets = (octets: number[]) => der.octetString(Uint8Array.from(octets))
const id = der.sequence(sha256WithRsa, idOctets([1]), idOctets([2]), der.integer(5))
const good = der.implicit(0, der.nul())

interface Parts {
  readonly status?: DerNode
  readonly content?: readonly DerNode[]
  readonly type?: string
  readonly data?: readonly DerNode[]
  readonly responses?: readonly DerNode[]
  readonly behind?: readonly DerNode[]
}

/** A response put together by hand, with a signature that nobody looks at. */
function bytesOf(parts: Parts): Uint8Array {
  const { responses = [der.sequence(id, good, date)], type = '1.3.6.1.5.5.7.48.1.1' } = parts
  const data = parts.data ?? [byName, date, der.sequence(...responses)]
  const basic = der.sequence(
    der.sequence(...data),
    sha256WithRsa,
    der.bitString(Uint8Array.of(0)),
    ...(parts.behind ?? []),
  )
  const content = parts.content ?? [der.explicit(0, der.sequence(der.oid(type), der.octetString(basic)))]
  return der.encode(der.sequence(parts.status ?? der.enumerated(0), ...content))
}

describe('responses put together by hand', () => {
  const taken: { readonly comment: string; readonly parts: Parts }[] = [
    { comment: 'one that is good', parts: {} },
    { comment: 'a version', parts: { data: [der.explicit(0, der.integer(0)), byName, date, der.sequence()] } },
    { comment: 'a refusal with a content', parts: { status: der.enumerated(3) } },
  ]
  test.each(taken)('taken: $comment', ({ parts }) => {
    expect(codeOf(() => parseOcspResponse(bytesOf(parts)))).toBeUndefined()
  })

  const refused: { readonly comment: string; readonly parts: Parts }[] = [
    { comment: 'successful, without a content', parts: { content: [] } },
    { comment: 'a status that was never given out', parts: { status: der.enumerated(4) } },
    { comment: 'a status that is not known', parts: { status: der.enumerated(7) } },
    { comment: 'a status that is an INTEGER', parts: { status: der.integer(0) } },
    { comment: 'another type of response', parts: { type: '1.3.6.1.5.5.7.48.1.2' } },
    { comment: 'version 2', parts: { data: [der.explicit(0, der.integer(1)), byName, date, der.sequence()] } },
    { comment: 'a responder of a third kind', parts: { data: [der.explicit(3, responder), date, der.sequence()] } },
    {
      comment: 'a responder that is called by a number',
      parts: { data: [der.explicit(2, der.integer(5)), date, der.sequence()] },
    },
    { comment: 'no date', parts: { data: [byName, der.sequence()] } },
    { comment: 'a date of the other kind', parts: { data: [byName, der.time(thisUpdate), der.sequence()] } },
    { comment: 'a field behind the signature', parts: { behind: [der.nul()] } },
    {
      comment: 'a status of a fourth kind',
      parts: { responses: [der.sequence(id, der.implicit(3, der.nul()), date)] },
    },
    {
      comment: 'good, and something in it',
      parts: { responses: [der.sequence(id, der.explicit(0, der.nul()), date)] },
    },
    {
      comment: 'revoked, without a date',
      parts: { responses: [der.sequence(id, der.implicit(1, der.sequence()), date)] },
    },
    {
      comment: 'a certificate that is called by two things',
      parts: { responses: [der.sequence(der.sequence(sha256WithRsa, idOctets([1]), der.integer(5)), good, date)] },
    },
  ]
  test.each(refused)('refused: $comment', ({ parts }) => {
    expect(codeOf(() => parseOcspResponse(bytesOf(parts)))).toBe('ERR_X509_MALFORMED')
  })

  const time = der.generalizedTime(0)
  const open: readonly { readonly what: string; readonly parts: (...more: DerNode[]) => Parts }[] = [
    {
      what: 'a response',
      parts: (...more) => ({ status: der.enumerated(3), content: more }),
    },
    { what: 'its data', parts: (...more) => ({ data: [byName, date, der.sequence(), ...more] }) },
    { what: 'one of its answers', parts: (...more) => ({ responses: [der.sequence(id, good, date, ...more)] }) },
    {
      what: 'the name of a certificate',
      parts: (...more) => ({
        responses: [
          der.sequence(der.sequence(sha256WithRsa, idOctets([1]), idOctets([2]), der.integer(5), ...more), good, date),
        ],
      }),
    },
    {
      what: 'that it is revoked',
      parts: (...more) => ({ responses: [der.sequence(id, der.implicit(1, der.sequence(time, ...more)), date)] }),
    },
  ]
  test.each(open)('$what: no field more than there are', ({ parts }) => {
    expect(codeOf(() => parseOcspResponse(bytesOf(parts())))).toBeUndefined()
    expect(codeOf(() => parseOcspResponse(bytesOf(parts(der.nul()))))).toBe('ERR_X509_MALFORMED')
  })
})

describe('a response that was damaged', async () => {
  const bytes = await responseOf({
    nonce: Uint8Array.of(1, 2, 3),
    responses: [single('good', { nextUpdate: thisUpdate + 1000 }), single({ revocationTime: 0, reason: 'superseded' })],
  })

  test('cut off anywhere, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => parseOcspResponse(bytes.subarray(0, length)))).toBe('ERR_X509_MALFORMED')
    }
  })

  test('with any one bit changed, it is a response or malformed', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(['ERR_X509_MALFORMED', undefined]).toContain(codeOf(() => parseOcspResponse(changed)))
    }
  })
})
