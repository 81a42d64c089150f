import { describe, expect, test } from 'vitest'
import { anchorOf, buildPath, isAnchor, isSameAnchor, type PathPolicy } from '../../src/path/index.js'
import type { Certificate } from '../../src/x509/index.js'
import { type Issue, issue, issueAuthority, issueMailbox } from '../helpers/issue.js'
import { answerTo, evidenceOf, policy, type Question } from './fixtures.js'

const address = 'ann@clinic.example'
const mailbox = (draft: Partial<Issue> = {}) => issueMailbox(address, { cn: 'Ann', by: 'Root', ...draft })
const elsewhere = {
  permittedSubtrees: [{ base: { type: 'rfc822Name', value: 'other.example' } }],
  excludedSubtrees: [],
} as const
const past = { notBefore: Date.UTC(2020, 0, 1), notAfter: Date.UTC(2025, 0, 1) }
const future = { notBefore: Date.UTC(2030, 0, 1), notAfter: Date.UTC(2031, 0, 1) }

describe('paths', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const issuing = await issueAuthority({ cn: 'Issuing', by: 'Root' })
  const leaf = await mailbox()
  const below = await mailbox({ by: 'Issuing' })
  const under = await issueAuthority({ cn: 'Under', by: 'Issuing' })
  const lower = await mailbox({ by: 'Under' })
  const selfSigned = await mailbox({ by: 'Ann' })
  const other = await issueAuthority({ cn: 'Other root' })

  const cases: readonly (Question & { comment: string; answer: string })[] = [
    { comment: 'a root and a leaf', certificate: leaf, anchors: [root], answer: 'path of 1' },
    { comment: 'the right one among several anchors', certificate: leaf, anchors: [other, root], answer: 'path of 1' },
    { comment: 'another root', certificate: leaf, anchors: [other], answer: 'no-path' },
    { comment: 'no anchor', certificate: leaf, anchors: [], answer: 'no-path' },
    {
      comment: 'a certificate that came along is no anchor',
      certificate: leaf,
      anchors: [],
      certificates: [root],
      answer: 'no-path',
    },
    {
      comment: 'an authority between',
      certificate: below,
      anchors: [root],
      certificates: [issuing],
      answer: 'path of 2',
    },
    { comment: 'an authority between that is missing', certificate: below, anchors: [root], answer: 'no-path' },
    {
      comment: 'the right one among many, in any order',
      certificate: below,
      anchors: [root],
      certificates: [leaf, other, below, root, issuing],
      answer: 'path of 2',
    },
    { comment: 'the anchor is the authority between', certificate: below, anchors: [issuing], answer: 'path of 1' },
    { comment: 'the anchor is the leaf', certificate: below, anchors: [below], answer: 'path of 1' },
    {
      comment: 'a leaf that signed itself and is an anchor',
      certificate: selfSigned,
      anchors: [selfSigned],
      answer: 'path of 1',
    },
    {
      comment: 'a leaf that signed itself and is none',
      certificate: selfSigned,
      anchors: [root],
      certificates: [selfSigned],
      answer: 'no-path',
    },
    {
      comment: 'a leaf as anchor does not help another',
      certificate: await issueMailbox('bob@clinic.example', { cn: 'Bob', by: 'Root' }),
      anchors: [leaf],
      answer: 'no-path',
    },
    {
      comment: 'the anchor issued anew with its key',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', notAfter: Date.UTC(2040, 0, 1) })],
      answer: 'path of 1',
    },
    {
      comment: 'the anchor with another key',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', key: 'New', byKey: 'New' })],
      answer: 'issuer-signature-wrong',
    },
    {
      comment: 'the anchor with an old and a new key',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', key: 'New', byKey: 'New' }), root],
      answer: 'path of 1',
    },
    {
      comment: 'the anchor’s name in another case',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'ROOT', key: 'Root', byKey: 'Root' })],
      answer: 'path of 1',
    },
    {
      comment: 'an anchor of another authority that uses the same key',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Else', key: 'Root', byKey: 'Root' })],
      answer: 'no-path',
    },
    {
      comment: 'an authority of the right name with another key',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'New' })],
      answer: 'issuer-signature-wrong',
    },
    {
      comment: 'the same, with the right one behind it',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'New' }), issuing],
      answer: 'path of 2',
    },
    {
      comment: 'an authority that the root did not sign',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', byKey: 'New' })],
      answer: 'issuer-signature-wrong',
    },
    {
      comment: 'a leaf signed with SHA-1',
      certificate: await mailbox({ digest: 'SHA-1' }),
      anchors: [root],
      answer: 'signature-algorithm-not-allowed',
    },
    {
      comment: 'a leaf signed with SHA-512',
      certificate: await mailbox({ digest: 'SHA-512' }),
      anchors: [root],
      answer: 'path of 1',
    },
    {
      comment: 'an anchor signed with SHA-1, which nobody asks (AS-19)',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', digest: 'SHA-1' })],
      answer: 'path of 1',
    },
    {
      comment: 'an authority signed with SHA-1',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', digest: 'SHA-1' })],
      answer: 'signature-algorithm-not-allowed',
    },
    {
      comment: 'a leaf of 1024 bits',
      certificate: await mailbox({ cn: 'Short', bits: 1024 }),
      anchors: [root],
      answer: 'key-not-allowed',
    },
    { comment: 'an expired leaf', certificate: await mailbox(past), anchors: [root], answer: 'certificate-expired' },
    {
      comment: 'an expired leaf that is an anchor',
      certificate: await mailbox(past),
      anchors: [await mailbox(past)],
      answer: 'certificate-expired',
    },
    {
      comment: 'a leaf of the future',
      certificate: await mailbox(future),
      anchors: [root],
      answer: 'certificate-not-yet-valid',
    },
    {
      comment: 'an expired authority',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', ...past })],
      answer: 'issuer-not-usable',
    },
    {
      comment: 'an authority of the future',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', ...future })],
      answer: 'issuer-not-usable',
    },
    {
      comment: 'an expired anchor (PKIX-5)',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', ...past })],
      answer: 'anchor-expired',
    },
    {
      comment: 'an expired anchor and its successor',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', ...past }), root],
      answer: 'path of 1',
    },
    {
      comment: 'an anchor of the future',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', ...future })],
      answer: 'issuer-not-usable',
    },
    {
      comment: 'an authority that is none',
      certificate: below,
      anchors: [root],
      certificates: [await issue({ cn: 'Issuing', by: 'Root' })],
      answer: 'not-a-ca',
    },
    {
      comment: 'an authority whose key may not sign certificates',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', keyUsage: ['cRLSign'] })],
      answer: 'not-a-ca',
    },
    {
      comment: 'an anchor that denies to be an authority',
      certificate: leaf,
      anchors: [await issue({ cn: 'Root' })],
      answer: 'not-a-ca',
    },
    {
      comment: 'an anchor whose key may not sign certificates',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', keyUsage: ['digitalSignature'] })],
      answer: 'not-a-ca',
    },
    { comment: 'an authority as end entity', certificate: issuing, anchors: [root], answer: 'not-an-end-entity' },
    {
      comment: 'an authority as end entity that is an anchor (AS-23)',
      certificate: issuing,
      anchors: [issuing],
      answer: 'path of 1',
    },
    {
      comment: 'a path length of 0 at the anchor, nobody between',
      certificate: leaf,
      anchors: [await issueAuthority({ cn: 'Root', pathLenConstraint: 0 })],
      answer: 'path of 1',
    },
    {
      comment: 'a path length of 0 at the anchor, one between',
      certificate: below,
      anchors: [await issueAuthority({ cn: 'Root', pathLenConstraint: 0 })],
      certificates: [issuing],
      answer: 'path-too-long',
    },
    {
      comment: 'a path length of 1 at the anchor, one between',
      certificate: below,
      anchors: [await issueAuthority({ cn: 'Root', pathLenConstraint: 1 })],
      certificates: [issuing],
      answer: 'path of 2',
    },
    {
      comment: 'a path length of 0 between, nobody below',
      certificate: below,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', pathLenConstraint: 0 })],
      answer: 'path of 2',
    },
    {
      comment: 'a path length of 0 between, one below',
      certificate: lower,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', pathLenConstraint: 0 }), under],
      answer: 'path-too-long',
    },
    {
      comment: 'a path length of 1 between, one below',
      certificate: lower,
      anchors: [root],
      certificates: [await issueAuthority({ cn: 'Issuing', by: 'Root', pathLenConstraint: 1 }), under],
      answer: 'path of 3',
    },
    {
      comment: 'an authority that has issued itself a second key',
      certificate: await mailbox({ by: 'Issuing', byKey: 'New' }),
      anchors: [root],
      certificates: [issuing, await issueAuthority({ cn: 'Issuing', key: 'New', by: 'Issuing' })],
      answer: 'path of 3',
    },
    {
      comment: 'the first instant of validity',
      certificate: leaf,
      anchors: [root],
      at: leaf.notBefore,
      answer: 'path of 1',
    },
    {
      comment: 'the last instant of validity',
      certificate: leaf,
      anchors: [root],
      at: leaf.notAfter,
      answer: 'path of 1',
    },
    {
      comment: 'a millisecond later, where no skew helps',
      certificate: leaf,
      anchors: [root],
      at: leaf.notAfter + 1,
      answer: 'certificate-expired',
    },
    {
      comment: 'as early as the skew allows',
      certificate: leaf,
      anchors: [root],
      at: leaf.notBefore - policy.clockSkewMs,
      answer: 'path of 1',
    },
    {
      comment: 'a millisecond earlier',
      certificate: leaf,
      anchors: [root],
      at: leaf.notBefore - policy.clockSkewMs - 1,
      answer: 'certificate-not-yet-valid',
    },
    {
      comment: 'a clock that is broken',
      certificate: leaf,
      anchors: [root],
      at: Number.NaN,
      answer: 'certificate-expired',
    },
  ]
  test.each(cases)('$comment: $answer', async ({ comment: _, answer, ...question }) => {
    expect(await answerTo(question)).toBe(answer)
  })

  test('the path leads from the leaf to the anchor, and revocation is said not to have been looked at', async () => {
    const verdict = await buildPath(below, evidenceOf({ anchors: [root], certificates: [issuing] }), policy)
    expect(verdict.ok && verdict.path.map(({ serialNumber }) => serialNumber)).toEqual([
      below.serialNumber,
      issuing.serialNumber,
    ])
    expect(verdict.ok && verdict.anchor.certificate?.bytes).toEqual(root.bytes)
    expect(verdict.explanation.steps.map(({ code, outcome }) => [code, outcome])).toEqual([
      ['path-valid', 'passed'],
      ['revocation-not-checked', 'skipped'],
    ])
  })

  test('a certificate that is an anchor itself is a path of its own, and nothing more is looked at', async () => {
    const verdict = await buildPath(below, evidenceOf({ anchors: [below], certificates: [issuing] }), policy)
    expect(verdict).toMatchObject({ ok: true, path: [below], policies: [], crls: [], ocspResponses: [], wants: [] })
    expect(
      verdict.explanation.steps.map(({ code, outcome, about }) => [code, outcome, about?.certificate?.subject]),
    ).toEqual([
      ['is-anchor', 'passed', 'CN=Ann'],
      ['revocation-not-checked', 'skipped', 'CN=Ann'],
    ])
  })

  test('of several failures the one that came furthest is told', async () => {
    const forged = await issueAuthority({ cn: 'Issuing', by: 'Root', key: 'New' })
    const expired = await issueAuthority({ cn: 'Root', ...past })
    const question = { certificate: below, anchors: [expired], certificates: [forged, issuing] }
    expect(await answerTo(question)).toBe('anchor-expired')
    const bounded = await issueAuthority({ cn: 'Issuing', by: 'Root', nameConstraints: elsewhere })
    expect(await answerTo({ certificate: below, anchors: [bounded], certificates: [forged] })).toBe('name-not-allowed')
    const lost = await issueAuthority({ cn: 'Issuing', by: 'Nowhere' })
    expect(await answerTo({ certificate: below, anchors: [other], certificates: [forged, lost] })).toBe(
      'issuer-signature-wrong',
    )
    const { explanation } = await buildPath(below, evidenceOf({ anchors: [other], certificates: [lost] }), policy)
    expect(explanation.steps.map(({ code, about }) => [code, about?.certificate?.subject])).toEqual([
      ['no-path', 'CN=Issuing'],
    ])
  })

  test('an authority that may not be used is named with the reason below', async () => {
    const expired = await issueAuthority({ cn: 'Issuing', by: 'Root', ...past })
    const verdict = await buildPath(below, evidenceOf({ anchors: [root], certificates: [expired] }), policy)
    const [step] = verdict.explanation.steps
    expect([step?.code, step?.about?.certificate?.subject, step?.steps?.[0]?.code]).toEqual([
      'issuer-not-usable',
      'CN=Issuing',
      'certificate-expired',
    ])
  })

  test('a self-issued certificate, for a new key, does not count in the length of a path', async () => {
    const tight = await issueAuthority({ cn: 'Root', pathLenConstraint: 0 })
    const rolled = await issueAuthority({ cn: 'Root', key: 'New', by: 'Root' })
    const renewed = await mailbox({ byKey: 'New' })
    expect(await answerTo({ certificate: renewed, anchors: [tight], certificates: [rolled] })).toBe('path of 2')
  })
})

