import { describe, expect, test } from 'vitest'
import { der, parseAsn1 } from '../../src/asn1/index.js'
import { buildName, type GeneralName, parseName } from '../../src/x509/index.js'
import { issueAuthority, issueMailbox } from '../helpers/issue.js'
import { answerTo } from './fixtures.js'

const mail = (value: string): GeneralName => ({ type: 'rfc822Name', value })
const wide = (value: string): GeneralName => ({ type: 'smtpUTF8Mailbox', value })
const host = (value: string): GeneralName => ({ type: 'dNSName', value })
const uri = (value: string): GeneralName => ({ type: 'uniformResourceIdentifier', value })
const ip = (...octets: readonly number[]): GeneralName => ({ type: 'iPAddress', octets: Uint8Array.from(octets) })
const directory = (...attributes: Parameters<typeof buildName>[0]): GeneralName => ({
  type: 'directoryName',
  name: parseName(parseAsn1(der.encode(buildName(attributes)))),
})
const v6 = (...octets: readonly number[]) => [...octets, ...new Array<number>(16 - octets.length).fill(0)]
const rare: GeneralName = { type: 'registeredID', bytes: der.encode(der.implicit(8, der.oid('1.2.3'))) }

/** A base, names that lie within it, and names that do not; `neither` can be compared with nothing. */
const forms: readonly {
  readonly base: GeneralName
  readonly within: readonly GeneralName[]
  readonly outside: readonly GeneralName[]
  readonly neither?: readonly GeneralName[]
}[] = [
  {
    base: mail('clinic.example'),
    within: [
      mail('ann@clinic.example'),
      mail('ann@CLINIC.example'),
      mail('a@clinic.example'),
      wide('änn@clinic.example'),
    ],
    outside: [mail('ann@direct.clinic.example'), mail('ann@badclinic.example'), wide('änn@other.example')],
    neither: [mail('clinic.example'), mail('@clinic.example'), mail('ann@clinic..example')],
  },
  { base: mail('@clinic.example'), within: [], outside: [], neither: [mail('ann@clinic.example')] },
  {
    base: mail('.clinic.example'),
    within: [mail('ann@direct.clinic.example')],
    outside: [mail('ann@clinic.example'), mail('ann@badclinic.example')],
  },
  {
    base: mail('ann@clinic.example'),
    within: [mail('ann@clinic.example'), mail('Ann@Clinic.example')],
    outside: [
      mail('bob@clinic.example'),
      mail('ann@other.example'),
      mail('"x@y"@clinic.example'),
      wide('änn@clinic.example'),
    ],
  },
  {
    base: host('clinic.example'),
    within: [host('clinic.example'), host('clinic.example.'), host('a.b.Clinic.example'), host('*.clinic.example')],
    outside: [host('badclinic.example'), host('example'), host('*.other.example')],
    neither: [host('*.example'), host('clinic..example'), host('clinic.example\0.bad')],
  },
  {
    base: host('.clinic.example'),
    within: [host('a.clinic.example')],
    outside: [host('clinic.example')],
  },
  { base: host(''), within: [host('clinic.example'), host('*.example')], outside: [] },
  {
    base: uri('clinic.example'),
    within: [uri('https://clinic.example/path'), uri('https://u@CLINIC.example:8443')],
    outside: [uri('https://a.clinic.example/'), uri('https://bad.example/?clinic.example')],
    neither: [
      uri('urn:clinic.example'),
      uri('https://192.0.2.1/'),
      uri('https://[2001:db8::1]/'),
      uri('clinic.example'),
    ],
  },
  {
    base: uri('.clinic.example'),
    within: [uri('https://a.clinic.example/')],
    outside: [uri('https://clinic.example/'), uri('https://clinic.example@bad.example/')],
  },
  {
    base: ip(192, 0, 2, 0, 255, 255, 255, 0),
    within: [ip(192, 0, 2, 9)],
    outside: [ip(192, 0, 3, 9), ip(...new Array<number>(16).fill(0))],
    neither: [ip(192, 0, 2)],
  },
  {
    base: ip(...v6(0x20, 0x01, 0x0d, 0xb8), ...v6(255, 255, 255, 255)),
    within: [ip(...v6(0x20, 0x01, 0x0d, 0xb8, 1))],
    outside: [ip(...v6(0x20, 0x01, 0x0d, 0xb9)), ip(32, 1, 13, 184)],
    neither: [ip(...v6(0x20, 0x01, 0x0d, 0xb8), 0)],
  },
  // Neither a base of four octets and a mask nor one of sixteen.
  { base: ip(192, 0, 2, 0), within: [], outside: [], neither: [ip(192, 0, 2, 0)] },
  {
    base: directory(['O', 'Clinic']),
    within: [directory(['O', 'Clinic'], ['OU', 'Ward']), directory(['O', 'CLINIC'])],
    outside: [directory(['OU', 'Ward'], ['O', 'Clinic']), directory(['O', 'Other'])],
  },
  {
    base: directory(['O', 'Clinic'], ['OU', 'Ward']),
    within: [directory(['O', 'Clinic'], ['OU', 'Ward'], ['CN', 'Ann']), directory(['O', 'Clinic'], ['OU', 'Ward'])],
    outside: [
      directory(['O', 'Clinic'], ['OU', 'Office']),
      directory(['O', 'Other'], ['OU', 'Ward']),
      directory(['O', 'Clinic']),
    ],
  },
  ...['.', '*.clinic.example', 'clinic example'].map((value) => ({
    base: host(value),
    within: [],
    outside: [],
    neither: [host('clinic.example')],
  })),
  ...['', '.', '*.clinic.example', 'clinic example'].flatMap((value) => [
    { base: mail(value), within: [], outside: [], neither: [mail('ann@clinic.example')] },
    { base: uri(value), within: [], outside: [], neither: [uri('https://clinic.example/')] },
  ]),
  { base: mail('ann@*.example'), within: [], outside: [], neither: [mail('ann@clinic.example')] },
  { base: rare, within: [], outside: [], neither: [rare] },
]

