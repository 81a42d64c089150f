import { describe, expect, test } from 'vitest'
import { anchorOf, buildPath, type PathPolicy } from '../../src/path/index.js'
import { type Issue, issueAuthority, issueMailbox, now } from '../helpers/issue.js'
import { policy } from './fixtures.js'

const any = '2.5.29.32.0'
const [one, two, three] = ['1.2.3.1', '1.2.3.2', '1.2.3.3'] as const
const maps = (issuerDomainPolicy: string, subjectDomainPolicy: string) => ({ issuerDomainPolicy, subjectDomainPolicy })

interface Case {
  readonly comment: string
  /** What the authorities say, from the anchor down, and then what the leaf says. */
  readonly path: readonly Partial<Issue>[]
  readonly policy?: Partial<PathPolicy>
  /** The policies, or the code. */
  readonly answer: string
}

const has = (...certificatePolicies: readonly string[]) => ({ certificatePolicies })
const explicit: Partial<PathPolicy> = { initialExplicitPolicy: true }

/** The first authority has issued a certificate to itself, for another key, and goes on with that. */
const toItself: Partial<Issue> = { cn: 'Level 0', by: 'Level 0', key: 'New' }
const fromItself: Partial<Issue> = { by: 'Level 0', byKey: 'New' }

const cases: readonly Case[] = [
  { comment: 'no policy at all', path: [{}, {}], answer: '' },
  { comment: 'no policy, and one is required', path: [{}, {}], policy: explicit, answer: 'policy-required' },
  { comment: 'one all the way', path: [has(one), has(one, two)], policy: explicit, answer: one },
  { comment: 'one above, another below', path: [has(one), has(two)], answer: '' },
  { comment: 'the same, and one is required', path: [has(one), has(two)], policy: explicit, answer: 'policy-required' },
  {
    comment: 'the one asked for',
    path: [has(one, two), has(one, two)],
    policy: { initialPolicySet: [two] },
    answer: two,
  },
  {
    comment: 'the one asked for is required and missing',
    path: [has(one), has(one)],
    policy: { ...explicit, initialPolicySet: [two] },
    answer: 'policy-required',
  },
  {
    comment: 'two above, one of them below: what leads to nothing is not told',
    path: [has(one, two), has(one)],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'the one asked for, which ends above',
    path: [has(one, two), has(one)],
    policy: { ...explicit, initialPolicySet: [two] },
    answer: 'policy-required',
  },
  {
    comment: 'any is asked for',
    path: [has(one, two), has(one, two)],
    policy: { ...explicit, initialPolicySet: [any] },
    answer: `${one} ${two}`,
  },
  {
    comment: 'one is asked for, any all the way',
    path: [has(any), has(any)],
    policy: { ...explicit, initialPolicySet: [two] },
    answer: two,
  },
  { comment: 'any above, one below', path: [has(any), has(one)], policy: explicit, answer: one },
  { comment: 'one above, any below', path: [has(one), has(any)], policy: explicit, answer: one },
  { comment: 'any all the way', path: [has(any), has(any)], policy: explicit, answer: any },
  {
    comment: 'any, which is inhibited from the beginning',
    path: [has(any), has(one)],
    policy: { ...explicit, initialAnyPolicyInhibit: true },
    answer: 'policy-required',
  },
  {
    comment: 'any, inhibited by an authority above',
    path: [{ ...has(one), inhibitAnyPolicy: 0 }, has(any)],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'any, inhibited for one later',
    path: [{ ...has(one), inhibitAnyPolicy: 1 }, has(any)],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'any, inhibited for one later, after which it came again',
    path: [{ ...has(one), inhibitAnyPolicy: 1 }, has(any), has(any)],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'any, inhibited, of an authority that issued it to itself',
    path: [
      { ...has(one), inhibitAnyPolicy: 0 },
      { ...toItself, ...has(any) },
      { ...fromItself, ...has(one) },
    ],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'any, inhibited, of another authority',
    path: [{ ...has(one), inhibitAnyPolicy: 0 }, has(any), has(one)],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'mapped: told in the words of the anchor',
    path: [{ ...has(one), policyMappings: [maps(one, two)] }, has(two)],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'mapped away: the old name below is no longer valid',
    path: [{ ...has(one), policyMappings: [maps(one, two)] }, has(one)],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'mapped under any',
    path: [{ ...has(any), policyMappings: [maps(one, two)] }, has(two)],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'mapped, where mapping is inhibited from the beginning',
    path: [{ ...has(one), policyMappings: [maps(one, two)] }, has(two)],
    policy: { ...explicit, initialPolicyMappingInhibit: true },
    answer: 'policy-required',
  },
  {
    comment: 'not mapped, where mapping is inhibited',
    path: [has(one), has(one)],
    policy: { ...explicit, initialPolicyMappingInhibit: true },
    answer: one,
  },
  {
    comment: 'mapped away where that is inhibited: the old name is no longer valid either',
    path: [{ ...has(one), policyMappings: [maps(one, two)] }, has(one)],
    policy: { ...explicit, initialPolicyMappingInhibit: true },
    answer: 'policy-required',
  },
  ...[two, three].map((below) => ({
    comment: `mapped to two names, of which the one below is ${below}`,
    path: [{ ...has(one), policyMappings: [maps(one, two), maps(one, three)] }, has(below)],
    policy: explicit,
    answer: one,
  })),
  {
    comment: 'mapped, though it was not valid',
    path: [{ ...has(one), policyMappings: [maps(two, three)] }, has(three)],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'mapped twice',
    path: [
      { ...has(one), policyMappings: [maps(one, two)] },
      { ...has(two), policyMappings: [maps(two, three)] },
      has(three),
    ],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'mapped next, where that is inhibited after one',
    path: [
      { ...has(one), policyConstraints: { inhibitPolicyMapping: 1 } },
      { ...has(one), policyMappings: [maps(one, two)] },
      has(two),
    ],
    policy: explicit,
    answer: one,
  },
  {
    comment: 'mapped after next, where that is inhibited after one',
    path: [
      { ...has(one), policyConstraints: { inhibitPolicyMapping: 1 } },
      has(one),
      { ...has(one), policyMappings: [maps(one, two)] },
      has(two),
    ],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'mapped twice, where the first inhibits it',
    path: [
      { ...has(one), policyMappings: [maps(one, two)], policyConstraints: { inhibitPolicyMapping: 0 } },
      { ...has(two), policyMappings: [maps(two, three)] },
      has(three),
    ],
    policy: explicit,
    answer: 'policy-required',
  },
  {
    comment: 'any, mapped',
    path: [{ ...has(one), policyMappings: [maps(any, two)] }, has(two)],
    answer: 'policy-mapping-not-allowed',
  },
  {
    comment: 'mapped to any',
    path: [{ ...has(one), policyMappings: [maps(one, any)] }, has(one)],
    answer: 'policy-mapping-not-allowed',
  },
  {
    comment: 'required by an authority',
    path: [{ policyConstraints: { requireExplicitPolicy: 0 } }, {}],
    answer: 'policy-required',
  },
  {
    comment: 'required by an authority later than the path goes',
    path: [{ policyConstraints: { requireExplicitPolicy: 2 } }, {}],
    answer: '',
  },
  {
    comment: 'required by an authority from the leaf on',
    path: [{ policyConstraints: { requireExplicitPolicy: 1 } }, {}],
    answer: 'policy-required',
  },
  {
    comment: 'required by an authority after two others',
    path: [{ policyConstraints: { requireExplicitPolicy: 2 } }, {}, {}],
    answer: 'policy-required',
  },
  {
    comment: 'the same, and one of the others does not count, for an authority issued it to itself',
    path: [{ policyConstraints: { requireExplicitPolicy: 2 } }, toItself, fromItself],
    answer: '',
  },
  {
    comment: 'required by the leaf',
    path: [{}, { policyConstraints: { requireExplicitPolicy: 0 } }],
    answer: 'policy-required',
  },
  {
    comment: 'required by the leaf for those below, of which there are none',
    path: [{}, { policyConstraints: { requireExplicitPolicy: 1 } }],
    answer: '',
  },
]