describe('what an anchor is', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const pinned = await mailbox({ by: 'Ann' })

  test.each([
    { comment: 'itself', certificate: pinned, same: true },
    {
      comment: 'issued anew with the same key and names',
      certificate: await mailbox({ notAfter: Date.UTC(2030, 0, 1) }),
      same: true,
    },
    {
      comment: 'the same name with another key',
      certificate: await mailbox({ by: 'Ann', key: 'New', byKey: 'New' }),
      same: false,
    },
    {
      comment: 'the same key under another name',
      certificate: await mailbox({ cn: 'Bob', key: 'Ann', by: 'Ann' }),
      same: false,
    },
    {
      comment: 'the same key and name for another mailbox',
      certificate: await issueMailbox('victim@hospital.example', { cn: 'Ann' }),
      same: false,
    },
    {
      comment: 'the same key and name without alternative names',
      certificate: await issue({ cn: 'Ann' }),
      same: false,
    },
  ])('$comment: $same', ({ certificate, same }) => expect(isAnchor(certificate, anchorOf(pinned))).toBe(same))

  test('what is a name and a key alone is no certificate', () => {
    const { name, publicKey } = anchorOf(pinned)
    expect(isAnchor(pinned, { name, publicKey })).toBe(false)
  })

  test('two that trust the same, under the same constraints', () => {
    const [one, other] = [anchorOf(pinned), anchorOf(root)]
    const { name, publicKey } = one
    const constrained = { ...one, nameConstraints: elsewhere }
    expect(isSameAnchor(one, anchorOf(pinned))).toBe(true)
    expect(isSameAnchor(one, other)).toBe(false)
    expect(isSameAnchor(constrained, constrained)).toBe(true)
    expect(isSameAnchor(one, constrained)).toBe(false)
    expect(isSameAnchor(constrained, one)).toBe(false)
    // A name and a key may be those of any certificate.
    expect(isSameAnchor({ name, publicKey }, one)).toBe(false)
    expect(isSameAnchor(one, { name, publicKey })).toBe(false)
  })

  test('what is a name and a key alone keeps to the policy, and to the names it is trusted for', async () => {
    const { name, publicKey } = anchorOf(root)
    const leaf = await mailbox()
    const answerOf = async (anchor: object, own: Partial<PathPolicy> = {}) => {
      const evidence = { ...evidenceOf({ anchors: [] }), anchors: [{ name, publicKey, ...anchor }] }
      const verdict = await buildPath(leaf, evidence, { ...policy, ...own })
      return verdict.ok ? `path of ${verdict.path.length}` : verdict.code
    }
    expect(await answerOf({})).toBe('path of 1')
    expect(await answerOf({ publicKey: { ...publicKey, bits: 1024 } })).toBe('key-not-allowed')
    expect(await answerOf({ nameConstraints: elsewhere })).toBe('name-not-allowed')
    const here = [{ base: { type: 'rfc822Name', value: 'clinic.example' } }]
    expect(await answerOf({ nameConstraints: { ...elsewhere, permittedSubtrees: here } })).toBe('path of 1')
  })

  test('who is trusted as a mailbox does not speak for others by a certificate it writes for itself', async () => {
    const forged = await issueMailbox('victim@hospital.example', { cn: 'Ann' })
    expect(await answerTo({ certificate: pinned, anchors: [pinned] })).toBe('path of 1')
    expect(await answerTo({ certificate: forged, anchors: [pinned] })).toBe('not-a-ca')
  })

  test('a certificate like that of an expired anchor does not revive it', async () => {
    const expired = await mailbox({ by: 'Ann', ...past })
    expect(await answerTo({ certificate: pinned, anchors: [expired] })).toBe('anchor-expired')
    expect(await answerTo({ certificate: await mailbox(), anchors: [expired, root] })).toBe('path of 1')
  })
})

