import { describe, expect, test } from 'vitest'
import { type DerNode, der, parseAsn1 } from '../../src/asn1/index.js'
import { concat } from '../../src/bytes/index.js'
import {
  buildCertificateList,
  buildName,
  type CertificateList,
  type CertificateListDraft,
  type CrlReason,
  fullNames,
  type Name,
  parseCertificateList,
  parseName,
} from '../../src/x509/index.js'
import { codeOf } from '../helpers/codes.js'
import { keyPair } from '../helpers/issue.js'

const authority = buildName([['CN', 'Clinic CA']])
const other = buildName([['CN', 'Hospital CA']])
const nameOf = (node: DerNode): Name => parseName(parseAsn1(der.encode(node)))
const day = 24 * 3_600_000
const thisUpdate = Date.UTC(2026, 5, 1)

async function listOf(draft: Partial<CertificateListDraft> = {}): Promise<CertificateList> {
  const signer = (await keyPair('Clinic CA')).signer()
  const whole = { issuer: authority, thisUpdate, nextUpdate: thisUpdate + 7 * day, ...draft }
  return parseCertificateList(await buildCertificateList(whole, signer))
}

describe('a list that was built', () => {
  test('is read again as it was meant', async () => {
    const list = await listOf({
      crlNumber: 1n << 100n,
      deltaCRLIndicator: 17n,
      authorityKeyIdentifier: Uint8Array.of(1, 2),
      freshestCRL: [
        {
          distributionPoint: { fullName: [{ type: 'uniformResourceIdentifier', value: 'http://ca.example/d.crl' }] },
        },
      ],
      issuingDistributionPoint: { onlyContainsUserCerts: true, onlySomeReasons: new Set(['keyCompromise']) },
    })
    expect(list).toMatchObject({
      thisUpdate,
      nextUpdate: thisUpdate + 7 * day,
      crlNumber: 1n << 100n,
      deltaCRLIndicator: 17n,
      authorityKeyIdentifier: Uint8Array.of(1, 2),
      freshestCRL: [{ distributionPoint: { fullName: [{ value: 'http://ca.example/d.crl' }] } }],
      issuingDistributionPoint: {
        onlyContainsUserCerts: true,
        onlyContainsCACerts: false,
        onlySomeReasons: new Set(['keyCompromise']),
        indirectCRL: false,
        onlyContainsAttributeCerts: false,
      },
      size: 0,
      criticalUnknown: false,
    })
    expect(list.extensions.filter(({ critical }) => critical).map(({ oid }) => oid)).toEqual(['2.5.29.27', '2.5.29.28'])
  })

  test('has no property for what it does not say', async () => {
    const { nextUpdate: _, ...draft } = { issuer: authority, thisUpdate, nextUpdate: 0 }
    const list = parseCertificateList(await buildCertificateList(draft, (await keyPair('Clinic CA')).signer()))
    for (const name of ['nextUpdate', 'crlNumber', 'deltaCRLIndicator', 'issuingDistributionPoint', 'freshestCRL']) {
      expect(Object.keys(list)).not.toContain(name)
    }
    expect(list.find(1n, list.issuer)).toBeUndefined()
    expect([...list.entries()]).toEqual([])
  })

  test('in the middle of the century, dates are of the other kind', async () => {
    const list = await listOf({ thisUpdate: Date.UTC(2049, 11, 31), nextUpdate: Date.UTC(2050, 0, 1) })
    expect([list.thisUpdate, list.nextUpdate]).toEqual([Date.UTC(2049, 11, 31), Date.UTC(2050, 0, 1)])
  })

  const flags = ['onlyContainsUserCerts', 'onlyContainsCACerts', 'indirectCRL', 'onlyContainsAttributeCerts'] as const
  test.each(flags)('says %s, and nothing else', async (flag) => {
    const { issuingDistributionPoint } = await listOf({ issuingDistributionPoint: { [flag]: true } })
    expect(flags.filter((name) => issuingDistributionPoint?.[name])).toEqual([flag])
  })

  test('a place named relative to the issuer has the full name of both', async () => {
    const nameRelativeToCRLIssuer = der.encode(der.setOf([der.sequence(der.oid('2.5.4.11'), der.utf8String('North'))]))
    const { issuer, issuingDistributionPoint } = await listOf({
      issuingDistributionPoint: { distributionPoint: { nameRelativeToCRLIssuer } },
    })
    expect(fullNames(issuingDistributionPoint!.distributionPoint!, issuer)).toEqual([
      {
        type: 'directoryName',
        name: nameOf(
          buildName([
            ['CN', 'Clinic CA'],
            ['OU', 'North'],
          ]),
        ),
      },
    ])
  })
})

