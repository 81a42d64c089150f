import { readFileSync } from 'node:fs'
import { describe, test } from 'vitest'
import { borrowed, borrowedFiles } from '../../helpers/borrowed.node.js'
import { isServer } from './server-name.node.js'
import { answerTo, base64, compareSuite, type Difference, type SuiteCase } from './suite.node.js'

interface Suite {
  readonly trustRoot: string
  readonly testCases: readonly {
    readonly id: string
    readonly suite: string
    /** The certificate of the server first. */
    readonly certificates: readonly string[]
    readonly hostname: string
    readonly expected: 'ACCEPT' | 'REJECT'
  }[]
}

const differences: readonly Difference[] = []

/** The suite was exported on 2026-11-22; what is to be expired was valid for a day, all else for a year. */
const at = Date.UTC(2026, 10, 25)

const serverAuth = '1.3.6.1.5.5.7.3.1'

function casesOf({ trustRoot, testCases }: Suite): readonly SuiteCase[] {
  const anchors = [base64(trustRoot)]
  return testCases.map(({ id, suite, certificates: all, hostname, expected }) => {
    const [certificate, ...certificates] = all.map(base64)
    const input = { certificate: certificate!, certificates, anchors, at }
    return {
      id: `${suite} ${id}`,
      expected: expected === 'ACCEPT' ? 'accepted' : 'refused',
      answer: () => answerTo(input, { extKeyUsages: [serverAuth] }, (server) => isServer(server, hostname)),
    }
  })
}

describe.skipIf(!borrowed)('BetterTLS', () => {
  test('every case has the answer of its publisher, save those with a reason', async () => {
    const cases = borrowedFiles('bettertls', '.json').flatMap(({ path }) =>
      casesOf(JSON.parse(readFileSync(path, 'utf8'))),
    )
    await compareSuite('BetterTLS', cases, differences)
  })
})
