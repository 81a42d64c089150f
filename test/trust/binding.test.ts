import { describe, expect, test } from 'vitest'
import { bindsTo } from '../../src/trust/index.js'
import { buildName, type GeneralName } from '../../src/x509/index.js'
import { issue } from '../helpers/issue.js'

type WrittenName = Extract<GeneralName, { readonly value: string }>
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
  { comment: 'AS-13: no name', answer: 'no-names' },
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

describe('whom a certificate names (AS-10 to AS-14)', () => {
  test.each(cases)('$comment: $answer', async ({ names, subject, address = ann, bySubject = false, answer }) => {
    const certificate = await issue({
      cn: 'Ann',
      subject: buildName([...(subject ? ([['emailAddress', subject]] as const) : []), ['CN', 'Ann']]),
      ...(names && { subjectAltName: names }),
    })
    const verdict = bindsTo(certificate, address, { subjectEmailAddress: bySubject })
    expect(verdict.ok ? verdict.boundTo : verdict.code).toBe(answer)
    expect(verdict.explanation.steps).toHaveLength(1)
    expect(verdict.explanation.steps[0]?.about?.address).toBe(address)
  })
})
