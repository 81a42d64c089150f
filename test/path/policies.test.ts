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
})