const text = (name: GeneralName) =>
  'value' in name ? name.value : name.type === 'iPAddress' ? name.octets.join('.') : name.type

const cases = forms.flatMap(({ base, within, outside, neither = [] }) => [
  ...within.map((name) => ({ base, name, permitted: 'path of 2', excluded: 'name-not-allowed' })),
  ...outside.map((name) => ({ base, name, permitted: 'name-not-allowed', excluded: 'path of 2' })),
  ...neither.map((name) => ({ base, name, permitted: 'name-not-allowed', excluded: 'name-not-allowed' })),
])

describe('names and constraints on them (RFC 5280 §4.2.1.10)', async () => {
  const anchors = [await issueAuthority({ cn: 'Root' })]
  const ask = async (
    subjectAltName: readonly GeneralName[],
    permitted: readonly GeneralName[],
    excluded: readonly GeneralName[] = [],
  ) => {
    const subtrees = (bases: readonly GeneralName[]) => bases.map((base) => ({ base }))
    const nameConstraints = { permittedSubtrees: subtrees(permitted), excludedSubtrees: subtrees(excluded) }
    const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root', nameConstraints })
    const certificate = await issueMailbox('', { cn: 'Ann', by: 'Issuing', subjectAltName, subject: buildName([]) })
    return answerTo({ certificate, anchors, certificates: [issuing] })
  }

  test.each(cases.map((each) => ({ ...each, comment: `${text(each.name)} and ${text(each.base)}` })))(
    '$comment: permitted $permitted, excluded $excluded',
    async ({ base, name, permitted, excluded }) => {
      expect(await ask([name], [base])).toBe(permitted)
      expect(await ask([name], [], [base])).toBe(excluded)
    },
  )

  test('a form that nothing is said of is free, and one of several that are permitted is enough', async () => {
    expect(await ask([host('other.example')], [mail('clinic.example')])).toBe('path of 2')
    expect(await ask([wide('änn@other.example')], [host('clinic.example')])).toBe('path of 2')
    expect(await ask([wide('änn@other.example')], [mail('clinic.example')])).toBe('name-not-allowed')
    expect(await ask([mail('ann@b.example')], [mail('a.example'), mail('b.example')])).toBe('path of 2')
    expect(await ask([mail('ann@a.example'), mail('ann@c.example')], [mail('a.example')])).toBe('name-not-allowed')
    expect(await ask([mail('ann@a.b.example')], [mail('.b.example')], [mail('a.b.example')])).toBe('name-not-allowed')
  })
})