describe('searches that strangers could make long', async () => {
  test('cross certificates in a loop come to an end', async () => {
    const names = ['A', 'B', 'C']
    const crossed = await Promise.all(
      names.flatMap((cn) => names.filter((by) => by !== cn).map((by) => issueAuthority({ cn, by }))),
    )
    const leaf = await mailbox({ by: 'A' })
    const root = await issueAuthority({ cn: 'Root' })
    expect(await answerTo({ certificate: leaf, anchors: [root], certificates: crossed })).toBe('no-path')
    const reached = await issueAuthority({ cn: 'C', by: 'Root' })
    expect(await answerTo({ certificate: leaf, anchors: [root], certificates: [...crossed, reached] })).toMatch(
      /^path of/,
    )
  })

  const chain = async (
    authorities: number,
  ): Promise<Required<Pick<Question, 'certificate' | 'anchors' | 'certificates'>>> => {
    const cns = Array.from({ length: authorities }, (_, index) => `Level ${index}`)
    const certificates = await Promise.all(
      cns.map((cn, index) =>
        issueAuthority({
          cn,
          by: cns[index + 1] ?? 'Root',
          key: 'Shared',
          byKey: index + 1 < authorities ? 'Shared' : 'Root',
        }),
      ),
    )
    const certificate = await mailbox({ by: cns[0]!, byKey: 'Shared' })
    return { certificate, certificates, anchors: [await issueAuthority({ cn: 'Root' })] }
  }

  test('a path has at most sixteen certificates below the anchor, or as many as the budget says', async () => {
    expect(await answerTo(await chain(15))).toBe('path of 16')
    expect(await answerTo(await chain(16))).toBe('path-too-long')
    expect(await answerTo({ ...(await chain(3)), policy: { budget: { pathLength: 4 } } })).toBe('path of 4')
    expect(await answerTo({ ...(await chain(3)), policy: { budget: { pathLength: 3 } } })).toBe('path-too-long')
  })

  test('a search costs no more signatures than the budget has', async () => {
    const policy = { budget: { signatures: 64 } }
    const { certificate, certificates, anchors } = await chain(1)
    const decoys = (count: number): Certificate[] =>
      Array.from({ length: count }, (_, index) => ({
        ...certificates[0]!,
        bytes: Uint8Array.of(index),
        publicKey: { ...anchors[0]!.publicKey, bytes: Uint8Array.of(index) },
      }))
    // Each decoy costs one; the path itself two.
    expect(await answerTo({ certificate, anchors, certificates: [...decoys(62), ...certificates], policy })).toBe(
      'path of 2',
    )
    expect(await answerTo({ certificate, anchors, certificates: [...decoys(63), ...certificates], policy })).toBe(
      'budget-exhausted',
    )
  })
})

