import { describe, expect, test } from 'vitest'
import type { KeyKind } from '../../src/crypto/index.js'
import {
  anchorList,
  type CertificateQuestion,
  type CertificateUse,
  judgeCertificate,
  type TrustPolicy,
} from '../../src/trust/index.js'
import type { Certificate, KeyUsage } from '../../src/x509/index.js'
import { type Issue, issue, issueAuthority, issueMailbox } from '../helpers/issue.js'
import { evidenceOf, policy as pathPolicy, type Question } from '../path/fixtures.js'

const ann = 'ann@clinic.example'
const policy: TrustPolicy = {
  ...pathPolicy,
  subjectEmailAddress: false,
  dNSNameBesideAddress: false,
  namesBeyond13: 'warning',
}
const mailbox = (draft: Partial<Issue> = {}) => issueMailbox(ann, { cn: 'Ann', by: 'Root', ...draft })
const emailProtection = '1.3.6.1.5.5.7.3.4'
const past = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2025, 0, 1) }

describe('the judgement of a certificate', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const leaf = await mailbox()
  const judge = async (certificate: Certificate, use: CertificateUse, rest: Partial<Question> = {}, address = ann) =>
    judgeCertificate({ certificate, address, use }, evidenceOf({ anchors: [root], ...rest }), policy)

  interface Case {
    readonly comment: string
    readonly certificate: Certificate
    readonly rest?: Partial<Question>
    readonly address?: string
    /** The answers for signing and for encryption. */
    readonly signing: string
    readonly encryption: string
  }
  const cases: readonly Case[] = [
    { comment: 'one for both uses', certificate: leaf, signing: 'address', encryption: 'address' },
    {
      comment: 'one for a domain',
      certificate: await mailbox({ subjectAltName: [{ type: 'dNSName', value: 'clinic.example' }] }),
      signing: 'domain',
      encryption: 'domain',
    },
    {
      comment: 'another address',
      certificate: leaf,
      address: 'bob@clinic.example',
      signing: 'not-bound',
      encryption: 'not-bound',
    },
    {
      comment: 'AS-21: for signing',
      certificate: await mailbox({ keyUsage: ['digitalSignature'] }),
      signing: 'address',
      encryption: 'not-usable',
    },
    {
      comment: 'AS-21: nonRepudiation signs too',
      certificate: await mailbox({ keyUsage: ['nonRepudiation'] }),
      signing: 'address',
      encryption: 'not-usable',
    },
    {
      comment: 'AS-21: for encryption',
      certificate: await mailbox({ keyUsage: ['keyEncipherment'] }),
      signing: 'not-usable',
      encryption: 'address',
    },
    {
      comment: 'AS-21: for neither',
      certificate: await mailbox({ keyUsage: ['cRLSign'] }),
      signing: 'not-usable',
      encryption: 'not-usable',
    },
    {
      comment: 'AS-21: it does not say for what',
      certificate: await issue({ cn: 'Ann', by: 'Root', subjectAltName: [{ type: 'rfc822Name', value: ann }] }),
      signing: 'address',
      encryption: 'address',
    },
    {
      comment: 'AS-22: for mail',
      certificate: await mailbox({ extKeyUsage: [emailProtection] }),
      signing: 'address',
      encryption: 'address',
    },
    {
      comment: 'AS-22: for everything',
      certificate: await mailbox({ extKeyUsage: ['2.5.29.37.0'] }),
      signing: 'address',
      encryption: 'address',
    },
    {
      comment: 'AS-22: for servers and mail',
      certificate: await mailbox({ extKeyUsage: ['1.3.6.1.5.5.7.3.1', emailProtection] }),
      signing: 'address',
      encryption: 'address',
    },
    {
      comment: 'AS-22: for servers',
      certificate: await mailbox({ extKeyUsage: ['1.3.6.1.5.5.7.3.1'] }),
      signing: 'not-usable',
      encryption: 'not-usable',
    },
    { comment: 'expired', certificate: await mailbox(past), signing: 'not-usable', encryption: 'not-usable' },
    {
      comment: 'a short key',
      certificate: await mailbox({ cn: 'Short', bits: 1024 }),
      signing: 'not-usable',
      encryption: 'not-usable',
    },
    { comment: 'no anchor', certificate: leaf, rest: { anchors: [] }, signing: 'untrusted', encryption: 'untrusted' },
    {
      comment: 'an expired anchor',
      certificate: leaf,
      rest: { anchors: [await issueAuthority({ cn: 'Root', ...past })] },
      signing: 'untrusted',
      encryption: 'untrusted',
    },
    {
      comment: 'an expired authority between speaks against the path, not against the certificate',
      certificate: await mailbox({ by: 'Issuing' }),
      rest: { certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', ...past })] },
      signing: 'untrusted',
      encryption: 'untrusted',
    },
  ]
  test.each(cases)('$comment', async ({ certificate, rest, address, signing, encryption }) => {
    const answers = await Promise.all(
      (['signing', 'encryption'] as const).map(async (use) => {
        const verdict = await judge(certificate, use, rest, address)
        return verdict.ok ? verdict.boundTo : verdict.code
      }),
    )
    expect(answers).toEqual([signing, encryption])
  })

  test('names every step up to the first that fails', async () => {
    const codes = async (...question: Parameters<typeof judge>) =>
      (await judge(...question)).explanation.steps.map(({ code }) => code)
    expect(await codes(leaf, 'signing')).toEqual([
      'bound-to-address',
      'usable-for-signing',
      'path-valid',
      'revocation-not-checked',
    ])
    expect(await codes(leaf, 'signing', { anchors: [] })).toEqual(['bound-to-address', 'usable-for-signing', 'no-path'])
    expect(await codes(await mailbox({ keyUsage: ['keyEncipherment'] }), 'signing')).toEqual([
      'bound-to-address',
      'wrong-key-usage',
    ])
    expect(await codes(leaf, 'signing', {}, 'bob@clinic.example')).toEqual(['not-bound'])
  })

  const both = ['digitalSignature', 'keyEncipherment', 'keyAgreement'] as const
  test.each<{ kind: KeyKind; can: readonly CertificateUse[]; usage?: readonly KeyUsage[] }>([
    { kind: 'RSA', can: ['signing', 'encryption'] },
    { kind: 'RSA', can: ['encryption'], usage: ['keyEncipherment'] },
    { kind: 'RSA', can: [], usage: ['keyAgreement'] },
    { kind: 'RSASSA-PSS', can: ['signing'] },
    { kind: 'RSAES-OAEP', can: ['encryption'] },
    { kind: 'EC', can: ['signing', 'encryption'] },
    { kind: 'EC', can: ['encryption'], usage: ['keyAgreement'] },
    { kind: 'EC', can: [], usage: ['keyEncipherment'] },
    { kind: 'Ed25519', can: ['signing'] },
    { kind: 'X25519', can: ['encryption'] },
  ])('AS-21: a key of the kind $kind, meant for $usage, can do $can', async ({ kind, can, usage = both }) => {
    const certificate = await mailbox({ keyUsage: usage })
    const ofKind = { ...certificate, publicKey: { ...certificate.publicKey, kind } }
    const { keyUsage: _, ...silent } = ofKind
    const told = async (each: Certificate, use: CertificateUse) => (await judge(each, use)).explanation.steps[1]?.code
    for (const use of ['signing', 'encryption'] as const) {
      expect(await told(ofKind, use)).toBe(can.includes(use) ? `usable-for-${use}` : 'wrong-key-usage')
      if (usage === both) expect(await told(silent, use)).toBe(await told(ofKind, use))
    }
  })

  test('rules of the agent’s own: all must accept, and the one that does not is named', async () => {
    const filters = [
      { name: 'only short names', accepts: ({ address }: CertificateQuestion) => address.length < 20 },
      { name: 'only for signing', accepts: ({ use }: CertificateQuestion) => use === 'signing' },
    ]
    const evidence = evidenceOf({ anchors: [root] })
    const judged = (use: CertificateUse) =>
      judgeCertificate({ certificate: leaf, address: ann, use }, evidence, { ...policy, filters })
    expect(await judged('signing')).toMatchObject({ ok: true })
    const refused = await judged('encryption')
    expect(refused).toMatchObject({ code: 'not-usable', temporary: false, wants: [] })
    expect(refused.explanation.steps.map(({ code }) => code)).toEqual([
      'bound-to-address',
      'usable-for-encryption',
      'filtered',
    ])
    expect(refused.explanation.steps[2]).toMatchObject({
      outcome: 'failed',
      message: 'The certificate does not pass a rule of this agent: only for signing.',
      about: { certificate: { subject: 'CN=Ann' } },
    })
  })

  test('one who is trusted by itself alone does not sign for somebody else', async () => {
    const pinned = await mailbox({ by: 'Ann' })
    const forged = await issueMailbox('victim@hospital.example', { cn: 'Ann' })
    const rest = { anchors: [pinned] }
    expect(await judge(pinned, 'signing', rest)).toMatchObject({ ok: true })
    expect(await judge(forged, 'signing', rest, 'victim@hospital.example')).toMatchObject({
      ok: false,
      code: 'untrusted',
    })
  })

  test('a list of anchors answers everybody alike', async () => {
    const store = anchorList([root])
    const anchors = await store.anchors({ address: ann, direction: 'incoming', about: 'message', at: 0 })
    expect(anchors.map(({ certificate }) => certificate)).toEqual([root])
  })
})