describe('the entries of a list (RFC 5280 §5.3)', () => {
  const reasons: readonly CrlReason[] = [
    'unspecified',
    'keyCompromise',
    'cACompromise',
    'affiliationChanged',
    'superseded',
    'cessationOfOperation',
    'certificateHold',
    'removeFromCRL',
    'privilegeWithdrawn',
    'aACompromise',
  ]
  test.each(reasons)('the reason %s', async (reason) => {
    const list = await listOf({ revoked: [{ serialNumber: 5n, revocationDate: thisUpdate - day, reason }] })
    expect(list.find(5n, list.issuer)).toEqual({ serialNumber: 5n, revocationDate: thisUpdate - day, reason })
  })

  test('a reason that nobody gave out is none that is known', async () => {
    const list = await listOf({
      revoked: [{ serialNumber: 5n, revocationDate: 0, extensions: [reasonExtension(der.enumerated(7))] }],
    })
    expect(list.find(5n, list.issuer)?.reason).toBe('unspecified')
  })

  const serials = [0n, 1n, -1n, 127n, 128n, 255n, 256n, -128n, -129n, 1n << 64n, (1n << 159n) - 1n, 1n << 200n]
  test.each(serials)('the serial number %s is found among its neighbours', async (serialNumber) => {
    const revoked = [...serials, ...serials.map((one) => one * 3n + 1n)].map((one) => ({
      serialNumber: one,
      revocationDate: thisUpdate,
    }))
    const list = await listOf({ revoked })
    expect(list.find(serialNumber, list.issuer)?.serialNumber).toBe(serialNumber)
    const without = await listOf({ revoked: revoked.filter((one) => one.serialNumber !== serialNumber) })
    expect(without.find(serialNumber, without.issuer)).toBeUndefined()
  })

  test('a serial number that is no DER is found all the same', async () => {
    const padded = der.sequence(Uint8Array.of(2, 3, 0, 0, 5), der.time(thisUpdate))
    const list = assembled({ entries: [padded] })
    expect(list.find(5n, list.issuer)?.serialNumber).toBe(5n)
    expect(list.find(0n, list.issuer)).toBeUndefined()
  })

  test('the same number of another issuer is another certificate', async () => {
    const list = await listOf({ revoked: [{ serialNumber: 5n, revocationDate: thisUpdate }] })
    expect(list.find(5n, nameOf(authority))).toBeDefined()
    expect(list.find(5n, nameOf(other))).toBeUndefined()
  })

  test('in an indirect list an issuer stays until the next (§5.3.3)', async () => {
    const revocationDate = thisUpdate
    const list = await listOf({
      issuingDistributionPoint: { indirectCRL: true },
      revoked: [
        { serialNumber: 1n, revocationDate },
        { serialNumber: 2n, revocationDate, certificateIssuer: other },
        { serialNumber: 3n, revocationDate },
        { serialNumber: 4n, revocationDate, certificateIssuer: authority },
        { serialNumber: 5n, revocationDate },
      ],
    })
    const ofWhom = (serialNumber: bigint) =>
      [authority, other].filter((issuer) => list.find(serialNumber, nameOf(issuer)) !== undefined)
    expect([1n, 2n, 3n, 4n, 5n].map(ofWhom)).toEqual([[authority], [other], [other], [authority], [authority]])
    expect(list.criticalUnknown).toBe(false)
  })

  test('an issuer may be named in several forms, and a name is one of them', async () => {
    const named = der.sequence(der.implicit(6, der.ia5String('http://ca.example/')), der.explicit(4, other))
    const extensions = [der.sequence(der.oid('2.5.29.29'), der.boolean(true), der.octetString(named))]
    const list = await listOf({
      issuingDistributionPoint: { indirectCRL: true },
      revoked: [{ serialNumber: 5n, revocationDate: thisUpdate, extensions }],
    })
    expect(list.find(5n, nameOf(other))).toMatchObject({ serialNumber: 5n })
    expect(list.find(5n, nameOf(authority))).toBeUndefined()
    expect(list.criticalUnknown).toBe(false)
  })

  test('who is on it twice is not taken off it by one of the two', async () => {
    const twice = (['removeFromCRL', 'keyCompromise'] as const).map((reason) => ({
      serialNumber: 5n,
      revocationDate: thisUpdate,
      reason,
    }))
    for (const revoked of [twice, [...twice].reverse()]) {
      const list = await listOf({ revoked })
      expect(list.find(5n, list.issuer)?.reason).toBe('keyCompromise')
    }
  })

  test('a date since when it was wrong', async () => {
    const invalidityDate = Date.UTC(2020, 1, 2)
    const list = await listOf({ revoked: [{ serialNumber: 5n, revocationDate: thisUpdate, invalidityDate }] })
    expect(list.find(5n, list.issuer)).toMatchObject({ invalidityDate })
  })

  test('an unknown extension is told when it is critical', async () => {
    const withUnknown = (...critical: DerNode[]) =>
      listOf({
        revoked: [
          { serialNumber: 1n, revocationDate: 0 },
          {
            serialNumber: 2n,
            revocationDate: 0,
            extensions: [der.sequence(der.oid('1.3.6.1.4.1.99999.1'), ...critical, der.octetString(der.nul()))],
          },
          { serialNumber: 3n, revocationDate: 0 },
        ],
      })
    expect((await withUnknown(der.boolean(true))).criticalUnknown).toBe(true)
    expect((await withUnknown()).criticalUnknown).toBe(false)
    expect((await withUnknown(der.boolean(false))).criticalUnknown).toBe(false)
  })

  const faults: { readonly comment: string; readonly extension: DerNode }[] = [
    { comment: 'a reason that is an INTEGER', extension: reasonExtension(der.integer(1)) },
    {
      comment: 'a reason with something behind it',
      extension: reasonExtension(concat([enumerated(1), enumerated(1)])),
    },
    {
      comment: 'an issuer that is no list of names',
      extension: der.sequence(der.oid('2.5.29.29'), der.boolean(true), der.octetString(der.nul())),
    },
  ]
  test.each(faults)('$comment is malformed when its entry is asked for', async ({ extension }) => {
    const revoked = [
      { serialNumber: 5n, revocationDate: 0 },
      { serialNumber: 6n, revocationDate: 0, extensions: [extension] },
    ]
    const list = await listOf({ revoked })
    expect(list.find(5n, list.issuer)).toBeDefined()
    expect(codeOf(() => list.find(6n, list.issuer))).toBe('ERR_X509_MALFORMED')
    expect(codeOf(() => [...list.entries()])).toBe('ERR_X509_MALFORMED')
  })
})

