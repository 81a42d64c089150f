import { describe, expect, test } from 'vitest'
import {
  accept,
  type Explanation,
  explain,
  type Reasons,
  refuse,
  type Step,
  stepsFrom,
} from '../../src/verdict/index.js'

const certificate = { subject: 'CN=Ann', issuer: 'CN=Clinic CA', serialNumber: 'ff' }
const explanationOf = (...steps: Step[]): Explanation => ({ code: 'accepted', steps })

const cases: readonly { comment: string; step: Step; lines: readonly string[] }[] = [
  { comment: 'what passed', step: { code: 'x', outcome: 'passed', message: 'Good.' }, lines: ['✓ Good.'] },
  { comment: 'what is not known', step: { code: 'x', outcome: 'unknown', message: 'Away.' }, lines: ['? Away.'] },
  {
    comment: 'what was left out',
    step: { code: 'x', outcome: 'skipped', message: 'Not asked.' },
    lines: ['– Not asked.'],
  },
  {
    comment: 'a failure with its rule and its remedy',
    step: { code: 'x', outcome: 'failed', message: 'Bad.', remedy: 'Mend it.', standard: 'AS-1' },
    lines: ['✗ Bad. (AS-1)', '  → Mend it.'],
  },
  {
    comment: 'no remedy for what passed',
    step: { code: 'x', outcome: 'passed', message: 'Good.', remedy: 'Mend it.' },
    lines: ['✓ Good.'],
  },
  {
    comment: 'what it is about, before the rule',
    step: {
      code: 'x',
      outcome: 'passed',
      message: 'Good.',
      standard: 'AS-1',
      about: { address: 'ann@clinic.example', certificate, dnsName: 'clinic.example', url: 'http://ca.example/' },
    },
    lines: ['✓ Good. [ann@clinic.example; CN=Ann, serial ff; clinic.example; http://ca.example/] (AS-1)'],
  },
  {
    comment: 'what lies underneath, further in',
    step: {
      code: 'x',
      outcome: 'failed',
      message: 'Bad.',
      remedy: 'Mend it.',
      steps: [
        {
          code: 'y',
          outcome: 'failed',
          message: 'Worse.',
          remedy: 'Hurry.',
          steps: [{ code: 'z', outcome: 'passed', message: 'Good.' }],
        },
      ],
    },
    lines: ['✗ Bad.', '  → Mend it.', '  ✗ Worse.', '    → Hurry.', '    ✓ Good.'],
  },
  {
    comment: 'a name that would write a line of its own',
    step: {
      code: 'x',
      outcome: 'failed',
      message: 'Bad.',
      about: { certificate: { ...certificate, subject: 'CN=Eve\n✓ Good.\u2028\u202e\u0000' } },
    },
    lines: ['✗ Bad. [CN=Eve\ufffd✓ Good.\ufffd\ufffd\ufffd, serial ff]'],
  },
  {
    comment: 'a name in any script',
    step: {
      code: 'x',
      outcome: 'passed',
      message: 'Good.',
      about: { certificate: { ...certificate, subject: 'CN=Zoë 山田 😀' } },
    },
    lines: ['✓ Good. [CN=Zoë 山田 😀, serial ff]'],
  },
]

describe('the text of an explanation', () => {
  test.each(cases)('$comment', ({ step, lines }) => {
    expect(explain(explanationOf(step)).split('\n')).toEqual(lines)
  })

  test('is one line after the other, without a line end behind', () => {
    const step: Step = { code: 'x', outcome: 'passed', message: 'Good.' }
    expect(explain(explanationOf(step, step))).toBe('✓ Good.\n✓ Good.')
    expect(explain(explanationOf())).toBe('')
  })

  test('for strangers names nobody, at no depth', () => {
    const about = { address: 'ann@clinic.example', certificate, dnsName: 'clinic.example', url: 'http://ca.example/' }
    const step: Step = { code: 'x', outcome: 'failed', message: 'Bad.', remedy: 'Mend it.', about }
    const explanation = explanationOf({ ...step, steps: [{ ...step, steps: [step] }] })
    for (const name of ['ann', 'clinic', 'Ann', 'ff', 'http']) {
      expect(explain(explanation)).toContain(name)
      expect(explain(explanation, { redact: true })).not.toContain(name)
    }
    expect(explain(explanation, { redact: true }).split('\n')).toHaveLength(6)
  })
})

describe('answers and their steps', () => {
  const reasons: Reasons<'good' | 'bad'> = {
    good: { message: 'Good.', standard: 'AS-1' },
    bad: { message: 'Bad.', remedy: 'Mend it.' },
  }
  const { passed, failed, unknown, skipped } = stepsFrom(reasons)

  test('a room writes its steps from its table', () => {
    expect(passed('good')).toEqual({ code: 'good', outcome: 'passed', message: 'Good.', standard: 'AS-1' })
    expect(failed('bad', { address: 'a@b.example' }, [unknown('good')])).toEqual({
      code: 'bad',
      outcome: 'failed',
      message: 'Bad.',
      remedy: 'Mend it.',
      about: { address: 'a@b.example' },
      steps: [{ code: 'good', outcome: 'unknown', message: 'Good.', standard: 'AS-1' }],
    })
    expect([unknown('good').outcome, skipped('good').outcome]).toEqual(['unknown', 'skipped'])
    expect(Object.keys(failed('bad', undefined, []))).toEqual(['code', 'outcome', 'message', 'remedy'])
  })

  test('yes carries what it grants, no its reason', () => {
    const steps = [passed('good')]
    expect(accept({ path: 1 }, steps)).toEqual({ ok: true, path: 1, explanation: { code: 'accepted', steps } })
    expect(refuse('bad', steps)).toEqual({
      ok: false,
      code: 'bad',
      temporary: false,
      explanation: { code: 'bad', steps },
    })
    expect(refuse('bad', steps, true).temporary).toBe(true)
  })
})
