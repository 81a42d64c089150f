import { describe, expect, test } from 'vitest'
import { type DerNode, der } from '../../src/asn1/index.js'
import { decodeHex } from '../../src/bytes/index.js'
import {
  type Certificate,
  describeCertificate,
  distributionPointAt,
  nameText,
  parseCertificate,
  subjectNames,
} from '../../src/x509/index.js'
import { codeOf, codeOfRejection } from '../helpers/codes.js'
import { issue, issueMailbox, keyPair } from '../helpers/issue.js'

const parse = (node: DerNode) => parseCertificate(der.encode(node))

describe('a certificate that was built', async () => {
  const issuerKey = Uint8Array.of(1, 2, 3)
  const certificate = await issueMailbox('ann@clinic.example', {
    cn: 'Ann',
    by: 'Clinic CA',
    serialNumber: (1n << 159n) - 1n,
    extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
    subjectKeyIdentifier: Uint8Array.of(9, 9),
    authorityKeyIdentifier: issuerKey,
    cRLDistributionPoints: [distributionPointAt('http://ca.example/ca.crl')],
    notAfter: Date.UTC(2050, 0, 1),
  })

  test('is read again as it was meant', () => {
    expect(certificate).toMatchObject({
      version: 3,
      serialNumber: (1n << 159n) - 1n,
      notBefore: Date.UTC(2026, 0, 1),
      notAfter: Date.UTC(2050, 0, 1),
      basicConstraints: { cA: false },
      extKeyUsage: ['1.3.6.1.5.5.7.3.4'],
      subjectKeyIdentifier: Uint8Array.of(9, 9),
      authorityKeyIdentifier: issuerKey,
    })
    expect([nameText(certificate.subject), nameText(certificate.issuer)]).toEqual(['CN=Ann', 'CN=Clinic CA'])
    expect([...certificate.keyUsage!]).toEqual(['digitalSignature', 'keyEncipherment'])
    expect(subjectNames(certificate)).toEqual({ rfc822Names: ['ann@clinic.example'], dNSNames: [], emailAddresses: [] })
    expect(certificate.extensions.filter(({ critical }) => critical).map(({ oid }) => oid)).toEqual([
      '2.5.29.19',
      '2.5.29.15',
    ])
  })

  test('has no property for an extension that it has not', async () => {
    const bare = await issue({ cn: 'Bare' })
    expect(Object.keys(bare)).not.toContain('subjectAltName')
    expect(bare.keyUsage).toBeUndefined()
  })

  test('describes itself by its names and its serial number in hex', async () => {
    const { subject, serialNumber } = describeCertificate(await issue({ cn: 'Ann', serialNumber: 255n }))
    expect({ subject, serialNumber }).toEqual({ subject: 'CN=Ann', serialNumber: 'ff' })
  })

  const serials = [
    { serialNumber: 0n, code: 'ERR_X509_DRAFT' },
    { serialNumber: -1n, code: 'ERR_X509_DRAFT' },
    { serialNumber: 1n << 159n, code: 'ERR_X509_DRAFT' },
    { serialNumber: (1n << 159n) - 1n, code: undefined },
    { serialNumber: 1n, code: undefined },
  ]
  test.each(serials)('with the serial number $serialNumber: $code', async ({ serialNumber, code }) => {
    expect(await codeOfRejection(issue({ cn: 'Ann', serialNumber }))).toBe(code)
  })
})

const sha256WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nul())
const sha1WithRsa = der.sequence(der.oid('1.2.840.113549.1.1.5'), der.nul())
const commonName = (text: string) => der.sequence(der.setOf([der.sequence(der.oid('2.5.4.3'), der.utf8String(text))]))
const validity = der.sequence(der.time(0), der.time(1000))
const extension = (oid: string, value: DerNode, ...critical: DerNode[]) =>
  der.sequence(der.oid(oid), ...critical, der.octetString(value))

interface Parts {
  readonly head?: readonly DerNode[]
  readonly validity?: DerNode
  readonly extensions?: readonly DerNode[]
  readonly tail?: readonly DerNode[]
  readonly outerAlgorithm?: DerNode
  readonly behind?: readonly DerNode[]
}