function enumerated(value: number): Uint8Array {
  return der.encode(der.enumerated(value))
}

function reasonExtension(value: DerNode): DerNode {
  return der.sequence(der.oid('2.5.29.21'), der.octetString(value))
}

const sha256WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nul())
const sha1WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nul())
const crlNumber = der.sequence(der.oid('2.5.29.20'), der.octetString(der.integer(1)))
const entry = der.sequence(der.integer(5), der.time(thisUpdate))

interface Parts {
  readonly version?: readonly DerNode[]
  readonly dates?: readonly DerNode[]
  readonly entries?: readonly DerNode[]
  readonly extensions?: readonly DerNode[]
  readonly tail?: readonly DerNode[]
  readonly outerAlgorithm?: DerNode
  readonly behind?: readonly DerNode[]
}

/** A list put together by hand, with a signature that nobody looks at. */
function bytesOf(parts: Parts): Uint8Array {
  const { version = [der.integer(1)], dates = [der.time(thisUpdate)], entries, extensions } = parts
  const tbs = der.sequence(
    ...version,
    sha256WithRsa,
    authority,
    ...dates,
    ...(entries ? [der.sequence(...entries)] : []),
    ...(extensions ? [der.explicit(0, der.sequence(...extensions))] : []),
    ...(parts.tail ?? []),
  )
  const { outerAlgorithm = sha256WithRsa, behind = [] } = parts
  return der.encode(der.sequence(tbs, outerAlgorithm, der.bitString(Uint8Array.of(0)), ...behind))
}