async function pathOf(drafts: readonly Partial<Issue>[]) {
  const names = ['Root', ...drafts.map((_, index) => `Level ${index}`)]
  const issued = drafts.map((draft, index) => {
    const whole = { cn: names[index + 1]!, by: names[index]!, ...draft }
    return index < drafts.length - 1 ? issueAuthority(whole) : issueMailbox('ann@clinic.example', whole)
  })
  return Promise.all(issued)
}

async function answerOf(drafts: readonly Partial<Issue>[], asked: Partial<PathPolicy> = {}): Promise<string> {
  const certificates = await pathOf(drafts)
  const anchors = [anchorOf(await issueAuthority({ cn: 'Root' }))]
  const evidence = { crypto, at: now, anchors, certificates }
  const verdict = await buildPath(certificates.at(-1)!, evidence, { ...policy, ...asked })
  return verdict.ok ? verdict.policies.join(' ') : verdict.code
}

describe('certificate policies (RFC 5280 §6.1, RFC 9618)', () => {
  test.each(cases)('$comment: $answer', async ({ path, policy: asked, answer }) => {
    expect(await answerOf(path, asked)).toBe(answer)
  })

  test('mappings that would double with every certificate cost what their number says', async () => {
    // Each policy maps to each: a tree would have 8^10 leaves.
    const policies = Array.from({ length: 8 }, (_, index) => `1.2.3.${index}`)
    const policyMappings = policies.flatMap((from) => policies.map((to) => maps(from, to)))
    const level = { ...has(...policies), policyMappings }
    const path = [...new Array<Partial<Issue>>(10).fill(level), has(...policies)]
    expect((await answerOf(path, explicit)).split(' ')).toHaveLength(8)
    expect(await answerOf(path, { ...explicit, budget: { comparisons: 100 } })).toBe('budget-exhausted')
  })

  test('policies and mappings are paid for, each once', async () => {
    // Two of the authority and the one they follow from, one mapping, one of the leaf and the two that are expected.
    const path = [{ ...has(one, two), policyMappings: [maps(one, three)] }, has(three)]
    expect(await answerOf(path, { ...explicit, budget: { comparisons: 7 } })).toBe(one)
    expect(await answerOf(path, { ...explicit, budget: { comparisons: 6 } })).toBe('budget-exhausted')
  })
})