/** A certificate put together by hand, with a signature that nobody looks at. */
async function assemble(parts: Parts): Promise<DerNode> {
  const { publicKey } = await keyPair('assembled')
  const extensions = parts.extensions ? [der.explicit(3, der.sequence(...parts.extensions))] : []
  const tbs = der.sequence(
    ...(parts.head ?? [der.explicit(0, der.integer(2)), der.integer(1)]),
    sha256WithRsa,
    commonName('CA'),
    parts.validity ?? validity,
    commonName('Ann'),
    publicKey,
    ...extensions,
    ...(parts.tail ?? []),
  )
  return der.sequence(
    tbs,
    parts.outerAlgorithm ?? sha256WithRsa,
    der.bitString(Uint8Array.of(0)),
    ...(parts.behind ?? []),
  )
}

const keyUsage = extension('2.5.29.15', der.namedBits([0]))
const unknown = extension('1.3.6.1.4.1.99999.1', der.nul())

const mailName = der.implicit(1, der.ia5String('ann@clinic.example'))

/** In the order of their bits (RFC 5280 §4.2.1.3, §4.2.1.13). */
const usages = [
  ...['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment', 'keyAgreement'],
  ...['keyCertSign', 'cRLSign', 'encipherOnly', 'decipherOnly'],
]
const flags = [
  ...['unused', 'keyCompromise', 'cACompromise', 'affiliationChanged', 'superseded', 'cessationOfOperation'],
  ...['certificateHold', 'privilegeWithdrawn', 'aACompromise'],
]

/** Extensions of which every field is known, each with its fields. */
const closed: readonly {
  readonly name: string
  readonly oid: string
  readonly value: (...more: DerNode[]) => DerNode
}[] = [
  {
    name: 'basic constraints',
    oid: '2.5.29.19',
    value: (...more) => der.sequence(der.boolean(true), der.integer(0), ...more),
  },
  {
    name: 'name constraints',
    oid: '2.5.29.30',
    value: (...more) => der.sequence(der.implicit(0, der.sequence(der.sequence(mailName))), ...more),
  },
  { name: 'a place of lists', oid: '2.5.29.31', value: (...more) => der.sequence(der.sequence(...more)) },
  {
    name: 'a mapping of policies',
    oid: '2.5.29.33',
    value: (...more) => der.sequence(der.sequence(der.oid('1.2.3'), der.oid('1.2.4'), ...more)),
  },
  {
    name: 'constraints on policies',
    oid: '2.5.29.36',
    value: (...more) => der.sequence(der.implicit(0, der.integer(1)), ...more),
  },
  {
    name: 'access to an authority',
    oid: '1.3.6.1.5.5.7.1.1',
    value: (...more) => der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), mailName, ...more)),
  },
]

