import { describe, expect, test } from 'vitest'
import { type BindingPolicy, bindsTo } from '../../src/trust/index.js'
import { buildName, type GeneralName } from '../../src/x509/index.js'
import { issue } from '../helpers/issue.js'

type WrittenName = Extract<GeneralName, { readonly value: string }>
const utf8 = (value: string): WrittenName => ({ type: 'smtpUTF8Mailbox', value })
const email = (value: string): WrittenName => ({ type: 'rfc822Name', value })
const dns = (value: string): WrittenName => ({ type: 'dNSName', value })
const uri = (value: string): WrittenName => ({ type: 'uniformResourceIdentifier', value })

interface Case {
  readonly comment: string
  /** Absent: no subjectAltName at all. */
  readonly names?: readonly WrittenName[]
  readonly subject?: string
  /** Whom it is asked about; ann@direct.clinic.example by default. */
  readonly address?: string
  readonly bySubject?: boolean
  /** The tool's reading of a dNSName beside an rfc822Name. */
  readonly tool?: boolean
  readonly answer: 'address' | 'domain' | 'not-bound' | 'names-disagree' | 'no-names'
}

const ann = 'ann@direct.clinic.example'

const cases: readonly Case[] = [
  { comment: 'AS-10: an rfc822Name that is the address', names: [email(ann)], answer: 'address' },
  { comment: 'AS-10: an rfc822Name that is another', names: [email('bob@direct.clinic.example')], answer: 'not-bound' },
  { comment: 'AS-10: the subject agrees with it', names: [email(ann)], subject: ann, answer: 'address' },
  {
    comment: 'AS-10: the subject agrees but for its case',
    names: [email(ann)],
    subject: 'ANN@direct.clinic.example',
    answer: 'address',
  },
  {
    comment: 'AS-10: the subject disagrees with it',
    names: [email(ann)],
    subject: 'bob@direct.clinic.example',
    answer: 'names-disagree',
  },
  {
    comment: 'AS-10: the subject is the address and the rfc822Name another',
    names: [email('bob@direct.clinic.example')],
    subject: ann,
    answer: 'names-disagree',
  },
  {
    comment: 'several rfc822Names, one the address',
    names: [email('bob@direct.clinic.example'), email(ann)],
    answer: 'address',
  },
  {
    comment: 'AS-2: case does not count, in both parts',
    names: [email('Ann@Direct.Clinic.Example')],
    answer: 'address',
  },
  {
    comment: 'AS-2: nor in the address asked about',
    names: [email(ann)],
    address: 'ANN@DIRECT.CLINIC.EXAMPLE',
    answer: 'address',
  },
  {
    comment: 'AS-2: a Kelvin sign is no k',
    names: [email('k@direct.clinic.example')],
    address: '\u212a@direct.clinic.example',
    answer: 'not-bound',
  },
  {
    comment: 'a tag in the address is part of it',
    names: [email(ann)],
    address: 'ann+x@direct.clinic.example',
    answer: 'not-bound',
  },
  ...(['an n', 'ann\u0007'] as const).map((local) => ({
    comment: `AS-2: an rfc822Name with what is no printable ASCII, asked about as it is written (${local.length})`,
    names: [email(`${local}@direct.clinic.example`)],
    address: `${local}@direct.clinic.example`,
    answer: 'not-bound' as const,
  })),
  { comment: 'an rfc822Name with a NUL', names: [email(`${ann}\0.evil.example`)], answer: 'not-bound' },
  { comment: 'an rfc822Name with a blank at its end', names: [email(`${ann} `)], answer: 'not-bound' },
  {
    comment: 'an rfc822Name that is a domain binds nobody',
    names: [email('direct.clinic.example')],
    answer: 'not-bound',
  },
  { comment: 'AS-11: a dNSName that is the domain', names: [dns('direct.clinic.example')], answer: 'domain' },
  { comment: 'AS-11: a dNSName that is another', names: [dns('direct.hospital.example')], answer: 'not-bound' },
  { comment: 'AS-14: case does not count', names: [dns('DIRECT.clinic.example')], answer: 'domain' },
  { comment: 'AS-14: nor does one dot at the end', names: [dns('direct.clinic.example.')], answer: 'domain' },
  { comment: 'AS-14: two dots do', names: [dns('direct.clinic.example..')], answer: 'not-bound' },
  { comment: 'AS-14: a parent domain does not cover it', names: [dns('clinic.example')], answer: 'not-bound' },
  { comment: 'AS-14: nor a child', names: [dns('x.direct.clinic.example')], answer: 'not-bound' },
  { comment: 'AS-14: nor a wildcard', names: [dns('*.clinic.example')], answer: 'not-bound' },
  { comment: 'AS-14: nor a name that only ends alike', names: [dns('tdirect.clinic.example')], answer: 'not-bound' },
  { comment: 'a dNSName with an address', names: [dns(ann)], answer: 'not-bound' },
  {
    comment: 'AS-11: the domain behind the last @ counts',
    names: [dns('direct.clinic.example')],
    address: '"a@evil.example"@direct.clinic.example',
    answer: 'domain',
  },
  {
    comment: 'AS-13: an rfc822Name keeps the dNSName from binding',
    names: [email('bob@direct.clinic.example'), dns('direct.clinic.example')],
    answer: 'not-bound',
  },
  { comment: 'AS-13: and binds itself', names: [email(ann), dns('direct.clinic.example')], answer: 'address' },
  {
    comment: 'AS-13: the tool takes a dNSName beside another rfc822Name',
    names: [email('bob@direct.clinic.example'), dns('direct.clinic.example')],
    tool: true,
    answer: 'domain',
  },
  {
    comment: 'AS-13: the tool tries the rfc822Name first',
    names: [dns('direct.clinic.example'), email(ann)],
    tool: true,
    answer: 'address',
  },
  {
    comment: 'AS-13: the tool wants one of both to match',
    names: [email('bob@direct.clinic.example'), dns('direct.hospital.example')],
    tool: true,
    answer: 'not-bound',
  },
  {
    comment: 'AS-13: the tool is not content with another rfc822Name alone',
    names: [email('bob@direct.clinic.example')],
    tool: true,
    answer: 'not-bound',
  },
  {
    comment: 'AS-2: a domain beyond ASCII is compared in A-labels',
    names: [dns('xn--hpital-ixa.example')],
    address: 'ann@h\u00f4pital.example',
    answer: 'domain',
  },
  {
    comment: 'AS-2: also in capitals, and for an rfc822Name',
    names: [email('ann@XN--HPITAL-IXA.example')],
    address: 'ann@h\u00f4pital.example',
    answer: 'address',
  },
  {
    comment: 'AS-2: a domain that only looks alike',
    names: [dns('xn--hpital-ixa.example')],
    address: 'ann@hopital.example',
    answer: 'not-bound',
  },
  {
    comment: 'RFC 9598: a mailbox beyond ASCII',
    names: [utf8('j\u00f6rg@direct.clinic.example')],
    address: 'j\u00f6rg@direct.clinic.example',
    answer: 'address',
  },
  {
    comment: 'RFC 9598: without case in its ASCII letters',
    names: [utf8('J\u00f6rg@Direct.clinic.example')],
    address: 'j\u00f6RG@direct.clinic.example',
    answer: 'address',
  },
  {
    comment: 'RFC 9598: another letter',
    names: [utf8('j\u00f6rg@direct.clinic.example')],
    address: 'jorg@direct.clinic.example',
    answer: 'not-bound',
  },
  {
    comment: 'RFC 9598: its domain in A-labels',
    names: [utf8('j\u00f6rg@xn--hpital-ixa.example')],
    address: 'j\u00f6rg@h\u00f4pital.example',
    answer: 'address',
  },
  { comment: 'RFC 9598: one that ASCII could write', names: [utf8(ann)], answer: 'not-bound' },
  {
    comment: 'RFC 9598: an invisible letter',
    names: [utf8('j\u00f6\u200brg@direct.clinic.example')],
    address: 'j\u00f6\u200brg@direct.clinic.example',
    answer: 'not-bound',
  },
  {
    comment: 'RFC 9598: keeps the dNSName from binding, too',
    names: [utf8('j\u00f6rg@direct.clinic.example'), dns('direct.clinic.example')],
    answer: 'not-bound',
  },
  { comment: 'AS-13: no name', answer: 'no-names' },
  { comment: 'AS-13: no name, where the policy takes the subject', bySubject: true, answer: 'no-names' },
  { comment: 'AS-13: names of other kinds', names: [uri('mailto:ann@direct.clinic.example')], answer: 'no-names' },
  { comment: 'AS-13: the subject alone', subject: ann, answer: 'no-names' },
  { comment: 'AS-13: the subject alone, where the policy takes it', subject: ann, bySubject: true, answer: 'address' },
  {
    comment: 'AS-13: another subject, where the policy takes it',
    subject: 'bob@direct.clinic.example',
    bySubject: true,
    answer: 'not-bound',
  },
  {
    comment: 'AS-13: never beside alternative names of any kind',
    subject: ann,
    names: [uri('http://clinic.example')],
    bySubject: true,
    answer: 'no-names',
  },
  {
    comment: 'AS-13: never beside a dNSName',
    subject: ann,
    names: [dns('clinic.example')],
    bySubject: true,
    answer: 'not-bound',
  },
]

