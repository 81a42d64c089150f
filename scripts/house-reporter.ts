// For vitest: where CI is set, a skipped test is a failure; and the tests that passed are counted for `.ci/run`.
import { appendFileSync } from 'node:fs'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

/** What a run came to: the number of tests that passed, and the full names of those that did not run. */
export interface Tally {
  readonly passed: number
  readonly skipped: readonly string[]
}

/** Counts the tests of a run. A test that is marked `skip` or `todo`, or stands in a skipped suite, did not run. */
export function tally(tests: Iterable<Pick<TestCase, 'fullName' | 'result'>>): Tally {
  let passed = 0
  const skipped: string[] = []
  for (const test of tests) {
    const { state } = test.result()
    if (state === 'passed') passed++
    if (state === 'skipped') skipped.push(test.fullName)
  }
  return { passed, skipped }
}

/** Fails a run that skipped a test when `CI` is set; appends the count to the file that `TALLY` names, if it does. */
export class HouseReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const { passed, skipped } = tally(modules.flatMap((module) => [...module.children.allTests()]))
    if (process.env.TALLY) appendFileSync(process.env.TALLY, `${passed}\n`)
    if (!process.env.CI || skipped.length === 0) return
    console.error(
      `\nSkipped, which counts as failed where CI is set:\n${skipped.map((name) => `  ${name}`).join('\n')}`,
    )
    process.exitCode = 1
  }
}