function assembled(parts: Parts): CertificateList {
  return parseCertificateList(bytesOf(parts))
}

describe('lists put together by hand', () => {
  const taken: { readonly comment: string; readonly parts: Parts; readonly size?: number }[] = [
    { comment: 'version 1', parts: { version: [] } },
    { comment: 'both dates', parts: { dates: [der.time(0), der.time(1)] } },
    { comment: 'a sequence of no entries, which should have been left out', parts: { entries: [] } },
    { comment: 'two entries', parts: { entries: [entry, entry] }, size: 2 },
    { comment: 'an extension', parts: { extensions: [crlNumber] } },
  ]
  test.each(taken)('taken: $comment', async ({ parts, size = 0 }) => {
    expect(assembled(parts).size).toBe(size)
  })

  test('what it denies to be for is as if nobody had said so', () => {
    const denied = [1, 2, 4, 5].map((number) => der.implicit(number, der.boolean(false)))
    const idp = der.sequence(der.oid('2.5.29.28'), der.boolean(true), der.octetString(der.sequence(...denied)))
    expect(assembled({ extensions: [idp] }).issuingDistributionPoint).toEqual({
      onlyContainsUserCerts: false,
      onlyContainsCACerts: false,
      indirectCRL: false,
      onlyContainsAttributeCerts: false,
    })
  })

  test('nothing stands behind it', () => {
    const bytes = bytesOf({})
    expect(codeOf(() => parseCertificateList(bytes))).toBeUndefined()
    expect(codeOf(() => parseCertificateList(concat([bytes, Uint8Array.of(0)])))).toBe('ERR_X509_MALFORMED')
  })

  const refused: { readonly comment: string; readonly parts: Parts }[] = [
    { comment: 'version 3', parts: { version: [der.integer(2)] } },
    { comment: 'no date', parts: { dates: [] } },
    { comment: 'three dates', parts: { dates: [der.time(0), der.time(1), der.time(2)] } },
    { comment: 'a date that is text', parts: { dates: [der.ia5String('20260601000000Z')] } },
    { comment: 'an extension twice', parts: { extensions: [crlNumber, crlNumber] } },
    {
      comment: 'a number that is an OCTET STRING',
      parts: { extensions: [der.sequence(der.oid('2.5.29.20'), der.octetString(der.octetString(Uint8Array.of(1))))] },
    },
    { comment: 'a field behind the extensions', parts: { extensions: [crlNumber], tail: [der.nul()] } },
    { comment: 'a field behind the signature', parts: { behind: [der.nul()] } },
    { comment: 'two signature algorithms', parts: { outerAlgorithm: sha1WithRsa } },
    { comment: 'an entry that is no sequence', parts: { entries: [entry, der.integer(5)] } },
    { comment: 'an entry without a date', parts: { entries: [entry, der.sequence(der.integer(5))] } },
    { comment: 'an entry without a number', parts: { entries: [der.sequence(der.time(0)), entry] } },
    {
      comment: 'an entry with a field too many',
      parts: {
        entries: [
          der.sequence(der.integer(5), der.time(0), der.sequence(reasonExtension(der.enumerated(1))), der.nul()),
        ],
      },
    },
    {
      comment: 'an entry whose extension has no value',
      parts: { entries: [der.sequence(der.integer(5), der.time(0), der.sequence(der.sequence(der.oid('2.5.29.21'))))] },
    },
    {
      comment: 'a place relative to the issuer that is no name',
      parts: {
        extensions: [
          der.sequence(
            der.oid('2.5.29.28'),
            der.octetString(der.sequence(der.explicit(0, der.implicit(1, der.setOf([der.sequence(der.nul())]))))),
          ),
        ],
      },
    },
  ]
  test.each(refused)('refused: $comment', ({ parts }) => {
    expect(codeOf(() => parseCertificateList(bytesOf(parts)))).toBe('ERR_X509_MALFORMED')
  })

  const bent: { readonly comment: string; readonly entry: Uint8Array }[] = [
    { comment: 'an indefinite length', entry: Uint8Array.of(0x30, 0x80, 2, 1, 5, 0, 0) },
    { comment: 'a length in more octets than needed', entry: concat([Uint8Array.of(0x30, 0x81, 0x12), inside()]) },
    { comment: 'a length that reaches beyond the list', entry: concat([Uint8Array.of(0x30, 0x7f), inside()]) },
    { comment: 'a length in nine octets', entry: Uint8Array.of(0x30, 0x89, 0, 0, 0, 0, 0, 0, 0, 0, 2, 5, 0) },
    { comment: 'a tag number above 30', entry: Uint8Array.of(0x3f, 0x81, 0x01, 0) },
  ]
  function inside(): Uint8Array {
    return der.encode(entry).subarray(2)
  }
  test.each(bent)('refused: an entry with $comment', ({ entry: wrong }) => {
    expect(codeOf(() => parseCertificateList(bytesOf({ entries: [entry] })))).toBeUndefined()
    expect(codeOf(() => parseCertificateList(bytesOf({ entries: [entry, wrong] })))).toBe('ERR_X509_MALFORMED')
  })
})

