/** For tests of an agent that watches over itself: Ann's, with which all is well, and what differs from it. */

import { expect, test } from 'vitest'
import type { AgentOptions, CheckOptions, Finding } from '../../src/agent/index.js'
import type { Identity } from '../../src/keys/index.js'
import { agentOf, ann, type Party, world } from './world.js'

/** What differs from an agent with which all is well. */
export type Setup = Partial<AgentOptions> & CheckOptions

/** Checks Ann's address, with an agent that knows her authority, and a directory that has her certificate. */
export async function check({ withinMs, peerAnchors, signal, ...options }: Setup = {}) {
  const { ann: party, clinicCa, hospitalCa } = await world()
  const healthy = { trust: [clinicCa, hospitalCa], discovery: [party.certificate] }
  return agentOf([party], { ...healthy, ...options }).check(ann, {
    ...(withinMs !== undefined && { withinMs }),
    ...(peerAnchors && { peerAnchors }),
    ...(signal && { signal }),
  })
}

/** The codes of all that was found, by how much it weighs. */
export async function found(setup?: Setup) {
  const { problems, warnings, unknown, ok } = await check(setup)
  expect(ok).toBe(problems.length + unknown.length === 0)
  return {
    ...(problems.length > 0 && { problems: codes(problems) }),
    ...(warnings.length > 0 && { warnings: codes(warnings) }),
    ...(unknown.length > 0 && { unknown: codes(unknown) }),
  }
}

function codes(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ code }) => code)
}

export interface Case {
  readonly comment: string
  readonly fault: () => Setup | Promise<Setup>
  readonly says: Awaited<ReturnType<typeof found>>
  /** The same without the fault. Default: an agent with which all is well. */
  readonly twin?: () => Setup | Promise<Setup>
}

/** Each fault is told, and nothing else; of its twin there is nothing to tell. */
export function testEach(cases: readonly Case[]): void {
  test.each(cases)('$comment', async ({ fault, says, twin = () => ({}) }) => {
    expect(await found(await fault())).toEqual(says)
    expect(await found(await twin())).toEqual({})
  })
}

/** A port that does not answer. */
export const away = () => Promise.reject(new TypeError('fetch failed'))

export const signingOf = ({ identity }: Party) => identity.signing!
export const openingOf = ({ identity }: Party) => identity.decryption[0]!

/** The keys of several certificates: the first signs, all open mail. */
export function holding(...parties: readonly Party[]): Identity {
  return { signing: signingOf(parties[0]!), decryption: parties.map(openingOf) }
}