describe('which authority is tried first', async () => {
  const [right, wrong] = [Uint8Array.of(7), Uint8Array.of(8)]
  const authority = (draft: Partial<Issue> = {}) => issueAuthority({ cn: 'Issuing', by: 'Root', ...draft })
  const root = await issueAuthority({ cn: 'Root' })
  const named = await authority({ subjectKeyIdentifier: right })
  const unnamed = await authority()
  const others = [await authority({ key: 'New', subjectKeyIdentifier: wrong }), await authority({ key: 'New' })]
  const naming = await mailbox({ by: 'Issuing', authorityKeyIdentifier: right })
  const silent = await mailbox({ by: 'Issuing' })
  const once = { policy: { budget: { candidates: 1 } } }

  test.each<Omit<Question, 'anchors'> & { comment: string; answer: string }>([
    {
      comment: 'the one whose key identifier is asked for',
      certificate: naming,
      certificates: [...others, named],
      answer: 'path of 2',
    },
    {
      comment: 'one that has none before one that has another',
      certificate: naming,
      certificates: [others[0]!, unnamed],
      answer: 'path of 2',
    },
    {
      comment: 'the order they came in, when none is asked for',
      certificate: silent,
      certificates: [...others, named],
      answer: 'budget-exhausted',
    },
    { comment: 'the only one, whatever it has', certificate: naming, certificates: [unnamed], answer: 'path of 2' },
    {
      comment: 'one that came twice, once',
      certificate: lost(silent),
      certificates: [named, again(named)],
      answer: 'issuer-signature-wrong',
    },
    { comment: 'two, each', certificate: lost(silent), certificates: [named, unnamed], answer: 'budget-exhausted' },
  ])('$comment: $answer', async ({ comment: _, answer, ...question }) => {
    expect(await answerTo({ ...question, anchors: [root], ...once })).toBe(answer)
  })

  function lost(certificate: Certificate): Certificate {
    return { ...certificate, signature: certificate.signature.map((octet) => octet ^ 1) }
  }

  function again(certificate: Certificate): Certificate {
    return { ...certificate, bytes: Uint8Array.from(certificate.bytes) }
  }
})

test('a root of version 1 or 2, which has no extensions, is an authority when it is an anchor', async () => {
  const root = await issueAuthority({ cn: 'Root' })
  const { basicConstraints: _, keyUsage: __, ...plain } = root
  const leaf = await mailbox()
  expect(await answerTo({ certificate: leaf, anchors: [{ ...plain, extensions: [], version: 1 }] })).toBe('path of 1')
  expect(await answerTo({ certificate: leaf, anchors: [{ ...plain, extensions: [], version: 2 }] })).toBe('path of 1')
  expect(await answerTo({ certificate: leaf, anchors: [{ ...plain, extensions: [], version: 3 }] })).toBe('not-a-ca')
  expect(
    await answerTo({ certificate: leaf, anchors: [], certificates: [{ ...plain, extensions: [], version: 1 }] }),
  ).toBe('not-a-ca')
})