describe('a list that was damaged', async () => {
  const { bytes } = await listOf({
    crlNumber: 5n,
    issuingDistributionPoint: { indirectCRL: true },
    revoked: [
      { serialNumber: 5n, revocationDate: thisUpdate, reason: 'superseded', certificateIssuer: other },
      { serialNumber: 6n, revocationDate: thisUpdate, invalidityDate: 0 },
    ],
  })

  test('cut off anywhere, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => parseCertificateList(bytes.subarray(0, length)))).toBe('ERR_X509_MALFORMED')
    }
  })

  test('with any one bit changed, it is a list or malformed', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      const read = () => [...parseCertificateList(changed).entries()]
      expect(['ERR_X509_MALFORMED', undefined]).toContain(codeOf(read))
    }
  })
})

describe('a large list', () => {
  const numberOf = (i: number) => BigInt.asUintN(127, BigInt(i) * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n)
  const entries = Array.from({ length: 100_000 }, (_, i) =>
    der.encode(der.sequence(der.integer(numberOf(i)), der.time(thisUpdate))),
  )
  const list = parseCertificateList(bytesOf({ entries: [concat(entries)] }))

  test('of 100,000 certificates is searched without reading it', () => {
    expect(list.size).toBe(100_000)
    for (let i = 0; i < 100_000; i += 97) expect(list.find(numberOf(i), list.issuer)?.serialNumber).toBe(numberOf(i))
    for (let i = 100_000; i < 101_000; i++) expect(list.find(numberOf(i), list.issuer)).toBeUndefined()
  })

  test('in which 257 have the same number decides nothing about it', () => {
    const twins = (count: number) =>
      parseCertificateList(bytesOf({ entries: [concat(Array.from({ length: count }, () => der.encode(entry)))] }))
    expect(twins(256).find(5n, list.issuer)).toEqual({ serialNumber: 5n, revocationDate: thisUpdate })
    expect(codeOf(() => twins(257).find(5n, list.issuer))).toBe('ERR_X509_MALFORMED')
    expect(twins(257).find(6n, list.issuer)).toBeUndefined()
  })

  test('of more than 64 MiB is refused', () => {
    const large = (octets: number) => bytesOf({ extensions: [crlNumber], behind: [], entries: [blown(octets)] })
    const overhead = large(0x100_0000).length - 0x100_0000
    expect(codeOf(() => parseCertificateList(large(0x400_0001 - overhead)))).toBe('ERR_X509_MALFORMED')
    expect(codeOf(() => parseCertificateList(large(0x400_0000 - overhead)))).toBeUndefined()
  })

  /** An entry with an extension of so many octets. */
  function blown(octets: number): DerNode {
    const value = der.octetString(new Uint8Array(octets))
    return der.sequence(der.integer(5), der.time(0), der.sequence(der.sequence(der.oid('1.3.6.1.4.1.9'), value)))
  }
})