describe('certificates put together by hand', () => {
  const taken: { comment: string; parts: Parts; holds: (certificate: Certificate) => unknown; value: unknown }[] = [
    { comment: 'version 1 has no version field', parts: { head: [der.integer(1)] }, holds: (c) => c.version, value: 1 },
    {
      comment: 'a negative serial number, as some have it',
      parts: { head: [der.integer(-5)] },
      holds: (c) => c.serialNumber,
      value: -5n,
    },
    {
      comment: 'a serial number of 25 octets',
      parts: { head: [der.integer(1n << 192n)] },
      holds: (c) => c.serialNumber,
      value: 1n << 192n,
    },
    {
      comment: 'one key usage',
      parts: { extensions: [keyUsage] },
      holds: (c) => [...c.keyUsage!],
      value: ['digitalSignature'],
    },
    {
      comment: 'an extension that nobody knows',
      parts: { extensions: [unknown, keyUsage] },
      holds: (c) => c.extensions.length,
      value: 2,
    },
    {
      comment: 'a path length',
      parts: { extensions: [extension('2.5.29.19', der.sequence(der.boolean(true), der.integer(0)))] },
      holds: (c) => c.basicConstraints,
      value: { cA: true, pathLenConstraint: 0 },
    },
    {
      comment: 'a denial to be an authority, in so many words',
      parts: { extensions: [extension('2.5.29.19', der.sequence(der.boolean(false)))] },
      holds: (c) => c.basicConstraints,
      value: { cA: false },
    },
    {
      comment: 'an extension that says that it is not critical',
      parts: { extensions: [extension('2.5.29.15', der.namedBits([0]), der.boolean(false))] },
      holds: (c) => c.extensions.map(({ critical }) => critical),
      value: [false],
    },
    {
      comment: 'version 2',
      parts: { head: [der.explicit(0, der.integer(1)), der.integer(1)] },
      holds: (c) => c.version,
      value: 2,
    },
    {
      comment: 'unique identifiers, which nobody reads',
      parts: { tail: [1, 2].map((number) => der.implicit(number, der.bitString(Uint8Array.of(1)))) },
      holds: (c) => c.extensions,
      value: [],
    },
    ...usages.map((usage, bit) => ({
      comment: `the key usage of bit ${bit}`,
      parts: { extensions: [extension('2.5.29.15', der.namedBits([bit]))] },
      holds: (c: Certificate) => [...c.keyUsage!],
      value: [usage],
    })),
    ...flags.map((flag, bit) => ({
      comment: `a list for the reason of bit ${bit}`,
      parts: {
        extensions: [extension('2.5.29.31', der.sequence(der.sequence(der.implicit(1, der.namedBits([bit])))))],
      },
      holds: (c: Certificate) => c.cRLDistributionPoints,
      value: [{ reasons: new Set([flag]) }],
    })),
    {
      comment: 'a list of another issuer',
      parts: {
        extensions: [extension('2.5.29.31', der.sequence(der.sequence(der.implicit(2, der.sequence(mailName)))))],
      },
      holds: (c) => c.cRLDistributionPoints,
      value: [{ cRLIssuer: [{ type: 'rfc822Name', value: 'ann@clinic.example' }] }],
    },
    {
      comment: 'an otherName of another kind',
      parts: {
        extensions: [
          extension(
            '2.5.29.17',
            der.sequence(der.implicit(0, der.sequence(der.oid('1.2.3'), der.explicit(0, der.nul())))),
          ),
        ],
      },
      holds: (c) => c.subjectAltName,
      value: [{ type: 'otherName', typeId: '1.2.3', bytes: decodeHex('a00806022a03a0020500') }],
    },
    {
      comment: 'an authority key identifier with a serial number alone',
      parts: { extensions: [extension('2.5.29.35', der.sequence(der.implicit(2, der.integer(7))))] },
      holds: (c) => c.authorityKeyIdentifier,
      value: undefined,
    },
    {
      comment: 'names of every kind',
      parts: {
        extensions: [
          extension(
            '2.5.29.17',
            der.sequence(
              der.implicit(0, der.sequence(der.oid('1.3.6.1.5.5.7.8.9'), der.explicit(0, der.utf8String('é@x')))),
              der.implicit(1, der.ia5String('ann@clinic.example')),
              der.implicit(2, der.ia5String('clinic.example')),
              der.explicit(4, commonName('Ann')),
              der.implicit(6, der.ia5String('http://clinic.example')),
              der.implicit(7, der.octetString(Uint8Array.of(127, 0, 0, 1))),
              der.implicit(8, der.oid('1.2.3')),
            ),
          ),
        ],
      },
      holds: (c) => c.subjectAltName!.map(({ type }) => type),
      value: [
        'smtpUTF8Mailbox',
        'rfc822Name',
        'dNSName',
        'directoryName',
        'uniformResourceIdentifier',
        'iPAddress',
        'registeredID',
      ],
    },
  ]
  test.each(taken)('taken: $comment', async ({ parts, holds, value }) => {
    expect(holds(parse(await assemble(parts)))).toEqual(value)
  })

  const refused: { comment: string; parts: Parts }[] = [
    { comment: 'a known extension twice', parts: { extensions: [keyUsage, keyUsage] } },
    { comment: 'an unknown extension twice', parts: { extensions: [unknown, keyUsage, unknown] } },
    { comment: 'another signature algorithm outside than inside', parts: { outerAlgorithm: sha1WithRsa } },
    {
      comment: 'the same algorithm with other parameters',
      parts: { outerAlgorithm: der.sequence(der.oid('1.2.840.113549.1.1.11')) },
    },
    { comment: 'version 4', parts: { head: [der.explicit(0, der.integer(3)), der.integer(1)] } },
    { comment: 'a version that is negative', parts: { head: [der.explicit(0, der.integer(-1)), der.integer(1)] } },
    { comment: 'no serial number', parts: { head: [] } },
    { comment: 'one date', parts: { validity: der.sequence(der.time(0)) } },
    { comment: 'three dates', parts: { validity: der.sequence(der.time(0), der.time(1000), der.time(2000)) } },
    {
      comment: 'a date that is text',
      parts: { validity: der.sequence(der.time(0), der.ia5String('20270101000000Z')) },
    },
    { comment: 'a field behind the extensions', parts: { extensions: [keyUsage], tail: [der.nul()] } },
    { comment: 'a field behind the signature', parts: { behind: [der.nul()] } },
    {
      comment: 'a key usage that is an OCTET STRING',
      parts: { extensions: [extension('2.5.29.15', der.octetString(decodeHex('0780')))] },
    },
    {
      comment: 'a key usage of a thousand octets',
      parts: { extensions: [extension('2.5.29.15', der.bitString(new Uint8Array(1000).fill(255)))] },
    },
    {
      comment: 'an extended key usage of numbers',
      parts: { extensions: [extension('2.5.29.37', der.sequence(der.integer(1)))] },
    },
    {
      comment: 'a path length below zero',
      parts: { extensions: [extension('2.5.29.19', der.sequence(der.boolean(true), der.integer(-1)))] },
    },
    {
      comment: 'an extension with octets behind its value',
      parts: { extensions: [extension('2.5.29.15', decodeHex('030207800500'))] },
    },
    {
      comment: 'an extension with a field too many',
      parts: {
        extensions: [
          der.sequence(der.oid('2.5.29.15'), der.boolean(true), der.octetString(der.namedBits([0])), der.nul()),
        ],
      },
    },
  ]
  test.each(refused)('refused: $comment', async ({ parts }) => {
    const node = await assemble(parts)
    expect(codeOf(() => parse(node))).toBe('ERR_X509_MALFORMED')
  })

  test.each(closed)('$name: no field more than there are', async ({ oid, value }) => {
    const [known, more] = await Promise.all(
      [value(), value(der.nul())].map((each) => assemble({ extensions: [extension(oid, each)] })),
    )
    expect(codeOf(() => parse(known!))).toBeUndefined()
    expect(codeOf(() => parse(more!))).toBe('ERR_X509_MALFORMED')
  })

  test('BER is refused, and so is more than 1 MiB', async () => {
    const bytes = der.encode(await assemble({ extensions: [keyUsage] }))
    expect(() => parseCertificate(bytes)).not.toThrow()
    expect(codeOf(() => parseCertificate(Uint8Array.of(0x30, 0x80, ...bytes.subarray(4), 0, 0)))).toBe(
      'ERR_X509_MALFORMED',
    )
    const filled = (octets: number) =>
      assemble({ extensions: [extension('1.3.6.1.4.1.99999.1', new Uint8Array(octets))] })
    const overhead = der.encode(await filled(0x0f_0000)).length - 0x0f_0000
    expect(parse(await filled(0x10_0000 - overhead)).bytes).toHaveLength(0x10_0000)
    const large = await filled(0x10_0001 - overhead)
    expect(codeOf(() => parse(large))).toBe('ERR_X509_MALFORMED')
  })
})

describe('a certificate that was damaged', async () => {
  const { bytes } = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Clinic CA' })

  test('cut off anywhere, it is refused', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(() => parseCertificate(bytes.subarray(0, length)))).toBe('ERR_X509_MALFORMED')
    }
  })

  test('with any one bit changed, it is a certificate or malformed', () => {
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Uint8Array.from(bytes)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(['ERR_X509_MALFORMED', undefined]).toContain(codeOf(() => parseCertificate(changed)))
    }
  })
})