describe('where constraints hold', async () => {
  const only = (...bases: readonly GeneralName[]) => ({
    permittedSubtrees: bases.map((base) => ({ base })),
    excludedSubtrees: [],
  })
  const root = await issueAuthority({ cn: 'Root' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
  const bounded = await issueAuthority({ cn: 'Root', nameConstraints: only(mail('clinic.example')) })
  const ann = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Issuing' })
  const eve = await issueMailbox('eve@other.example', { cn: 'Eve', by: 'Issuing' })

  test('those of the anchor hold for all below it', async () => {
    const certificates = [issuing]
    expect(await answerTo({ certificate: ann, anchors: [bounded], certificates })).toBe('path of 2')
    expect(await answerTo({ certificate: eve, anchors: [bounded], certificates })).toBe('name-not-allowed')
    expect(await answerTo({ certificate: eve, anchors: [root], certificates })).toBe('path of 2')
  })

  test('an authority cannot widen what one above it was given', async () => {
    const wider = await issueAuthority({ cn: 'Issuing', by: 'Root', nameConstraints: only(mail('other.example')) })
    expect(await answerTo({ certificate: eve, anchors: [root], certificates: [wider] })).toBe('path of 2')
    expect(await answerTo({ certificate: eve, anchors: [bounded], certificates: [wider] })).toBe('name-not-allowed')
  })

  test('the names of authorities are looked at, save of one that is issued to itself', async () => {
    const named = await issueAuthority({ cn: 'Root', nameConstraints: only(directory(['CN', 'Ann'])) })
    const leaf = await issueMailbox('ann@clinic.example', { cn: 'Ann', by: 'Root', byKey: 'New' })
    const rolled = await issueAuthority({ cn: 'Root', key: 'New', by: 'Root' })
    expect(await answerTo({ certificate: leaf, anchors: [named], certificates: [rolled] })).toBe('path of 2')
    expect(await answerTo({ certificate: ann, anchors: [named], certificates: [issuing] })).toBe('name-not-allowed')
  })

  test('the names of the end are looked at, though it is issued to itself', async () => {
    const named = await issueAuthority({ cn: 'Root', nameConstraints: only(directory(['CN', 'Root'])) })
    const leaf = (subject: string) => issueMailbox('ann@clinic.example', { cn: subject, key: 'Ann', by: 'Root' })
    expect(await answerTo({ certificate: await leaf('Root'), anchors: [named] })).toBe('path of 1')
    expect(await answerTo({ certificate: await leaf('Ann'), anchors: [named] })).toBe('name-not-allowed')
    expect(await answerTo({ certificate: await leaf('Root'), anchors: [bounded] })).toBe('path of 1')
    const other = await issueMailbox('eve@other.example', { cn: 'Root', key: 'Eve', by: 'Root' })
    expect(await answerTo({ certificate: other, anchors: [bounded] })).toBe('name-not-allowed')
  })

  test('an e-mail address in the subject counts when there are no alternative names', async () => {
    const plain = (address: string) =>
      issueMailbox('', { cn: 'Ann', by: 'Root', extensions: [], subject: buildName([['emailAddress', address]]) })
    const certificates = await Promise.all(['ann@clinic.example', 'eve@other.example'].map(plain))
    const bare = certificates.map(({ subjectAltName: _, ...certificate }) => certificate)
    expect(await answerTo({ certificate: bare[0]!, anchors: [bounded] })).toBe('path of 1')
    expect(await answerTo({ certificate: bare[1]!, anchors: [bounded] })).toBe('name-not-allowed')
    const moved = await issueMailbox('ann@clinic.example', {
      cn: 'Ann',
      by: 'Root',
      subject: buildName([['emailAddress', 'eve@other.example']]),
    })
    expect(await answerTo({ certificate: moved, anchors: [bounded] })).toBe('path of 1')
  })

  test('names are not compared without end', async () => {
    const question = { certificate: ann, anchors: [bounded], certificates: [issuing] }
    // The directory name of each of the two, and the address of the leaf, with one base.
    expect(await answerTo({ ...question, policy: { budget: { comparisons: 3 } } })).toBe('path of 2')
    expect(await answerTo({ ...question, policy: { budget: { comparisons: 2 } } })).toBe('budget-exhausted')
    // With the one that is excluded it is twice as many.
    const excludedSubtrees = [{ base: mail('other.example') }]
    const both = await issueAuthority({
      cn: 'Root',
      nameConstraints: { ...only(mail('clinic.example')), excludedSubtrees },
    })
    const twice = { certificate: ann, anchors: [both], certificates: [issuing] }
    expect(await answerTo({ ...twice, policy: { budget: { comparisons: 6 } } })).toBe('path of 2')
    expect(await answerTo({ ...twice, policy: { budget: { comparisons: 5 } } })).toBe('budget-exhausted')
  })
})