const policy: BindingPolicy = { subjectEmailAddress: false, dNSNameBesideAddress: false, namesBeyond13: 'warning' }

describe('whom a certificate names (AS-10 to AS-14)', () => {
  test.each(cases)('$comment: $answer', async ({ names, subject, address = ann, bySubject, tool, answer }) => {
    const certificate = await issue({
      cn: 'Ann',
      subject: buildName([...(subject ? ([['emailAddress', subject]] as const) : []), ['CN', 'Ann']]),
      ...(names && { subjectAltName: names }),
    })
    const verdict = bindsTo(certificate, address, {
      ...policy,
      subjectEmailAddress: bySubject ?? false,
      dNSNameBesideAddress: tool ?? false,
    })
    expect(verdict.ok ? verdict.boundTo : verdict.code).toBe(answer)
    expect(verdict.explanation.steps.filter(({ outcome }) => outcome !== 'skipped')).toHaveLength(1)
    expect(verdict.explanation.steps[0]?.about?.address).toBe(address)
  })
})

describe('names that version 1.3 forbids (AS-15, AS-16)', () => {
  interface Forbidden {
    readonly comment: string
    readonly names: readonly WrittenName[]
    readonly subject?: string
    readonly cn?: string
    readonly organisation?: string
    readonly codes: readonly string[]
  }
  const domain = dns('direct.clinic.example')
  const table: readonly Forbidden[] = [
    { comment: 'one address', names: [email(ann)], codes: [] },
    { comment: 'one address, repeated in the subject', names: [email(ann)], subject: ann, codes: [] },
    { comment: 'one domain', names: [domain], codes: [] },
    { comment: 'two domains', names: [domain, dns('direct.other.example')], codes: ['several-names'] },
    { comment: 'a name of another kind', names: [domain, uri('http://clinic.example')], codes: ['several-names'] },
    { comment: 'a domain beside the address', names: [email(ann), domain], codes: ['several-names'] },
    { comment: 'a wildcard', names: [domain, dns('*.clinic.example')], codes: ['wildcard-name', 'several-names'] },
    { comment: 'a wildcard as the common name', names: [domain], cn: '*.clinic.example', codes: ['wildcard-name'] },
    {
      comment: 'an asterisk in another attribute of the subject',
      names: [domain],
      organisation: '*Clinic*',
      codes: [],
    },
    {
      comment: 'a mailbox beyond ASCII, where the tool takes the domain beside it',
      names: [utf8('j\u00f6rg@direct.clinic.example'), domain],
      codes: ['address-beside-domain', 'several-names'],
    },
    { comment: 'an address in the subject', names: [domain], subject: ann, codes: ['address-beside-domain'] },
    {
      comment: 'an address, where the tool takes the domain beside it',
      names: [email('bob@direct.clinic.example'), domain],
      codes: ['address-beside-domain', 'several-names'],
    },
  ]
  test.each(table)('$comment: $codes', async ({ names, subject, cn = 'Ann', organisation, codes }) => {
    const attributes = [
      ...(subject ? ([['emailAddress', subject]] as const) : []),
      ...(organisation ? ([['O', organisation]] as const) : []),
    ]
    const certificate = await issue({
      cn,
      key: 'Ann',
      subject: buildName([...attributes, ['CN', cn]]),
      subjectAltName: names,
    })
    const tool = { ...policy, dNSNameBesideAddress: true }
    const warned = bindsTo(certificate, ann, tool)
    expect(warned.ok).toBe(true)
    const [, ...warnings] = warned.explanation.steps
    expect(warnings.map(({ code, outcome }) => [code, outcome])).toEqual(codes.map((code) => [code, 'skipped']))
    const strict = bindsTo(certificate, ann, { ...tool, namesBeyond13: 'refused' })
    expect(strict.ok ? undefined : strict.code).toBe(codes[0])
  })

  test('who is not named is told so, whatever else is wrong', async () => {
    const certificate = await issue({ cn: 'Ann', subjectAltName: [dns('*.clinic.example'), dns('clinic.example')] })
    expect(bindsTo(certificate, ann, { ...policy, namesBeyond13: 'refused' })).toMatchObject({ code: 'not-bound' })
  })
})
